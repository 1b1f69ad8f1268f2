#include "sim/apiserver/delete_options.h"

#include <vector>

#include "runtime/api/status_error.h"
#include "runtime/value/json.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

Status Undecodable(std::string_view field, std::string_view type, const Value& value) {
  const std::string_view found = value.is_string()   ? "string"
                                 : value.is_bool()   ? "bool"
                                 : value.is_number() ? "number"
                                 : value.is_array()  ? "array"
                                                     : "object";
  const std::string number = value.is_number() && !value.is_int() ? " " + WriteJson(value) : "";
  const std::string_view owner = field.starts_with("preconditions.") ? "Preconditions." : "DeleteOptions.";
  return BadRequestError("json: cannot unmarshal " + std::string(found) + number + " into Go struct field " +
                         std::string(owner) + std::string(field) + " of type " + std::string(type));
}

// Fields whose type decides whether the body is one, in the order of the struct; null is nothing.
struct FieldRow {
  std::string_view field;
  bool (*fits)(const Value&);
  std::string_view type;
};
constexpr auto kIsText = [](const Value& v) { return v.is_string(); };
constexpr auto kIsBool = [](const Value& v) { return v.is_bool(); };
constexpr FieldRow kFields[] = {
    {"gracePeriodSeconds", [](const Value& v) { return v.is_int(); }, "int64"},
    {"preconditions", [](const Value& v) { return v.is_object(); }, "v1.Preconditions"},
    {"preconditions.uid", kIsText, "types.UID"},
    {"preconditions.resourceVersion", kIsText, "string"},
    {"orphanDependents", kIsBool, "bool"},
    {"propagationPolicy", kIsText, "v1.DeletionPropagation"},
    {"dryRun", [](const Value& v) { return v.is_array(); }, "[]string"},
    {"ignoreStoreReadErrorWithClusterBreakingPotential", kIsBool, "bool"},
};

Status CheckTypes(const Value& body) {
  for (const FieldRow& row : kFields) {
    const size_t dot = row.field.find('.');
    const Value& value =
        dot == row.field.npos ? body[row.field] : body[row.field.substr(0, dot)][row.field.substr(dot + 1)];
    if (!value.is_null() && !row.fits(value)) return Undecodable(row.field, row.type, value);
  }
  for (const Value& run : body[words::kDryRun].elements()) {
    if (!run.is_null() && !run.is_string()) return Undecodable("dryRun", "string", run);
  }
  return {};
}

}  // namespace

Result<DeleteOptions> ParseDeleteOptions(const Value& body) {
  DeleteOptions options;
  if (body.is_null()) return options;
  if (!body.is_object()) return Undecodable("", "v1.DeleteOptions", body);
  if (const Value& kind = body[names::kKind]; !kind.empty() && kind != "DeleteOptions") {
    const std::string_view version = body[names::kApiVersion].AsString();
    return BadRequestError("no kind " + FieldValueText(kind) + " is registered for version " +
                           FieldValueText(Value(version.empty() ? "v1" : version)) +
                           " in scheme \"pkg/runtime/scheme.go:111\"");
  }
  WT_RETURN_IF_ERROR(CheckTypes(body));
  if (const Value& grace = body[words::kGracePeriodSeconds]; !grace.is_null()) {
    options.grace_period_seconds = grace.AsInt();
  }
  if (const Value& orphan = body[words::kOrphanDependents]; !orphan.is_null())
    options.orphan_dependents = orphan.AsBool();
  const Value& preconditions = body[words::kPreconditions];
  if (const Value& uid = preconditions[names::kUid]; !uid.is_null()) options.uid = uid.ToSharedString();
  if (const Value& version = preconditions[names::kResourceVersion]; !version.is_null()) {
    options.resource_version = version.ToSharedString();
  }

  std::vector<FieldError> errors;
  const Value& policy = body[words::kPropagationPolicy];
  if (!policy.is_null() && options.orphan_dependents.has_value()) {
    errors.push_back(
        field::Invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
  }
  if (policy == "Orphan") {
    options.propagation = Propagation::kOrphan;
  } else if (policy == "Background") {
    options.propagation = Propagation::kBackground;
  } else if (policy == "Foreground") {
    options.propagation = Propagation::kForeground;
  } else if (!policy.is_null()) {
    errors.push_back(field::NotSupported("propagationPolicy", policy, {"Foreground", "Background", "Orphan", "nil"}));
  }
  for (const Value& run : body[words::kDryRun].elements()) {
    if (run == "All") {
      options.dry_run = true;
    } else {
      errors.push_back(field::NotSupported("dryRun", body[words::kDryRun], {"All"}));
    }
  }
  if (!errors.empty()) return InvalidError(ErrorSubject("meta.k8s.io", "DeleteOptions", ""), errors);
  return options;
}

Result<DeleteOptions> ReadDeleteOptions(const ApiRequest& request) {
  if (request.source != nullptr && !request.source->error.empty()) return BadRequestError(request.source->error);
  return ParseDeleteOptions(request.body);
}

}  // namespace wavetank::sim
