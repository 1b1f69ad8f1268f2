// The order of merged lists: $setElementOrder before the patch's own order before the live one (API-227).
//
// Used by strategic_merge.cpp and strategic_diff.cpp only.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

using Values = std::vector<Value>;

// First place of each merge key's value in a growing list. An empty key: of each element.
class KeyPlaces {
 public:
  KeyPlaces(const Values& list, std::string_view merge_key);
  void Add(const Value& element);
  // -1 when there is none.
  std::ptrdiff_t Find(const Value* key) const;

 private:
  std::string_view merge_key_;
  std::map<uint64_t, std::vector<std::pair<Value, std::ptrdiff_t>>> places_;
  std::ptrdiff_t size_ = 0;
};

Status NoMergeKey(const Value& element, std::string_view merge_key);
Status BadArgument(std::string_view expected, const Value& received);

// Every element is an object with the merge key; true for lists of scalars, which have none.
Status CheckKeys(const Values& list, std::string_view merge_key);
// All of one type and none of them a list; `any` has the first element. Null: both lists are empty.
Result<const Value*> CommonElement(const Values& a, const Values& b);

// `merged` with the elements named by `order` in that order, and the others where `live` has them among those.
Result<Values> InOrder(const Values& merged, const Values& order, const Values& live, std::string_view merge_key);

// The elements of a patch that do not delete, in their order, must stand so in `order` too.
Status CheckOrder(const Values& patch, const Values& order, std::string_view merge_key);

}  // namespace wavetank::internal
