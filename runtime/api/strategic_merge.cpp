#include "runtime/api/strategic_merge.h"

#include <optional>
#include <string>

#include "runtime/api/go_text.h"
#include "runtime/api/strategic_lists.h"
#include "runtime/api/strategic_schema.h"

namespace wavetank {
namespace {

using namespace internal;  // NOLINT: the other files of strategic merge

Status Failed(std::string message) { return Status(Code::kInternal, std::move(message)); }
Status BadForm(std::string_view of) { return Status(Code::kBadRequest, "invalid patch format of " + std::string(of)); }
Status BadDirective(const Value& directive, const Value& in) {
  return Failed("unknown patch type: " + GoStringVerb(directive) + " in map: " + GoText(in));
}

Values Elements(const Value& list) { return {list.elements().begin(), list.elements().end()}; }
bool SameType(const Value& a, const Value& b) { return GoTypeOf(a) == GoTypeOf(b); }

// "$prefix/field" -> "field"; nothing when there is no slash after the prefix.
std::optional<std::string_view> FieldOf(std::string_view key, std::string_view prefix) {
  if (key.size() <= prefix.size() || key[prefix.size()] != '/') return std::nullopt;
  return key.substr(prefix.size() + 1);
}

// A value that is new to the document: null fields of objects say nothing.
Value WithoutNulls(const Value& value) {
  bool changed = false;
  const auto clean = [&changed](const Value& part) {
    Value out = part.is_object() || part.is_array() ? WithoutNulls(part) : part;
    changed = changed || out.identity() != part.identity();
    return out;
  };
  if (value.is_array()) {
    Values kept;
    for (const Value& element : value.elements()) kept.push_back(clean(element));
    return changed ? Value::Array(std::move(kept)) : value;
  }
  ObjectBuilder kept(value.size());
  for (const Field& field : value.fields()) {
    if (field.value.is_null()) {
      changed = true;
    } else {
      kept.Add(field.key, clean(field.value));
    }
  }
  return changed ? kept.Build() : value;
}

// A value that is new to the document: objects that only carry a directive are none. Nothing: the whole of it is one.
std::optional<Value> WithoutDirectives(const Value& value) {
  if (value.is_object()) {
    if (value.Has(kDirective)) return std::nullopt;
    ObjectBuilder kept(value.size());
    for (const Field& field : value.fields()) {
      if (std::optional<Value> clean = WithoutDirectives(field.value)) kept.Add(field.key, *std::move(clean));
    }
    return kept.Build();
  }
  if (!value.is_array()) return value;
  Values kept;
  for (const Value& element : value.elements()) {
    if (std::optional<Value> clean = WithoutDirectives(element)) kept.push_back(*std::move(clean));
  }
  return Value::Array(std::move(kept));
}

// Each function takes the patch by reference and leaves in it what messages print later.
class Merger {
 public:
  Result<Value> Map(const Value& original, Value& patch, const PatchType& type);

