// What a fresh server holds before its first client comes (API-835, API-837).
#pragma once

#include "sim/apiserver/server.h"

namespace wavetank::sim {

// The namespaces default, kube-system, kube-public and kube-node-lease, and the two system priority classes. Ordinary
// creates: they take revisions and ids. REQUIRES: a fresh server whose kinds know them; what it does not know is left out.
void Bootstrap(ApiServer& server, const RequestInfo& info);

}  // namespace wavetank::sim
