// The builder, on a manager with a cache and a server: what an author writes, and what happens then.
#include "runtime/controller/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/channel_source.h"
#include "runtime/controller/object_reconciler.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Obj;
using testing::ElementsAre;
using testing::HasSubstr;

const Gvk kReplicaSet("apps", "v1", "ReplicaSet");
const Gvk kPod("", "v1", "Pod");
const Gvk kConfigMap("", "v1", "ConfigMap");

// A view as the generator makes them.
class PodView {
 public:
  inline static const Gvk kGvk = kPod;
  static PodView FromObject(Object object) { return PodView(std::move(object)); }
  const Object& ToObject() const { return object_; }

 private:
  explicit PodView(Object object) : object_(std::move(object)) {}
  Object object_;
};

using Calls = std::vector<std::string>;

class Recorder : public Reconciler {
 public:
  explicit Recorder(Calls* calls) : calls_(calls) {}
  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    std::string call = request.ToString();
    for (const char* reason : ctx.reasons()) call += std::string(", ") + reason;
    calls_->push_back(std::move(call));
    co_return ReconcileResult::Done();
  }

 private:
  Calls* calls_;
};

// The original tutorial's program, but for its names.
class PodCount : public Reconciler {
 public:
  explicit PodCount(Calls* calls) : calls_(calls) {}
  void InjectClient(Client client) { client_ = std::move(client); }
  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    auto set = co_await client_->Get(kReplicaSet, request);
    if (!set.ok()) co_return set.status();
    auto pods = co_await client_->List(kPod, InNamespace(request.ns).MatchingLabels(set->spec()["selector"]["matchLabels"]));
    if (!pods.ok()) co_return pods.status();
    calls_->push_back(request.ToString() + " has " + std::to_string(pods->items.size()));
    ctx.log().Info("Reconcile: " + request.ToString());
    co_return ReconcileResult::Done();
  }

 private:
  Calls* calls_;
  std::optional<Client> client_;
};

class RefusesItsClient : public Recorder {
 public:
  using Recorder::Recorder;
  Status InjectClient(const Client&) { return Status(Code::kInvalidArgument, "not this client"); }
};

class BuilderTest : public testing::Test {
 protected:
  BuilderTest() {
    options_.stop = &stop_;
    options_.logger = Logger(sink_);
  }
  Manager& manager() {
    if (!manager_.has_value()) manager_.emplace(Manager::New(env_, options_));
    return *manager_;
  }
  void Start() {
    tasks_.Spawn(Run(manager(), &ended_));
    executor_.RunPending();
  }
  static Task<void> Run(Manager manager, std::optional<Status>* ended) {
    Status status = co_await manager.Start();
    *ended = status;
  }
  Object ReplicaSet(std::string name, std::string extra = "") {
    return Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'" + name + "'" + extra +
               "},'spec':{'selector':{'matchLabels':{'app':'" + name + "'}}}}");
  }
  Object Pod(std::string name, std::string owners = "", std::string app = "a") {
    return Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'" + name + "','labels':{'app':'" +
               app + "'},'ownerReferences':[" + owners + "]}}");
  }
  static std::string Owner(std::string name, bool controller) {
    return "{'apiVersion':'apps/v1','kind':'ReplicaSet','uid':'u','name':'" + name +
           "','controller':" + (controller ? "true" : "false") + "}";
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  std::shared_ptr<MemorySink> sink_ = std::make_shared<MemorySink>();
  Signal stop_{executor_};
  ManagerOptions options_;
  Calls calls_;
  std::optional<Manager> manager_;
  std::optional<Status> ended_;
  TaskGroup tasks_{executor_};
};

// RT-080, RT-081, and InjectClient.
TEST_F(BuilderTest, ThePodCountOfTheTutorial) {
  env_.fake.Put(ReplicaSet("a"));
  env_.fake.Put(Pod("p1", Owner("a", true)));
  ControllerManagedBy(manager()).For(kReplicaSet).Owns<PodView>().Complete(PodCount(&calls_));
  Start();
  EXPECT_FALSE(ended_.has_value()) << ended_->ToString();
  EXPECT_THAT(calls_, ElementsAre("default/a has 1"));
  calls_.clear();
  env_.fake.Put(Pod("p2", Owner("a", true)));
  executor_.RunPending();
  EXPECT_THAT(calls_, ElementsAre("default/a has 2"));
  EXPECT_EQ(manager().controllers()[0]->controller_name(), "replicaset");
  ASSERT_FALSE(sink_->lines().empty());
  EXPECT_THAT(sink_->lines().back(), HasSubstr("Reconcile: default/a"));
  stop_.Set();
  executor_.RunPending();
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok()) << ended_->ToString();
  EXPECT_EQ(env_.fake.open_watches(Gvr("", "v1", "pods")), 0u);
}

