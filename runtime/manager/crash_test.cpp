// A manager with two controllers, two informers, four workers, task groups and timers dies at every step of many schedules,
// and starts again on the same server: nothing of the dead life may send, wait or be called, and the next one finishes the
// work (DESIGN section 5). Run under AddressSanitizer this is the proof that every frame dies before what it refers to.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Obj;

const Gvk kReplicaSet("apps", "v1", "ReplicaSet");
const Gvk kPod("", "v1", "Pod");
const Gvr kReplicaSets("apps", "v1", "replicasets");
const Gvr kPods("", "v1", "pods");
const Name kSeen("seen");

// Every offered event and every timer is a step of its own; a dead one refuses everything.
class StepExecutor final : public Executor {
 public:
  Time Now() const override { return now_; }
  void Offer(Waiter& waiter, const EventLabel&) override {
    WT_CHECK(alive, "a dying process offered an event");
    waiter.Link(offered_);
    offered_.list.push_back(&waiter);
  }
  void StartTimer(Waiter& waiter, Time at, TimerClass, const EventLabel&) override {
    WT_CHECK(alive, "a dying process started a timer");
    waiter.Link(timers_);
    timers_.list.push_back(&waiter);
    timers_.times.push_back(at);
  }

  size_t offered() const { return offered_.list.size(); }
  void FireOffered(size_t i) {
    Waiter* waiter = offered_.list[i];
    waiter->Unlink();
    Ready(*waiter);
  }
  bool FireTimer() {
    if (timers_.list.empty()) return false;
    size_t first = 0;
    for (size_t i = 1; i < timers_.times.size(); ++i) first = timers_.times[i] < timers_.times[first] ? i : first;
    now_ = std::max(now_, timers_.times[first]);
    Waiter* waiter = timers_.list[first];
    waiter->Unlink();
    Ready(*waiter);
    return true;
  }
  bool nothing_waits() const { return offered_.list.empty() && timers_.list.empty() && !has_ready(); }

  bool alive = true;

 private:
  struct List final : WaitSource {
    void Forget(Waiter& waiter) override {
      const auto at = std::find(list.begin(), list.end(), &waiter);
      if (!times.empty()) times.erase(times.begin() + (at - list.begin()));
      list.erase(at);
    }
    std::vector<Waiter*> list;
    std::vector<Time> times;
  };
  Time now_ = Time::FromSeconds(1'700'000'000);
  List offered_;
  List timers_;
};

// One life of the process. The server survives it.
class Life final : public Environment, private Transport {
 public:
  Life(FakeTransport& server, uint64_t seed) : server_(server), seed_(seed) {}
  Executor& executor() override { return steps; }
  Transport& transport() override { return *this; }
  Random RandomFor(std::string_view purpose) override {
    WT_CHECK(steps.alive, "a dying process drew a number");
    return Random(seed_, "life", purpose);
  }
  const Logger& logger() override { return logger_; }
  std::optional<std::string> Variable(std::string_view) override { return std::nullopt; }
  Result<std::string> ReadFile(std::string_view) override { return Status(Code::kNotFound, "no files"); }
  std::string Hostname() override { return "life"; }

  StepExecutor steps;

 private:
  void Start(Call& call) override {
    WT_CHECK(steps.alive, "a dying process sent a request");
    server_.Start(call);
  }
  void Forget(Call& call) override { server_.Forget(call); }

  FakeTransport& server_;
  uint64_t seed_;
  Logger logger_;
};

Task<void> CreatePod(Client client, Object pod, int* failures) {
  auto created = co_await client.Create(std::move(pod));
  if (!created.ok() && created.code() != Code::kAlreadyExists) ++*failures;
}

// Makes spec.replicas pods with names of their own, all at once; looks again every minute.
class SetReconciler final : public Reconciler {
 public:
  explicit SetReconciler(Client client) : client_(std::move(client)) {}
  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    auto set = co_await client_.Get(kReplicaSet, request);
    if (set.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!set.ok()) co_return set.status();
    int failures = 0;
    TaskGroup creations(ctx.executor());
    for (int64_t i = 0; i < set->spec()[names::kReplicas].AsInt(); ++i) {
      const std::string name = request.name.str() + "-" + std::to_string(i);
      creations.Spawn(CreatePod(client_,
                                Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'" + name +
                                    "','ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'" +
                                    request.name.str() + "','uid':'u','controller':true}]}}"),
                                &failures));
    }
    co_await creations.Join();
    if (failures > 0) co_return ReconcileResult::Backoff("pods could not be created");
    co_return ReconcileResult::After(1min);
  }

 private:
  Client client_;
};

// Marks each pod as seen, after a rest.
class PodReconciler final : public Reconciler {
 public:
  explicit PodReconciler(Manager manager) : manager_(std::move(manager)) {}
  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    co_await Sleep(ctx.executor(), 1s);
    auto pod = co_await manager_.client().Get(kPod, request);
    if (!pod.ok() || pod->labels().Has("seen")) co_return ReconcileResult::Done();
    auto updated = co_await manager_.client().Update(
        pod->With(pod->value().SetIn({names::kMetadata, names::kLabels, kSeen}, "yes")));
    if (!updated.ok()) co_return QuietConflict(updated.status());
    co_return ReconcileResult::Done();
  }

 private:
  Manager manager_;  // a copy inside what the manager owns: no circle
};

Task<Status> Main(Environment& env) {
  auto manager = Manager::New(env, {});
  ControllerManagedBy(manager)
      .For(kReplicaSet)
      .Owns(kPod)
      .WithOptions(ControllerOptions().MaxConcurrentReconciles(3).ReconcileTimeout(1h))
      .Complete(SetReconciler(manager.client()));
  ControllerManagedBy(manager).For(kPod).Complete(PodReconciler(manager));
  co_return co_await manager.Start();
}

