#include "runtime/cache/cache.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/cache/cache_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPod;
using testing_util::kPods;
using testing_util::Notes;
using testing_util::Pod;
using testing_util::World;

void NodeIndex(const Object& pod, IndexValues& out) { out.Add(pod.spec()[names::kNodeName]); }
void AppIndex(const Object& pod, IndexValues& out) { out.Add(pod.labels()["app"]); }

// T-111.
class CacheTest : public testing::Test {
 protected:
  FakeTransport& server() { return world_.env.fake; }
  Cache& Make(CacheOptions options = {}) {
    cache_ = std::make_unique<Cache>(world_.client, std::move(options));
    cached_.emplace(world_.client.WithReader(cache_.get()));
    return *cache_;
  }
  template <typename C>
  typename C::Answer Run(C call) {
    return world_.executor.Run(AsTask(std::move(call)));
  }
  Result<Object> Get(const std::string& name, const std::string& ns = "default") {
    return Run(cached_->Get(kPod, ObjectKey(String(ns), String(name))));
  }
  // Names, separated by blanks, or the error.
  std::string List(ListOptionsBuilder options) {
    Result<ObjectList> list = Run(cached_->List(kPod, std::move(options)));
    if (!list.ok()) return list.status().ToString();
    std::string out;
    for (const Object& object : list->items) out.append(out.empty() ? "" : " ").append(object.name().view());
    return out;
  }

  World world_;
  std::unique_ptr<Cache> cache_;
  std::optional<Client> cached_;
};

TEST_F(CacheTest, TheFirstReadMakesTheInformer) {  // RT-231
  server().Put(Pod("a"));
  Make().Start();
  EXPECT_EQ(server().requests().size(), 0u);
  Result<Object> pod = Get("a");
  ASSERT_TRUE(pod.ok());
  EXPECT_TRUE(pod->SameAs(*server().Find(kPods, pod->key()))) << "one handle, from the server to the reader (RT-219)";
  EXPECT_EQ(server().Log(), "list pods\nwatch pods\n");
  EXPECT_TRUE(Get("a").ok());
  EXPECT_EQ(server().requests().size(), 2u);
}

TEST_F(CacheTest, AReadWaitsUntilTheKindIsSynced) {  // RT-232, T-115
  server().Put(Pod("a"));
  server().Hold(true);
  Make().Start();
  auto read = AsTask(cached_->Get(kPod, ObjectKey("default", "a")));
  read.Start(world_.executor);
  world_.Settle();
  EXPECT_FALSE(read.done());
  server().Release();
  world_.Settle();
  ASSERT_TRUE(read.done());
  EXPECT_TRUE(read.Take().ok());
  // A read of a synced kind does not even suspend.
  auto again = AsTask(cached_->Get(kPod, ObjectKey("default", "a")));
  again.Start(world_.executor);
  EXPECT_TRUE(again.done());
}

TEST_F(CacheTest, RefusesToBeReadBeforeItStarts) {  // RT-232
  Make();
  EXPECT_EQ(Get("a").code(), Code::kFailedPrecondition);
}

TEST_F(CacheTest, StoppingEndsWaitingReads) {
  server().Hold(true);
  Make().Start();
  auto read = AsTask(cached_->Get(kPod, ObjectKey("default", "a")));
  read.Start(world_.executor);
  auto sync = cache_->WaitForSync();
  sync.Start(world_.executor);
  cache_->Stop();
  world_.Settle();
  ASSERT_TRUE(read.done());
  EXPECT_EQ(read.Take().code(), Code::kCancelled);
  ASSERT_TRUE(sync.done());
  EXPECT_EQ(sync.Take().code(), Code::kCancelled);
}

TEST_F(CacheTest, RunsUntilTheSignal) {
  server().Put(Pod("a"));
  Make();
  ASSERT_TRUE(cache_->InformerFor(kPod).ok());
  Signal stop(world_.executor);
  auto run = cache_->Run(&stop);
  run.Start(world_.executor);
  EXPECT_TRUE(world_.executor.Run(cache_->WaitForSync()).ok());
  EXPECT_EQ(cache_->ResourceVersionOf(kPod), server().revision());
  stop.Set();
  world_.Settle();
  EXPECT_TRUE(run.done());
  EXPECT_EQ(server().open_watches(kPods), 0u);
}

TEST_F(CacheTest, MayRefuseKindsNobodyAskedFor) {  // RT-231
  CacheOptions options;
  options.fail_on_missing_informer = true;
  Make(options).Start();
  EXPECT_EQ(Get("a").code(), Code::kFailedPrecondition);
  ASSERT_TRUE(cache_->InformerFor(kPod).ok());
  EXPECT_EQ(Get("a").code(), Code::kNotFound);
}

TEST_F(CacheTest, NotFoundNamesTheKind) {  // RT-235
  Make().Start();
  EXPECT_EQ(Get("a").status().message(), "Pod \"a\" not found");
}

TEST_F(CacheTest, WritesAndLiveReadsGoToTheServer) {  // RT-239, RT-240
  Make().Start();
  EXPECT_EQ(List({}), "");
  server().ClearLog();
  server().HoldWatchEvents(true);
  ASSERT_TRUE(Run(cached_->Create(Pod("a"))).ok());
  EXPECT_EQ(Get("a").code(), Code::kNotFound) << "no read-your-writes: answers never go into the cache (RT-250, RT-256)";
  EXPECT_TRUE(Run(cached_->Live().Get(kPod, ObjectKey("default", "a"))).ok());
  server().HoldWatchEvents(false);
  world_.Settle();
  EXPECT_TRUE(Get("a").ok());
  EXPECT_EQ(server().Log(), "create pods default/a\nget pods default/a\n");
}

