// Times as protobuf has them, {seconds since 1970, nanoseconds}, and as JSON has them. Years 0 to 9999.
//
//   TimeText(0, 0, false)                       -> "1970-01-01T00:00:00Z"
//   TimeOf("1970-01-01T00:00:00.000001Z")       -> {0, 1000}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wavetank {

struct ProtobufTime {
  int64_t seconds = 0;
  int64_t nanos = 0;
};

// Nothing for years that RFC 3339 cannot print. The zero time (year 1) is the empty text. `micro`: six decimals.
std::optional<std::string> TimeText(ProtobufTime time, bool micro);
// REQUIRES: text as CanonicalTime or CanonicalMicroTime give it, not the empty one.
ProtobufTime TimeOf(std::string_view canonical);

}  // namespace wavetank