// RT-352: why.
TEST_F(BuilderTest, ReasonsNameKindAndEvent) {
  env_.fake.Put(ReplicaSet("a"));
  ControllerManagedBy(manager()).For(kReplicaSet).Owns(kPod).Complete(Recorder(&calls_));
  Start();
  env_.fake.Put(Pod("p", Owner("a", true)));
  executor_.RunPending();
  env_.fake.Put(Pod("p", Owner("a", true), "other"));
  executor_.RunPending();
  env_.fake.Remove(Gvr("", "v1", "pods"), ObjectKey("default", "p"));
  executor_.RunPending();
  EXPECT_THAT(calls_, ElementsAre("default/a, ReplicaSet listed", "default/a, Pod created", "default/a, Pod updated",
                                  "default/a, Pod deleted"));
}

// RT-081.
TEST_F(BuilderTest, OwnsTheControllerOrEveryOwner) {
  Calls every;
  ControllerManagedBy(manager()).For(kReplicaSet).Owns(kPod).Complete(Recorder(&calls_));
  ControllerManagedBy(manager()).For(kReplicaSet).Owns(kPod, MatchEveryOwner).Named("every").Complete(Recorder(&every));
  Start();
  env_.fake.Put(Pod("p", Owner("a", true) + "," + Owner("b", false)));
  executor_.RunPending();
  EXPECT_THAT(calls_, ElementsAre("default/a, Pod created"));
  EXPECT_THAT(every, ElementsAre("default/a, Pod created", "default/b, Pod created"));
  // RT-085: one informer for both.
  EXPECT_EQ(env_.fake.open_watches(Gvr("", "v1", "pods")), 1u);
}

// RT-083, RT-092: global predicates come first, and raw sources do not see them (RT-082).
TEST_F(BuilderTest, FiltersHoldForAllButRawSources) {
  auto wakeups = std::make_shared<Channel<Object>>(executor_, ChannelSource::kCapacity);
  int own = 0;
  const Predicate counting = [&](const ObjectEvent&) { return ++own > 0; };
  ControllerManagedBy(manager())
      .For(kReplicaSet, {counting})
      .Owns(kPod)
      .Watches(kConfigMap, EnqueueRequestForObject())
      .WatchesRawSource(std::make_unique<ChannelSource>(wakeups, EnqueueRequestForObject()))
      .WithEventFilter(NewPredicate([](const Object& object) { return object.name() != "hidden"; }))
      .Complete(Recorder(&calls_));
  env_.fake.Put(ReplicaSet("hidden"));
  env_.fake.Put(ReplicaSet("seen"));
  Start();
  EXPECT_THAT(calls_, ElementsAre("default/seen, ReplicaSet listed"));
  EXPECT_EQ(own, 1);
  calls_.clear();
  env_.fake.Put(Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'namespace':'default','name':'hidden'}}"));
  env_.fake.Put(Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'namespace':'default','name':'shown'}}"));
  EXPECT_TRUE(wakeups->TrySend(ReplicaSet("hidden")));
  executor_.RunPending();
  EXPECT_THAT(calls_, testing::UnorderedElementsAre("default/shown, ConfigMap created", "default/hidden, channel"));
}

// RT-084, RT-080, RT-011: what is wrong is said, and Start repeats it when nobody listened.
TEST_F(BuilderTest, Mistakes) {
  const auto recorder = [this] { return Recorder(&calls_); };
  auto broken = [&](SetupStatus status, std::string_view expected) {
    EXPECT_EQ(status.code(), Code::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr(expected));
  };
  broken(ControllerManagedBy(Manager()).For(kPod).Complete(recorder()), "must provide a manager");
  broken(ControllerManagedBy(manager()).For(kPod).Complete(std::unique_ptr<Recorder>()), "must provide a reconciler");
  broken(ControllerManagedBy(manager()).For(kPod).For(kReplicaSet).Complete(recorder()), "For(...) should only be called once");
  broken(ControllerManagedBy(manager()).Owns(kPod).Named("x").Complete(recorder()), "Owns() can only be used together with For()");
  broken(ControllerManagedBy(manager()).Named("x").Complete(recorder()), "there are no watches configured");
  broken(ControllerManagedBy(manager()).Watches(kPod, EnqueueRequestForObject()).Complete(recorder()), "must be given a name");
  broken(ControllerManagedBy(manager()).For(kPod).Watches(kConfigMap, Handler()).Complete(recorder()), "has no handler");
  broken(ControllerManagedBy(manager()).For(kPod).Complete(RefusesItsClient(&calls_)), "not this client");
  Builder twice(manager().host());
  twice.Watches(kPod, EnqueueRequestForObject()).Named("twice");
  EXPECT_TRUE(twice.Complete(recorder()).ok());
  broken(twice.Complete(recorder()), "called twice");
  EXPECT_TRUE(ControllerManagedBy(manager()).For(kReplicaSet).Complete(recorder()).ok());
  broken(ControllerManagedBy(manager()).For(kReplicaSet).Complete(recorder()), "controller with name replicaset already exists");
  EXPECT_TRUE(ControllerManagedBy(manager())
                  .For(kReplicaSet)
                  .WithOptions(ControllerOptions().SkipNameValidation())
                  .Complete(recorder())
                  .ok());
  Start();
  ASSERT_TRUE(ended_.has_value());
  EXPECT_THAT(ended_->message(), HasSubstr("must provide a reconciler"));
  EXPECT_TRUE(calls_.empty());
}

