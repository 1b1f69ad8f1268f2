// The strategies of the foundation: FIFO, random walk, replay. Each is a policy of a few lines; the search has more.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/random.h"
#include "sim/kernel/choice_log.h"
#include "sim/kernel/strategy.h"

namespace wavetank::sim {

// The dull schedule: quiesce first, first come first served, no faults.
class FifoStrategy final : public Strategy {
 public:
  size_t Choose(ChoicePoint, std::span<const Option>) override { return 0; }
};

// Uniform over what is enabled.
class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(uint64_t seed) : random_(seed, "strategy", "random-walk") {}
  size_t Choose(ChoicePoint, std::span<const Option> options) override { return random_.Below(options.size()); }

 private:
  Random random_;
};

// Repeats a recorded run exactly. When the run takes another way than the log (the code changed), it says where, and goes
// on with index 0.
class Replay final : public Strategy {
 public:
  explicit Replay(ChoiceLog log) : log_(std::move(log)) {}
  size_t Choose(ChoicePoint point, std::span<const Option> options) override;
  // Empty: so far exact.
  const std::string& divergence() const { return divergence_; }
  // Whether every choice of the log was used.
  bool exhausted() const { return next_ == log_.size(); }

 private:
  ChoiceLog log_;
  size_t next_ = 0;
  std::string divergence_;
};

}  // namespace wavetank::sim
