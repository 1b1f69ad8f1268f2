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
  // Not available in this version: Start then fails with kUnimplemented, before it starts anything.
  bool leader_election = false;
  std::string leader_election_id;
};

}  // namespace wavetank
