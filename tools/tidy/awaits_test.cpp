#include "tools/tidy/awaits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wavetank::tidy {
namespace {

// The first complaint about a snippet, without its place; "" when it is fine.
std::string Complaint(const std::string& body) {
  const std::vector<Finding> findings =
      CheckAwaits(SourceFile("a.cpp", "Task<Status> F(Client client) {\n  Prepare();\n" + body + "\n}\n"));
  if (findings.empty()) return "";
  const std::string& message = findings[0].message;
  return message.substr(0, message.find(';'));
}

TEST(AwaitsTest, StatementsInitialisersAndAssignmentsAreFine) {
  for (const char* body : {
           "  co_await Sleep(5);",
           "  auto pod = co_await client.Get(\"a\", Options().InNamespace(\"b\"));",
           "  auto&& pod = co_await client.Get(1);",
           "  status = co_await client.Update(std::move(pod));",
           "  co_return co_await G();",
           "  if (ready) co_return co_await G();",
           "  if (ready) {\n    co_await G();\n  } else {\n    co_await H();\n  }\n  co_await I();",
           "  CO_ASSIGN(Pod pod, co_await client.Get(key));",
           "  CO_RETURN_IF_ERROR(co_await client.Update(pod));",
           "  auto task = [] -> Task<void> { co_await Sleep(1); };",
           "  group.Spawn([](Client c) -> Task<void> {\n    co_await c.Get();\n  }(client));",
           "  for (;;) {\n    auto next = co_await queue.Get();\n  }",
           "  for (int i = 0; i < 3; ++i) co_await Step(i);",
           "  const Options options{.limit = 5};\n  co_await List(options);",
           "  const bool both = a && b;\n  co_await G();",
           "  int x = a ? 1 : 2;\n  co_await G();\n  int y = a ? 1 : 2;",
           "  switch (x) {\n    case 1: co_await G(); break;\n    default: co_await H();\n  }",
           "  // if (co_await G()) in a comment\n  Log(\"if (co_await G())\");",
           "  int not_co_await_at_all = 1;",
       }) {
    EXPECT_EQ(Complaint(body), "") << body;
  }
}

TEST(AwaitsTest, EverythingElseIsNot) {
  const std::pair<const char*, const char*> cases[] = {
      {"  if (co_await G()) H();", "co_await inside the condition of if"},
      {"  if (auto r = co_await G(); !r.ok()) H();", "co_await inside the condition of if"},
      {"  if (Status s = H(); co_await G()) H();", "co_await inside the condition of if"},
      {"  while (co_await G()) H();", "co_await inside the condition of while"},
      {"  do {\n    H();\n  } while (co_await G());", "co_await inside the condition of while"},
      {"  for (int i = 0; co_await G(i); ++i) H();", "co_await inside the condition of for"},
      {"  for (auto& pod : co_await List()) H(pod);", "co_await inside the condition of for"},
      {"  switch (co_await G()) {\n    default: H();\n  }", "co_await inside the condition of switch"},
      {"  auto x = ready ? co_await G() : 0;", "co_await inside ?:"},
      {"  auto x = co_await G() ? 1 : 0;", "co_await inside ?:"},
      {"  auto x = ready && co_await G();", "co_await beside && or ||"},
      {"  auto x = co_await G() || ready;", "co_await beside && or ||"},
      {"  Use(co_await G());", "co_await as an argument of Use"},
      {"  auto name = (co_await G()).name();", "co_await inside parentheses"},
      {"  Agg x{.a = co_await G()};", "co_await inside braces"},
      {"  co_return Agg{a, co_await G()};", "co_await inside braces"},
      {"  std::vector<int> v = {co_await G(), 2};", "co_await inside braces"},
      {"  EXPECT_EQ(co_await G(), 1);", "co_await inside EXPECT_EQ"},
      {"  ASSERT_TRUE((co_await G()).ok());", "co_await inside parentheses"},
      {"  values[co_await G()] = 1;", "co_await as an index"},
      {"  CO_ASSIGN(auto x, co_await F(co_await G()));", "co_await as an argument of F"},
  };
  for (const auto& [body, complaint] : cases) EXPECT_EQ(Complaint(body), complaint) << body;
}

TEST(AwaitsTest, TheFindingNamesThePlaceAndTheWayOut) {
  const std::vector<Finding> findings =
      CheckAwaits(SourceFile("sim/a.cpp", "void F() {\n  if (co_await G()) H();\n}\n"));
  EXPECT_EQ(Report(findings),
            "sim/a.cpp:2: co_await inside the condition of if; bind its result to a variable first\n");
}

TEST(AwaitsTest, MacroDefinitionsAndTheOperatorItselfArePassedOver) {
  EXPECT_TRUE(
      CheckAwaits(SourceFile("a.h", "#define CO_X(e) if (auto s = co_await e; !s.ok()) co_return s\n")).empty());
  EXPECT_TRUE(CheckAwaits(SourceFile("a.h", "auto operator co_await() && noexcept;\n")).empty());
}

}  // namespace
}  // namespace wavetank::tidy
