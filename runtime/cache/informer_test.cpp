#include "runtime/cache/informer.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/cache/cache_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPods;
using testing_util::Notes;
using testing_util::Pod;
using testing_util::World;

class InformerTest : public testing::Test {
 protected:
  FakeTransport& server() { return world_.env.fake; }
  Informer& Make(InformerOptions options = {}) {
    options.owner = "test";
    informer_ = std::make_unique<Informer>(world_.client, *world_.pods, std::move(options));
    return *informer_;
  }
  HandlerId Note(std::string* out, Duration resync = Duration(0)) {
    return informer_->AddHandler(std::make_unique<Notes>(out), resync);
  }
  // A relist that the watch's 410 brings about.
  void Relist() {
    server().FailWatches(kPods, ExpiredError("too old"));
    world_.Settle();
    world_.executor.Advance(2s);
  }

  World world_;
  std::unique_ptr<Informer> informer_;
};

TEST_F(InformerTest, TellsWhatHappensInOrder) {  // RT-196, RT-210
  server().Put(Pod("a"));
  Make();
  std::string log;
  Note(&log);
  EXPECT_FALSE(informer_->synced());
  informer_->Start();
  world_.executor.Run(informer_->WaitForSync());
  server().Put(Pod("b"));
  server().Put(Pod("a", "n2"));
  server().Remove(kPods, ObjectKey("default", "b"));
  world_.Settle();
  EXPECT_EQ(log, "+a(initial) +b ~a -b");
  EXPECT_EQ(informer_->store().size(), 1u);
  EXPECT_EQ(informer_->resource_version(), server().revision());
}

TEST_F(InformerTest, AnEmptyListSyncsAtOnce) {  // RT-193
  Make();
  int synced = 0;
  InformerOptions options;
  options.on_synced = [&] { ++synced; };
  Make(options).Start();
  world_.Settle();
  EXPECT_TRUE(informer_->synced());
  Relist();
  EXPECT_EQ(synced, 1);
}

TEST_F(InformerTest, NotSyncedBeforeTheListIsThere) {  // RT-193, RT-213
  server().Hold(true);
  std::string log;
  Make();
  const HandlerId id = Note(&log);
  informer_->Start();
  world_.Settle();
  EXPECT_FALSE(informer_->synced());
  EXPECT_FALSE(informer_->HandlerSynced(id));
  server().Release();
  world_.Settle();
  EXPECT_TRUE(informer_->synced());
  EXPECT_TRUE(informer_->HandlerSynced(id));
}

// The store is new as a whole before the first handler is told.
class Looker final : public ResourceEventHandler {
 public:
  Looker(const Store& store, std::string* out) : store_(store), out_(out) {}
  void OnAdd(const Object& object, bool) override { Look("+", object); }
  void OnUpdate(const Object&, const Object& object) override { Look("~", object); }
  void OnDelete(const Object& object, bool) override { Look("-", object); }

 private:
  void Look(const char* sign, const Object& object) {
    out_->append(sign).append(object.name().view()).append("[");
    store_.ForEach([this](const Object& o) { out_->append(o.name().view()); });
    out_->append("] ");
  }
  const Store& store_;
  std::string* out_;
};

TEST_F(InformerTest, ARelistFindsWhatAWatchMissed) {  // RT-192, RT-197, RT-214, T-105
  for (const char* name : {"a", "b", "c"}) server().Put(Pod(name));
  Make();
  informer_->Start();
  world_.Settle();
  std::string log;
  std::string notes;
  informer_->AddHandler(std::make_unique<Looker>(informer_->store(), &log));
  Note(&notes);
  log.clear();
  notes.clear();
  // The watch ends with 410; while the reflector waits for its backoff the world moves.
  server().FailWatches(kPods, ExpiredError("too old"));
  world_.Settle();
  server().Remove(kPods, ObjectKey("default", "b"));
  server().Put(Pod("d"));
  server().Put(Pod("a", "n2"));
  world_.executor.Advance(2s);
  EXPECT_EQ(log, "-b[acd] ~a[acd] +d[acd] ");
  EXPECT_EQ(notes, "-b? ~a +d") << "c did not change: nobody is told";
}

