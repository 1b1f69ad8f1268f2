// Events that the cluster's controllers write about objects.
//
//   Status said = co_await WriteEvent(client, "garbage-collector-controller", object, "Warning", reason, message);
//
// One create, no retries; events of cluster-scoped objects lie in `default`. The name is the object's with a suffix made
// of time and content, so that a controller which says the same at the same instant finds its event there already.
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/client/client.h"
#include "runtime/exec/task.h"

namespace wavetank::sim::cluster {

Task<Status> WriteEvent(Client client, std::string_view component, Object about, std::string_view type,
                        std::string_view reason, std::string message);

}  // namespace wavetank::sim::cluster
