// Texts with symbols: "pods {{name2}} of {{time}}", and what may stand for a symbol.
//
//   std::vector<TextPart> parts = SplitSymbols("a {{rv3}}");    // "a " and the symbol rv3
//   std::optional<Found> found = MatchParts(parts, text);         // which text each symbol stands for
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::conformance {

struct TextPart {
  std::string text;     // of a literal, itself; of a symbol, its name
  bool symbol = false;  // stands for a text
};
// {{a*140000}} is written out: a literal.
std::vector<TextPart> SplitSymbols(std::string_view text);
// The one symbol that this text is, and nothing else; empty when it is none.
std::string WholeSymbol(std::string_view text);
// "rv12" -> "rv".
std::string SymbolClass(std::string_view symbol);
// Symbols with a number are bound to one value; "time" and its like promise the form alone.
bool IsNumbered(std::string_view symbol);

using Found = std::map<std::string, std::string>;
// The text as a whole; symbols stand for the longest text that fits, one that occurs twice for the same. Nothing: no match.
std::optional<Found> MatchParts(const std::vector<TextPart>& parts, std::string_view text);

// Whether a text may stand for a symbol of that class.
bool Fits(std::string_view symbol_class, std::string_view text);

}  // namespace wavetank::conformance
