#include "runtime/api/quantity.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

Quantity Q(std::string_view text) { return *Quantity::Parse(text); }

TEST(Quantity, Compares) {
  EXPECT_EQ(Q("1"), Q("1000m"));
  EXPECT_EQ(Q("1Ki"), Q("1024"));
  EXPECT_LT(Q("999m"), Q("1"));
  EXPECT_LT(Q("1G"), Q("1Gi"));
  EXPECT_LT(Q("-1"), Q("0"));
  EXPECT_EQ(Q("1e3"), Q("1k"));
  EXPECT_EQ(Q("1.5Gi"), Q("1536Mi"));
}

TEST(Quantity, AddsExactly) {
  EXPECT_EQ((Q("1500m") + Q("0.5")).ToString(), "2");
  EXPECT_EQ((Q("1Gi") + Q("512Mi")).ToString(), "1536Mi");
  EXPECT_EQ((Q("1Gi") - Q("1Gi")).ToString(), "0");
  EXPECT_EQ((Quantity() + Q("1Gi")).ToString(), "1Gi");  // zero takes the family of the other
  EXPECT_EQ((Q("100m") - Q("1")).ToString(), "-900m");
  EXPECT_EQ((Q("0.1") + Q("0.2")).ToString(), "300m");
  EXPECT_EQ((Q("1n") + Q("9223372036854775807")).ToString(), "9223372036854775807000000001n");
}

TEST(Quantity, RoundsAwayFromZero) {
  EXPECT_EQ(Q("1001m").value(), 2);
  EXPECT_EQ(Q("-1001m").value(), -2);
  EXPECT_EQ(Q("1u").milli_value(), 1);
  EXPECT_EQ(Q("1E").milli_value(), INT64_MAX);
  EXPECT_EQ(Quantity::FromMilli(1500).ToString(), "1500m");
  EXPECT_EQ(Quantity::FromInt(2048, Quantity::Format::kBinary).ToString(), "2Ki");
}

TEST(Quantity, HostileInputSaturates) {
  EXPECT_EQ(Q("999999999999999999E") + Q("999999999999999999E"), Q("999999999999999999E"));
  EXPECT_EQ(Q("-999999999999999999E") - Q("999999999999999999E"), Q("-999999999999999999E"));
  EXPECT_EQ(Q("1e999999999").value(), INT64_MAX);
  EXPECT_EQ(Q("1e-999999999"), Q("1n"));
  EXPECT_FALSE(Quantity::Parse("1e9999999999").ok());
  EXPECT_EQ(Q(std::string(100000, '9') + "Ki").value(), INT64_MAX);
  EXPECT_EQ(Q("0." + std::string(10000, '0') + "1Ki"), Q("1n"));
  EXPECT_EQ(*CanonicalQuantity(std::string(1000, '9') + "Ei"), "9223372036854775807");
}

TEST(Quantity, OfValues) {
  EXPECT_EQ(Quantity::Of("1Gi"), Q("1Gi"));
  EXPECT_EQ(Quantity::Of(3), Q("3"));
  EXPECT_EQ(Quantity::Of(0.5), Q("500m"));
  EXPECT_TRUE(Quantity::Of(Value()).is_zero());
  EXPECT_TRUE(Quantity::Of("nonsense").is_zero());
}

}  // namespace
}  // namespace wavetank
