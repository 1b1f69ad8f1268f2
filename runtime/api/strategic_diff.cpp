// The way back: the strategic merge patch between two documents.
#include <algorithm>
#include <string>

#include "runtime/api/go_text.h"
#include "runtime/api/strategic_lists.h"
#include "runtime/api/strategic_merge.h"
#include "runtime/api/strategic_schema.h"

namespace wavetank {
namespace {

using namespace internal;  // NOLINT: the other files of strategic merge

Values Elements(const Value& list) { return {list.elements().begin(), list.elements().end()}; }
String Prefixed(std::string_view prefix, std::string_view key) {
  return String(std::string(prefix) + "/" + std::string(key));
}

// Equal when a null field is the same as none.
bool Same(const Value& a, const Value& b) {
  if (a == b) return true;
  if (a.is_array() && b.is_array()) {
    return std::ranges::equal(a.elements(), b.elements(), [](const Value& x, const Value& y) { return Same(x, y); });
  }
  if (!a.is_object() || !b.is_object()) return false;
  const auto covers = [](const Value& whole, const Value& part) {
    return std::ranges::all_of(part.fields(),
                               [&whole](const Field& field) { return Same(whole[field.key.view()], field.value); });
  };
  return covers(a, b) && covers(b, a);
}

// Every key of the list occurs once, on objects.
bool Distinct(const Values& list, std::string_view merge_key) {
  KeyPlaces seen({}, merge_key);
  for (const Value& element : list) {
    const Value* key = MergeKeyOf(element, merge_key);
    if (key == nullptr || seen.Find(key) >= 0) return false;
    seen.Add(element);
  }
  return true;
}

// The elements by their keys alone, as $setElementOrder names them.
Value OrderOf(const Values& list, std::string_view merge_key) {
  Values order;
  for (const Value& element : list) {
    order.push_back(
        merge_key.empty() ? element : ObjectBuilder(1).Add(String(merge_key), *MergeKeyOf(element, merge_key)).Build());
  }
  return Value::Array(std::move(order));
}

class Differ {
 public:
  Result<Value> Map(const Value& from, const Value& to, const PatchType& type, bool retain_keys);

 private:
  Status Field(const wavetank::Field& to, const Value& old, const PatchType& type, ObjectBuilder& patch);
  Status List(std::string_view key, const Value& from, const Value& to, const PatchField& field, ObjectBuilder& patch);
  Result<Values> Objects(const Values& from, const Values& to, const PatchField& field);
};

Result<Value> Differ::Map(const Value& from, const Value& to, const PatchType& type, bool retain_keys) {
  ObjectBuilder patch;
  Values kept;
  for (const wavetank::Field& field : to.fields()) {
    if (field.value.is_null()) continue;
    kept.push_back(Value(field.key));
    const Value& old = from[field.key.view()];
    if (Same(old, field.value)) continue;
    WT_RETURN_IF_ERROR(Field(field, old, type, patch));
  }
  for (const wavetank::Field& field : from.fields()) {
    if (!field.value.is_null() && to[field.key.view()].is_null()) patch.Add(field.key, Value());
  }
  if (retain_keys && patch.size() > 0 && !kept.empty()) patch.Add(String(kRetainKeys), Value::Array(std::move(kept)));
  return patch.Build();
}

Status Differ::Field(const wavetank::Field& to, const Value& old, const PatchType& type, ObjectBuilder& patch) {
  const std::string_view key = to.key.view();
  if (old.is_object() && to.value.is_object()) {
    WT_ASSIGN(const PatchField field, LookupPatchField(type, key));
    if (field.replace) {
      patch.Add(to.key, to.value);
      return {};
    }
    WT_ASSIGN(Value below, Map(old, to.value, field.type, field.retain_keys));
    if (!below.empty()) patch.Add(to.key, std::move(below));
    return {};
  }
  if (old.is_array() && to.value.is_array()) {
    WT_ASSIGN(const PatchField field, LookupPatchList(type, key));
    return List(key, old, to.value, field, patch);
  }
  patch.Add(to.key, to.value);
  return {};
}

Status Differ::List(std::string_view key, const Value& from, const Value& to, const PatchField& field,
                    ObjectBuilder& patch) {
  if (!field.merge || from.empty()) {
    patch.Add(String(key), to);
    return {};
  }
  const Values old = Elements(from);
  Values now = Elements(to);
  WT_ASSIGN(const Value* element, CommonElement(old, now));
  if (element->is_object() && (!Distinct(old, field.merge_key) || !Distinct(now, field.merge_key))) {
    now.insert(now.begin(), ObjectBuilder(1).Add(String(kDirective), "replace").Build());
    patch.Add(String(key), Value::Array(std::move(now)));
    return {};
  }
  const std::string_view merge_key = element->is_object() ? field.merge_key : std::string_view();
  Values gone;
  Values changed;
  if (element->is_object()) {
    WT_ASSIGN(changed, Objects(old, now, field));
  } else {
    const KeyPlaces old_places(old, "");
    const KeyPlaces now_places(now, "");
    for (const Value& value : now) {
      if (old_places.Find(&value) < 0) changed.push_back(value);
    }
    for (const Value& value : old) {
      if (now_places.Find(&value) < 0) gone.push_back(value);
    }
  }
  if (!changed.empty()) patch.Add(String(key), Value::Array(std::move(changed)));
  if (!gone.empty()) patch.Add(Prefixed(kDeletePrefix, key), Value::Array(std::move(gone)));
  if (!now.empty()) patch.Add(Prefixed(kOrderPrefix, key), OrderOf(now, merge_key));
  return {};
}

// What is new or different, in the order of `to`, then what is gone.
Result<Values> Differ::Objects(const Values& from, const Values& to, const PatchField& field) {
  const String merge_key(field.merge_key);
  const KeyPlaces from_places(from, field.merge_key);
  const KeyPlaces to_places(to, field.merge_key);
  Values patch;
  for (const Value& element : to) {
    const Value* key = MergeKeyOf(element, field.merge_key);
    const std::ptrdiff_t at = from_places.Find(key);
    if (at < 0) {
      patch.push_back(element);
      continue;
    }
    const Value& old = from[static_cast<size_t>(at)];
    if (Same(old, element)) continue;
    WT_ASSIGN(Value below, Map(old, element, field.type, field.retain_keys));
    patch.push_back(below.Set(merge_key, *key));
  }
  for (const Value& element : from) {
    const Value* key = MergeKeyOf(element, field.merge_key);
    if (to_places.Find(key) >= 0) continue;
    patch.push_back(ObjectBuilder(2).Add(String(kDirective), "delete").Add(merge_key, *key).Build());
  }
  return patch;
}

}  // namespace

Result<Value> MakeStrategicMerge(const TypeInfo& type, const Value& from, const Value& to) {
  if (from == to) return Value::EmptyObject();
  Differ differ;
  Result<Value> patch = differ.Map(from, to, {{Shape::kStruct, &type, nullptr}, false}, false);
  if (!patch.ok()) return Status(Code::kInvalidArgument, patch.status().message());
  // Some states have no such patch; a patch that leads elsewhere is worse than none.
  const Result<Value> back = ApplyStrategicMerge(type, from, *patch);
  if (!back.ok()) return Status(Code::kInvalidArgument, back.status().message());
  if (!Same(*back, to)) {
    return Status(Code::kInvalidArgument,
                  "no strategic merge patch leads from the one document to the other; use a merge patch");
  }
  return patch;
}

}  // namespace wavetank
