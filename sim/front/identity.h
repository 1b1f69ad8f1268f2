// Who sends a request, and may they? (API-047, API-048)
//
// One administrator has a token and may do everything, also in the name of others (Impersonate-User, Impersonate-Group).
// Whoever sends no credentials is system:anonymous. Rules (RBAC) are not looked at: those two groups that a fresh cluster
// lets in are, everybody else is refused as if no rule spoke for them.
#pragma once

#include <string>
#include <vector>

#include "runtime/transport/http.h"
#include "runtime/wire/request_codec.h"
#include "runtime/wire/target.h"
#include "sim/front/front.h"

namespace wavetank::sim {

struct Identity {
  std::string user;
  std::vector<std::string> groups;
};

// 401 for credentials that are none.
Result<Identity> Identify(const HttpRequest& http, const FrontOptions& options);
// 403 with the server's text.
Status Authorize(const Identity& who, const HttpRequest& http, const Target& target, const KindRegistry& kinds);

}  // namespace wavetank::sim
