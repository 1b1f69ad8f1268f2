// PacedStrategy: the order of events in a cluster where everything takes its usual time, and nothing goes wrong.
//
//   PacedStrategy paced;
//   World world(cluster, paced, options);
//   while (paced.now() < before + 1'500 && !world.kernel().enabled().main().empty()) world.kernel().Step();
//
// The dull schedule ends all requests before a worker takes another item, so a chain of ten requests is as quick as one. Here
// each kind of event has a length, in microseconds of a clock of its own: what became enabled first and is shortest happens
// first. A controller that writes once is then done before one that reads twice and then writes, and a worker begins with
// the first event that reaches it, not with the last. The clock orders events only; time in the world does not move.
// Deterministic: a function of the events alone. Memory: an entry for each enabled event. Complexity: O(deliveries + what has
// become enabled since) a choice.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "sim/kernel/strategy.h"

namespace wavetank::sim {

class PacedStrategy final : public Strategy {
 public:
  size_t Choose(ChoicePoint point, std::span<const Option> options) override;
  void OnFire(const Option& option) override;
  // Microseconds.
  uint64_t now() const { return now_; }
  size_t remembered() const { return due_.size(); }

 private:
  uint64_t DueOf(const Option& option);
  void ForgetOthersThan(std::span<const Option> options);

  std::map<uint64_t, uint64_t> due_;  // by the event's key
  uint64_t now_ = 0;
  EventKind last_ = EventKind::kUser;  // of the event that was fired last
};

}  // namespace wavetank::sim
