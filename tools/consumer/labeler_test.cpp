#include "labeler.h"

#include <gtest/gtest.h>

namespace labeler {
namespace {

TEST(LabelerTest, ReadsALabel) {
  const auto label = LabelOf(R"({"metadata":{"labels":{"app":"guestbook"}}})", "app");
  ASSERT_TRUE(label.ok());
  EXPECT_EQ(*label, "guestbook");
}

TEST(LabelerTest, BrokenTextIsAnError) { EXPECT_FALSE(LabelOf("{", "app").ok()); }

}  // namespace
}  // namespace labeler
