// Style: colours of a terminal, or none.
//
//   Style style(terminal_can);
//   out += style.Bad("FAIL") + " " + name;
//
// Colour is an addition, never the only sign: the words say the same without it.
#pragma once

#include <string>
#include <string_view>

namespace wavetank::sim {

class Style {
 public:
  explicit Style(bool colour = false) : colour_(colour) {}
  bool colour() const { return colour_; }

  std::string Good(std::string_view text) const { return Paint("32", text); }
  std::string Bad(std::string_view text) const { return Paint("1;31", text); }
  std::string Odd(std::string_view text) const { return Paint("33", text); }
  std::string Label(std::string_view text) const { return Paint("1", text); }
  std::string Dim(std::string_view text) const { return Paint("2", text); }

 private:
  std::string Paint(std::string_view code, std::string_view text) const {
    if (!colour_ || text.empty()) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
  bool colour_;
};

}  // namespace wavetank::sim
