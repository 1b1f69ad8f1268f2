// Plan: a schedule as its deviations from the dull one. It survives changes of the code that a choice log does not.
//
//   PlanRecorder recorder(random_walk);  Kernel kernel(recorder, seed);  ... it fails ...
//   PlanFollower follower(recorder.plan());  Kernel again(follower, seed);
//
// An entry says: hold X until Y has happened. From a run: where Y was chosen although X came before it in default order,
// X is held until Y. A follower takes the first event in default order that nothing holds. When only held events are left,
// it releases the first one and counts that: the plan no longer fits the code exactly (search.md 3.3).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/kernel/strategy.h"

namespace wavetank::sim {

struct Hold {
  uint64_t event = 0;
  uint64_t until = 0;
  std::string event_text;
  std::string until_text;
};

struct Plan {
  std::vector<Hold> holds;
};

// Records what `inner` decides.
class PlanRecorder final : public Strategy {
 public:
  // With `texts`, entries carry descriptions (slow: for one run, not for a search).
  explicit PlanRecorder(Strategy& inner, bool texts = false) : inner_(inner), texts_(texts) {}
  size_t Choose(ChoicePoint point, std::span<const Option> options) override;
  void OnFire(const Option& option) override { inner_.OnFire(option); }
  const Plan& plan() const { return plan_; }

 private:
  Strategy& inner_;
  const bool texts_;
  Plan plan_;
};

class PlanFollower final : public Strategy {
 public:
  explicit PlanFollower(const Plan& plan);
  size_t Choose(ChoicePoint point, std::span<const Option> options) override;
  void OnFire(const Option& option) override { happened_.insert(option.key); }
  // How often a held event had to be released.
  uint64_t released() const { return released_; }

 private:
  bool Held(uint64_t key);

  std::map<uint64_t, std::vector<uint64_t>> until_;  // event -> what it still waits for
  std::set<uint64_t> happened_;
  uint64_t released_ = 0;
};

}  // namespace wavetank::sim
