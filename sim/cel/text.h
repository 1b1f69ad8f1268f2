// CEL values as text and back: what string(), int(), double(), bytes in JSON and messages need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/time.h"
#include "sim/cel/val.h"

namespace wavetank::cel {

// The shortest digits that give the same double back, in Go's %g: "1.5", "1e+06", "NaN", "+Inf".
std::string DoubleText(double d);
// RFC 3339 in UTC, with as many decimals as the time has: "2025-01-01T00:00:00Z", "2025-01-01T00:00:00.5Z".
std::string TimestampText(Time time);
// What is left of a time above its whole seconds, in [0, 10^9): correct at the ends of the range too.
int64_t NanosOfSecond(Time time);
// Seconds with as many decimals as needed: "90s", "-0.5s".
std::string SecondsText(Duration duration);
// The text of null, a bool, a number, a string, a type, a time or a duration, without quotes.
std::string PlainText(const Val& val);
// "a\"b": with the escapes of an expression.
std::string QuoteText(std::string_view text);
// Standard alphabet, with padding.
std::string EncodeBase64(std::string_view bytes);

// The whole text is a number; nothing otherwise, or out of range.
std::optional<int64_t> ParseInt(std::string_view text, int base = 10);
std::optional<uint64_t> ParseUint(std::string_view text, int base = 10);
std::optional<double> ParseDouble(std::string_view text);

}  // namespace wavetank::cel
