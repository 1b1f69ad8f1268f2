// What events mean: T-005, T-006, T-007, T-010, T-016, T-017, T-018; RS-010..023.
#include "examples/replicaset/handlers.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "examples/replicaset/manage.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_test_util.h"
#include "runtime/client/fake_transport.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/workqueue/fifo_queue.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const ObjectKey kWeb("ns", "web");

class HandlersTest : public ::testing::Test {
 protected:
  HandlersTest() : controller_(ReplicaSetOptions(), Client(&env_, KindRegistry::BuiltIn()), Logger()) {
    EXPECT_TRUE(pods_.AddIndex(kPodsByController, IndexPodByController).ok());
    EXPECT_TRUE(sets_.AddIndex(kSetsByController, IndexSetByController).ok());
    controller_.sets = &sets_;
    controller_.pods = &pods_;
    sets_.Put(TestSet());
  }

  // A set of another name; `labels` is what it selects, `owner` the uid of who controls it.
  static Object Set(std::string_view name, std::string_view labels, std::string_view owner = {}) {
    Value value = TestSet().value().SetIn({names::kMetadata, names::kName}, name);
    value = value.SetIn({names::kMetadata, names::kUid}, "uid-" + std::string(name));
    value = value.Set(names::kSpec,
                      value[names::kSpec].Set("selector", Value::EmptyObject().Set("matchLabels", Json(labels))));
    if (owner.empty()) return Object(value);
    const Value reference = Value::EmptyObject().Set(names::kController, true).Set(names::kUid, owner);
    return Object(value.SetIn({names::kMetadata, names::kOwnerReferences}, Value::Array({reference})));
  }
  static Object At(const Object& pod, int version) {
    return pod.With(pod.value().SetIn({names::kMetadata, names::kResourceVersion}, std::to_string(version)));
  }

  // The sets that an event wakes.
  std::vector<std::string> Woken(const ObjectEvent& event) {
    FifoQueue<ObjectKey> queue(executor_, QueueOptions{.name = "test"});
    RequestSink sink(queue, event, "test");
    PodEvents (&controller_)(event, sink);
    std::vector<std::string> keys;
    while (queue.Len() > 0) {
      const auto item = executor_.Run(Take(&queue));
      keys.push_back(item->key.name.str());
      queue.Done(item->key);
    }
    delayed_ = executor_.timers();
    return keys;
  }
  static Task<std::optional<QueueItem<ObjectKey>>> Take(Queue<ObjectKey>* queue) {
    std::optional<QueueItem<ObjectKey>> item = co_await queue->Get();
    co_return item;
  }
  std::vector<std::string> Updated(const Object& before, const Object& after) {
    return Woken(ObjectEvent::Update(At(before, 1), At(after, 2)));
  }
  static TestPod Mine(std::string_view name = "a") { return TestPod(name).ControlledBy("set"); }
  int64_t Creations() { return controller_.expectations.Get(kWeb)->creations; }
  int64_t Deletions() { return controller_.expectations.Get(kWeb)->deletions; }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  Store sets_;
  Store pods_;
  SetController controller_;
  size_t delayed_ = 0;
};

TEST_F(HandlersTest, AnOwnedPodIsObservedByItsOwnerAlone) {  // T-017, RS-014, RS-022
  for (int i = 0; i < 10; ++i) sets_.Put(Set("overlap-" + std::to_string(i), "{'app': 'web'}"));
  controller_.expectations.ExpectCreations(kWeb, 2);
  EXPECT_THAT(Woken(ObjectEvent::Create(Mine())), ElementsAre("web"));
  EXPECT_EQ(Creations(), 1);
}

TEST_F(HandlersTest, AReferenceMustBeOfTheKindAndTheUid) {
  controller_.expectations.ExpectCreations(kWeb, 2);
  EXPECT_THAT(Woken(ObjectEvent::Create(TestPod("a").ControlledBy("set", "StatefulSet"))), IsEmpty());
  EXPECT_THAT(Woken(ObjectEvent::Create(TestPod("a").ControlledBy("old"))), IsEmpty());
  EXPECT_THAT(Woken(ObjectEvent::Create(TestPod("a").ControlledBy("set", "ReplicaSet", "other"))), IsEmpty());
  EXPECT_EQ(Creations(), 2);
}

TEST_F(HandlersTest, AnOrphanWakesAllThatSelectIt) {  // T-006, RS-015
  sets_.Put(Set("also", "{'app': 'web'}"));
  sets_.Put(Set("not", "{'app': 'db'}"));
  sets_.Put(Set("empty", "{}"));
  controller_.expectations.ExpectCreations(kWeb, 2);
  EXPECT_THAT(Woken(ObjectEvent::Create(TestPod("a"))), UnorderedElementsAre("web", "also"));
  EXPECT_THAT(Woken(ObjectEvent::Create(TestPod("a").Labels("{}"))), IsEmpty());
  const Object elsewhere = TestPod("a");
  EXPECT_THAT(Woken(ObjectEvent::Create(
                  elsewhere.With(elsewhere.value().SetIn({names::kMetadata, names::kNamespace}, "other")))),
              IsEmpty());
  EXPECT_EQ(Creations(), 2);
}

