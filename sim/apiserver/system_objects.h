// What the real server keeps in its storage for itself: the service `kubernetes`, the objects of flow control, an APIService
// for each group version (API-666, API-835, API-837). Clients find them there; nothing in the simulator reads them.
//
//   Status made = MakeSystemObjects(server, info);
//
// Ordinary writes: they take revisions and ids. Not there: cluster roles (there is no RBAC yet).
#pragma once

#include <vector>

#include "sim/apiserver/server.h"

namespace wavetank::sim {

// The system's namespaces and priority classes are made too. What is there already is left alone, what the server does not
// know is left out; the first refusal is the error.
Status MakeSystemObjects(ApiServer& server, const RequestInfo& info);

// Creates of what belongs to the service `kubernetes` and is gone: the real server makes it again within ten seconds.
std::vector<ApiRequest> MissingServiceObjects(const ApiServer& server);

}  // namespace wavetank::sim
