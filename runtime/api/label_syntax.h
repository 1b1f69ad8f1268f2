// What may stand in a label, and the real server's sentences about what may not.
//
// Each function answers the complaints about a text, none when it is valid. O(bytes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wavetank {

// "example.com/name" or "name".
std::vector<std::string> LabelKeyErrors(std::string_view key);
// "" or up to 63 bytes of a word.
std::vector<std::string> LabelValueErrors(std::string_view value);
// "a.b-c": up to 253 bytes.
std::vector<std::string> Dns1123SubdomainErrors(std::string_view name);
// "a-b": up to 63 bytes.
std::vector<std::string> Dns1123LabelErrors(std::string_view name);

}  // namespace wavetank
