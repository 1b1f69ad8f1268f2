// Recorded document against found document.
//
//   MaybeMismatch no = MatchBody(expected, found, symbols);
//
// Equal means: no field missing, none extra, symbols bound alike. Lists' own versions may be newer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/value.h"
#include "tools/conformance/symbols.h"

namespace wavetank::conformance {

// `unordered`: the causes of an error and the parts of its message are a set (schemas, conflicts of apply).
MaybeMismatch MatchBody(const Value& expected, const Value& found, Symbols& symbols, bool unordered = false);
// One value, for picked pointers; `soft` for a list's version.
MaybeMismatch MatchValue(const Value& expected, const Value& found, Symbols& symbols, const std::string& at, bool soft);
// Binds symbols that stand alone, so that texts around others are unambiguous.
MaybeMismatch BindWhole(const Value& expected, const Value& found, Symbols& symbols, const std::string& at);

// The found document as the recorder would have written it.
struct Preparation {
  bool strip_managed_fields = false;
  bool strip_descriptions = false;  // of OpenAPI
  Value normalise;                  // {"drop": [...], "sort": [...]}
};
Value StripColumns(const Value& document);  // Tables without the descriptions of their columns
Value Prepare(Value found, const Preparation& how, Symbols& symbols);

}  // namespace wavetank::conformance
