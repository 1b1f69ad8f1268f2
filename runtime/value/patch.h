// JSON pointer (RFC 6901), JSON patch (RFC 6902) and JSON merge patch (RFC 7386) on Values. Pure functions.
//
// The details follow the library the real server uses (API-215 to API-218): negative indexes work, `replace` of a missing
// key of an object succeeds, `move` and `copy` from a missing key yield null (which a typed string field reads as ""), "01"
// is an index, `add` and `replace` without a value set null, `remove` of a missing path fails, the text before a path's
// first slash counts for nothing, and only `replace` reaches the whole document.
//
//   Result<Value> patched = ApplyJsonPatch(pod, *ParseJson(R"([{"op":"add","path":"/metadata/labels","value":{}}])"));
//   Value smaller = ApplyMergePatch(pod, *ParseJson(R"({"spec":{"nodeName":null}})"));
//
// Costs: an operation copies the nodes on its path. Input is bounded: 10,000 operations, 3 MiB added by `copy`
// (API-217), and the depth of ParseLimits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

// "/a~1b/0" -> {"a/b", "0"}. Empty when the pointer is malformed.
std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer);
std::string EscapePointerPart(std::string_view part);
// The value a pointer leads to, or null pointer.
const Value* Resolve(const Value& document, std::string_view pointer);
// Sets (and makes, on the way) the place a pointer names. InvalidArgument when the way leads through a scalar.
Result<Value> SetAtPointer(const Value& document, std::string_view pointer, Value value);

// `patch` is the array of operations; null is an empty one. kBadRequest: the patch is no patch, with the text that the
// real server prints after "error decoding patch: " (API-215). kTooLarge: too many operations. kInvalid: it cannot be
// applied here; the message says which operation and why.
Result<Value> ApplyJsonPatch(const Value& document, const Value& patch);
// null deletes, objects merge, everything else replaces. A result equal to `document` shares its node.
Value ApplyMergePatch(const Value& document, const Value& patch);
// The smallest merge patch that turns `from` into `to` (an empty object when they are equal).
Value MakeMergePatch(const Value& from, const Value& to);

// The first difference as a JSON pointer, for messages; empty optional when equal.
std::optional<std::string> FirstDifference(const Value& a, const Value& b);

}  // namespace wavetank
