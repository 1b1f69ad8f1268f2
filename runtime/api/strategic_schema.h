// Where a strategic merge stands in the kind table: what the struct tags patchStrategy and patchMergeKey say of a field.
//
// Used by strategic_merge.cpp and strategic_diff.cpp only. The errors are the texts of the real server (API-226).
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

inline constexpr std::string_view kDirective = "$patch";
inline constexpr std::string_view kRetainKeys = "$retainKeys";
inline constexpr std::string_view kDeletePrefix = "$deleteFromPrimitiveList";
inline constexpr std::string_view kOrderPrefix = "$setElementOrder";

// A type as Go's reflection sees it: that of a field may be a pointer.
struct PatchType {
  TypeRef type;
  bool pointer = false;
};

struct PatchField {
  PatchType type;            // of the field; of its elements when it was looked up as a list
  bool merge = false;        // lists: element by element
  bool retain_keys = false;  // structs: the patch may say which fields stay
  bool replace = false;      // structs: taken whole
  std::string_view merge_key;
};

// Code::kInternal with the real server's words when `in` is no struct or has no such field.
Result<PatchField> LookupPatchField(const PatchType& in, std::string_view key);
Result<PatchField> LookupPatchList(const PatchType& in, std::string_view key);

// What identifies an element of a merged list: its merge key's value, or itself when the list has no key. Null when the
// element is no object or lacks the key.
const Value* MergeKeyOf(const Value& element, std::string_view merge_key);

}  // namespace wavetank::internal
