// Identities made up on the spot: a certificate authority that lives in memory, a server certificate signed by it, tokens.
//
//   auto identity = MakeServerIdentity({.names = {"localhost", "127.0.0.1", "::1"}}, loop.Now());
//   identity->ca_pem                  // what clients trust
//
// Keys are EC P-256: a key and two signatures take about a millisecond. The authority's key is thrown away, so that nobody
// can sign another certificate with it. Randomness is the system's; nothing here repeats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/base/time.h"

namespace wavetank {

struct IdentityOptions {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};  // addresses become IP entries, the rest DNS
  std::string authority = "wavetank-ca";                               // common names
  std::string server = "wavetank";
  Duration valid = std::chrono::hours(24 * 365);
};

struct ServerIdentity {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;  // secret
};

// Valid from an hour before `now` (clocks differ). InvalidArgument for a name that no certificate can hold.
Result<ServerIdentity> MakeServerIdentity(const IdentityOptions& options, Time now);

// 32 letters and digits, about 160 bits.
std::string RandomToken();
uint64_t RandomSeed();

// Whether a request's `Authorization` says "Bearer <token>". Takes the same time for every wrong token of one length.
bool BearerMatches(const std::string* authorization, std::string_view token);

}  // namespace wavetank
