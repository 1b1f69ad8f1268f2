// What may change in a Pod through its subresources, and how often the metadata of a change is looked at.
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

class PodChanges : public ::testing::Test, public TestServer {
 protected:
  ApiResponse Change(std::string_view name, std::string_view sub, std::string_view json, PatchType type) {
    ApiRequest request = Make(Verb::kPatch, pods, "default", name, Json(json));
    request.subresource = sub;
    request.patch_type = type;
    return Do(std::move(request));
  }
  ApiResponse Strategic(std::string_view name, std::string_view sub, std::string_view json) {
    return Change(name, sub, json, PatchType::kStrategicMerge);
  }
  void Sized(std::string_view name, std::string_view more = "") {
    Post(pods, "default",
         R"({"metadata":{"name":")" + std::string(name) + R"("},"spec":{)" + std::string(more) +
             R"("containers":[{"name":"web","image":"i","resources":{"requests":{"cpu":"1","memory":"1Gi"},)"
             R"("limits":{"cpu":"2"}}}]}})");
  }
  static size_t Causes(const ApiResponse& response) { return response.body["details"]["causes"].size(); }
};

TEST_F(PodChanges, DebugContainersComeAndStay) {  // API-689
  Sized("p");
  const std::string_view sub = "ephemeralcontainers";
  EXPECT_EQ(Strategic("p", sub, R"({"spec":{"ephemeralContainers":[{"name":"look","image":"a"}]}})").code, 200);
  EXPECT_EQ(Message(Strategic("p", sub, R"({"spec":{"ephemeralContainers":[{"name":"web","image":"a"}]}})")),
            "Pod \"p\" is invalid: spec.ephemeralContainers[0].name: Duplicate value: \"web\"");
  EXPECT_EQ(
      Message(Change("p", sub, R"({"spec":{"ephemeralContainers":null}})", PatchType::kMerge)),
      "Pod \"p\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"look\" may not be "
      "removed\n");
  const std::string changed =
      Message(Strategic("p", sub, R"({"spec":{"ephemeralContainers":[{"name":"look","image":"b"}]}})"));
  EXPECT_NE(changed.find("may not be changed\n@@ -1,6 +1,6 @@\n"), changed.npos) << changed;
  Post(pods, "default",
       R"({"metadata":{"name":"m","annotations":{"kubernetes.io/config.mirror":"x"}},)"
       R"("spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}})");
  EXPECT_EQ(Message(Strategic("m", sub, R"({"spec":{"ephemeralContainers":[{"name":"look","image":"a"}]}})")),
            "Pod \"m\" is invalid: []: Forbidden: static pods do not support ephemeral containers");
}

TEST_F(PodChanges, AResizeTouchesCpuAndMemory) {  // API-691
  Sized("p");
  const auto resize = [this](std::string_view resources) {
    return Strategic("p", "resize",
                     R"({"spec":{"containers":[{"name":"web","resources":)" + std::string(resources) + "}]}}");
  };
  EXPECT_EQ(resize(R"({"requests":{"cpu":"1500m"}})").object.generation(), 2);
  EXPECT_EQ(
      Message(resize(R"({"requests":{"cpu":"3"}})")),
      "Pod \"p\" is invalid: spec.containers[0].resources.requests: Invalid value: \"3\": must be less than or equal "
      "to cpu limit of 2");
  EXPECT_EQ(
      Message(resize(R"({"requests":{"memory":null}})")),
      "Pod \"p\" is invalid: spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed");
  EXPECT_EQ(Message(resize(R"({"requests":{"ephemeral-storage":"1Gi"}})")),
            "Pod \"p\" is invalid: spec: Forbidden: only cpu and memory resources are mutable");
  EXPECT_EQ(Message(Strategic("p", "resize", R"({"spec":{"containers":[{"name":"more","image":"i"}]}})")),
            "Pod \"p\" is invalid: spec.containers: Forbidden: containers may not be added or removed on resize");
  EXPECT_EQ(Message(resize(R"({"requests":{"cpu":"2","memory":"1Gi"},"limits":{"memory":"1Gi"}})")),
            "Pod \"p\" is invalid: spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of "
            "resizing");
  Sized("w", R"("os":{"name":"windows"},)");
  const std::string_view more = R"({"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"1500m"}}}]}})";
  EXPECT_EQ(Message(Strategic("w", "resize", more)),
            "Pod \"w\" is invalid: []: Forbidden: windows pods cannot be resized");
}

