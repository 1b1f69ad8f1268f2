// What an event, a read and a request cost in the client's half of the system, without a server.

#include <benchmark/benchmark.h>

#include "runtime/cache/cache.h"
#include "runtime/cache/cache_test_util.h"

namespace wavetank {
namespace {

using testing_util::kPod;
using testing_util::Pod;

// A server that answers each request with the same object and has one stream, which gives what it is fed.
class EchoTransport final : public Transport {
 public:
  class Stream final : public WatchStream {
   public:
    explicit Stream(EchoTransport& owner) : owner_(owner) { owner_.stream = this; }
    ~Stream() override { owner_.stream = nullptr; }
    void StartNext(NextOp& op) override { op_ = &op; }
    void ForgetNext(NextOp&) override { op_ = nullptr; }
    std::optional<WatchEvent> TryNext() override {
      if (owner_.batch == 0) return std::nullopt;
      return owner_.events[--owner_.batch % owner_.events.size()];
    }
    void Give(const WatchEvent& event) {
      if (op_ != nullptr) std::exchange(op_, nullptr)->Complete(std::optional<WatchEvent>(event));
    }

   private:
    EchoTransport& owner_;
    NextOp* op_ = nullptr;
  };

  void Start(Call& call) override {
    ApiResponse response;
    if (call.request.verb == Verb::kList) {
      response.items = items;
    } else if (call.request.verb == Verb::kWatch) {
      response.stream = std::make_unique<Stream>(*this);
    } else {
      response.object = items.front();
    }
    call.Complete(std::move(response));
  }
  void Forget(Call&) override {}

  std::vector<Object> items;
  std::vector<WatchEvent> events;
  size_t batch = 0;  // how many TryNext may give
  Stream* stream = nullptr;
};

class BenchEnvironment final : public Environment {
 public:
  Executor& executor() override { return executor_; }
  Transport& transport() override { return echo; }
  Random RandomFor(std::string_view purpose) override { return Random(1, "bench", purpose); }
  const Logger& logger() override { return logger_; }
  std::optional<std::string> Variable(std::string_view) override { return std::nullopt; }
  Result<std::string> ReadFile(std::string_view) override { return Status(Code::kNotFound, "no files"); }
  std::string Hostname() override { return "bench"; }
  EchoTransport echo;

 private:
  ManualExecutor executor_;
  Logger logger_;
};

class CountingHandler final : public ResourceEventHandler {
 public:
  explicit CountingHandler(uint64_t* count) : count_(count) {}
  void OnAdd(const Object&, bool) override { ++*count_; }
  void OnUpdate(const Object&, const Object&) override { ++*count_; }
  void OnDelete(const Object&, bool) override { ++*count_; }

