#include "sim/kernel/plan.h"

namespace wavetank::sim {

size_t PlanRecorder::Choose(ChoicePoint point, std::span<const Option> options) {
  const size_t chosen = inner_.Choose(point, options);
  if (point != ChoicePoint::kEvent) return chosen;
  for (size_t i = 0; i < chosen; ++i) {
    Hold hold{options[i].key, options[chosen].key, {}, {}};
    if (texts_) {
      hold.event_text = options[i].source->Describe(options[i].what);
      hold.until_text = options[chosen].source->Describe(options[chosen].what);
    }
    plan_.holds.push_back(std::move(hold));
  }
  return chosen;
}

PlanFollower::PlanFollower(const Plan& plan) {
  for (const Hold& hold : plan.holds) until_[hold.event].push_back(hold.until);
}

bool PlanFollower::Held(uint64_t key) {
  const auto it = until_.find(key);
  if (it == until_.end()) return false;
  std::erase_if(it->second, [&](uint64_t until) { return happened_.contains(until); });
  if (!it->second.empty()) return true;
  until_.erase(it);
  return false;
}

size_t PlanFollower::Choose(ChoicePoint point, std::span<const Option> options) {
  if (point != ChoicePoint::kEvent) return 0;
  for (size_t i = 0; i < options.size(); ++i) {
    if (!Held(options[i].key)) return i;
  }
  ++released_;
  until_.erase(options[0].key);
  return 0;
}

}  // namespace wavetank::sim
