// ManagerOptions: what a manager is told at its making.
//
//   auto manager = Manager::New(environment, {.stop = &stop, .graceful_shutdown_timeout = 10s});
#pragma once

#include <optional>
#include <string>

#include "runtime/api/registry.h"
#include "runtime/base/logging.h"
#include "runtime/base/time.h"
#include "runtime/cache/cache.h"
#include "runtime/client/client.h"
#include "runtime/controller/options.h"
#include "runtime/exec/signal.h"

namespace wavetank {

struct ManagerOptions {
  // When it is set, Start stops everything and returns OK. Null: Start ends with the first error only.
  Signal* stop = nullptr;
  // Absent: the environment's.
  std::optional<Logger> logger;
  KindRegistry kinds = KindRegistry::BuiltIn();
  ClientOptions client;
  CacheOptions cache;
  ControllerDefaults controllers;
  // How long Start waits for runnables to end (RT-024). 0: not at all; negative: for ever.
  Duration graceful_shutdown_timeout = std::chrono::seconds(30);
  // Only one of several processes runs what must be elected (leader_election.h). `leader_election_id` names the Lease and has
  // to be said; the namespace is the pod's own when nothing is. What cannot work is an error of Start, which then starts
  // nothing (RT-026). A manager that loses the lease stops at once: Start returns kUnavailable "leader election lost", and
  // the process should end (RT-025).
  bool leader_election = false;
  std::string leader_election_id;
  std::string leader_election_namespace;
  Duration lease_duration = std::chrono::seconds(15);
  Duration renew_deadline = std::chrono::seconds(10);
  Duration retry_period = std::chrono::seconds(2);
  // Gives the lease away at the stop, so that the next leader need not wait for its end: only for processes that end when
  // Start returns.
  bool leader_election_release_on_cancel = false;
};

}  // namespace wavetank
