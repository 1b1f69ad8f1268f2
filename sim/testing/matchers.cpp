#include "sim/testing/matchers.h"

#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/yaml.h"
#include "sim/cel/cluster_functions.h"
#include "sim/oracle/match.h"

namespace wavetank::testing::internal {

bool Exists(const Value& object, std::string& why) {
  if (object.is_object() && !object.empty()) return true;
  why = "there is no such object";
  return false;
}

bool HasCondition(const Value& object, std::string_view type, std::string_view status, std::string& why) {
  if (!Exists(object, why)) return false;
  for (const Value& condition : object[names::kStatus][names::kConditions].elements()) {
    if (condition[names::kType] != type) continue;
    if (condition[names::kStatus] == status) return true;
    why = "whose condition is " + WriteJson(condition);
    return false;
  }
  why = "which has no condition " + Quote(type);
  return false;
}

bool HasEntry(const Value& object, std::string_view map, std::string_view key, std::string_view value,
              std::string& why) {
  if (!Exists(object, why)) return false;
  const Value& found = object[names::kMetadata][map];
  if (found[key] == value) return true;
  why = "whose " + std::string(map) + " are " + WriteJson(found);
  return false;
}

bool MatchesObject(const Value& object, std::string_view yaml, std::string& why) {
  if (!Exists(object, why)) return false;
  const Result<std::vector<Value>> expected = ParseYamlValues(yaml);
  if (!expected.ok() || expected->size() != 1) {
    why = "the expected text cannot be read" + (expected.ok() ? std::string() : ": " + expected.status().message());
    return false;
  }
  const std::optional<sim::Mismatch> mismatch = sim::FindMismatch(expected->front(), object);
  if (!mismatch.has_value()) return true;
  why = "where " + mismatch->path + " is " + mismatch->found + " and not " + mismatch->expected;
  return false;
}

bool IsOwnedBy(const Value& object, const Value& owner, std::string& why) {
  if (!Exists(object, why)) return false;
  if (cel::IsOwnedBy(object, owner)) return true;
  why = "whose owners are " + WriteJson(object[names::kMetadata][names::kOwnerReferences]);
  return false;
}

}  // namespace wavetank::testing::internal
