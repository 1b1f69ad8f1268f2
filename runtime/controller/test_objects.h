// For the tests of runtime/controller and runtime/manager: objects from JSON text.
#pragma once

#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"

namespace wavetank::test {

// Single quotes stand for double quotes.
inline Object Obj(std::string_view json) {
  std::string text(json);
  for (char& c : text) {
    if (c == '\'') c = '"';
  }
  Result<Value> value = ParseJson(text);
  WT_CHECK(value.ok(), "a test's JSON is well-formed");
  return Object(*value);
}

}  // namespace wavetank::test