 private:
  Result<Value> ApplyRetainKeys(const Value& original, Value& patch);
  Result<Value> ApplyOrders(Value original, Value& patch, const PatchType& type);
  Result<Value> ApplyOrder(const Value& original, Value& patch, std::string_view key, const Value& order,
                           const PatchType& type);
  Result<Value> ApplyField(const Value& original, Value& patch, const Field& field, const PatchType& type);
  Result<Value> List(const Value& original, Value& patch, const PatchField& field, bool deletes);
  Result<Values> Objects(Values& original, Values& patch, const PatchField& field);
};

Result<Value> Merger::Map(const Value& original, Value& patch, const PatchType& type) {
  if (const Value* directive = patch.Find(kDirective); directive != nullptr) {
    if (*directive == "replace") return patch = patch.Without(kDirective);
    if (*directive == "delete") return Value::EmptyObject();
    return BadDirective(*directive, patch);
  }
  WT_ASSIGN(Value merged, ApplyRetainKeys(original, patch));
  WT_ASSIGN(merged, ApplyOrders(std::move(merged), patch, type));
  const Value fields = patch;
  for (const Field& field : fields.fields()) {
    WT_ASSIGN(merged, ApplyField(merged, patch, field, type));
  }
  return merged;
}

// "$retainKeys": what the list does not name goes; what the patch sets must be named.
Result<Value> Merger::ApplyRetainKeys(const Value& original, Value& patch) {
  const Value* found = patch.Find(kRetainKeys);
  if (found == nullptr) return original;
  const Value list = *found;
  patch = patch.Without(kRetainKeys);
  if (!list.is_array()) return BadForm("retainKeys");
  const KeyPlaces named(Elements(list), "");
  const auto retained = [&named](const String& key) {
    const Value name(key);
    return named.Find(&name) >= 0;
  };
  for (const Field& field : patch.fields()) {
    const std::string_view key = field.key.view();
    if (field.value.is_null() || key.starts_with(kDeletePrefix) || key.starts_with(kOrderPrefix)) continue;
    if (!retained(field.key)) return BadForm("retainKeys");
  }
  Value kept = original;
  for (const Field& field : original.fields()) {
    if (!retained(field.key)) kept = kept.Without(field.key.view());
  }
  return kept;
}

Result<Value> Merger::ApplyOrders(Value original, Value& patch, const PatchType& type) {
  const Value fields = patch;
  for (const Field& field : fields.fields()) {
    if (!field.key.view().starts_with(kOrderPrefix)) continue;
    patch = patch.Without(field.key.view());
    if (!field.value.is_array()) return BadArgument("[]interface {}", field.value);
    const std::optional<std::string_view> key = FieldOf(field.key.view(), kOrderPrefix);
    if (!key.has_value()) return BadForm("setElementOrder list");
    WT_ASSIGN(original, ApplyOrder(original, patch, *key, field.value, type));
  }
  return original;
}

// "$setElementOrder/<key>": merges that list too, so that the order has the last word.
Result<Value> Merger::ApplyOrder(const Value& original, Value& patch, std::string_view key, const Value& order,
                                 const PatchType& type) {
  const Value* live = original.Find(key);
  const Value* given = patch.Find(key);
  for (const Value* list : {live, given}) {
    if (list != nullptr && !list->is_array()) return BadArgument("[]interface {}", *list);
  }
  WT_ASSIGN(const PatchField field, LookupPatchList(type, key));
  const Values live_list = live == nullptr ? Values() : Elements(*live);
  const Values given_list = given == nullptr ? Values() : Elements(*given);
  const Values order_list = Elements(order);
  WT_RETURN_IF_ERROR(CheckOrder(given_list, order_list, field.merge_key));
  Value merged;
  if (live == nullptr && given == nullptr) return original;
  if (given == nullptr) {
    merged = *live;
  } else if (live == nullptr) {
    merged = *WithoutDirectives(*given);
  } else {
    Value list = *given;
    WT_ASSIGN(merged, List(*live, list, field, false));
  }
  WT_RETURN_IF_ERROR(CheckKeys(Elements(merged), field.merge_key));
  WT_ASSIGN(const Value* element, CommonElement(live_list, given_list));
  if (element == nullptr) return Failed("no elements in any given slices");
  WT_ASSIGN(Values ordered, InOrder(Elements(merged), order_list, live_list, field.merge_key));
  patch = patch.Without(key);
  return original.Set(key, Value::Array(std::move(ordered)));
}

Result<Value> Merger::ApplyField(const Value& original, Value& patch, const Field& field, const PatchType& type) {
  std::string_view key = field.key.view();
  const Value& value = field.value;
  const bool deletes = key.starts_with(kDeletePrefix);
  if (deletes) {
    const std::optional<std::string_view> list = FieldOf(key, kDeletePrefix);
    if (!list.has_value()) return BadForm("primitive list");
    if (!list->empty()) key = *list;
  }
  if (value.is_null()) return original.Without(key);
  const Value* old = original.Find(key);
  if (old == nullptr || !SameType(*old, value)) {
    if (deletes) return original;
    const Value said = WithoutNulls(value);
    patch = patch.Set(field.key, said);
    const std::optional<Value> taken = WithoutDirectives(said);
    return taken.has_value() ? original.Set(key, *taken) : original.Without(key);
  }
  if (!value.is_object() && !value.is_array()) return original.Set(key, *old == value ? *old : value);
  Value left = value;
  if (value.is_array()) {
    WT_ASSIGN(const PatchField info, LookupPatchList(type, key));
    WT_ASSIGN(Value list, List(*old, left, info, deletes));
    patch = patch.Set(field.key, left);
    return original.Set(key, list == *old ? *old : std::move(list));
  }
  WT_ASSIGN(const PatchField info, LookupPatchField(type, key));
  if (info.replace) return original.Set(key, *old == value ? *old : value);
  WT_ASSIGN(Value merged, Map(*old, left, info.type));
  patch = patch.Set(field.key, left);
  return original.Set(key, merged == *old ? *old : std::move(merged));
}

Result<Value> Merger::List(const Value& original, Value& patch, const PatchField& field, bool deletes) {
  if (!field.merge && !deletes) return patch;
  if (original.empty() && patch.empty()) return original;
  Values live = Elements(original);
  Values given = Elements(patch);
  WT_ASSIGN(const Value* element, CommonElement(live, given));
  if (!element->is_object()) {
    if (deletes) {
      const KeyPlaces gone(given, "");
      std::erase_if(live, [&gone](const Value& v) { return gone.Find(&v) >= 0; });
      return Value::Array(std::move(live));
    }
    Values merged = live;
    merged.insert(merged.end(), given.begin(), given.end());
    // A set: the first of equal elements stays.
    Values distinct;
    KeyPlaces seen({}, "");
    for (Value& value : merged) {
      if (seen.Find(&value) >= 0) continue;
      seen.Add(value);
      distinct.push_back(std::move(value));
    }
    WT_ASSIGN(Values ordered, InOrder(distinct, given, live, field.merge_key));
    return Value::Array(std::move(ordered));
  }
  if (field.merge_key.empty()) {
    return Failed("cannot merge lists without merge key for " + std::string(GoKindOf(field.type.type)));
  }
  Values rest = given;  // without the elements that only carry directives
  WT_ASSIGN(const Values merged, Objects(live, rest, field));
  WT_ASSIGN(Values ordered, InOrder(merged, rest, live, field.merge_key));
  return Value::Array(std::move(ordered));
}

// Merges lists of objects. `original` loses what the patch deletes, `patch` its elements that are directives.
Result<Values> Merger::Objects(Values& original, Values& patch, const PatchField& field) {
  Values plain;
  bool replace = false;
  for (const Value& element : patch) {
    const Value* directive = element.Find(kDirective);
    if (directive == nullptr) {
      plain.push_back(element);
    } else if (*directive == "delete") {
      const Value* key = MergeKeyOf(element, field.merge_key);
      if (key == nullptr) return NoMergeKey(element, field.merge_key);
      std::erase_if(original, [&](const Value& old) {
        const Value* other = MergeKeyOf(old, field.merge_key);
        return other != nullptr && *other == *key;
      });
    } else if (*directive == "replace") {
      replace = true;
    } else if (*directive == "merge") {
      return Failed("merging lists cannot yet be specified in the patch");
    } else {
      return BadDirective(*directive, element);
    }
  }
  if (replace) {
    original = std::move(plain);
    patch.clear();
  } else {
    patch = std::move(plain);
  }
  Values merged = original;
  KeyPlaces places(merged, field.merge_key);
  for (Value& element : patch) {
    const Value* key = MergeKeyOf(element, field.merge_key);
    if (key == nullptr) return NoMergeKey(element, field.merge_key);
    const std::ptrdiff_t at = places.Find(key);
    if (at < 0) {
      merged.push_back(element);
      places.Add(element);
      continue;
    }
    const Value whole = element;
    WT_ASSIGN(Value next, Map(merged[static_cast<size_t>(at)], element, field.type));
    // The order is decided by keys, which following the directives may have taken from the patch's element.
    if (!element.Has(field.merge_key)) element = whole;
    merged[static_cast<size_t>(at)] = std::move(next);
  }
  return merged;
}

}  // namespace

Result<Value> ApplyStrategicMerge(const TypeInfo& type, const Value& document, const Value& patch, Value* left) {
  Value rest = patch.is_null() ? Value::EmptyObject() : patch;
  if (!rest.is_object()) return BadArgument("map[string]interface {}", rest);
  Merger merger;
  Result<Value> merged = merger.Map(document, rest, {{Shape::kStruct, &type, nullptr}, false});
  if (left != nullptr) *left = rest;
  if (merged.ok() && *merged == document) return document;
  return merged;
}

}  // namespace wavetank
