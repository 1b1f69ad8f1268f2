#include "sim/apiserver/patch_document.h"

#include <string>
#include <vector>

#include "runtime/api/go_text.h"
#include "runtime/api/restore.h"
#include "runtime/api/schema.h"
#include "runtime/api/strategic_merge.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr size_t kMaxOperations = 10000;

// A document on its way: what the patch made, how errors print it, and what strict decoding found so far.
struct Patched {
  Value document;
  std::string shown;
  std::vector<std::string> findings;
};

std::string_view JsonType(const Value& value) {
  return value.is_array() ? "array" : value.is_object() ? "object" : value.is_number() ? "number" : GoKindOf(value);
}

Status NotA(const Value& value, std::string_view go_type, std::string_view prefix) {
  return BadRequestError(std::string(prefix) + "json: cannot unmarshal " + std::string(JsonType(value)) +
                         " into Go value of type " + std::string(go_type));
}

// 422 without details: what becomes of a patch that is well formed and cannot be applied (API-216).
Status Rejected() {
  static const Value kRefusal =
      ObjectBuilder(8)
          .Add(names::kApiVersion, "v1")
          .Add("code", 422)
          .Add("details", Value::EmptyObject())
          .Add(names::kKind, "Status")
          .Add(words::kMessage, "the server rejected our request due to an error in our request")
          .Add(names::kMetadata, Value::EmptyObject())
          .Add(words::kReason, "Invalid")
          .Add(names::kStatus, "Failure")
          .Build();
  return FromStatusDocument(kRefusal, 422);
}

bool Lenient(const Exchange& exchange) { return exchange.request.field_validation == FieldValidation::kIgnore; }

const std::string& BodyError(const Exchange& exchange) {
  static const std::string kNone;
  return exchange.request.source == nullptr ? kNone : exchange.request.source->error;
}

// ---- The three kinds of patches.

Result<Patched> ApplyMerge(const Exchange& exchange, const Value& document) {
  const Value& patch = exchange.request.body;
  Patched out;
  const bool lenient = Lenient(exchange);
  if (const std::string& error = BodyError(exchange); !error.empty()) {
    return BadRequestError(lenient ? "Invalid JSON Patch" : "error decoding patch: " + error);
  }
  if (patch.is_null()) return BadRequestError("Invalid JSON Patch");
  if (!patch.is_object() && !lenient) return NotA(patch, "map[string]interface {}", "error decoding patch: ");
  if (!patch.is_object() && !patch.is_array()) return BadRequestError("Invalid JSON Patch");
  out.findings = FindingsOf(exchange, "", {});
  out.document = ApplyMergePatch(document, patch);
  return out;
}

std::vector<std::string> UnknownOperationFields(const Value& patch) {
  std::vector<std::string> unknown;
  for (size_t i = 0; i < patch.size(); ++i) {
    for (const Field& field : patch[i].fields()) {
      const std::string_view key = field.key.view();
      if (key == "op" || key == "path" || key == "from" || key == "value") continue;
      unknown.push_back("[" + std::to_string(i) + "]." + std::string(key));
    }
  }
  return unknown;
}

Result<Patched> ApplyOperations(const Exchange& exchange, const Value& document) {
  const Value& patch = exchange.request.body;
  Patched out;
  const std::string prefix = Lenient(exchange) ? "" : "error decoding patch: ";
  const std::string_view go_type = Lenient(exchange) ? "jsonpatch.Patch" : "[]handlers.jsonPatchOp";
  if (const std::string& error = BodyError(exchange); !error.empty()) return BadRequestError(prefix + error);
  if (!patch.is_array() && !patch.is_null()) return NotA(patch, go_type, prefix);
  if (patch.size() > kMaxOperations) {
    return TooLargeError("The allowed maximum operations in a JSON patch is " + std::to_string(kMaxOperations) +
                         ", got " + std::to_string(patch.size()));
  }
  out.findings = FindingsOf(exchange, "json patch ", UnknownOperationFields(patch));
  Result<Value> patched = ApplyJsonPatch(document, patch);
  if (!patched.ok()) {
    if (patched.code() == Code::kBadRequest) return BadRequestError(prefix + patched.status().message());
    return Rejected();
  }
  out.document = *std::move(patched);
  return out;
}

Result<Patched> ApplyStrategic(const Exchange& exchange, const TypeInfo& type, const Value& document) {
  const Value& patch = exchange.request.body;
  if (const std::string& error = BodyError(exchange); !error.empty()) return BadRequestError(error);
  if (!patch.is_object() && !patch.is_null()) return NotA(patch, "map[string]interface {}", "");
  Patched out;
  out.findings = FindingsOf(exchange, "", {});
  Value left;
  Result<Value> merged = ApplyStrategicMerge(type, document, patch, &left);
  if (!merged.ok()) {
    switch (merged.code()) {
      case Code::kBadRequest: return BadRequestError(merged.status().message());
      case Code::kInvalid: return Rejected();
      default: return RawError(merged.status().message());
    }
  }
  out.document = *std::move(merged);
  out.shown = GoText(left);
  return out;
}