TEST_F(InformerTest, AnotherUidIsAnUpdate) {  // RT-192
  server().Put(Pod("a"));
  Make();
  informer_->Start();
  world_.Settle();
  std::string log;
  Note(&log);
  log.clear();
  server().FailWatches(kPods, ExpiredError("too old"));
  world_.Settle();
  server().Remove(kPods, ObjectKey("default", "a"));
  server().Put(Pod("a"));
  world_.executor.Advance(2s);
  EXPECT_EQ(log, "~a");
}

TEST_F(InformerTest, ADeleteOfTheUnknownIsTold) {  // RT-216
  Make();
  informer_->Start();
  world_.Settle();
  std::string log;
  Note(&log);
  WatchEvent event;
  event.type = WatchEvent::Type::kDeleted;
  event.object = Pod("ghost");
  server().SendEvent(kPods, event);
  world_.Settle();
  EXPECT_EQ(log, "-ghost");
}

TEST_F(InformerTest, ALateHandlerGetsTheWholeStoreThenTheEvents) {  // RT-212
  server().Put(Pod("b"));
  server().Put(Pod("a"));
  Make();
  informer_->Start();
  world_.Settle();
  std::string log;
  Note(&log);
  server().Put(Pod("c"));
  world_.Settle();
  EXPECT_EQ(log, "+a(initial) +b(initial) +c");
}

// Adds or removes handlers from within a call.
class Meddler final : public ResourceEventHandler {
 public:
  Meddler(Informer* informer, std::string* late) : informer_(informer), late_(late) {}
  void OnAdd(const Object&, bool) override {
    if (late_ != nullptr) informer_->AddHandler(std::make_unique<Notes>(std::exchange(late_, nullptr)));
    if (leave != 0) informer_->RemoveHandler(std::exchange(leave, 0));
  }
  void OnUpdate(const Object&, const Object&) override {}
  void OnDelete(const Object&, bool) override {}
  HandlerId leave = 0;

 private:
  Informer* informer_;
  std::string* late_;
};

TEST_F(InformerTest, NothingIsLostOrDoubledWhenAHandlerComesDuringAList) {  // RT-212, T-106
  for (const char* name : {"a", "b", "c"}) server().Put(Pod(name));
  Make();
  std::string late;
  informer_->AddHandler(std::make_unique<Meddler>(informer_.get(), &late));
  informer_->Start();
  world_.Settle();
  EXPECT_EQ(late, "+a(initial) +b(initial) +c(initial)");
  server().Put(Pod("d"));
  world_.Settle();
  EXPECT_EQ(late, "+a(initial) +b(initial) +c(initial) +d");
}

TEST_F(InformerTest, ARemovedHandlerHearsNothingMore) {  // RT-213
  Make();
  informer_->Start();
  world_.Settle();
  std::string log;
  auto meddler = std::make_unique<Meddler>(informer_.get(), nullptr);
  Meddler* raw = meddler.get();
  const HandlerId self = informer_->AddHandler(std::move(meddler));
  const HandlerId other = Note(&log);
  raw->leave = self;  // leaves while it is being called
  server().Put(Pod("a"));
  world_.Settle();
  EXPECT_EQ(informer_->handlers(), 1u);
  EXPECT_EQ(log, "+a");
  EXPECT_TRUE(informer_->RemoveHandler(other));
  EXPECT_FALSE(informer_->RemoveHandler(other));
  server().Put(Pod("b"));
  world_.Settle();
  EXPECT_EQ(log, "+a");
  EXPECT_EQ(informer_->handlers(), 0u);
}

TEST_F(InformerTest, AResyncGoesToWhoAskedForIt) {  // RT-174, RT-215
  server().Put(Pod("a"));
  Make();
  informer_->Start();
  world_.Settle();
  std::string asked;
  std::string plain;
  const HandlerId id = Note(&asked, 10ms);
  Note(&plain);
  EXPECT_EQ(world_.executor.timers(), 1u);
  world_.executor.Advance(999ms);
  EXPECT_EQ(asked, "+a(initial)") << "at least a second";
  world_.executor.Advance(1001ms);
  EXPECT_EQ(asked, "+a(initial) ~a(resync) ~a(resync)");
  EXPECT_EQ(plain, "+a(initial)");
  EXPECT_EQ(server().Count(Verb::kList), 1u) << "a resync is no relist";
  informer_->RemoveHandler(id);
  EXPECT_EQ(world_.executor.timers(), 0u);
}

