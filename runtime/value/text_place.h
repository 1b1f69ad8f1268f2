// Line and column of a byte offset, for error messages: `3:14: what is wrong`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wavetank {

struct TextPlace {
  int line = 1;
  int column = 1;  // in characters, not bytes
  // "3:14: "
  std::string Prefix() const { return std::to_string(line) + ":" + std::to_string(column) + ": "; }
};

// Both 1-based; an offset beyond the text names the place after its last character. O(offset).
inline TextPlace PlaceOf(std::string_view text, size_t offset) {
  TextPlace place;
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

}  // namespace wavetank
