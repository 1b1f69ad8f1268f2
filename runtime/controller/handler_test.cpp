#include "runtime/controller/handler.h"

#include <gtest/gtest.h>

#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/workqueue/priority_queue.h"

namespace wavetank {
namespace {

using test::Obj;

// Runs a handler on an event and says what it queued: "ns/name@priority", sorted by the queue.
class HandlerTest : public testing::Test {
 protected:
  std::string Queued(const Handler& handler, const ObjectEvent& event) {
    PriorityQueue<ObjectKey> queue(executor_, QueueOptions{.name = "test"});
    RequestSink sink(queue, event, "reason");
    handler(event, sink);
    std::string out;
    for (size_t left = queue.Len(); left > 0; --left) {
      std::optional<QueueItem<ObjectKey>> item = executor_.Run(Take(&queue));
      if (!out.empty()) out += " ";
      out += item->key.ToString();
      if (item->priority != 0) out += "@" + std::to_string(item->priority);
      EXPECT_STREQ(item->reasons[0], "reason");
      queue.Done(item->key);
    }
    return out;
  }

  ManualExecutor executor_;

 private:
  static Task<std::optional<QueueItem<ObjectKey>>> Take(Queue<ObjectKey>* queue) {
    std::optional<QueueItem<ObjectKey>> item = co_await queue->Get();
    co_return item;
  }
};

Object Pod(std::string_view owners, std::string_view version = "1") {
  return Obj("{'metadata':{'namespace':'ns','name':'pod','resourceVersion':'" + std::string(version) +
             "','ownerReferences':[" + std::string(owners) + "]}}");
}
constexpr std::string_view kRef = "{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'a','controller':true}";

// RT-094.
TEST_F(HandlerTest, ForObjectTakesTheNewObjectOrTheOldOne) {
  const Object a = Obj("{'metadata':{'namespace':'ns','name':'a'}}");
  const Object b = Obj("{'metadata':{'namespace':'ns','name':'b'}}");
  const Handler handler = EnqueueRequestForObject();
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(a)), "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Delete(a)), "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Generic(a)), "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(a, b)), "ns/b");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(a, Object())), "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Object(), Object())), "");
}

// RT-095: group and kind, any version; never the uid.
// T-110: versions, cluster-scoped owners, both sides of an update, no doubles, the priority of initial lists.
TEST_F(HandlerTest, ForOwnerComparesGroupAndKind) {
  const Handler handler = EnqueueRequestForOwner(Gvk("apps", "v1", "ReplicaSet"));
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(Pod(kRef))), "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(
                                Pod("{'apiVersion':'apps/v1beta2','kind':'ReplicaSet','name':'a','controller':true}"))),
            "ns/a");
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(
                                Pod("{'apiVersion':'example.com/v1','kind':'ReplicaSet','name':'a','controller':true}"))),
            "");
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(
                                Pod("{'apiVersion':'apps/v1','kind':'Deployment','name':'a','controller':true}"))),
            "");
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(Object())), "");
}

// RT-095, RT-081: the controller alone, or every owner.
TEST_F(HandlerTest, ForOwnerMatchesTheControllerUnlessToldOtherwise) {
  const std::string two = std::string(kRef) + ",{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'b'}";
  const Gvk owner("apps", "v1", "ReplicaSet");
  EXPECT_EQ(Queued(EnqueueRequestForOwner(owner), ObjectEvent::Create(Pod(two))), "ns/a");
  EXPECT_EQ(Queued(EnqueueRequestForOwner(owner, true, OwnerMatch::kEvery), ObjectEvent::Create(Pod(two))), "ns/a ns/b");
}

// RT-095: of an update both sides, each owner once.
TEST_F(HandlerTest, ForOwnerOfAnUpdateTellsBothOwners) {
  const Handler handler = EnqueueRequestForOwner(Gvk("apps", "v1", "ReplicaSet"));
  const std::string b = "{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'b','controller':true}";
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Pod(kRef, "1"), Pod(b, "2"))), "ns/a ns/b");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Pod(kRef, "1"), Pod(kRef, "2"))), "ns/a");
}

// RT-095: the namespace of a cluster-scoped owner is none.
TEST_F(HandlerTest, ForOwnerOfClusterScope) {
  const Handler handler = EnqueueRequestForOwner(Gvk("", "v1", "Node"), /*owner_namespaced=*/false);
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(Pod("{'apiVersion':'v1','kind':'Node','name':'n','controller':true}"))), "n");
}

// RT-096.
TEST_F(HandlerTest, MapFuncSeesBothSidesOfAnUpdateOnce) {
  const Handler handler = EnqueueRequestsFromMapFunc([](const Object& object) {
    return std::vector<ObjectKey>{ObjectKey("ns", object.labels()["to"].ToSharedString()), ObjectKey("ns", "all")};
  });
  const Object old = Obj("{'metadata':{'labels':{'to':'x'},'resourceVersion':'1'}}");
  const Object now = Obj("{'metadata':{'labels':{'to':'y'},'resourceVersion':'2'}}");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(old, now)), "ns/x ns/all ns/y");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Object(), now)), "ns/y ns/all");
}

// RT-097: what a start or a resync brings comes after real changes; a handler's own priority is kept.
TEST_F(HandlerTest, InitialListAndResyncHaveLowPriority) {
  const Handler handler = EnqueueRequestForObject();
  EXPECT_EQ(Queued(handler, ObjectEvent::Create(Pod("", "1"), /*initial=*/true)), "ns/pod@-100");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Pod("", "1"), Pod("", "1"))), "ns/pod@-100");
  EXPECT_EQ(Queued(handler, ObjectEvent::Update(Pod("", "1"), Pod("", "2"))), "ns/pod");
  EXPECT_EQ(Queued(handler, ObjectEvent::Delete(Pod("", "1"))), "ns/pod");
  const Handler own = [](const ObjectEvent& event, RequestSink& sink) { sink.Add(event.object.key(), 7); };
  EXPECT_EQ(Queued(own, ObjectEvent::Create(Pod("", "1"), /*initial=*/true)), "ns/pod@7");
}

}  // namespace
}  // namespace wavetank