 private:
  uint64_t* count_;
};

// A cache over `count` pods with two handlers, synced.
struct Setup {
  explicit Setup(int count, bool indexed) : client(&env, KindRegistry::BuiltIn()), cache(client) {
    for (int i = 0; i < count; ++i) {
      const Object pod = Pod("frontend-" + std::to_string(100000 + i), "node-" + std::to_string(i % 100));
      env.echo.items.push_back(pod);
      WatchEvent event;
      event.type = WatchEvent::Type::kModified;
      event.object = Object(pod.value().SetIn({names::kMetadata, names::kResourceVersion}, std::to_string(i + 5)));
      env.echo.events.push_back(event);
    }
    informer = *cache.InformerFor(kPod);
    for (int i = 0; i < 2; ++i) informer->AddHandler(std::make_unique<CountingHandler>(&told));
    const auto by_node = [](const Object& pod, IndexValues& out) { out.Add(pod.spec()[names::kNodeName]); };
    if (indexed) WT_CHECK(informer->AddIndex("spec.nodeName", by_node).ok(), "a new index");
    cache.Start();
    env.executor().RunReady();
    WT_CHECK(cache.synced(), "the cache is synced");
  }
  BenchEnvironment env;
  Client client;
  Cache cache;
  Informer* informer;
  uint64_t told = 0;
};

// One event a turn, as the simulator delivers them.
void BM_DeliverOneByOne(benchmark::State& state) {
  Setup setup(static_cast<int>(state.range(0)), state.range(1) != 0);
  size_t next = 0;
  for (auto _ : state) {
    setup.env.echo.stream->Give(setup.env.echo.events[next++ % setup.env.echo.events.size()]);
    setup.env.executor().RunReady();
  }
  state.SetItemsProcessed(state.iterations());
  benchmark::DoNotOptimize(setup.told);
}
BENCHMARK(BM_DeliverOneByOne)->Args({10, 0})->Args({10, 1})->Args({100'000, 0});

// A thousand events that are here already.
void BM_DeliverBatch(benchmark::State& state) {
  Setup setup(static_cast<int>(state.range(0)), false);
  for (auto _ : state) {
    setup.env.echo.batch = 999;
    setup.env.echo.stream->Give(setup.env.echo.events[0]);
    setup.env.executor().RunReady();
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_DeliverBatch)->Arg(10)->Arg(100'000);

// An object comes and goes.
void BM_AddAndDelete(benchmark::State& state) {
  Setup setup(static_cast<int>(state.range(0)), true);
  WatchEvent add;
  add.object = Pod("frontend-100005x");
  WatchEvent remove = add;
  remove.type = WatchEvent::Type::kDeleted;
  for (auto _ : state) {
    setup.env.echo.stream->Give(add);
    setup.env.executor().RunReady();
    setup.env.echo.stream->Give(remove);
    setup.env.executor().RunReady();
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(BM_AddAndDelete)->Arg(10)->Arg(100'000);

void BM_StorePut(benchmark::State& state) {
  Setup setup(static_cast<int>(state.range(0)), false);
  Store store;
  for (const Object& object : setup.env.echo.items) store.Put(object);
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.Put(setup.env.echo.items[next++ % setup.env.echo.items.size()]));
  }
}
BENCHMARK(BM_StorePut)->Arg(10)->Arg(100'000);

// ---- Calls: one coroutine that makes `count` of them.

Task<int> GetMany(Client client, ObjectKey key, int64_t count) {
  int found = 0;
  for (int64_t i = 0; i < count; ++i) {
    Result<Object> pod = co_await client.Get(kPod, key);
    found += pod.ok() ? 1 : 0;
  }
  co_return found;
}
Task<int> ListMany(Client client, ListOptionsBuilder options, int64_t count) {
  int found = 0;
  for (int64_t i = 0; i < count; ++i) {
    Result<ObjectList> pods = co_await client.List(kPod, options);
    found += static_cast<int>(pods->items.size());
  }
  co_return found;
}
Task<int> CreateMany(Client client, Object pod, int64_t count) {
  int made = 0;
  for (int64_t i = 0; i < count; ++i) {
    Result<Object> created = co_await client.Create(pod);
    made += created.ok() ? 1 : 0;
  }
  co_return made;
}
Task<int> SendMany(Transport* transport, Object pod, int64_t count) {
  int made = 0;
  for (int64_t i = 0; i < count; ++i) {
    ApiRequest request(Verb::kCreate, testing_util::kPods);
    request.ns = pod.ns();
    request.body = pod.value();
    Result<ApiResponse> created = co_await Send(*transport, std::move(request));
    made += created.ok() ? 1 : 0;
  }
  co_return made;
}

template <typename F>
void RunCalls(benchmark::State& state, Environment& env, F make) {
  constexpr int64_t kCalls = 1000;
  for (auto _ : state) {
    Task<int> task = make(kCalls);
    task.Start(env.executor());
    env.executor().RunReady();
    WT_CHECK(task.done(), "all calls are answered");
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
}

void BM_CachedGet(benchmark::State& state) {
  Setup setup(100, false);
  const Client cached = setup.client.WithReader(&setup.cache);
  RunCalls(state, setup.env, [&](int64_t n) { return GetMany(cached, setup.env.echo.items[7].key(), n); });
}
BENCHMARK(BM_CachedGet);

void BM_CachedListOf3(benchmark::State& state) {
  Setup setup(3, false);
  const Client cached = setup.client.WithReader(&setup.cache);
  const ListOptionsBuilder options = InNamespace("default").MatchingLabel("app", "web");
  RunCalls(state, setup.env, [&](int64_t n) { return ListMany(cached, options, n); });
}
BENCHMARK(BM_CachedListOf3);

// The bare transport, and the same through the client: the difference is the client's.
void BM_BareCreate(benchmark::State& state) {
  Setup setup(1, false);
  RunCalls(state, setup.env, [&](int64_t n) { return SendMany(&setup.env.echo, setup.env.echo.items[0], n); });
}
BENCHMARK(BM_BareCreate);

void BM_ClientCreate(benchmark::State& state) {
  Setup setup(1, false);
  RunCalls(state, setup.env, [&](int64_t n) { return CreateMany(setup.client, setup.env.echo.items[0], n); });
}
BENCHMARK(BM_ClientCreate);

void BM_ClientGet(benchmark::State& state) {
  Setup setup(1, false);
  RunCalls(state, setup.env, [&](int64_t n) { return GetMany(setup.client, setup.env.echo.items[0].key(), n); });
}
BENCHMARK(BM_ClientGet);

}  // namespace
}  // namespace wavetank
