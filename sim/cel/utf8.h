// Characters (Unicode code points) in UTF-8 text: CEL counts and indexes strings by them.
//
// The counting functions take any bytes: a byte that starts no character counts as one. All are O(bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wavetank::cel {

// Length in bytes of the character at `at`. REQUIRES: at < text.size().
inline size_t CharacterLength(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return length <= text.size() - at ? length : text.size() - at;
}

inline size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += CharacterLength(text, at)) ++count;
  return count;
}

// The byte offset of character `index`; npos when there are fewer than `index` characters. The end counts as an index.
inline size_t OffsetOfCharacter(std::string_view text, size_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += CharacterLength(text, at);
  return index == 0 ? at : std::string_view::npos;
}

// Neither overlong forms nor surrogates nor anything above U+10FFFF.
bool IsValidUtf8(std::string_view text);
// False when `code_point` is a surrogate or too large; nothing is appended then.
bool AppendUtf8(uint32_t code_point, std::string& out);

}  // namespace wavetank::cel