// ---- From what the patch made to a document of the kind.

Status Refuse(const Patched& patched, const std::string& why) {
  const FieldError error =
      field::InvalidText("patch", Quote(patched.shown.empty() ? WriteJson(patched.document) : patched.shown), why);
  return InvalidError(ErrorSubject("", "", ""), std::span<const FieldError>(&error, 1));
}

// Warnings, or in strict mode the error.
Status Report(Exchange& exchange, const Patched& patched) {
  if (patched.findings.empty() || Lenient(exchange)) return {};
  if (exchange.request.field_validation == FieldValidation::kStrict) {
    return Refuse(patched, "strict decoding error: " + Join(patched.findings, ", "));
  }
  for (const std::string& finding : patched.findings) exchange.Warn(finding);
  return {};
}

void AddUnknown(const std::vector<std::string>& fields, Patched& patched) {
  for (const std::string& field : fields) patched.findings.push_back("unknown field " + Quote(field));
}

// A strategic merge keeps the kind, whatever the patch says of it (API-220).
Result<Value> SettleRestored(Exchange& exchange, const DocumentKind& kind, Patched patched) {
  Result<Restored> restored = Restore(*kind.type, patched.document);
  if (!restored.ok()) return Refuse(patched, restored.status().message());
  AddUnknown(restored->unknown_fields, patched);
  WT_RETURN_IF_ERROR(Report(exchange, patched));
  const Value named = WithFields(
      restored->value, {{names::kApiVersion, Value(kind.gvk.api_version())}, {names::kKind, Value(kind.gvk.kind)}});
  std::vector<std::string> unknown;
  Result<Value> decoded = DecodeAs(exchange, kind, named, unknown);
  if (!decoded.ok()) return Refuse(patched, decoded.status().message());
  return decoded;
}

// Neither kind nor apiVersion: the real server decodes into its internal type, whose fields have no JSON names.
Value WithoutType(const Value& document, Patched& patched) {
  for (const Field& field : document.fields()) {
    const std::string_view key = field.key.view();
    if (key != "kind" && key != "apiVersion") patched.findings.push_back("unknown field " + Quote(key));
  }
  return Value::EmptyObject();
}

Result<Value> SettleDecoded(Exchange& exchange, const DocumentKind& kind, Patched patched) {
  Value document = patched.document;
  if (!document.is_object()) return Refuse(patched, WrongShape(kind.gvk, document));
  if (kind.type != nullptr && document[names::kKind].empty() && document[names::kApiVersion].empty() &&
      document[names::kKind].is_string()) {
    document = WithoutType(document, patched);
  }
  if (const std::string wrong = WrongKind(exchange, kind.gvk, document); !wrong.empty()) return Refuse(patched, wrong);
  std::vector<std::string> unknown;
  Result<Value> decoded = DecodeAs(exchange, kind, document, unknown);
  if (!decoded.ok()) return Refuse(patched, decoded.status().message());
  AddUnknown(unknown, patched);
  WT_RETURN_IF_ERROR(Report(exchange, patched));
  return decoded;
}

}  // namespace

Status CheckPatchType(const Exchange& exchange, const DocumentKind& kind) {
  if (exchange.request.patch_type == PatchType::kApply) {
    return UnsupportedMediaTypeError(
        "server-side apply is not built yet; use a JSON patch, a merge patch or a strategic merge patch");
  }
  if (exchange.request.patch_type == PatchType::kStrategicMerge && kind.type == nullptr) {
    return UnsupportedMediaTypeError(
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
        "application/merge-patch+json, application/apply-patch+yaml");
  }
  return {};
}

Result<Value> PatchDocument(Exchange& exchange, const DocumentKind& kind, const Value& document) {
  const PatchType type = exchange.request.patch_type;
  Result<Patched> patched = type == PatchType::kMerge  ? ApplyMerge(exchange, document)
                            : type == PatchType::kJson ? ApplyOperations(exchange, document)
                                                       : ApplyStrategic(exchange, *kind.type, document);
  if (!patched.ok()) return patched.status();
  if (patched->document.identity() == document.identity()) {  // API-221
    WT_RETURN_IF_ERROR(Report(exchange, *patched));
    return document;
  }
  if (type == PatchType::kStrategicMerge) return SettleRestored(exchange, kind, *std::move(patched));
  return SettleDecoded(exchange, kind, *std::move(patched));
}

}  // namespace wavetank::sim