Task<void> RunMain(Environment* env, std::optional<Status>* ended) {
  Status status = co_await Main(*env);
  *ended = status;
}

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    server.Put(Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'a'},"
                   "'spec':{'replicas':2}}"));
    server.Put(Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'b'},"
                   "'spec':{'replicas':1}}"));
    server.Hold(true);
    server.HoldWatchEvents(true);
    Restart();
  }

  void Restart() {
    life_.emplace(server, random_.Next());
    tasks_.emplace(life_->steps);
    tasks_->Spawn(RunMain(&*life_, &ended_));
    life_->steps.RunReady();
  }
  void Crash() {
    const size_t requests = server.requests().size();
    life_->steps.alive = false;
    tasks_.reset();
    EXPECT_EQ(server.held(), 0u);
    EXPECT_EQ(server.open_watches(kPods), 0u);
    EXPECT_EQ(server.requests().size(), requests);
    EXPECT_TRUE(life_->steps.nothing_waits());
    life_.reset();
  }
  void Step() {
    const size_t offered = life_->steps.offered();
    const uint64_t pick = random_.Below(offered + 2);
    hash_ = HashCombine(hash_, HashCombine(pick, offered));
    if (pick < offered) {
      life_->steps.FireOffered(pick);
    } else if (pick == offered && server.held() > 0) {
      server.Release();
    } else {
      server.ReleaseWatchEvents(1);
      if (!life_->steps.has_ready() && server.held() == 0 && offered == 0) life_->steps.FireTimer();
    }
    life_->steps.RunReady();
    EXPECT_FALSE(ended_.has_value()) << ended_->ToString();
  }
  bool Finished() const {
    size_t seen = 0;
    for (const Object& pod : server.All(kPods)) seen += pod.labels().Has("seen") ? 1 : 0;
    return seen == 3;
  }
  // The number of steps it took.
  int Finish() {
    int steps = 0;
    for (; !Finished() && steps < 5000; ++steps) Step();
    EXPECT_TRUE(Finished());
    return steps;
  }
  uint64_t hash() const { return HashCombine(hash_, server.requests().size()); }

  FakeTransport server;

 private:
  Random random_;
  uint64_t hash_ = 0;
  std::optional<Life> life_;
  std::optional<Status> ended_;
  std::optional<TaskGroup> tasks_;
};

uint64_t CrashAt(uint64_t seed, int step) {
  World world(seed);
  for (int i = 0; i < step; ++i) world.Step();
  world.Crash();
  world.Restart();
  world.Finish();
  world.Crash();
  return world.hash();
}

TEST(CrashTest, AtEveryStepOfManySchedules) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    int steps = 0;
    {
      World world(seed);
      steps = world.Finish();
      world.Crash();
    }
    EXPECT_GT(steps, 30);
    for (int step = 0; step <= steps; ++step) {
      const uint64_t hash = CrashAt(seed, step);
      if (step % 16 == 0) EXPECT_EQ(hash, CrashAt(seed, step)) << "seed " << seed << ", step " << step;
      if (testing::Test::HasFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
  }
}

Task<void> StartOf(Manager manager) {
  Status status = co_await manager.Start();
  EXPECT_TRUE(status.ok());
}

// The other order: the manager goes first, then the frame that awaits its Start.
TEST(CrashTest, AManagerMayDieBeforeTheFrameThatAwaitsIt) {
  ManualExecutor executor;
  FakeEnvironment env(executor);
  env.fake.Put(Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'a'},"
                   "'spec':{'replicas':2}}"));
  Signal stop(executor);
  TaskGroup tasks(executor);
  {
    Manager manager = Manager::New(env, {.stop = &stop});
    ControllerManagedBy(manager).For(kReplicaSet).Owns(kPod).Complete(SetReconciler(manager.client()));
    ControllerManagedBy(manager).For(kPod).Complete(PodReconciler(manager));
    tasks.Spawn(StartOf(manager));
    executor.RunPending();
    stop.Set();  // and in the middle of its stop
  }
  executor.Advance(1h);
  EXPECT_EQ(executor.timers(), 0u);
  EXPECT_EQ(env.fake.open_watches(kPods), 0u);
}

// A controller outlives its cache, and a cache its controllers.
TEST(CrashTest, ControllersAndCachesDieInAnyOrder) {
  for (const bool cache_first : {true, false}) {
    ManualExecutor executor;
    FakeEnvironment env(executor);
    Logger log;
    Signal stop(executor);
    auto cache = std::make_unique<Cache>(Client(&env, KindRegistry::BuiltIn()));
    auto controller = std::make_unique<Controller>(&env, log, ControllerSpec("test"), ControllerOptions(),
                                                   std::make_unique<SetReconciler>(Client(&env, KindRegistry::BuiltIn())));
    controller->Watch(std::make_unique<KindSource>(cache.get(), kPod, EnqueueRequestForObject()));
    TaskGroup tasks(executor);
    auto run = [](Controller* c, RunContext run) -> Task<void> {
      Status status = co_await c->Start(run);
      EXPECT_TRUE(status.ok());
    };
    tasks.Spawn(run(controller.get(), RunContext{.environment = &env, .logger = &log, .stop = &stop}));
    cache->Start();
    executor.RunPending();
    EXPECT_TRUE(controller->started_workers());
    if (cache_first) {
      cache.reset();
      tasks.Clear();
      controller.reset();
    } else {
      tasks.Clear();
      controller.reset();
      env.fake.Put(Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'p'}}"));
      executor.RunPending();
      cache.reset();
    }
  }
}

}  // namespace
}  // namespace wavetank
