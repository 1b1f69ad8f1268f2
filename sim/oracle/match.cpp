#include "sim/oracle/match.h"

#include "runtime/api/names.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"

namespace wavetank::sim {
namespace {

Mismatch Differ(const std::string& path, const Value& expected, const Value& found) {
  return {path.empty() ? "/" : path, WriteJson(expected), found.is_null() ? "nothing" : WriteJson(found)};
}

// The key by which all elements of `list` can be told apart; null when there is none.
const Name* KeyOf(const Value& list) {
  for (const Name* key : {&names::kName, &names::kType}) {
    bool all = !list.empty();
    for (const Value& element : list.elements()) all = all && element[*key].is_string();
    if (all) return key;
  }
  return nullptr;
}

std::optional<Mismatch> Compare(const Value& expected, const Value& found, const std::string& path) {
  if (expected.is_object() && found.is_object()) {
    for (const Field& field : expected.fields()) {
      const std::string below = path + "/" + EscapePointerPart(field.key.view());
      if (auto mismatch = Compare(field.value, found[field.key.view()], below)) return mismatch;
    }
    return std::nullopt;
  }
  if (!expected.is_array() || !found.is_array()) {
    if (expected == found) return std::nullopt;
    return Differ(path, expected, found);
  }
  if (const Name* key = KeyOf(expected); key != nullptr) {
    for (const Value& element : expected.elements()) {
      const Value* partner = nullptr;
      for (const Value& candidate : found.elements()) {
        if (candidate[*key] == element[*key]) partner = &candidate;
      }
      const std::string below = path + "/" + std::string(key->view()) + "=" + std::string(element[*key].AsString());
      if (partner == nullptr) return Differ(below, element, Value());
      if (auto mismatch = Compare(element, *partner, below)) return mismatch;
    }
    return std::nullopt;
  }
  if (expected.size() != found.size()) return Differ(path, expected, found);
  for (size_t i = 0; i < expected.size(); ++i) {
    if (auto mismatch = Compare(expected[i], found[i], path + "/" + std::to_string(i))) return mismatch;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mismatch> FindMismatch(const Value& expected, const Value& found) { return Compare(expected, found, ""); }

}  // namespace wavetank::sim
