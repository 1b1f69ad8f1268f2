// RealEnvironment: the Environment of a process that runs in earnest.
//
//   EventLoop loop;
//   RealEnvironment env(loop, transport, logger);
//   loop.Run(Main(env));
//
// The transport comes from outside; it may be null for a process that sends nothing. The seed is drawn from the system
// unless one is given, which makes backoffs and ids repeat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/exec/environment.h"
#include "runtime/net/event_loop.h"

namespace wavetank {

class RealEnvironment final : public Environment {
 public:
  RealEnvironment(EventLoop& loop, Transport* transport, Logger logger, std::optional<uint64_t> seed = std::nullopt);

  Executor& executor() override { return loop_.executor(); }
  Transport& transport() override;
  Random RandomFor(std::string_view purpose) override;
  const Logger& logger() override { return logger_; }

  std::optional<std::string> Variable(std::string_view name) override;
  // NotFound, or kFailedPrecondition in the system's words. At most 64 MiB.
  Result<std::string> ReadFile(std::string_view path) override;
  std::string Hostname() override;

 private:
  EventLoop& loop_;
  Transport* transport_;
  Logger logger_;
  uint64_t seed_;
};

}  // namespace wavetank
