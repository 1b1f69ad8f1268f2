// Text for terminals: one line each, of a known width, with nothing in it that a terminal would obey.
//
//   OneLine("a\nb\x1b[2J")            -> "a b?[2J"
//   Clip("status.readyReplicas", 10)  -> "status...."
//   Hex(255)                          -> "00000000000000ff"
//
// Widths count characters of UTF-8, not bytes. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/time.h"

namespace wavetank::sim {

// Line breaks and runs of blanks become one blank, other control characters and bytes that are not UTF-8 a '?'.
std::string OneLine(std::string_view text);
size_t Width(std::string_view text);
// At most `width` characters; three dots stand for what is missing. REQUIRES: width >= 3.
std::string Clip(std::string_view text, size_t width);
// Blanks behind (or in front) up to `width` characters.
std::string PadRight(std::string text, size_t width);
std::string PadLeft(std::string text, size_t width);
// Breaks one line at blanks into at most `lines` pieces of at most `width` characters; the last one is clipped.
std::vector<std::string> Wrap(std::string_view text, size_t width, size_t lines);

// 16 digits: hashes.
std::string Hex(uint64_t number);
// Reads what Hex wrote, in either letter case. False for anything else.
bool ParseHex(std::string_view text, uint64_t& number);
// "1 schedule", "12 schedules".
std::string Count(uint64_t number, std::string_view noun);
// At most three digits behind the point: "1.5s", "12.345ms", "2h3m0s".
std::string ShortDuration(Duration duration);
// The word as a POSIX shell reads it back: in single quotes where it must be.
std::string ShellWord(std::string_view word);

}  // namespace wavetank::sim
