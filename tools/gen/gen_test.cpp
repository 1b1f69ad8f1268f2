#include <gtest/gtest.h>

#include "runtime/api/object.h"
#include "runtime/value/json.h"
#include "tools/gen/crd.h"
#include "tools/gen/testdata/widget_v1.h"
#include "tools/gen/text.h"
#include "tools/gen/views.h"

namespace wavetank::gen {
namespace {

TEST(Text, SnakeCase) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"nodeName", "node_name"},
      {"apiVersion", "api_version"},
      {"podCIDRs", "pod_cidrs"},
      {"podIPs", "pod_ips"},
      {"hostIP", "host_ip"},
      {"namespace", "namespace_"},
      {"default", "default_"},
      {"x", "x"},
      {"clientIP", "client_ip"},
      {"externalIPs", "external_ips"},
      {"$ref", "ref"},
      {"Port", "port"},
      {"fsGroupPolicy", "fs_group_policy"},
      {"publishNotReadyAddresses", "publish_not_ready_addresses"},
      {"x-kubernetes-y", "x_kubernetes_y"},
      {"v1beta1Thing", "v1beta1_thing"},
      {"3d", "field_3d"},
      {"containerID", "container_id"},
      {"nonResourceURLs", "non_resource_urls"},
      {"SELinux", "se_linux"},
  };
  for (const auto& [json, snake] : cases) EXPECT_EQ(SnakeCase(json), snake) << json;
  EXPECT_EQ(CamelCase("per-node"), "PerNode");
  EXPECT_EQ(Literal("a\"b\\\n"), "\"a\\\"b\\\\\\n\"");
}

TEST(Crd, TheViewOfAnOwnKind) {
  using example_v1::Widget;
  EXPECT_EQ(Widget::kGvk, Gvk("example.com", "v1", "Widget"));
  EXPECT_EQ(Widget::kGvr, Gvr("example.com", "v1", "widgets"));
  EXPECT_TRUE(Widget::kNamespaced);
  Widget w = Widget::New("default", "w");
  w.set_spec(w.spec().set_size(0).set_paused(false).set_port("http").set_weight(1.5));
  EXPECT_EQ(WriteJson(w.json()),
            R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w","namespace":"default"},)"
            R"("spec":{"paused":false,"port":"http","size":0,"weight":1.5}})");
  EXPECT_EQ(w.spec().size(), 0);                 // required
  EXPECT_EQ(w.spec().paused(), false);           // optional, set
  EXPECT_EQ(w.spec().default_(), std::nullopt);  // optional, a keyword
  EXPECT_EQ(w.spec().color(), "");               // defaulted by the server
  w.edit_spec([](example_v1::WidgetSpec& spec) {
    spec.add_parts(example_v1::WidgetSpecParts().set_name("a").add_pod_cidrs("10.0.0.0/8"));
    spec.put_per_node("n1", example_v1::WidgetSpecPerNode().set_count(3));
    spec.put_match_labels("app", "w").set_secret(Bytes{"hi"}).set_until(Time::FromSeconds(0));
    spec.set_anything(*ParseJson(R"({"x":[1]})"));
  });
  EXPECT_EQ(w.spec().parts()[0].pod_cidrs()[0], "10.0.0.0/8");
  EXPECT_EQ(w.spec().per_node()["n1"].count(), 3);
  EXPECT_EQ(w.spec().secret()->data, "hi");
  EXPECT_EQ(w.spec().until(), Time::FromSeconds(0));
  EXPECT_EQ(w.spec().anything()["x"][0], Value(1));
  EXPECT_EQ(w.spec().remove_match_labels("app").match_labels().size(), 0u);
  EXPECT_EQ(w.status().ready_parts(), 0);
  EXPECT_EQ(Widget::FromObject(w.ToObject()), w);
}

TEST(Crd, RefusesWhatItCannotRead) {
  const auto read = [](std::string_view json, std::string_view version = "") {
    return ReadCrd(*ParseJson(json), version).status().message();
  };
  EXPECT_EQ(read(R"({"kind":"Pod"})"), "this is no CustomResourceDefinition");
  EXPECT_EQ(read(R"({"kind":"CustomResourceDefinition"})"), "no version is the stored one");
  EXPECT_EQ(read(R"({"kind":"CustomResourceDefinition"})", "v2"), "there is no version v2");
  EXPECT_NE(read(R"({"kind":"CustomResourceDefinition","spec":{"versions":[{"name":"v1","storage":true}]}})"), "");
}

TEST(Views, RefuseTypesThatContainThemselves) {
  const Value types = *ParseJson(R"({"A":{"fields":[{"name":"a","type":"[]A"}]}})");
  EXPECT_EQ(WriteViews(types, {{"A", "g", "v1", "A", "as", true}}, {"x", "test", true}).code(), Code::kUnimplemented);
  EXPECT_EQ(WriteViews(types, {{"B", "g", "v1", "B", "bs", true}}, {"x", "test", true}).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace wavetank::gen
