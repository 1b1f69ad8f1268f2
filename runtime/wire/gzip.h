// Gzip of whole bodies (API-016). The only user of zlib.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank {

inline constexpr size_t kMaxGunzipBytes = 256u << 20;

// Fast rather than small, as the real server does. The same bytes for the same text.
std::string Gzip(std::string_view text);
// kTooLarge beyond kMaxGunzipBytes, kInvalidArgument for what is no gzip.
Result<std::string> Gunzip(std::string_view bytes);

}  // namespace wavetank
