#include "sim/kernel/paced_strategy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace wavetank::sim {
namespace {

Option Of(EventKind kind, uint64_t key, bool aside = false) { return {.key = key, .kind = kind, .aside = aside}; }

// What is enabled, as the kernel keeps it, and who is chosen.
class Enabled {
 public:
  void Add(EventKind kind, uint64_t key) {
    options_.insert(std::ranges::upper_bound(options_, kind, {}, &Option::kind), Of(kind, key));
  }
  uint64_t Fire() {
    const size_t at = options_.size() == 1 ? 0 : paced_.Choose(ChoicePoint::kEvent, options_);
    const Option option = options_[at];
    options_.erase(options_.begin() + static_cast<std::ptrdiff_t>(at));
    paced_.OnFire(option);
    return option.key;
  }
  uint64_t now() const { return paced_.now(); }

 private:
  PacedStrategy paced_;
  std::vector<Option> options_;
};

// A worker begins at once; a request that was sent before is still on its way.
TEST(PacedStrategy, TheShorterOfTwoGoesFirst) {
  Enabled enabled;
  enabled.Add(EventKind::kApply, 1);
  enabled.Add(EventKind::kWork, 2);
  EXPECT_EQ(enabled.Fire(), 2U);
  EXPECT_EQ(enabled.Fire(), 1U);
}

// Two requests are longer than one delivery, although no delivery is preferred to a request.
TEST(PacedStrategy, AChainTakesTheTimeOfItsParts) {
  Enabled enabled;
  enabled.Add(EventKind::kDeliver, 1);
  enabled.Add(EventKind::kApply, 2);
  EXPECT_EQ(enabled.Fire(), 2U);
  enabled.Add(EventKind::kRespond, 3);
  EXPECT_EQ(enabled.Fire(), 1U);
  enabled.Add(EventKind::kWork, 4);
  EXPECT_EQ(enabled.Fire(), 4U);
  EXPECT_EQ(enabled.Fire(), 3U);
}

TEST(PacedStrategy, EqualsGoInTheOrderOfTheirComing) {
  Enabled enabled;
  for (uint64_t key : {7U, 3U, 5U}) enabled.Add(EventKind::kDeliver, key);
  EXPECT_EQ(enabled.Fire(), 7U);
  EXPECT_EQ(enabled.Fire(), 3U);
  EXPECT_EQ(enabled.Fire(), 5U);
}

// A worker begins with the first of two events that were made at once, and does not wait long for the second.
TEST(PacedStrategy, TheNextOfAStreamFollowsClosely) {
  Enabled enabled;
  enabled.Add(EventKind::kDeliver, 1);
  enabled.Add(EventKind::kTimer, 9);
  EXPECT_EQ(enabled.Fire(), 9U);
  EXPECT_EQ(enabled.Fire(), 1U);
  enabled.Add(EventKind::kDeliver, 2);
  enabled.Add(EventKind::kWork, 3);
  EXPECT_EQ(enabled.Fire(), 3U);
  enabled.Add(EventKind::kApply, 4);
  EXPECT_EQ(enabled.Fire(), 2U);
  EXPECT_EQ(enabled.Fire(), 4U);
}

TEST(PacedStrategy, WhatIsAsideTakesNoTimeAndFaultsAreNotChosen) {
  PacedStrategy paced;
  paced.OnFire(Of(EventKind::kApply, 1, true));
  EXPECT_EQ(paced.now(), 0U);
  paced.OnFire(Of(EventKind::kApply, 2));
  EXPECT_GT(paced.now(), 0U);
  const std::vector<Option> options{Of(EventKind::kFault, 1), Of(EventKind::kFault, 2)};
  EXPECT_EQ(paced.Choose(ChoicePoint::kFault, options), 0U);
}

// Events that were enabled and never happened are forgotten.
TEST(PacedStrategy, ForgetsWhatWillNotCome) {
  PacedStrategy paced;
  for (uint64_t key = 1; key < 10'000; ++key) {
    const std::vector<Option> options{Of(EventKind::kApply, key), Of(EventKind::kTimer, UINT64_MAX)};
    EXPECT_EQ(paced.Choose(ChoicePoint::kEvent, options), 1U);
    EXPECT_LE(paced.remembered(), 100U);
  }
}

}  // namespace
}  // namespace wavetank::sim
