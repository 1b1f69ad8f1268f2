#include "runtime/api/strategic_lists.h"

#include <algorithm>
#include <utility>

#include "runtime/api/go_text.h"
#include "runtime/api/strategic_schema.h"

namespace wavetank::internal {
namespace {

Status Failed(std::string message) { return Status(Code::kInternal, std::move(message)); }

bool Deletes(const Value& element) { return element.is_object() && element[kDirective] == "delete"; }

// `list` as `order` says. What `order` does not name goes to the front, each before those that came earlier: so does the
// real server's sort, whose comparison is no order then.
Values SortBy(const KeyPlaces& order, Values list, std::string_view merge_key) {
  struct Item {
    std::ptrdiff_t place;
    Value value;
  };
  std::vector<Item> items;
  items.reserve(list.size());
  bool all_named = true;
  for (Value& value : list) {
    const std::ptrdiff_t place = order.Find(MergeKeyOf(value, merge_key));
    all_named = all_named && place >= 0;
    items.push_back({place, std::move(value)});
  }
  if (all_named) {
    std::ranges::stable_sort(items, {}, &Item::place);
  } else {
    for (size_t i = 1; i < items.size(); ++i) {
      for (size_t j = i; j > 0; --j) {
        const bool both = items[j].place >= 0 && items[j - 1].place >= 0;
        if (both && items[j].place >= items[j - 1].place) break;
        std::swap(items[j], items[j - 1]);
      }
    }
  }
  Values sorted;
  sorted.reserve(items.size());
  for (Item& item : items) sorted.push_back(std::move(item.value));
  return sorted;
}

// The elements that `names` names, and the others.
std::pair<Values, Values> Split(const Values& merged, const KeyPlaces& names, std::string_view merge_key) {
  std::pair<Values, Values> parts;
  for (const Value& element : merged) {
    const bool named = names.Find(MergeKeyOf(element, merge_key)) >= 0;
    (named ? parts.first : parts.second).push_back(element);
  }
  return parts;
}

}  // namespace

KeyPlaces::KeyPlaces(const Values& list, std::string_view merge_key) : merge_key_(merge_key) {
  for (const Value& element : list) Add(element);
}

void KeyPlaces::Add(const Value& element) {
  const std::ptrdiff_t at = size_++;
  const Value* key = MergeKeyOf(element, merge_key_);
  if (key == nullptr || Find(key) >= 0) return;
  places_[key->hash()].emplace_back(*key, at);
}

std::ptrdiff_t KeyPlaces::Find(const Value* key) const {
  if (key == nullptr) return -1;
  const auto found = places_.find(key->hash());
  if (found == places_.end()) return -1;
  for (const auto& [value, place] : found->second) {
    if (value == *key) return place;
  }
  return -1;
}

Status NoMergeKey(const Value& element, std::string_view merge_key) {
  return Failed("map: " + GoText(element) + " does not contain declared merge key: " + std::string(merge_key));
}

Status BadArgument(std::string_view expected, const Value& received) {
  return Failed("expected a " + std::string(expected) + ", but received a " + std::string(GoTypeOf(received)));
}

Status CheckKeys(const Values& list, std::string_view merge_key) {
  if (merge_key.empty()) return {};
  for (const Value& element : list) {
    if (!element.is_object()) return BadArgument("map[string]interface {}", element);
    if (!element.Has(merge_key)) return NoMergeKey(element, merge_key);
  }
  return {};
}

Result<const Value*> CommonElement(const Values& a, const Values& b) {
  const Value* first = nullptr;
  for (const Values* list : {&a, &b}) {
    for (const Value& element : *list) {
      if (first == nullptr) {
        first = &element;
        // The real server's decoder of types stumbles over a null here, and its panic handler answers.
        if (element.is_null()) return Failed("This request caused apiserver to panic. Look in the logs for details.");
        if (element.is_array()) return Status(Code::kInvalid, "lists of lists are not supported");
      } else if (GoTypeOf(element) != GoTypeOf(*first)) {
        return Failed("list element types are not identical: " +
                      GoText(Value::Array({Value::Array(a), Value::Array(b)})));
      }
    }
  }
  return first;
}

Result<Values> InOrder(const Values& merged, const Values& order, const Values& live, std::string_view merge_key) {
  WT_RETURN_IF_ERROR(CheckKeys(merged, merge_key));
  for (size_t i = 0; i < order.size() && !merge_key.empty() && !merged.empty(); ++i) {
    if (!order[i].is_object()) return Failed("value for key " + std::to_string(i) + " is not a map");
  }
  const KeyPlaces order_places(order, merge_key);
  auto [named, others] = Split(merged, order_places, merge_key);
  WT_RETURN_IF_ERROR(CheckKeys(order, merge_key));
  const KeyPlaces live_places(live, merge_key);
  named = SortBy(order_places, std::move(named), merge_key);
  WT_RETURN_IF_ERROR(CheckKeys(live, merge_key));
  others = SortBy(live_places, std::move(others), merge_key);

  // Each of the others goes before the first named one that the live list has behind it.
  Values all;
  all.reserve(named.size() + others.size());
  size_t i = 0;
  size_t j = 0;
  while (i < others.size() || j < named.size()) {
    bool take_other = j >= named.size();
    if (i < others.size() && !take_other) {
      const std::ptrdiff_t left = live_places.Find(MergeKeyOf(others[i], merge_key));
      const std::ptrdiff_t right = live_places.Find(MergeKeyOf(named[j], merge_key));
      take_other = left >= 0 && right >= 0 && left < right;
    }
    all.push_back(take_other ? std::move(others[i++]) : std::move(named[j++]));
  }
  return all;
}

Status CheckOrder(const Values& patch, const Values& order, std::string_view merge_key) {
  if (order.empty() || patch.empty()) return {};
  Values kept;
  for (const Value& element : patch) {
    if (!merge_key.empty() && !element.is_object()) return BadArgument("map[string]interface {}", element);
    if (merge_key.empty() || !Deletes(element)) kept.push_back(element);
  }
  size_t at = 0;
  for (size_t i = 0; i < order.size() && at < kept.size(); ++i) {
    for (const Value* element : {std::as_const(kept).data() + at, order.data() + i}) {
      if (merge_key.empty()) break;
      if (!element->is_object()) return BadArgument("map[string]interface {}", *element);
      if (!element->Has(merge_key)) return NoMergeKey(*element, merge_key);
    }
    if (*MergeKeyOf(kept[at], merge_key) == *MergeKeyOf(order[i], merge_key)) ++at;
  }
  if (at == kept.size()) return {};
  return Failed("The order in patch list:\n" + GoText(Value::Array(patch)) +
                "\n doesn't match $setElementOrder list:\n" + GoText(Value::Array(order)) + "\n");
}

}  // namespace wavetank::internal
