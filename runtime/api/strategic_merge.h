// Strategic merge patch: a merge patch that knows the type (API-222..231).
//
//   // One container's image, the others stay:
//   Value patch = *ParseJson(R"({"spec":{"containers":[{"name":"web","image":"nginx:2"}]}})");
//   Result<Value> next = ApplyStrategicMerge(*pods->type, pod, patch);
//   Result<Value> diff = MakeStrategicMerge(*pods->type, pod, *next);      // ... and back
//
// Lists that the kind table marks with patchStrategy merge are merged element by element, found by their patchMergeKey or,
// without one, as sets of scalars; every other list is replaced. Directives inside a patch:
//   {"$patch": "replace" | "delete"}            of a map; in an element of a merged list: delete it, or replace the list
//   {"$retainKeys": ["a", "b"]}                 every other field of the object goes
//   {"$deleteFromPrimitiveList/f": ["x"]}       elements that leave the list f
//   {"$setElementOrder/f": [{"name": "b"}]}     the order of the list f; what the patch does not name keeps its place
// The result is the merged document as it stands: neither decoded nor defaulted (see restore.h for the former).
//
// Pure functions, faithful to the real server in its corners: order of the elements, texts of errors, and what a patch
// looks like in messages afterwards. Where Go's random order of map keys decides, ours is their sorted order.
// Complexity: O(size of the patch x log of the lists it touches); untouched parts of the document are shared.
#pragma once

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

// Code::kBadRequest: the patch has the wrong form (the server answers 400). Code::kInvalid: it asks for lists of lists
// (422 without details). Code::kInternal: anything else that the real server answers with 500 and the bare text.
// `left`, when given, gets what the merge left of the patch, which is how later errors print it: followed directives and
// lists that were put in order are gone.
Result<Value> ApplyStrategicMerge(const TypeInfo& type, const Value& document, const Value& patch,
                                  Value* left = nullptr);

// The patch that turns `from` into `to`, with the directives that kubectl would write; `{}` when they are equal. Fields
// that are null count as absent. Code::kInvalidArgument when no patch of this form leads there (repeated merge keys in
// mixed order, keys that look like directives): use a merge patch then. O(size).
Result<Value> MakeStrategicMerge(const TypeInfo& type, const Value& from, const Value& to);

}  // namespace wavetank
