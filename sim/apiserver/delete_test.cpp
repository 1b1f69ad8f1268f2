// DELETE: finalizers, grace, preconditions, namespaces (API-137..146, API-550..554, API-688).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

using Type = WatchEvent::Type;
constexpr std::string_view kPod = R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]}})";

std::vector<Type> Types(const TestServer& t, uint64_t since) {
  std::vector<Type> types;
  for (const LogEntry& e : t.server.LogSince(since)) types.push_back(e.type);
  return types;
}

void Bind(TestServer& t, std::string_view pod) {
  ApiRequest request =
      TestServer::Make(Verb::kCreate, t.pods, "default", pod, Json(R"({"target":{"kind":"Node","name":"n"}})"));
  request.body = request.body.Set("metadata", ObjectBuilder(1).Add("name", pod).Build());
  request.subresource = "binding";
  ASSERT_EQ(t.Do(std::move(request)).code, 201);
}

TEST(Delete, PlainObjectIsGone) {  // API-060, API-074, API-138
  TestServer t;
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})").object;
  const ApiResponse r = t.Delete(t.configmaps, "default", "a");
  EXPECT_EQ(r.code, 200);
  EXPECT_EQ(r.body["status"], "Success");
  EXPECT_EQ(r.body["details"]["uid"], a.uid().view());
  const LogEntry& entry = t.server.LogSince(a.resource_version())[0];
  EXPECT_EQ(entry.type, Type::kDeleted);
  EXPECT_EQ(entry.object.resource_version(), a.resource_version() + 1);
  EXPECT_EQ(t.Delete(t.configmaps, "default", "a").code, 404);
}

TEST(Delete, WaitsForFinalizers) {  // API-078, API-086, API-087, API-139
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","finalizers":["example.com/x"]}})");
  const Object deleting = t.Delete(t.configmaps, "default", "a").object;
  ASSERT_TRUE(deleting);
  EXPECT_TRUE(deleting.deleting());
  EXPECT_EQ(deleting.metadata()["deletionGracePeriodSeconds"].AsInt(-1), 0);
  EXPECT_TRUE(t.Delete(t.configmaps, "default", "a").object.SameAs(deleting));
  const ApiResponse added =
      t.Merge(t.configmaps, "default", "a", R"({"metadata":{"finalizers":["example.com/x","example.com/y"]}})");
  EXPECT_EQ(added.code, 422);
  EXPECT_EQ(Message(added),
            "ConfigMap \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the "
            "object is being deleted, found new finalizers []string{\"example.com/y\"}");
  EXPECT_EQ(Message(t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})")),
            "object is being deleted: configmaps \"a\" already exists");
  const uint64_t before = t.server.revision();
  const ApiResponse last = t.Merge(t.configmaps, "default", "a", R"({"metadata":{"finalizers":null}})");
  EXPECT_EQ(last.code, 200);
  EXPECT_EQ(last.object.resource_version(), deleting.resource_version());  // the old version (observed)
  EXPECT_EQ(Types(t, before), std::vector<Type>{Type::kDeleted});
  EXPECT_EQ(t.Get(t.configmaps, "default", "a").code, 404);
}

TEST(Delete, Preconditions) {  // API-140
  TestServer t;
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})").object;
  const ApiResponse uid = t.Delete(t.configmaps, "default", "a", R"({"preconditions":{"uid":"x"}})");
  EXPECT_EQ(uid.code, 409);
  EXPECT_EQ(
      Message(uid),
      "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (x) does not match the UID in "
      "record (" +
          a.uid().str() + "). The object might have been deleted and then recreated");
  EXPECT_EQ(t.Delete(t.configmaps, "default", "a", R"({"preconditions":{"resourceVersion":"1"}})").code, 409);
  EXPECT_EQ(t.Delete(t.configmaps, "default", "a", R"({"preconditions":{"uid":")" + a.uid().str() + R"("}})").code,
            200);
}