TEST_F(CacheTest, ListsByLabelNamespaceAndIndex) {  // RT-236
  server().Put(Pod("a", "n1", "default", "web"));
  server().Put(Pod("b", "n2", "default", "db"));
  server().Put(Pod("c", "n1", "prod", "web"));
  server().Put(Pod("d", "n2", "prod", "web"));
  Make();
  ASSERT_TRUE(cache_->AddIndex(kPod, "spec.nodeName", NodeIndex).ok());
  ASSERT_TRUE(cache_->AddIndex(kPod, "app", AppIndex).ok());
  cache_->Start();
  EXPECT_EQ(List({}), "a b c d");
  EXPECT_EQ(List(InNamespace("prod")), "c d");
  EXPECT_EQ(List(ListOptionsBuilder().MatchingLabel("app", "web")), "a c d");
  EXPECT_EQ(List(InNamespace("default").MatchingSelector("app in (db, x)")), "b");
  EXPECT_EQ(List(ListOptionsBuilder().MatchingField("spec.nodeName", "n1")), "a c");
  EXPECT_EQ(List(InNamespace("prod").MatchingField("spec.nodeName", "n1")), "c");
  EXPECT_EQ(List(ListOptionsBuilder().MatchingField("spec.nodeName", "n2").MatchingField("app", "web")), "d");
  EXPECT_EQ(List(ListOptionsBuilder().MatchingFieldSelector("spec.nodeName=n2,app=db")), "b");
  EXPECT_EQ(List(ListOptionsBuilder().OnePage(2)), "a b");
  EXPECT_NE(List(ListOptionsBuilder().MatchingField("spec.x", "1")).find("no index"), std::string::npos);
  EXPECT_NE(List(ListOptionsBuilder().MatchingFieldSelector("app!=db")).find("exact"), std::string::npos);
  EXPECT_NE(List(ListOptionsBuilder().MatchingSelector("a in")).find("BadRequest"), std::string::npos);
}

TEST_F(CacheTest, ScopesRestrictWhatIsKept) {  // RT-233, RT-234
  server().Put(Pod("a", "n1", "x"));
  server().Put(Pod("b", "n1", "y"));
  server().Put(Pod("c", "n1", "z"));
  server().Put(Pod("d", "n1", "x", "db"));
  CacheOptions options;
  options.defaults.namespaces = std::vector<String>{"z"};
  options.by_kind[kPod].namespaces = std::vector<String>{"x", "y"};
  options.by_kind[kPod].label_selector = "app=web";
  Make(options).Start();
  EXPECT_EQ(List({}), "a b");
  EXPECT_EQ(Get("d", "x").code(), Code::kNotFound);
  EXPECT_EQ(Get("c", "z").status().message(), "unable to get: z/c because of unknown namespace for the cache");
  EXPECT_EQ(List(InNamespace("z")), "InvalidArgument: unable to list: z because of unknown namespace for the cache");
  EXPECT_EQ(server().Count(Verb::kWatch), 2u);
}

TEST_F(CacheTest, ARemovedInformerComesBackWithTheNextRead) {  // RT-238
  server().Put(Pod("a"));
  Make().Start();
  EXPECT_TRUE(Get("a").ok());
  cache_->RemoveInformer(kPod);
  EXPECT_EQ(server().open_watches(kPods), 0u);
  EXPECT_EQ(cache_->FindInformer(kPod), nullptr);
  EXPECT_EQ(cache_->ResourceVersionOf(kPod), 0u);
  EXPECT_TRUE(Get("a").ok());
  EXPECT_EQ(server().open_watches(kPods), 1u);
  EXPECT_FALSE(cache_->InformerFor(Gvk("x.io", "v1", "Nothing")).ok());
}

TEST_F(CacheTest, SyncPeriodIsSpread) {  // RT-230
  server().Put(Pod("a"));
  CacheOptions options;
  options.sync_period = 100s;
  Make(options).Start();
  std::string log;
  Result<Informer*> informer = cache_->InformerFor(kPod);
  ASSERT_TRUE(informer.ok());
  (*informer)->AddHandler(std::make_unique<Notes>(&log));
  world_.Settle();
  world_.executor.Advance(90s - 1ns);
  EXPECT_EQ(log, "+a(initial)");
  world_.executor.Advance(20s + 1ns);
  EXPECT_EQ(log, "+a(initial) ~a(resync)");
}

// The cache goes down with a crash: everything at once, in the middle of anything.
TEST_F(CacheTest, CanBeDestroyedAtAnyPoint) {
  for (int held = 0; held < 4; ++held) {
    server().Hold(true);
    Make().Start();
    auto read = AsTask(cached_->Get(kPod, ObjectKey("default", "a")));
    read.Start(world_.executor);
    for (int i = 0; i < held; ++i) {
      server().Release();
      world_.Settle();
    }
    read.Reset();
    cache_.reset();
    EXPECT_EQ(server().held(), 0u);
    EXPECT_EQ(server().open_watches(kPods), 0u);
    EXPECT_EQ(world_.executor.timers(), 0u);
  }
}

}  // namespace
}  // namespace wavetank
