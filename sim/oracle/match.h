// Match: does an object look as expected?
//
// `expected` is a part of the object (kubectl's idea of a manifest): every field it names must be there and match; fields
// it does not name may be anything; null means absent or null. Lists match element by element and in length, but a list of
// maps whose expected elements all have a `name` or a `type` matches by that key, in any order, as conditions and
// containers do.
#pragma once

#include <optional>
#include <string>

#include "runtime/value/value.h"

namespace wavetank::sim {

struct Mismatch {
  std::string path;      // "/status/readyReplicas"
  std::string expected;  // as JSON
  std::string found;     // as JSON, or "nothing"
};

// The first difference in the order of the expected document's fields; empty when it matches.
std::optional<Mismatch> FindMismatch(const Value& expected, const Value& found);

}  // namespace wavetank::sim