TEST_F(PodChanges, ANodeThatCannotResize) {  // API-691
  Sized("p");
  Change("p", "status",
         R"({"status":{"phase":"Running","containerStatuses":[{"name":"web","image":"","imageID":"","ready":true,)"
         R"("restartCount":0,"state":{"running":{}}}]}})",
         PatchType::kMerge);
  EXPECT_EQ(Message(Strategic("p", "resize",
                              R"({"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"1200m"}}}]}})")),
            "Pod \"p\" is invalid: spec: Forbidden: Pod running on node without support for resize");
}

TEST_F(PodChanges, WhatIsTakenBackCountsAsAWrite) {
  Sized("p");
  const Value before = Get(pods, "default", "p").object.metadata()["resourceVersion"];
  const ApiResponse image = Strategic("p", "resize", R"({"spec":{"containers":[{"name":"web","image":"other"}]}})");
  EXPECT_EQ(image.object.spec()["containers"][0]["image"], "i");
  EXPECT_FALSE(image.object.metadata()["resourceVersion"] == before);
}

// The same finding stands as often as the real server looks: it depends on the kind.
TEST_F(PodChanges, MetadataIsLookedAtSeveralTimes) {
  struct Row {
    Gvr gvr;
    std::string_view body;
    size_t labels;
    size_t uid;
    size_t finalizers;
  };
  const std::string_view budget = R"({"metadata":{"name":"x"},"spec":{}})";
  const Row rows[] = {
      {Gvr("", "v1", "serviceaccounts"), R"({"metadata":{"name":"x"}})", 4, 2, 2},
      {Gvr("", "v1", "limitranges"), R"({"metadata":{"name":"x"},"spec":{"limits":[]}})", 3, 1, 1},
      {Gvr("", "v1", "resourcequotas"), R"({"metadata":{"name":"x"},"spec":{}})", 3, 2, 1},
      {Gvr("policy", "v1", "poddisruptionbudgets"), budget, 2, 1, 0},
      {Gvr("coordination.k8s.io", "v1", "leases"), R"({"metadata":{"name":"x"}})", 3, 2, 0},
  };
  for (const Row& row : rows) {
    ASSERT_EQ(Post(row.gvr, "default", row.body).code, 201) << row.gvr.resource.view();
    const auto causes = [&](std::string_view metadata) {
      return Causes(Merge(row.gvr, "default", "x", R"({"metadata":)" + std::string(metadata) + "}"));
    };
    EXPECT_EQ(causes(R"({"labels":{"a":"-"}})"), row.labels) << row.gvr.resource.view();
    EXPECT_EQ(causes(R"({"uid":"other"})"), row.uid) << row.gvr.resource.view();
    EXPECT_EQ(causes(R"({"finalizers":["plain"]})"), row.finalizers) << row.gvr.resource.view();
  }
}

TEST_F(PodChanges, ObservedGenerationsAreNotForgotten) {  // API-687
  Sized("p");
  Merge(pods, "default", "p", R"({"status":{"observedGeneration":4}})", "status");
  const Value pod = Get(pods, "default", "p").object.value();
  const ApiResponse written = Put(pods, "default", "p", pod.Set("status", Json(R"({"phase":"Pending"})")), "status");
  EXPECT_EQ(written.object.status()["observedGeneration"].AsInt(), 4);
}

}  // namespace
}  // namespace wavetank::sim
