// Environment: everything of the outside world that a process may touch (DESIGN section 3).
//
//   Task<Status> Main(Environment& env);      // a process; a restart calls it again with a new Environment
//
// No globals, no singletons, no clock but executor().Now(). Production's Environment is made by runtime/net, the
// simulator's by sim/kernel. It outlives every coroutine of its process.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/logging.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/exec/executor.h"

namespace wavetank {

class ControlPanel;  // control.h
class Transport;     // runtime/transport

class Environment {
 public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  virtual ~Environment() = default;

  virtual Executor& executor() = 0;
  virtual Transport& transport() = 0;
  // A stream of its own for each purpose ("reconcile-id", "reflector-backoff/Pod"): streams do not disturb each other.
  virtual Random RandomFor(std::string_view purpose) = 0;
  virtual const Logger& logger() = 0;

  virtual std::optional<std::string> Variable(std::string_view name) = 0;
  virtual Result<std::string> ReadFile(std::string_view path) = 0;
  virtual std::string Hostname() = 0;

  // Where controllers can be found from outside; null in production.
  virtual ControlPanel* controls() { return nullptr; }

  Time Now() { return executor().Now(); }
};

}  // namespace wavetank
