#include "runtime/manager/manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/client/fake_transport.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// A runnable that notes its start and its end, and may take time to end, or fail.
struct Behaviour {
  RunnableGroup group = RunnableGroup::kLeaderElection;
  Duration linger{0};            // between the stop signal and the end
  std::optional<Duration> runs;  // ends by itself after this
  Status result;
  bool warms_up = false;
};

class Noted final : public Runnable {
 public:
  Noted(std::string name, std::vector<std::string>* log, Behaviour behaviour)
      : name_(std::move(name)), log_(log), behaviour_(std::move(behaviour)) {}
  std::string name() const override { return name_; }
  RunnableGroup group() const override { return behaviour_.group; }
  bool can_warm_up() const override { return behaviour_.warms_up; }
  Task<Status> Start(RunContext run) override {
    log_->push_back("+" + name_);
    if (behaviour_.runs.has_value()) {
      co_await Sleep(run.environment->executor(), *behaviour_.runs);
    } else {
      co_await run.stop->Wait();
    }
    if (behaviour_.linger.count() > 0) co_await Sleep(run.environment->executor(), behaviour_.linger);
    log_->push_back("-" + name_);
    co_return behaviour_.result;
  }
  Task<Status> Warmup(RunContext run) override {
    log_->push_back("+warmup " + name_);
    co_await run.stop->Wait();
    log_->push_back("-warmup " + name_);
    co_return Status();
  }

 private:
  const std::string name_;
  std::vector<std::string>* const log_;
  const Behaviour behaviour_;
};

class ManagerTest : public testing::Test {
 protected:
  Manager Make(ManagerOptions options = {}) {
    options.stop = &stop_;
    options.logger = Logger(sink_);
    return Manager::New(env_, std::move(options));
  }
  void Add(const Manager& manager, std::string name, Behaviour behaviour = {}) {
    Status added = manager.Add(std::make_unique<Noted>(std::move(name), &log_, std::move(behaviour)));
    ASSERT_TRUE(added.ok()) << added.ToString();
  }
  void Start(const Manager& manager) {
    ended_.reset();
    tasks_.Spawn(Run(manager, &ended_));
    executor_.RunPending();
  }
  static Task<void> Run(Manager manager, std::optional<Status>* ended) {
    Status status = co_await manager.Start();
    *ended = status;
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  std::shared_ptr<MemorySink> sink_ = std::make_shared<MemorySink>();
  Signal stop_{executor_};
  std::vector<std::string> log_;
  std::optional<Status> ended_;
  TaskGroup tasks_{executor_};
};

// RT-002, RT-003, RT-021; T-108.
TEST_F(ManagerTest, GroupsStartAndStopInOrder) {
  Manager manager = Make();
  Add(manager, "elected");
  Add(manager, "other", {.group = RunnableGroup::kOthers, .linger = 1s});
  Add(manager, "cache", {.group = RunnableGroup::kCaches});
  Add(manager, "webhook", {.group = RunnableGroup::kWebhooks});
  Add(manager, "http", {.group = RunnableGroup::kHttpServers});
  EXPECT_FALSE(manager.elected().is_set());
  Start(manager);
  EXPECT_TRUE(manager.elected().is_set());
  EXPECT_THAT(log_, ElementsAre("+http", "+webhook", "+cache", "+other", "+elected"));
  log_.clear();
  stop_.Set();
  executor_.Advance(500ms);
  EXPECT_TRUE(log_.empty());  // each group waits for the one before
  executor_.Advance(1s);
  EXPECT_THAT(log_, ElementsAre("-other", "-elected", "-cache", "-webhook", "-http"));
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok());
}

// RT-001: warm-ups run in a group of their own, which stops beside the others.
TEST_F(ManagerTest, WarmupsRunBesideTheirGroup) {
  Manager manager = Make();
  Add(manager, "a", {.warms_up = true});
  Start(manager);
  stop_.Set();
  executor_.RunPending();
  EXPECT_THAT(log_, ElementsAre("+warmup a", "+a", "-warmup a", "-a"));
}

