#include "runtime/transport/http.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

TEST(Http, HeadersAreFoundWithoutCaseAndTheFirstWins) {
  HttpRequest request;
  request.headers = {{"Accept", "application/json"}, {"X-Many", "1"}, {"x-many", "2"}};
  ASSERT_NE(request.Find("accept"), nullptr);
  EXPECT_EQ(*request.Find("ACCEPT"), "application/json");
  EXPECT_EQ(*request.Find("x-many"), "1");
  EXPECT_EQ(request.Find("accep"), nullptr);
  EXPECT_EQ(request.Find("accept-"), nullptr);
  EXPECT_EQ(HttpResponse().Find(""), nullptr);
}

}  // namespace
}  // namespace wavetank