// RT-060: the builder's word, then the kind's, then everybody's.
TEST_F(BuilderTest, OptionsComeFromBuilderKindAndManager) {
  options_.controllers.options.MaxConcurrentReconciles(2);
  options_.controllers.group_kind_concurrency["ReplicaSet.apps"] = 5;
  ControllerManagedBy(manager()).For(kPod).Complete(Recorder(&calls_));
  ControllerManagedBy(manager()).For(kReplicaSet).Complete(Recorder(&calls_));
  ControllerManagedBy(manager())
      .For(kReplicaSet)
      .Named("own")
      .WithOptions(ControllerOptions().MaxConcurrentReconciles(7))
      .Complete(Recorder(&calls_));
  std::vector<int> workers;
  for (const ControllerSnapshot& snapshot : manager().Metrics()) workers.push_back(snapshot.controller.max_concurrent_reconciles);
  EXPECT_THAT(workers, ElementsAre(2, 5, 7));
}

// RT-090: a kind that is not installed is tried again, and named in the end.
TEST_F(BuilderTest, AnUnknownKindIsWaitedForAndNamed) {
  ControllerManagedBy(manager()).For(Gvk("example.com", "v1", "Widget")).Complete(Recorder(&calls_));
  Start();
  executor_.Advance(119s);
  EXPECT_FALSE(ended_.has_value());
  size_t tries = 0;
  for (const std::string& line : sink_->lines()) tries += line.find("cannot be watched") != std::string::npos ? 1 : 0;
  EXPECT_EQ(tries, 12u);
  executor_.Advance(1s);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_THAT(ended_->message(), HasSubstr("failed to wait for widget caches to sync kind source: Widget.example.com"));
}

class PodNames final : public ObjectReconciler<PodView> {
 public:
  explicit PodNames(Calls* calls) : calls_(calls) {}
  Task<Result<ReconcileResult>> ReconcileObject(Context, PodView pod) override {
    calls_->push_back(pod.ToObject().name().str());
    co_return ReconcileResult::Done();
  }

 private:
  Calls* calls_;
};

// RT-074: the object in hand, and no error for one that is gone.
TEST_F(BuilderTest, AnObjectReconcilerGetsTheObject) {
  env_.fake.Put(Pod("p"));
  auto log = std::make_shared<MemorySink>();
  ControllerManagedBy(manager()).For<PodView>().WithLogger(Logger(log)).Complete(PodNames(&calls_));
  Start();
  EXPECT_THAT(calls_, ElementsAre("p"));
  env_.fake.Remove(Gvr("", "v1", "pods"), ObjectKey("default", "p"));
  executor_.RunPending();
  EXPECT_THAT(calls_, ElementsAre("p"));
  EXPECT_EQ(manager().Metrics()[0].controller.success, 2u);
  EXPECT_TRUE(log->lines().empty());
}

// RT-270.
TEST(QuietConflictTest, OnlyAConflictIsQuiet) {
  EXPECT_EQ(QuietConflict(Status(Code::kConflict, "x"))->kind(), ReconcileResult::Kind::kBackoff);
  EXPECT_EQ(QuietConflict(Status(Code::kNotFound, "x")).code(), Code::kNotFound);
}

// Two queues, one behaviour; the FIFO's limiter is the longer of two.
TEST_F(BuilderTest, TheFifoQueueServesToo) {
  env_.fake.Put(ReplicaSet("a"));
  ControllerManagedBy(manager())
      .For(kReplicaSet)
      .WithOptions(ControllerOptions().UseQueue(QueueKind::kFifo))
      .Complete(Recorder(&calls_));
  Start();
  EXPECT_THAT(calls_, ElementsAre("default/a, ReplicaSet listed"));
}

}  // namespace
}  // namespace wavetank
