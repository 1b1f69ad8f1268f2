#include "sim/kernel/paced_strategy.h"

#include <algorithm>
#include <array>
#include <vector>

namespace wavetank::sim {
namespace {

// By EventKind. A write that is acknowledged took about a millisecond, and so did the event that tells of it.
constexpr std::array<uint64_t, kEventKinds> kLengths{
    500,  // kRespond
    500,  // kApply
    600,  // kDeliver
    50,   // kWork
    0,    // kReplicate
    0,    // kTimer
    0,    // kUser
    0,    // kFault
};
// What waits in a stream behind what has just been delivered was on its way already. (A delivery makes no other delivery
// possible than the next of its stream.)
constexpr uint64_t kFollowing = 100;
// More entries than twice the enabled events and this are of events that will not come any more.
constexpr size_t kSlack = 64;

}  // namespace

uint64_t PacedStrategy::DueOf(const Option& option) {
  const bool follows = option.kind == EventKind::kDeliver && last_ == EventKind::kDeliver;
  const uint64_t length = follows ? kFollowing : kLengths[static_cast<size_t>(option.kind)];
  return due_.try_emplace(option.key, now_ + length).first->second;
}

void PacedStrategy::ForgetOthersThan(std::span<const Option> options) {
  std::vector<uint64_t> keys;
  for (const Option& option : options) keys.push_back(option.key);
  std::ranges::sort(keys);
  std::erase_if(due_, [&keys](const auto& entry) { return !std::ranges::binary_search(keys, entry.first); });
}

size_t PacedStrategy::Choose(ChoicePoint point, std::span<const Option> options) {
  if (point != ChoicePoint::kEvent) return 0;
  if (due_.size() > 2 * options.size() + kSlack) ForgetOthersThan(options);
  size_t first = 0;
  uint64_t least = UINT64_MAX;
  // Options stand by kind, each kind in the order of its coming.
  for (size_t begin = 0, end = 0; begin < options.size(); begin = end) {
    const EventKind kind = options[begin].kind;
    end = static_cast<size_t>(std::ranges::upper_bound(options, kind, {}, &Option::kind) - options.begin());
    for (size_t i = end; i > begin && !due_.contains(options[i - 1].key); --i) DueOf(options[i - 1]);
    // Events of one length are due in the order of their coming, too.
    const size_t to_look_at = kind == EventKind::kDeliver ? end : begin + 1;
    for (size_t i = begin; i < to_look_at; ++i) {
      const uint64_t due = DueOf(options[i]);
      if (due < least) {
        least = due;
        first = i;
      }
    }
  }
  return first;
}

void PacedStrategy::OnFire(const Option& option) {
  if (option.aside) return;
  now_ = std::max(now_, DueOf(option));
  due_.erase(option.key);
  last_ = option.kind;
}

}  // namespace wavetank::sim
