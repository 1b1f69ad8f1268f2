// Texts with a form of their own inside JSON: times and bytes, in the one form that the real server prints.
//
//   *CanonicalTime("2026-01-02T03:04:05+02:00")   -> "2026-01-02T01:04:05Z"
//   *DecodeBase64("YQ==")                          -> "a"
//
// Pure functions; O(bytes). The errors are Go's texts (kInvalidArgument). Years 0 to 9999, which Time of runtime/base
// cannot all hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank {

// metav1.Time: whole seconds in UTC. The zero time (year 1) is the empty text, which stands for null.
Result<std::string> CanonicalTime(std::string_view text);
// Whether `text` is in that form already (a cheap no for the 29th to 31st: those ask the calendar).
bool IsCanonicalTime(std::string_view text);
// metav1.MicroTime: exactly six decimals, in and out.
Result<std::string> CanonicalMicroTime(std::string_view text);

// Go's strconv.ParseInt with base 10 and 64 bits; the error is a 400 in its words.
Result<int64_t> ParseGoInt(std::string_view text);

// Standard base64 with padding; line breaks are skipped.
Result<std::string> DecodeBase64(std::string_view text);
std::string EncodeBase64(std::string_view bytes);

}  // namespace wavetank
