// A standby that keeps itself warm (RT-043): it knows the world and has its queue full when it is elected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/builder.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Obj;
using testing::ElementsAre;
using testing::IsEmpty;

const Gvk kConfigMap("", "v1", "ConfigMap");
const Gvr kConfigMaps("", "v1", "configmaps");
const Gvr kLeases("coordination.k8s.io", "v1", "leases");
const ObjectKey kLease("shop", "web");

class Notes final : public Reconciler {
 public:
  explicit Notes(std::vector<std::string>* calls) : calls_(calls) {}
  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    calls_->push_back(request.name.str());
    co_return ReconcileResult::Done();
  }

 private:
  std::vector<std::string>* calls_;
};

class WarmupTest : public testing::Test {
 protected:
  // A candidate beside somebody who leads already.
  void StartStandby(bool warmup) {
    env_.fake.Put(
        Obj("{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'web','namespace':'shop'},"
            "'spec':{'holderIdentity':'other','leaseDurationSeconds':15}}"));
    ManagerOptions options{.stop = &stop_};
    options.leader_election = true;
    options.leader_election_id = "web";
    options.leader_election_namespace = "shop";
    manager_.emplace(Manager::New(env_, std::move(options)));
    Result<Controller*> made = ControllerManagedBy(*manager_)
                                   .For(kConfigMap)
                                   .WithOptions(ControllerOptions().EnableWarmup(warmup))
                                   .Build(std::make_unique<Notes>(&calls_));
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    controller_ = *made;
    tasks_.Spawn(Run(*manager_, &ended_));
    executor_.RunPending();
  }
  static Task<void> Run(Manager manager, std::optional<Status>* ended) {
    Status status = co_await manager.Start();
    *ended = status;
  }
  void PutConfigMap(std::string name) {
    env_.fake.Put(
        Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'namespace':'default','name':'" + name + "'}}"));
    executor_.RunPending();
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  Signal stop_{executor_};
  std::vector<std::string> calls_;
  std::optional<Manager> manager_;
  Controller* controller_ = nullptr;
  std::optional<Status> ended_;
  TaskGroup tasks_{executor_};
};

TEST_F(WarmupTest, AWarmStandbyQueuesAndDoesNothing) {
  PutConfigMap("a");
  StartStandby(true);
  PutConfigMap("b");
  EXPECT_EQ(env_.fake.open_watches(kConfigMaps), 1u);
  ASSERT_NE(controller_->queue(), nullptr);
  // The depth grows, and says of itself that it is nobody's backlog.
  EXPECT_EQ(controller_->queue()->Metrics().depth, 2u);
  EXPECT_TRUE(controller_->Metrics().standby);
  EXPECT_FALSE(controller_->started_workers());
  EXPECT_THAT(calls_, IsEmpty());

  // Nobody renews the lease; this one takes over, and works off what waits, without another list or watch.
  env_.fake.ClearLog();
  executor_.Advance(40s);
  EXPECT_TRUE(manager_->elected().is_set());
  EXPECT_THAT(calls_, ElementsAre("b", "a"));  // what the first list brought is less urgent (RT-097)
  EXPECT_EQ(controller_->queue()->Metrics().depth, 0u);
  EXPECT_FALSE(controller_->Metrics().standby);
  EXPECT_EQ(env_.fake.Count(Verb::kWatch), 0u);
  PutConfigMap("c");
  EXPECT_THAT(calls_, ElementsAre("b", "a", "c"));
  stop_.Set();
  executor_.Advance(1min);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok()) << ended_->ToString();
}

TEST_F(WarmupTest, AColdStandbyKnowsNothing) {
  PutConfigMap("a");
  StartStandby(false);
  EXPECT_EQ(controller_->queue(), nullptr);
  EXPECT_FALSE(controller_->Metrics().standby);
  executor_.Advance(40s);
  EXPECT_THAT(calls_, ElementsAre("a"));
}

TEST_F(WarmupTest, AStandbyThatStopsLeavesNothingBehind) {
  StartStandby(true);
  PutConfigMap("a");
  stop_.Set();
  executor_.Advance(1min);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok()) << ended_->ToString();
  EXPECT_THAT(calls_, IsEmpty());
  EXPECT_EQ(env_.fake.open_watches(kConfigMaps), 0u);
  EXPECT_EQ(executor_.timers(), 0u);
}

}  // namespace
}  // namespace wavetank
