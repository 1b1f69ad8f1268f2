// Options of list and watch: what may stand together (API-295, API-333), versions and continue tokens (API-287..294).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/transport/request.h"

namespace wavetank::sim {

Status CheckListOptions(const ListOptions& options, bool watch);

// Where a list goes on: `start` is the smallest key suffix that may follow, "<ns>/<name>" or "<name>".
struct ContinueToken {
  int64_t revision = 0;  // -1: the newest
  std::string start;
};
std::string EncodeContinue(const ContinueToken& token);
// The error is a 400 with the server's text (API-294).
Result<ContinueToken> DecodeContinue(std::string_view text);

// `Timeout: Too large resource version: N, current: M` (API-126).
Status TooLargeVersion(uint64_t wanted, uint64_t current);

}  // namespace wavetank::sim