TEST(Delete, PropagationPolicies) {  // API-142, API-143, API-144
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(Message(t.Delete(t.configmaps, "default", "a", R"({"propagationPolicy":"X"})")),
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"X\": supported values: "
            "\"Foreground\", \"Background\", \"Orphan\", \"nil\"");
  const Object fg = t.Delete(t.configmaps, "default", "a", R"({"propagationPolicy":"Foreground"})").object;
  ASSERT_TRUE(fg);
  EXPECT_EQ(WriteJson(fg.metadata()["finalizers"]), R"(["foregroundDeletion"])");
  const Object orphan = t.Delete(t.configmaps, "default", "a", R"({"propagationPolicy":"Orphan"})").object;
  EXPECT_EQ(WriteJson(orphan.metadata()["finalizers"]), R"(["orphan"])");
  EXPECT_FALSE(t.Delete(t.configmaps, "default", "a", R"({"propagationPolicy":"Background"})").object);
  EXPECT_EQ(t.Get(t.configmaps, "default", "a").code, 404);
}

TEST(Delete, UnboundPodIsTwoEvents) {  // API-688, observed: MODIFIED, then DELETED
  TestServer t;
  t.Post(t.pods, "default", kPod);
  const uint64_t before = t.server.revision();
  const ApiResponse r = t.Delete(t.pods, "default", "p");
  EXPECT_EQ(r.code, 200);
  EXPECT_TRUE(r.object.deleting());
  EXPECT_EQ(Types(t, before), (std::vector<Type>{Type::kModified, Type::kDeleted}));
  const LogEntry& modified = t.server.LogSince(before)[0];
  EXPECT_EQ(modified.object.generation(), 2);
  EXPECT_EQ(modified.object.metadata()["deletionGracePeriodSeconds"].AsInt(-1), 0);
}

TEST(Delete, BoundPodWaitsForItsKubelet) {  // API-688
  TestServer t;
  t.Post(t.pods, "default", kPod);
  Bind(t, "p");
  const Object first = t.Delete(t.pods, "default", "p").object;
  EXPECT_EQ(first.metadata()["deletionTimestamp"], "2001-09-09T01:47:10Z");
  EXPECT_EQ(first.metadata()["deletionGracePeriodSeconds"].AsInt(), 30);
  EXPECT_EQ(first.generation(), 2);
  EXPECT_TRUE(t.Delete(t.pods, "default", "p", R"({"gracePeriodSeconds":60})").object.SameAs(first));
  const Object shorter = t.Delete(t.pods, "default", "p", R"({"gracePeriodSeconds":5})").object;
  EXPECT_EQ(shorter.metadata()["deletionTimestamp"], "2001-09-09T01:46:45Z");
  EXPECT_EQ(shorter.generation(), 2);
  EXPECT_EQ(t.Delete(t.pods, "default", "p", R"({"gracePeriodSeconds":0})").code, 200);
  EXPECT_EQ(t.Get(t.pods, "default", "p").code, 404);
}

TEST(Binding, OnlyOnce) {  // API-685
  TestServer t;
  t.Post(t.pods, "default", kPod);
  Bind(t, "p");
  const Object pod = t.Get(t.pods, "default", "p").object;
  EXPECT_EQ(pod.spec()["nodeName"], "n");
  EXPECT_EQ(pod.status()["conditions"][0]["type"], "PodScheduled");
  ApiRequest again = TestServer::Make(Verb::kCreate, t.pods, "default", "p",
                                      Json(R"({"metadata":{"name":"p"},"target":{"kind":"Node","name":"m"}})"));
  again.subresource = "binding";
  const ApiResponse r = t.Do(std::move(again));
  EXPECT_EQ(r.code, 409);
  EXPECT_EQ(Message(r), "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n\"");
}

