// What a request shares with the stored object is not looked at again (body.h, metadata.h, status_merge.cpp), and what was found
// out about a node is remembered on it. None of it may show: here two servers get the same random updates, one made of the
// stored objects as controllers make them, one as text that shares nothing, and must answer and store the same.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

// The same document, sharing nothing with it.
Value Apart(const Value& document) { return Json(WriteJson(document)); }

constexpr std::string_view kWords[] = {"null",
                                       "true",
                                       "-1",
                                       "0",
                                       "3",
                                       "\"\"",
                                       "\"x\"",
                                       "\"A b\"",
                                       "[]",
                                       "{}",
                                       "[null]",
                                       R"(["x","x"])",
                                       R"({"x":"y"})",
                                       R"([{"type":"Ready","status":"True"}])",
                                       R"([{"type":"a/b/c"}])",
                                       R"([{"ip":"10.0.0.1"}])",
                                       R"([{"ip":"10.0.0.01"}])",
                                       "\"10.0.0.2\"",
                                       "\"2026-01-01T00:00:00Z\"",
                                       "\"1\"",
                                       "\"Running\"",
                                       R"({"cpu":"1500u"})"};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  // One to three changes, somewhere in the document.
  Value Change(Value document, std::string_view where) {
    const uint64_t changes = 1 + random_.Below(3);
    for (uint64_t i = 0; i < changes; ++i) {
      document = where.empty() ? At(document) : document.Set(where, At(document[where]));
    }
    return document;
  }
  bool Chance(uint64_t percent) { return random_.Chance(percent, 100); }
  size_t Pick(size_t count) { return random_.Below(count); }

 private:
  Value At(const Value& value) {
    if (value.is_object() && !value.empty() && random_.Chance(4, 5)) {
      const Field& field = value.fields()[random_.Below(value.size())];
      if (random_.Chance(1, 8)) return value.Without(field.key.view());
      if (random_.Chance(1, 8)) return value.Set(kNames[random_.Below(std::size(kNames))], Word());
      return value.Set(field.key, At(field.value));
    }
    if (value.is_array() && !value.empty() && random_.Chance(2, 3)) {
      const size_t at = random_.Below(value.size());
      if (random_.Chance(1, 6)) return value.WithoutAt(at);
      if (random_.Chance(1, 6)) return value.Append(value[at]);
      return value.SetAt(at, At(value[at]));
    }
    return Word();
  }
  Value Word() { return Json(kWords[random_.Below(std::size(kWords))]); }

  static constexpr const char* kNames[] = {"conditions", "phase",       "replicas",   "readyReplicas",
                                           "podIPs",     "podIP",       "finalizers", "observedGeneration",
                                           "labels",     "annotations", "unknown",    "capacity"};
  Random random_;
};

struct Kind {
  Gvr gvr;
  const char* ns;
  const char* name;
  const char* json;
  std::vector<std::string_view> ways;  // subresources; "": the object itself
};

std::vector<Kind> Kinds() {
  return {
      {Gvr("", "v1", "pods"),
       "default",
       "p",
       R"({"metadata":{"name":"p","labels":{"a":"b"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"1"}]},
           "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i","resources":{"limits":{"cpu":"1"}}}]}})",
       {"", "status", "status", "status"}},
      {Gvr("apps", "v1", "replicasets"),
       "default",
       "r",
       R"({"metadata":{"name":"r"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
           "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       {"", "status", "status"}},
      {Gvr("apps", "v1", "deployments"),
       "default",
       "d",
       R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
           "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       {"", "status"}},
      {Gvr("", "v1", "nodes"),
       "",
       "n",
       R"({"metadata":{"name":"n"},"spec":{"podCIDR":"10.1.0.0/24"}})",
       {"", "status"}},
      {Gvr("", "v1", "persistentvolumeclaims"),
       "default",
       "c",
       R"({"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}})",
       {"", "status"}},
      {Gvr("", "v1", "configmaps"), "default", "m", R"({"metadata":{"name":"m"},"data":{"k":"v"}})", {""}},
      {Gvr("", "v1", "resourcequotas"),
       "default",
       "q",
       R"({"metadata":{"name":"q"},"spec":{"hard":{"secrets":"5"}}})",
       {"", "status"}},
      {Gvr("autoscaling", "v2", "horizontalpodautoscalers"),
       "default",
       "h",
       R"({"metadata":{"name":"h"},"spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",
           "name":"d"}}})",
       {"", "status"}},
      {Gvr("autoscaling", "v1", "horizontalpodautoscalers"), "default", "h", nullptr, {"", "status"}},
  };
}