class LeavesAtResync final : public ResourceEventHandler {
 public:
  explicit LeavesAtResync(Informer* informer) : informer_(informer) {}
  void OnAdd(const Object&, bool) override {}
  void OnUpdate(const Object&, const Object&) override { EXPECT_TRUE(informer_->RemoveHandler(id)); }
  void OnDelete(const Object&, bool) override {}
  HandlerId id = 0;

 private:
  Informer* informer_;
};

TEST_F(InformerTest, AHandlerMayLeaveInItsOwnResync) {
  server().Put(Pod("a"));
  server().Put(Pod("b"));
  Make();
  informer_->Start();
  world_.Settle();
  auto handler = std::make_unique<LeavesAtResync>(informer_.get());
  LeavesAtResync* raw = handler.get();
  raw->id = informer_->AddHandler(std::move(handler), 1s);
  world_.executor.Advance(5s);
  EXPECT_EQ(informer_->handlers(), 0u);
  EXPECT_EQ(world_.executor.timers(), 0u);
  server().Put(Pod("c"));
  world_.Settle();
}

TEST_F(InformerTest, TransformsAndDrops) {  // RT-195
  InformerOptions options;
  options.transform = [](Object object) -> Result<Object> {
    if (object.name() == "bad") return Status(Code::kInternal, "cannot");
    return object.With(object.value().Without(names::kSpec));
  };
  server().Put(Pod("a"));
  server().Put(Pod("bad"));
  Make(options).Start();
  world_.Settle();
  server().Put(Pod("b"));
  world_.Settle();
  EXPECT_EQ(informer_->store().size(), 2u);
  EXPECT_TRUE(informer_->store().Find(ObjectKey("default", "a"))->spec().is_null());
  EXPECT_TRUE(informer_->store().Find(ObjectKey("default", "b"))->spec().is_null());
}

TEST_F(InformerTest, SeveralNamespacesAreOneStore) {
  server().Put(Pod("a", "n1", "x"));
  server().Put(Pod("a", "n1", "y"));
  server().Put(Pod("a", "n1", "z"));
  InformerOptions options;
  options.namespaces = {String("y"), String("x")};
  server().Hold(true);
  Make(options).Start();
  server().Release();
  world_.Settle();
  EXPECT_FALSE(informer_->synced());
  EXPECT_EQ(informer_->resource_version(), 0u);
  server().Hold(false);
  while (server().Release()) world_.Settle();
  EXPECT_TRUE(informer_->synced());
  EXPECT_EQ(informer_->store().size(), 2u);
  std::string log;
  Note(&log);
  log.clear();
  // A relist of one namespace leaves the other alone.
  Relist();
  EXPECT_EQ(log, "");
  EXPECT_EQ(informer_->store().size(), 2u);
}

TEST_F(InformerTest, TellsWhenAVersionIsReached) {  // RT-200
  Make().Start();
  world_.Settle();
  Task<void> wait = informer_->WaitForVersion(server().revision() + 2);
  wait.Start(world_.executor);
  server().Put(Pod("a"));
  world_.Settle();
  EXPECT_FALSE(wait.done());
  server().set_revision(server().revision() + 5);
  server().SendBookmark(kPods);
  world_.Settle();
  EXPECT_TRUE(wait.done());
}

TEST_F(InformerTest, StopsForGood) {  // RT-220
  server().Put(Pod("a"));
  Make().Start();
  world_.Settle();
  informer_->Stop();
  EXPECT_EQ(server().open_watches(kPods), 0u);
  informer_->Start();
  world_.Settle();
  EXPECT_EQ(server().open_watches(kPods), 0u);
  EXPECT_EQ(informer_->store().size(), 1u);
}

}  // namespace
}  // namespace wavetank