// RT-003: caches block what comes after them until they are synced.
TEST_F(ManagerTest, OthersWaitForTheCaches) {
  Manager manager = Make();
  ASSERT_TRUE(manager.cache().InformerFor(Gvk("", "v1", "Pod")).ok());
  Add(manager, "other", {.group = RunnableGroup::kOthers});
  env_.fake.Hold(true);
  Start(manager);
  executor_.Advance(1s);
  EXPECT_TRUE(log_.empty());
  env_.fake.Hold(false);
  while (env_.fake.Release()) executor_.RunPending();
  executor_.RunPending();
  EXPECT_THAT(log_, ElementsAre("+other"));
}

// T-108: stop while caches are not synced.
TEST_F(ManagerTest, StopWhileCachesSync) {
  Manager manager = Make();
  ASSERT_TRUE(manager.cache().InformerFor(Gvk("", "v1", "Pod")).ok());
  Add(manager, "other", {.group = RunnableGroup::kOthers});
  env_.fake.Hold(true);
  Start(manager);
  stop_.Set();
  executor_.RunPending();
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok()) << ended_->ToString();
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(env_.fake.held(), 0u);  // the list was called off
}

// RT-005.
TEST_F(ManagerTest, AddAfterStartRunsAtOnceAndNotAfterStop) {
  Manager manager = Make();
  Start(manager);
  Add(manager, "late");
  Add(manager, "late other", {.group = RunnableGroup::kOthers, .linger = 5s});
  executor_.RunPending();
  EXPECT_THAT(log_, ElementsAre("+late", "+late other"));
  stop_.Set();
  executor_.RunPending();
  Status refused = manager.Add(std::make_unique<Noted>("too late", &log_, Behaviour{}));
  EXPECT_THAT(refused.message(), HasSubstr("can't accept new runnable as stop procedure is already engaged"));
}

// RT-006, RT-064.
TEST_F(ManagerTest, StartsOnceAndChecksComeBefore) {
  Manager manager = Make();
  EXPECT_TRUE(manager.AddHealthCheck("a", [] { return Status(); }).ok());
  Start(manager);
  EXPECT_FALSE(manager.AddHealthCheck("b", [] { return Status(); }).ok());
  EXPECT_FALSE(manager.AddReadyCheck("b", [] { return Status(); }).ok());
  Start(manager);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_THAT(ended_->message(), HasSubstr("manager already started"));
}

// RT-008, RT-009.
TEST_F(ManagerTest, TheFirstErrorEndsStartAndLaterOnesAreLogged) {
  Manager manager = Make();
  Add(manager, "early", {.runs = 1s});
  Add(manager, "fails", {.runs = 2s, .result = Status(Code::kForbidden, "first")});
  Add(manager, "fails too", {.linger = 1s, .result = Status(Code::kInternal, "second")});
  Add(manager, "cancelled", {.linger = 1s, .result = Status(Code::kCancelled, "third")});
  Start(manager);
  executor_.Advance(1500ms);
  EXPECT_FALSE(ended_.has_value());  // an early OK is no error
  executor_.Advance(10s);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_EQ(ended_->code(), Code::kForbidden);
  std::string lines;
  for (const std::string& line : sink_->lines()) lines += line + "\n";
  EXPECT_THAT(lines, HasSubstr("second"));
  EXPECT_THAT(lines, testing::Not(HasSubstr("third")));
}

// RT-024, RT-028.
TEST_F(ManagerTest, TheGracePeriodEndsAndNamesWhoStillRuns) {
  Manager manager = Make({.graceful_shutdown_timeout = 10s});
  Add(manager, "stubborn", {.linger = 1h});
  Add(manager, "quick");
  Start(manager);
  stop_.Set();
  executor_.Advance(10s);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_EQ(ended_->code(), Code::kDeadlineExceeded);
  EXPECT_THAT(ended_->message(), HasSubstr("failed waiting for all runnables to end within grace period of 10s"));
  EXPECT_THAT(ended_->message(), HasSubstr("still running: stubborn, cache"));
  EXPECT_EQ(executor_.timers(), 0u);  // nothing runs any more
}

