#include "runtime/manager/leader_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <list>

#include "runtime/api/status_error.h"
#include "runtime/client/fake_transport.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using coordination_v1::Lease;
using testing::ElementsAre;
using testing::HasSubstr;

const Gvr kLeases("coordination.k8s.io", "v1", "leases");
const ObjectKey kLease("shop", "web");

// A process with a clock of its own.
class SkewedExecutor final : public Executor {
 public:
  SkewedExecutor(ManualExecutor& inner, Duration skew) : inner_(inner), skew_(skew) {}
  Time Now() const override { return inner_.Now() + skew_; }
  void Offer(Waiter& waiter, const EventLabel& label) override { inner_.Offer(waiter, label); }
  void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) override {
    inner_.StartTimer(waiter, at - skew_, timer_class, label);
  }

 private:
  ManualExecutor& inner_;
  const Duration skew_;
};

// T-107: takeover after the lease, skewed clocks, release, failing renewals, conflicts, the slow path, the callback at the end.
class ElectionTest : public testing::Test {
 protected:
  struct Candidate {
    explicit Candidate(ManualExecutor& executor, LeaderElectionConfig config)
        : stop(executor), elector(std::move(config)), tasks(executor) {}
    Signal stop;
    LeaderElector elector;
    std::vector<std::string> log;
    std::optional<Status> ended;
    TaskGroup tasks;
  };
  static Task<void> Run(Candidate* candidate) {
    Status status = co_await candidate->elector.Run(&candidate->stop);
    candidate->ended = status;
  }
  LeaderElectionConfig Config(std::string identity) {
    return {
        .client = Client(&env_, KindRegistry::BuiltIn(), Options()), .lease = kLease, .identity = std::move(identity)};
  }
  static ClientOptions Options() {
    ClientOptions options;
    options.max_retries = 0;
    return options;
  }
  Candidate& Start(LeaderElectionConfig config) {
    Candidate& candidate = candidates_.emplace_back(executor_, std::move(config));
    candidate.elector.on_started_leading = [&candidate] { candidate.log.push_back("started"); };
    candidate.elector.on_stopped_leading = [&candidate] { candidate.log.push_back("stopped"); };
    candidate.elector.on_new_leader = [&candidate](const std::string& leader) {
      candidate.log.push_back("leader " + leader);
    };
    candidate.tasks.Spawn(Run(&candidate));
    executor_.RunPending();
    return candidate;
  }
  Value Spec() const { return env_.fake.Find(kLeases, kLease)->spec(); }