TEST_F(HandlersTest, APodThatIsGoingIsGone) {  // T-018, RS-013, RS-017, RS-062
  const std::vector<ObjectKey> expected = {ObjectKey("ns", "a"), ObjectKey("ns", "b")};
  controller_.expectations.ExpectDeletions(kWeb, expected);
  EXPECT_THAT(Woken(ObjectEvent::Create(Mine("a").Deleting())), ElementsAre("web"));
  EXPECT_EQ(Deletions(), 1);
  EXPECT_THAT(Updated(Mine("b"), Mine("b").Deleting()), ElementsAre("web"));
  EXPECT_EQ(Deletions(), 0);
  // Its real end, and that of another one, count no more.
  EXPECT_THAT(Woken(ObjectEvent::Delete(Mine("b").Deleting())), ElementsAre("web"));
  EXPECT_THAT(Woken(ObjectEvent::Delete(Mine("c"), true)), ElementsAre("web"));
  EXPECT_EQ(Deletions(), 0);
  EXPECT_THAT(Woken(ObjectEvent::Delete(TestPod("d"))), IsEmpty());  // RS-021: nobody's
}

TEST_F(HandlersTest, Updates) {  // T-010
  sets_.Put(Set("db", "{'app': 'db'}"));
  // Its labels change to those of another set: the owner looks.
  EXPECT_THAT(Updated(Mine(), Mine().Labels("{'app': 'db'}")), ElementsAre("web"));
  // The reference goes, the labels change: the old owner, and who selects it now (RS-018, RS-020).
  EXPECT_THAT(Updated(Mine(), TestPod("a").Labels("{'app': 'db'}")), ElementsAre("web", "db"));
  // An orphan that changes in any other way wakes nobody.
  EXPECT_THAT(Updated(TestPod("a"), TestPod("a").Phase("Running")), IsEmpty());
  EXPECT_THAT(Updated(TestPod("a"), TestPod("a").Labels("{'app': 'db'}")), ElementsAre("db"));
  // A resync (RS-016).
  EXPECT_THAT(Woken(ObjectEvent::Update(At(Mine(), 1), At(Mine(), 1))), IsEmpty());
}

TEST_F(HandlersTest, BecomingReadyIsLookedAtTwice) {  // RS-019
  EXPECT_THAT(Updated(Mine(), Mine().Ready(0s)), ElementsAre("web"));
  EXPECT_EQ(delayed_, 0);
  sets_.Put(TestSet(2, 30));
  EXPECT_THAT(Updated(Mine(), Mine().Ready(0s)), ElementsAre("web"));
  EXPECT_EQ(delayed_, 1);
}

TEST_F(HandlersTest, ASuccessorIsNotHeldUp) {  // T-016, RS-011, RS-012, RS-067
  const auto tell = [this](const ObjectEvent& event) {
    FifoQueue<ObjectKey> queue(executor_, QueueOptions{.name = "test"});
    RequestSink sink(queue, event, "test");
    ForgetReplaced (&controller_)(event, sink);
  };
  controller_.expectations.ExpectCreations(kWeb, 2);
  tell(ObjectEvent::Update(TestSet(), TestSet(5)));
  EXPECT_FALSE(controller_.expectations.Satisfied(kWeb));
  const Object successor = TestSet().With(TestSet().value().SetIn({names::kMetadata, names::kUid}, "new"));
  tell(ObjectEvent::Update(TestSet(), successor));
  EXPECT_TRUE(controller_.expectations.Satisfied(kWeb));
  controller_.expectations.ExpectCreations(kWeb, 2);
  tell(ObjectEvent::Delete(TestSet()));
  EXPECT_TRUE(controller_.expectations.Satisfied(kWeb));
}

std::vector<std::string> Names(const std::vector<Object>& objects) {
  std::vector<std::string> names;
  for (const Object& object : objects) names.push_back(object.name().str());
  return names;
}

TEST_F(HandlersTest, SiblingsAndTheirPods) {  // T-005, T-007, RS-080
  const Object green = Set("green", "{'app': 'web', 'c': 'green'}", "deployment");
  const Object blue = Set("blue", "{'app': 'web', 'c': 'blue'}", "deployment");
  const Object red = Set("red", "{'app': 'web', 'c': 'red'}", "another");
  for (const Object& set : {green, blue, red}) sets_.Put(set);
  for (const char* c : {"green", "blue", "red", "none"}) {
    pods_.Put(TestPod(c).Labels("{'app': 'web', 'c': '" + std::string(c) + "'}"));
  }
  EXPECT_THAT(Names(SetsWithSameController(controller_, green)), UnorderedElementsAre("green", "blue"));
  EXPECT_THAT(Names(RelatedPods(controller_, green)), UnorderedElementsAre("green", "blue"));
  EXPECT_THAT(Names(RelatedPods(controller_, red)), ElementsAre("red"));
  EXPECT_THAT(Names(RelatedPods(controller_, TestSet())), IsEmpty());
}

}  // namespace
}  // namespace wavetank::examples
