#include "sim/cel/source.h"

#include <algorithm>
#include <charconv>

#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

// Reads "12:" off the front of `text`; 0 when there is none.
int TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ':') return 0;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return number;
}

std::string_view LineOf(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

Place PlaceOf(std::string_view text, uint32_t offset) {
  if (offset == kNowhere) return {};
  const std::string_view before = text.substr(0, offset);
  const size_t newline = before.rfind('\n');
  const std::string_view of_line = newline == std::string_view::npos ? before : before.substr(newline + 1);
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(CountCharacters(of_line)) + 1};
}

std::string MessageAt(std::string_view text, uint32_t offset, std::string_view message) {
  if (offset == kNowhere) return std::string(message);
  const Place place = PlaceOf(text, offset);
  std::string out = std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
  out += message;
  return out;
}

Status ErrorAt(std::string_view text, uint32_t offset, std::string_view message) {
  return Status(Code::kInvalidArgument, MessageAt(text, offset, message));
}

std::string CaretLines(std::string_view text, std::string_view message) {
  const int line = TakeNumber(message);
  const int column = line > 0 ? TakeNumber(message) : 0;
  if (column <= 0) return {};
  std::string shown(LineOf(text, line));
  if (column > static_cast<int>(CountCharacters(shown)) + 1) return {};
  std::replace(shown.begin(), shown.end(), '\t', ' ');
  return "  " + shown + "\n  " + std::string(static_cast<size_t>(column) - 1, ' ') + "^";
}

std::string Explain(std::string_view text, const Status& error) {
  const std::string caret = CaretLines(text, error.message());
  return caret.empty() ? error.message() : error.message() + "\n" + caret;
}

}  // namespace wavetank::cel