class SharedNodes : public testing::TestWithParam<uint64_t> {};

TEST_P(SharedNodes, AreNotSeenInAnyAnswer) {
  TestServer sharing;
  TestServer apart;
  const std::vector<Kind> kinds = Kinds();
  for (const Kind& kind : kinds) {
    if (kind.json == nullptr) continue;
    ASSERT_EQ(sharing.Post(kind.gvr, kind.ns, kind.json).code, 201) << kind.json;
    ASSERT_EQ(apart.Post(kind.gvr, kind.ns, kind.json).code, 201);
  }
  Mutator mutator(GetParam());
  std::vector<Value> old(kinds.size());  // what a writer with an outdated cache has
  int written = 0;
  for (int i = 0; i < 400; ++i) {
    const size_t at = mutator.Pick(kinds.size());
    const Kind& kind = kinds[at];
    const Value stored = sharing.Get(kind.gvr, kind.ns, kind.name).object.value();
    Value base = stored;
    if (old[at].is_null() || mutator.Chance(30)) old[at] = stored;
    if (mutator.Chance(10)) base = old[at];
    const std::string_view way = kind.ways[mutator.Pick(kind.ways.size())];
    const std::string_view where = mutator.Chance(15) ? "" : way.empty() ? "spec" : "status";
    const Value body = mutator.Chance(5) ? base : mutator.Change(base, where);
    ASSERT_EQ(Apart(body), body);
    const ApiResponse a = sharing.Put(kind.gvr, kind.ns, kind.name, body, way);
    const ApiResponse b = apart.Put(kind.gvr, kind.ns, kind.name, Apart(body), way);
    written += a.ok() ? 1 : 0;
    ASSERT_EQ(a.code, b.code) << Message(a) << "\n" << Message(b) << "\n" << WriteJson(body);
    ASSERT_EQ(WriteJson(a.Document()), WriteJson(b.Document())) << WriteJson(body);
    ASSERT_EQ(a.warnings, b.warnings) << WriteJson(body);
    const Object left = sharing.Get(kind.gvr, kind.ns, kind.name).object;
    const Object right = apart.Get(kind.gvr, kind.ns, kind.name).object;
    ASSERT_EQ(WriteJson(left.value()), WriteJson(right.value())) << WriteJson(body);
    ASSERT_EQ(left.content_hash(), right.content_hash());
  }
  EXPECT_GT(written, 80);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SharedNodes, testing::Range<uint64_t>(1, 21));

// Storage rounds what an update brings (API-025), though the rest of the object is stored already.
TEST(SharedNodes, WhatIsNewTakesItsStoredForm) {
  TestServer t;
  const Gvr nodes("", "v1", "nodes");
  Value node = t.Post(nodes, "", R"({"metadata":{"name":"n"}})").object.value();
  for (const char* amount : {"1500u", "2500u"}) {
    const Value status = node["status"].Set("capacity", ObjectBuilder(1).Add("cpu", amount).Build());
    const ApiResponse answer = t.Put(nodes, "", "n", node.Set("status", status), "status");
    ASSERT_EQ(answer.code, 200) << Message(answer);
    node = answer.object.value();
    EXPECT_EQ(node["status"]["capacity"]["cpu"], std::string_view(amount) == "1500u" ? "2m" : "3m");
  }
}

// A pod that could be a template's, but not a pod's own: the marks of one are not taken for the other's.
TEST(SharedNodes, ATemplateInOrderIsNoPodInOrder) {
  TestServer t;
  const char* spec =
      R"({"containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v","image":{"pullPolicy":"Always"}}]})";
  const ApiResponse set = t.Post(t.replicasets, "default",
                                 R"({"metadata":{"name":"r"},"spec":{"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":)" +
                                     std::string(spec) + "}}}");
  ASSERT_EQ(set.code, 201) << Message(set);
  const Value body = ObjectBuilder(2)
                         .Add("metadata", Json(R"({"name":"p"})"))
                         .Add("spec", set.object.spec()["template"]["spec"])
                         .Build();
  for (int i = 0; i < 2; ++i) {
    ApiRequest request = TestServer::Make(Verb::kCreate, t.pods, "default", "", body);
    const ApiResponse made = t.Do(std::move(request));
    EXPECT_EQ(made.code, 422);
    EXPECT_NE(Message(made).find("spec.volumes[0].image.reference: Required value"), std::string::npos)
        << Message(made);
  }
}

}  // namespace
}  // namespace wavetank::sim
