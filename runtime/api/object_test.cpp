#include "runtime/api/object.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "runtime/api/wire_text.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

TEST(ObjectKey, Api285SortsWithItsSlash) {
  // The order of lists is that of the storage keys: '-' and '.' come before '/'.
  std::vector<ObjectKey> keys = {{"n", "a"},  {"n-b", "a"}, {"n-a", "z"}, {"n", "b"},
                                 {"n0", "a"}, {"", "x"},    {"m", "z"}};
  std::ranges::sort(keys);
  std::vector<std::string> texts;
  for (const ObjectKey& key : keys) texts.push_back(key.ToString());
  EXPECT_EQ(texts, (std::vector<std::string>{"x", "m/z", "n-a/z", "n-b/a", "n/a", "n/b", "n0/a"}));
}

TEST(Object, ExtractsOnceAndNeverChanges) {
  const Object pod(*ParseJson(R"({"kind":"Pod","metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"12",
      "generation":2,"labels":{"app":"x"},"ownerReferences":[{"uid":"1"},{"uid":"2","controller":true}]}})"));
  EXPECT_EQ(pod.key(), ObjectKey("n", "a"));
  EXPECT_EQ(pod.uid(), "u");
  EXPECT_EQ(pod.resource_version(), 12u);
  EXPECT_EQ(pod.labels()["app"], "x");
  EXPECT_EQ(ControllerOf(pod)["uid"], "2");
  EXPECT_FALSE(pod.deleting());
  const Object next = pod.With(pod.value().SetIn({names::kStatus, names::kPhase}, "Running"));
  EXPECT_EQ(next.status()["phase"], "Running");
  EXPECT_TRUE(pod.status().is_null());
  EXPECT_NE(next, pod);
  EXPECT_EQ(Object(*ParseJson(R"({"metadata":{"resourceVersion":"x1"}})")).resource_version(), 0u);
  EXPECT_EQ(Object().name(), "");
  EXPECT_TRUE(ControllerOf(Object()).is_null());
}

TEST(Gvr, Paths) {
  const Gvr pods("", "v1", "pods");
  const Gvr sets("apps", "v1", "replicasets");
  EXPECT_EQ(pods.Path("n", "a", "log"), "/api/v1/namespaces/n/pods/a/log");
  EXPECT_EQ(sets.Path("", "", ""), "/apis/apps/v1/replicasets");
  EXPECT_EQ(sets.group_resource(), "replicasets.apps");
  EXPECT_EQ(Gvk("apps", "v1", "ReplicaSet").ToString(), "apps/v1, Kind=ReplicaSet");
  EXPECT_EQ(SplitApiVersion("v1").group, "");
  EXPECT_LT(pods, sets);
}

TEST(Base64, RoundTrips) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\x00\x10"})
    EXPECT_EQ(*DecodeBase64(EncodeBase64(text)), text);
  EXPECT_EQ(*DecodeBase64("YW\r\nJj"), "abc");
  EXPECT_EQ(DecodeBase64("YWJjZA=x").status().message(), "illegal base64 data at input byte 6");
  EXPECT_EQ(DecodeBase64("YQ==YQ==").status().message(), "illegal base64 data at input byte 4");
}

}  // namespace
}  // namespace wavetank