TEST(Namespace, LifeCycle) {  // API-550..554
  TestServer t;
  const Object ns = t.Post(t.namespaces, "", R"({"metadata":{"name":"n"}})").object;
  EXPECT_EQ(WriteJson(ns.labels()), R"({"kubernetes.io/metadata.name":"n"})");
  EXPECT_EQ(WriteJson(ns.spec()), R"({"finalizers":["kubernetes"]})");
  EXPECT_EQ(ns.status()["phase"], "Active");
  EXPECT_EQ(Message(t.Delete(t.namespaces, "", "default")),
            "namespaces \"default\" is forbidden: this namespace may not be deleted");
  const Object going = t.Delete(t.namespaces, "", "n").object;
  EXPECT_EQ(going.status()["phase"], "Terminating");
  EXPECT_TRUE(t.Delete(t.namespaces, "", "n").object.SameAs(going));
  const ApiResponse refused = t.Post(t.configmaps, "n", R"({"metadata":{"generateName":"g-"}})");
  EXPECT_EQ(refused.code, 403);
  EXPECT_EQ(
      Message(refused),
      "configmaps \"g-\" is forbidden: unable to create new content in namespace n because it is being terminated");
  EXPECT_EQ(refused.body["details"]["causes"][0]["reason"], "NamespaceTerminating");
  EXPECT_EQ(t.Put(t.namespaces, "", "n", Json(R"({"metadata":{"name":"n"},"spec":{"finalizers":[]}})"))
                .object.spec()["finalizers"]
                .size(),
            1u);
  EXPECT_EQ(t.Put(t.namespaces, "", "n", Json(R"({"metadata":{"name":"n"},"spec":{}})"), "finalize").code, 200);
  EXPECT_EQ(t.Get(t.namespaces, "", "n").code, 404);
}

TEST(DeleteCollection, DeletesWhatMatches) {  // API-147
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","labels":{"x":"1"}}})");
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"b","labels":{"x":"2"}}})");
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"c","labels":{"x":"1"}}})");
  ApiRequest request = TestServer::Make(Verb::kDeleteCollection, t.configmaps, "default", "");
  request.list = std::make_unique<ListOptions>();
  request.list->label_selector = "x=1";
  const ApiResponse r = t.Do(std::move(request));
  EXPECT_EQ(r.code, 200);
  EXPECT_EQ(r.body["kind"], "ConfigMapList");
  EXPECT_EQ(r.items.size(), 2u);
  EXPECT_EQ(t.List(t.configmaps, "default").items.size(), 1u);
}

// What a kind is deprecated for is said of a whole collection too, and who keeps dependents says so before it looks.
TEST(Delete, WarningsComeFirst) {
  TestServer t;
  const Gvr endpoints("", "v1", "endpoints");
  const ApiResponse all = t.Do(TestServer::Make(Verb::kDeleteCollection, endpoints, "default", ""));
  ASSERT_EQ(all.warnings.size(), 1u);
  EXPECT_TRUE(all.warnings[0].view().starts_with("v1 Endpoints is deprecated"));
  const ApiResponse gone = t.Delete(Gvr("batch", "v1", "jobs"), "default", "nobody");
  EXPECT_EQ(gone.code, 404);
  ASSERT_EQ(gone.warnings.size(), 1u);
  EXPECT_TRUE(gone.warnings[0].view().starts_with("child pods are preserved"));
}

TEST(Delete, OptionsOfAnotherShape) {  // API-137
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  const std::string into = "json: cannot unmarshal ";
  EXPECT_EQ(Message(t.Delete(t.configmaps, "default", "a", R"({"dryRun":"All"})")),
            into + "string into Go struct field DeleteOptions.dryRun of type []string");
  EXPECT_EQ(Message(t.Delete(t.configmaps, "default", "a", R"({"preconditions":{"uid":5}})")),
            into + "number into Go struct field Preconditions.preconditions.uid of type types.UID");
  EXPECT_EQ(Message(t.Delete(t.configmaps, "default", "a", R"({"gracePeriodSeconds":0.5})")),
            into + "number 0.5 into Go struct field DeleteOptions.gracePeriodSeconds of type int64");
}

TEST(Delete, NamespacesHaveWordsOfTheirOwn) {  // API-551
  TestServer t;
  const ApiResponse refused = t.Delete(t.namespaces, "", "default", R"({"preconditions":{"uid":"x"}})");
  EXPECT_EQ(refused.code, 403) << "the system's own are not deleted at all";
  t.Post(t.namespaces, "", R"({"metadata":{"name":"mine"}})");
  const ApiResponse other = t.Delete(t.namespaces, "", "mine", R"({"preconditions":{"resourceVersion":"1"}})");
  EXPECT_NE(Message(other).find("Operation cannot be fulfilled on namespaces \"mine\": Precondition failed: "
                                "ResourceVersion in precondition: 1, ResourceVersion in object meta: "),
            std::string::npos);
}

}  // namespace
}  // namespace wavetank::sim
