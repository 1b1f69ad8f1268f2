#include "sim/apiserver/metadata.h"

#include <charconv>

#include "runtime/api/schema.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/stored_form.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {

Result<uint64_t> ParseResourceVersion(std::string_view text) {
  if (text.empty()) return uint64_t{0};
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size()) {
    return Status(Code::kInvalidArgument, "strconv.ParseUint: parsing " + Quote(text) + ": value out of range");
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return Status(Code::kInvalidArgument, "strconv.ParseUint: parsing " + Quote(text) + ": invalid syntax");
  }
  return version;
}

Value RevisionText(uint64_t revision) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), revision);
  (void)error;  // twenty digits hold every uint64
  return Value(std::string_view(digits, static_cast<size_t>(end - digits)));
}

Value TimeText(Time time) { return Value(FormatTime(time)); }

Object WithRevision(const Object& object, uint64_t revision) {
  const Value& metadata = object.metadata();
  return Object(WithFields(
      object.value(), {{names::kMetadata, WithFields(metadata, {{names::kResourceVersion, RevisionText(revision)}})}}));
}

void MarkDecoded(const Exchange& exchange, const Value& metadata) {
  if (exchange.served.metadata_type == nullptr || !exchange.state.options->defaulting) return;
  AddMark(metadata, *exchange.served.metadata_type, kMarkDecoded | kMarkDefaulted);
}

Value AsStored(const Exchange& exchange, Value object, const Value& before) {
  const TypeInfo* type = exchange.resource().type;
  if (type == nullptr || !exchange.state.options->defaulting) return object;
  // What comes in another version gets this version's defaults when storage is read.
  if (exchange.served.version != nullptr) object = ApplyDefaults(*type, object);
  return StoredForm(*type, object, before);
}

Value DropDuplicateOwners(Exchange& exchange, Value object) {
  const Value& metadata = object[names::kMetadata];
  const std::span<const Value> owners = metadata[names::kOwnerReferences].elements();
  if (owners.size() < 2) return object;
  std::vector<Value> kept;
  std::string repeated;
  for (const Value& owner : owners) {
    bool seen = false;
    for (const Value& other : kept) seen = seen || other == owner;
    if (!seen) {
      kept.push_back(owner);
    } else {
      repeated.append(repeated.empty() ? "" : ", ").append(owner[names::kUid].AsString());
    }
  }
  if (kept.size() == owners.size()) return object;
  exchange.Warn(
      ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and "
      "may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: " +
      repeated);
  Value next = WithFields(metadata, {{names::kOwnerReferences, Value::Array(std::move(kept))}});
  return WithFields(object, {{names::kMetadata, std::move(next)}});
}

bool BumpsGeneration(GenerationRule rule, const Value& object, const Object& stored) {
  if (rule == GenerationRule::kNone || rule == GenerationRule::kOnce) return false;
  if (rule == GenerationRule::kSpecAndAnnotations &&
      !(object[names::kMetadata][names::kAnnotations] == stored.annotations())) {
    return true;
  }
  if (rule == GenerationRule::kSpecAndLabels &&
      !(object[names::kMetadata][names::kLabels] == stored.metadata()[names::kLabels])) {
    return true;
  }
  const auto counts = [](const Field& field) {
    const std::string_view key = field.key.view();
    return key != "metadata" && key != "status" && key != "kind" && key != "apiVersion";
  };
  size_t now = 0;
  for (const Field& field : object.fields()) {
    if (!counts(field)) continue;
    ++now;
    const Value* before = stored.value().Find(field.key.view());
    if (before == nullptr || !(*before == field.value)) return true;
  }
  size_t then = 0;
  for (const Field& field : stored.value().fields()) then += counts(field) ? 1 : 0;
  return now != then;
}

}  // namespace wavetank::sim