  ManualExecutor executor_{Time::FromSeconds(1'767'225'600)};
  FakeEnvironment env_{executor_};
  std::list<Candidate> candidates_;
};

// RT-030, RT-037: the first one makes the Lease.
TEST_F(ElectionTest, AnAbsentLeaseIsCreated) {
  Candidate& a = Start(Config("a"));
  EXPECT_TRUE(a.elector.leading());
  EXPECT_THAT(a.log, ElementsAre("leader a", "started"));
  EXPECT_EQ(WriteJson(Spec()),
            R"({"acquireTime":"2026-01-01T00:00:00.000000Z","holderIdentity":"a","leaseDurationSeconds":15,)"
            R"("leaseTransitions":0,"renewTime":"2026-01-01T00:00:00.000000Z"})");
}

// RT-034, RT-036: renewals are single updates, each retry period.
TEST_F(ElectionTest, RenewalsGoOnFromWhatWasWritten) {
  Candidate& a = Start(Config("a"));
  env_.fake.ClearLog();
  executor_.Advance(20s);
  EXPECT_EQ(env_.fake.Count(Verb::kUpdate), 10u);
  EXPECT_EQ(env_.fake.requests().size(), 10u);
  EXPECT_EQ(Spec()["renewTime"], "2026-01-01T00:00:20.000000Z");
  EXPECT_EQ(Spec()["acquireTime"], "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(a.elector.slow_path(), 0u);
}

// RT-036: somebody else wrote the Lease; the leader reads it again, and goes on.
TEST_F(ElectionTest, AConflictIsTheSlowPath) {
  Candidate& a = Start(Config("a"));
  const Object lease = *env_.fake.Find(kLeases, kLease);
  env_.fake.Put(lease.With(lease.value().SetIn({names::kMetadata, names::kLabels}, *ParseJson(R"({"a":"b"})"))));
  executor_.Advance(2s);
  EXPECT_EQ(a.elector.slow_path(), 1u);
  EXPECT_EQ(Spec()["renewTime"], "2026-01-01T00:00:02.000000Z");
  EXPECT_EQ(Spec()["leaseTransitions"].AsInt(), 0);
  EXPECT_EQ(env_.fake.Find(kLeases, kLease)->labels()["a"], "b");
  EXPECT_TRUE(a.elector.leading());
}

// RT-035, RT-037: a standby takes over when the lease has not changed for its duration, by its own observation.
TEST_F(ElectionTest, TakeoverAfterTheLease) {
  Candidate& a = Start(Config("a"));
  Candidate& b = Start(Config("b"));
  executor_.Advance(60s);
  EXPECT_THAT(b.log, ElementsAre("leader a"));
  a.tasks.Clear();  // it is gone, and says nothing
  executor_.Advance(14s);
  EXPECT_FALSE(b.elector.leading());
  executor_.Advance(10s);
  EXPECT_TRUE(b.elector.leading());
  EXPECT_THAT(b.log, ElementsAre("leader a", "leader b", "started"));
  EXPECT_EQ(Spec()["leaseTransitions"].AsInt(), 1);
}

// RT-035: clocks that differ by hours make no difference, however wrong the times in the Lease look.
TEST_F(ElectionTest, ClocksMayDiffer) {
  struct SkewedEnvironment final : Environment {
    SkewedEnvironment(FakeEnvironment& inner, ManualExecutor& executor, Duration skew)
        : inner(inner), own(executor, skew) {}
    Executor& executor() override { return own; }
    Transport& transport() override { return inner.transport(); }
    Random RandomFor(std::string_view purpose) override { return inner.RandomFor(purpose); }
    const Logger& logger() override { return inner.logger(); }
    std::optional<std::string> Variable(std::string_view name) override { return inner.Variable(name); }
    Result<std::string> ReadFile(std::string_view path) override { return inner.ReadFile(path); }
    std::string Hostname() override { return inner.Hostname(); }
    FakeEnvironment& inner;
    SkewedExecutor own;
  };
  const auto advance = [this](SkewedEnvironment& other, Duration duration) {
    for (Duration done{0}; done < duration; done += 100ms) {
      executor_.Advance(100ms);
      while (other.own.has_ready()) {
        other.own.RunReady();
        executor_.RunPending();
      }
    }
  };
  for (const Duration skew : {Duration(-5h), Duration(5h)}) {
    SkewedEnvironment other(env_, executor_, skew);
    Candidate& a = Start(Config("a"));
    LeaderElectionConfig config = Config("b");
    config.client = Client(&other, KindRegistry::BuiltIn(), Options());
    Candidate& b = Start(std::move(config));
    advance(other, 120s);
    EXPECT_TRUE(a.elector.leading());
    EXPECT_FALSE(b.elector.leading());
    a.tasks.Clear();
    advance(other, 25s);
    EXPECT_TRUE(b.elector.leading());
    candidates_.clear();
    env_.fake.Remove(kLeases, kLease);
  }
}

// RT-033: between one and 2.2 retry periods.
TEST_F(ElectionTest, CandidatesWaitUnevenly) {
  Start(Config("a"));
  Start(Config("b"));
  env_.fake.ClearLog();
  executor_.Advance(440s);
  EXPECT_GE(env_.fake.Count(Verb::kGet), 100u);
  EXPECT_LE(env_.fake.Count(Verb::kGet), 200u);
}

// RT-034: ten seconds without a success, and it leads no longer.
TEST_F(ElectionTest, RenewalsThatFailEndTheReign) {
  Candidate& a = Start(Config("a"));
  for (int i = 0; i < 100; ++i) {
    env_.fake.FailNext(Verb::kUpdate, InternalError("etcd"));
    env_.fake.FailNext(Verb::kGet, InternalError("etcd"));
  }
  executor_.Advance(11s);
  EXPECT_TRUE(a.elector.leading());
  executor_.Advance(1s);
  EXPECT_FALSE(a.elector.leading());
  EXPECT_THAT(a.log, ElementsAre("leader a", "started", "stopped"));
  ASSERT_TRUE(a.ended.has_value());
  EXPECT_EQ(a.ended->message(), "leader election lost");
}

// A request without an answer counts as a failure after half of the deadline.
TEST_F(ElectionTest, ASilentServerEndsTheReign) {
  Candidate& a = Start(Config("a"));
  env_.fake.Hold(true);
  executor_.Advance(30s);
  EXPECT_FALSE(a.elector.leading());
  ASSERT_TRUE(a.ended.has_value());
}

// RT-039.
TEST_F(ElectionTest, ReleaseGivesTheLeaseAway) {
  LeaderElectionConfig config = Config("a");
  config.release_on_cancel = true;
  Candidate& a = Start(std::move(config));
  Candidate& b = Start(Config("b"));
  env_.fake.FailNext(Verb::kUpdate, ConflictError(kLeases, "web"));
  a.stop.Set();
  executor_.Advance(1s);
  EXPECT_EQ(Spec()["holderIdentity"], "");
  EXPECT_EQ(Spec()["leaseDurationSeconds"].AsInt(), 1);
  EXPECT_EQ(Spec()["leaseTransitions"].AsInt(), 0);
  ASSERT_TRUE(a.ended.has_value());
  EXPECT_TRUE(a.ended->ok());
  executor_.Advance(5s);
  EXPECT_TRUE(b.elector.leading());
  EXPECT_EQ(Spec()["leaseTransitions"].AsInt(), 1);
}

// Without it the lease stays, and the next one waits.
TEST_F(ElectionTest, AStopKeepsTheLease) {
  Candidate& a = Start(Config("a"));
  Candidate& b = Start(Config("b"));
  a.stop.Set();
  executor_.Advance(1s);
  EXPECT_EQ(Spec()["holderIdentity"], "a");
  EXPECT_THAT(a.log, ElementsAre("leader a", "started", "stopped"));
  executor_.Advance(10s);
  EXPECT_FALSE(b.elector.leading());
}

// RT-038: told of the end also when it never led.
TEST_F(ElectionTest, ACandidateIsToldOfItsEnd) {
  Start(Config("a"));
  Candidate& b = Start(Config("b"));
  b.stop.Set();
  executor_.RunPending();
  EXPECT_THAT(b.log, ElementsAre("leader a", "stopped"));
  ASSERT_TRUE(b.ended.has_value());
  EXPECT_TRUE(b.ended->ok());
}

// Two that find no Lease: one creates it, the other waits.
TEST_F(ElectionTest, OneOfTwoCreates) {
  env_.fake.Hold(true);
  Candidate& a = Start(Config("a"));
  Candidate& b = Start(Config("b"));
  env_.fake.Hold(false);
  while (env_.fake.Release()) executor_.RunPending();
  executor_.Advance(5s);
  EXPECT_NE(a.elector.leading(), b.elector.leading());
}

// RT-044: who stood still for longer than the lease believes that it leads, until it looks.
TEST_F(ElectionTest, AStandstillMeansTwoLeadersForAMoment) {
  Candidate& a = Start(Config("a"));
  env_.fake.Put(Object(Lease::FromObject(*env_.fake.Find(kLeases, kLease))
                           .edit_spec([](coordination_v1::LeaseSpec& spec) { spec.set_holder_identity("b"); })
                           .json()));
  EXPECT_TRUE(a.elector.leading());
  EXPECT_TRUE(a.elector.Check(20s).ok());
  executor_.Advance(13s);
  EXPECT_FALSE(a.elector.leading());
  EXPECT_EQ(Spec()["holderIdentity"], "b");
}

// RT-041.
TEST_F(ElectionTest, TheWatchdogSeesALeaderThatDoesNotRenew) {
  Candidate& a = Start(Config("a"));
  EXPECT_TRUE(a.elector.Check(0s).ok());
  a.tasks.Clear();
  executor_.Advance(15s);
  EXPECT_TRUE(a.elector.Check(0s).ok());
  executor_.Advance(1s);
  EXPECT_THAT(a.elector.Check(0s).message(), HasSubstr("failed election to renew leadership on lease web"));
  EXPECT_TRUE(a.elector.Check(20s).ok());
}

// RT-031.
TEST_F(ElectionTest, TimesThatCannotWorkAreRefused) {
  const auto refused = [&](auto change) {
    LeaderElectionConfig config = Config("a");
    change(config);
    return ValidateLeaderElection(config).message();
  };
  EXPECT_EQ(refused([](LeaderElectionConfig&) {}), "");
  EXPECT_EQ(refused([](LeaderElectionConfig& c) { c.lease_duration = 10s; }),
            "leaseDuration must be greater than renewDeadline");
  EXPECT_EQ(refused([](LeaderElectionConfig& c) { c.retry_period = 9s; }),
            "renewDeadline must be greater than retryPeriod*JitterFactor");
  EXPECT_EQ(refused([](LeaderElectionConfig& c) { c.retry_period = 0s; }), "retryPeriod must be greater than zero");
  EXPECT_EQ(refused([](LeaderElectionConfig& c) { c.identity.clear(); }), "leader election: the identity is empty");
}

// ---- In a manager.

class ElectedManagerTest : public testing::Test {
 protected:
  struct Member {
    explicit Member(ManualExecutor& executor) : stop(executor), tasks(executor) {}
    Signal stop;
    Manager manager;
    std::vector<std::string> log;
    std::optional<Status> ended;
    TaskGroup tasks;
  };
  static Task<Status> Work(std::vector<std::string>* log, RunContext run, Duration linger) {
    log->push_back("+");
    co_await run.stop->Wait();
    if (linger.count() > 0) co_await Sleep(run.environment->executor(), linger);
    log->push_back("-");
    co_return Status();
  }
  static Task<void> Run(Member* member) {
    Status status = co_await member->manager.Start();
    member->ended = status;
  }
  Member& Start(ManagerOptions options, Duration linger = 0s) {
    Member& member = members_.emplace_back(executor_);
    options.stop = &member.stop;
    options.leader_election = true;
    if (options.leader_election_namespace.empty()) options.leader_election_namespace = "shop";
    options.client.max_retries = 0;
    member.manager = Manager::New(env_, std::move(options));
    auto* log = &member.log;
    (void)member.manager.Add("worker", [log, linger](RunContext run) { return Work(log, run, linger); });
    member.tasks.Spawn(Run(&member));
    executor_.RunPending();
    return member;
  }
  std::string Holder() const {
    return std::string(env_.fake.Find(kLeases, kLease)->spec()["holderIdentity"].AsString());
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  std::list<Member> members_;
};

// RT-032, RT-038, RT-040.
TEST_F(ElectedManagerTest, TheElectedOneRuns) {
  Member& a = Start({.leader_election_id = "web"});
  EXPECT_THAT(a.log, ElementsAre("+"));
  EXPECT_TRUE(a.manager.elected().is_set());
  EXPECT_TRUE(a.manager.elector()->leading());
  EXPECT_THAT(Holder(), testing::MatchesRegex("test-host_[0-9a-f-]{36}"));
  const std::vector<Object> events = env_.fake.All(Gvr("", "v1", "events"));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].value()["reason"], "LeaderElection");
  EXPECT_EQ(events[0].value()["message"], Holder() + " became leader");
  EXPECT_EQ(events[0].value()["involvedObject"]["kind"], "Lease");
}

// RT-025: the lease is lost, everything stops at once.
TEST_F(ElectedManagerTest, LosingTheLeaseEndsStart) {
  Member& a = Start({.leader_election_id = "web"}, 20s);
  for (int i = 0; i < 50; ++i) {
    env_.fake.FailNext(Verb::kUpdate, InternalError("etcd"));
    env_.fake.FailNext(Verb::kGet, InternalError("etcd"));
  }
  executor_.Advance(13s);
  ASSERT_TRUE(a.ended.has_value());
  EXPECT_EQ(a.ended->message(), "leader election lost");
  EXPECT_THAT(a.log, ElementsAre("+"));  // cut off: no grace
}

// RT-021, RT-022: the lease is renewed while runnables take their time, and given away when nothing runs any more.
TEST_F(ElectedManagerTest, TheLeaseOutlivesTheRunnables) {
  Member& a = Start({.leader_election_id = "web", .leader_election_release_on_cancel = true}, 20s);
  const std::string holder = Holder();
  a.stop.Set();
  executor_.Advance(19s);
  EXPECT_EQ(Holder(), holder);
  EXPECT_EQ(env_.fake.Find(kLeases, kLease)->spec()["renewTime"], FormatMicroTime(executor_.Now() - 1s));
  executor_.Advance(2s);
  EXPECT_THAT(a.log, ElementsAre("+", "-"));
  EXPECT_EQ(Holder(), "");
  ASSERT_TRUE(a.ended.has_value());
  EXPECT_TRUE(a.ended->ok());
}

// RT-023: who stops before it was elected starts nothing.
TEST_F(ElectedManagerTest, ACandidateStopsWithoutHavingLed) {
  const Object other(*ParseJson(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"web","namespace":"shop"},"spec":{"holderIdentity":"x","leaseDurationSeconds":15}})"));
  env_.fake.Put(other);
  Member& b = Start({.leader_election_id = "web"});
  executor_.Advance(5s);
  b.stop.Set();
  executor_.Advance(60s);
  EXPECT_TRUE(b.log.empty());
  EXPECT_FALSE(b.manager.elected().is_set());
  ASSERT_TRUE(b.ended.has_value());
  EXPECT_TRUE(b.ended->ok());
  EXPECT_EQ(Holder(), "x");
  EXPECT_EQ(executor_.timers(), 0u);
}

// RT-026: nothing starts.
TEST_F(ElectedManagerTest, BadOptionsAreFoundBeforeAnythingStarts) {
  Member& a = Start({.leader_election_id = ""});
  ASSERT_TRUE(a.ended.has_value());
  EXPECT_THAT(a.ended->message(), HasSubstr("set leader_election_id"));
  Member& b = Start({.leader_election_id = "web", .lease_duration = 5s});
  ASSERT_TRUE(b.ended.has_value());
  EXPECT_THAT(b.ended->message(), HasSubstr("leaseDuration must be greater"));
  EXPECT_TRUE(a.log.empty());
  EXPECT_TRUE(b.log.empty());
  EXPECT_TRUE(env_.fake.requests().empty());
}

// A crash of the leader leaves the lease as it was.
TEST_F(ElectedManagerTest, ACrashSendsNothing) {
  Member& a = Start({.leader_election_id = "web", .leader_election_release_on_cancel = true});
  env_.fake.ClearLog();
  a.tasks.Clear();
  a.manager = Manager();
  executor_.Advance(60s);
  EXPECT_TRUE(env_.fake.requests().empty());
}

}  // namespace
}  // namespace wavetank
