// JSON as it was written: requests are sent with their keys in the order of the file, which a Value does not keep.
//
//   RawMember(R"({"a":1,"b":{"z":1,"a":2}})", "b")   -> {"z":1,"a":2}
//
// REQUIRES: valid JSON. O(size).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::conformance {

struct RawField {
  std::string key;
  std::string_view value;
};
std::vector<RawField> RawFields(std::string_view object);
std::vector<std::string_view> RawElements(std::string_view array);
std::optional<std::string_view> RawMember(std::string_view object, std::string_view key);
// The text of a JSON string.
std::string RawString(std::string_view literal);
// `text` as a JSON string of ASCII alone: what the recorder sent.
std::string AsciiJson(std::string_view text);

}  // namespace wavetank::conformance
