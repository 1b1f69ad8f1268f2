#include "runtime/base/logging.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

Logger::Clock FixedClock() {
  return [] { return Time::FromSeconds(1'735'689'600); };
}

TEST(LoggerTest, ADefaultLoggerWritesNowhere) {
  const Logger log;
  EXPECT_FALSE(log.enabled());
  log.WithName("a").WithValues({{"k", 1}}).V(3).Info("x");
  log.Error(Status(Code::kNotFound, "gone"), "x");
}

TEST(LoggerTest, NamesAndValuesAddUpAndTheParentStaysAsItWas) {
  auto sink = std::make_shared<MemorySink>();
  const Logger root(sink, FixedClock());
  std::string space = "default";
  const Logger child = root.WithName("manager").WithName("pods").WithValues({{"namespace", space}, {"worker", 2}});
  space = "overwritten";
  child.Info("Reconcile", {{"pods", 3}, {"ready", true}, {"text", "two words"}});
  root.Info("Plain");
  child.Error(Status(Code::kNotFound, "pods \"a\" not found"), "Reconciler error");
  ASSERT_EQ(sink->lines().size(), 3u);
  EXPECT_EQ(sink->lines()[0],
            "2025-01-01T00:00:00.000000Z INFO manager.pods: Reconcile namespace=default worker=2 pods=3 ready=true "
            "text=\"two words\"");
  EXPECT_EQ(sink->lines()[1], "2025-01-01T00:00:00.000000Z INFO Plain");
  EXPECT_EQ(
      sink->lines()[2],
      "2025-01-01T00:00:00.000000Z ERROR manager.pods: Reconciler error error=\"NotFound: pods \\\"a\\\" not found\" "
      "namespace=default worker=2");
}

TEST(LoggerTest, VerbosityDropsInfoButNeverErrors) {
  auto sink = std::make_shared<MemorySink>();
  const Logger log(sink, {}, 1);
  EXPECT_TRUE(log.V(1).enabled());
  EXPECT_FALSE(log.V(1).V(1).enabled());
  log.V(1).Info("kept");
  log.V(2).Info("dropped");
  log.V(2).Error(Status(Code::kInternal, "x"), "kept too");
  ASSERT_EQ(sink->lines().size(), 2u);
  EXPECT_EQ(sink->lines()[0], "DEBUG kept");
  EXPECT_EQ(sink->lines()[1], "ERROR kept too error=\"InternalError: x\"");
}

TEST(LoggerTest, MemorySinkIsBounded) {
  auto sink = std::make_shared<MemorySink>(2);
  const Logger log(sink);
  for (const char* text : {"1", "2", "3"}) log.Info(text);
  EXPECT_EQ(sink->lines(), (std::deque<std::string>{"INFO 2", "INFO 3"}));
  EXPECT_EQ(sink->dropped(), 1u);
  sink->Clear();
  EXPECT_TRUE(sink->lines().empty());
  MemorySink nothing(0);
  nothing.Write({});
  EXPECT_EQ(nothing.dropped(), 1u);
}

TEST(LoggerTest, ALineStaysALine) {
  auto sink = std::make_shared<MemorySink>();
  Logger(sink).Info("two\nlines", {{"k", "a\nb"}, {"empty", ""}});
  EXPECT_EQ(sink->lines()[0], R"(INFO "two\nlines" k="a\nb" empty="")");
}

TEST(LoggerTest, FormatsJson) {
  const Status error(Code::kConflict, "try <again>");
  const LogField fields[] = {{"pods", uint64_t{3}}, {"k", "v\""}, {"ok", false}};
  const LogRecord record{
      .level = LogLevel::kError, .time = Time(), .name = "a.b", .message = "m", .error = &error, .fields = fields};
  EXPECT_EQ(
      FormatLogJson(record),
      R"({"ts":"1970-01-01T00:00:00.000000Z","level":"error","logger":"a.b","msg":"m","error":"Conflict: try \u003cagain\u003e","pods":3,"k":"v\"","ok":false})");
  EXPECT_EQ(FormatLogJson({.verbosity = 2, .message = "m"}), R"({"level":"debug","v":2,"msg":"m"})");
}

TEST(LoggerTest, SpdlogSinkWritesToStandardError) {
  testing::internal::CaptureStderr();
  Logger(std::make_shared<SpdlogSink>(), FixedClock()).WithName("n").Info("{} stays as it is", {{"k", "v"}});
  Logger(std::make_shared<SpdlogSink>(SpdlogSink::Format::kJson), FixedClock()).Info("m");
  Logger(std::make_shared<SpdlogSink>(SpdlogSink::Format::kJson)).Info("own time");
  Logger(std::make_shared<SpdlogSink>()).Info("own time");
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(
      out.starts_with("2025-01-01T00:00:00.000000Z INFO n: {} stays as it is k=v\n"
                      "{\"ts\":\"2025-01-01T00:00:00.000000Z\",\"level\":\"info\",\"msg\":\"m\"}\n{\"ts\":\"20"))
      << out;
  EXPECT_NE(out.find("Z\",\"level\":\"info\",\"msg\":\"own time\"}\n20"), std::string::npos) << out;
  EXPECT_TRUE(out.ends_with("Z INFO own time\n")) << out;
}

}  // namespace
}  // namespace wavetank