// RT-024: the error that ended it and the grace period that passed can both be told.
TEST_F(ManagerTest, ErrorsOfStartAndStopAreBothTold) {
  Manager manager = Make({.graceful_shutdown_timeout = 10s});
  Add(manager, "fails", {.runs = 1s, .result = Status(Code::kForbidden, "no access")});
  Add(manager, "stubborn", {.linger = 1h});
  Start(manager);
  executor_.Advance(12s);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_EQ(ended_->code(), Code::kForbidden);
  EXPECT_THAT(ended_->message(), HasSubstr("no access"));
  EXPECT_THAT(ended_->message(), HasSubstr("grace period"));
}

// RT-024.
TEST_F(ManagerTest, NoGraceAndEndlessGrace) {
  {
    Manager manager = Make({.graceful_shutdown_timeout = 0s});
    Add(manager, "stubborn", {.linger = 1h});
    Start(manager);
    stop_.Set();
    executor_.RunPending();
    ASSERT_TRUE(ended_.has_value());
    EXPECT_TRUE(ended_->ok());
    EXPECT_EQ(executor_.timers(), 0u);
  }
  Signal later(executor_);
  Manager manager = Manager::New(env_, {.stop = &later, .graceful_shutdown_timeout = -1s});
  Add(manager, "stubborn", {.linger = 24h});
  Start(manager);
  later.Set();
  executor_.Advance(23h);
  EXPECT_FALSE(ended_.has_value());
  executor_.Advance(1h);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok());
}

TEST_F(ManagerTest, FunctionsAreRunnables) {
  Manager manager = Make();
  int runs = 0;
  auto wait = [](Signal* stop, int* runs) -> Task<Status> {
    ++*runs;
    co_await stop->Wait();
    co_return Status();
  };
  EXPECT_TRUE(manager.Add("sweep", [&](RunContext run) { return wait(run.stop, &runs); }, RunnableGroup::kOthers).ok());
  Start(manager);
  EXPECT_EQ(runs, 1);
  stop_.Set();
  executor_.RunPending();
  EXPECT_TRUE(ended_.has_value());
}

TEST_F(ManagerTest, CopiesReferAndTheOwnerOwns) {
  Manager copy;
  {
    Manager owner = Make();
    copy = owner;
    Manager moved = std::move(owner);
    EXPECT_EQ(&copy.cache(), &moved.cache());
  }
  EXPECT_EQ(copy.host(), nullptr);
  EXPECT_DEATH(copy.cache(), "after its manager was gone");
  EXPECT_DEATH(Manager().cache(), "empty Manager handle");
}

// RT-050, RT-051.
TEST(HealthTest, ChecksInOrderOfNames) {
  HealthChecks checks("healthz");
  EXPECT_EQ(checks.Check().text, "ok");
  EXPECT_TRUE(checks.CheckOne("ping").ok);
  EXPECT_EQ(checks.Check({.verbose = true}).text, "[+]ping ok\nhealthz check passed\n");
  checks.Add("b", [] { return Status(); });
  checks.Add("a", [] { return Status(Code::kInternal, "secret"); });
  const HealthReport report = checks.Check();
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.text, "[-]a failed: reason withheld\n[+]b ok\nhealthz check failed\n");
  EXPECT_EQ(checks.Check({.exclude = {"a"}}).text, "ok");
  EXPECT_EQ(checks.Check({.verbose = true, .exclude = {"a", "x"}}).text,
            "[+]a excluded: ok\n[+]b ok\nwarn: some health checks cannot be excluded: no matches for \"x\"\n"
            "healthz check passed\n");
  EXPECT_FALSE(checks.CheckOne("a").ok);
  EXPECT_TRUE(checks.CheckOne("b").ok);
  EXPECT_FALSE(checks.CheckOne("ping").found);
}

}  // namespace
}  // namespace wavetank
