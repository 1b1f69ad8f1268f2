// What this server stores and does not act on, told to the person who stores it.
//
//   LimitOf(*roles)      // "Role has no effect here: ..."; empty for most kinds
//
// The text goes into a Warning header of the answer to a create, and only to clients that show it to a person: recorded
// answers have no such header, and a controller's log is no place for it. What would leave a client waiting for ever is
// refused by the server itself (KindStrategy::refused).
#pragma once

#include <string>

#include "runtime/api/registry.h"
#include "runtime/transport/http.h"

namespace wavetank::sim {

std::string LimitOf(const ResourceInfo& resource);

// Does the client print warnings for a person? By its User-Agent.
bool ShowsWarnings(const HttpRequest& http);

// Of a request in somebody else's name that was refused.
inline constexpr std::string_view kNoRoles =
    "this server has no RBAC: whoever is not in the group system:masters may only look at discovery, health and "
    "version";

}  // namespace wavetank::sim
