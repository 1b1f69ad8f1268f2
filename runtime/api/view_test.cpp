#include "runtime/api/view.h"

#include <gtest/gtest.h>

#include "runtime/api/apps_v1.h"
#include "runtime/api/batch_v1.h"
#include "runtime/api/coordination_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/api/registry.h"
#include "runtime/api/schema.h"
#include "runtime/api/selectors.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

Object O(std::string_view text) { return Object(*ParseJson(text)); }

// The reconciler everybody writes first: count the pods of a ReplicaSet into a label.
TEST(Views, TheTutorial) {
  const Object stored = O(R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"rs","namespace":"n"},
      "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{},"spec":{"containers":[]}},"later":1}})");
  const std::vector<Object> pods = {O(R"({"metadata":{"name":"a","labels":{"app":"web"}}})"),
                                    O(R"({"metadata":{"name":"b","labels":{"app":"db"}}})")};

  auto rs = apps_v1::ReplicaSet::FromObject(stored);
  const auto selector = LabelSelector::Equal(rs.spec().selector().match_labels().json());
  int count = 0;
  for (const Object& pod : pods) count += selector.Matches(pod.labels()) ? 1 : 0;
  rs.set_label("pod-count", std::to_string(count));

  EXPECT_EQ(rs.labels()["pod-count"], "1");
  EXPECT_EQ(rs.json()["spec"].identity(), stored.spec().identity());  // shared, with the field nobody knows
  EXPECT_FALSE(stored.metadata().Has("labels"));
  EXPECT_EQ(rs.ToObject().key(), stored.key());
}

TEST(Views, ReadsTypesAsTheTableSays) {
  const auto pod = core_v1::Pod::FromObject(O(R"({"metadata":{"name":"a","namespace":"n","uid":"u","generation":3,
      "creationTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":null},
      "spec":{"nodeName":"n1","hostNetwork":true,"terminationGracePeriodSeconds":0,
        "containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],
          "resources":{"limits":{"cpu":"500m"}},"livenessProbe":{"httpGet":{"port":"web"}}}],
        "volumes":[{"name":"v","configMap":{"name":"cm"}}]},
      "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}],"conditions":[{"type":"Ready","status":"True"}]}})"));
  EXPECT_EQ(pod.name(), "a");
  EXPECT_EQ(pod.key(), ObjectKey("n", "a"));
  EXPECT_EQ(pod.uid(), "u");
  EXPECT_FALSE(pod.deleting());
  EXPECT_EQ(pod.metadata().generation(), 3);
  EXPECT_EQ(pod.metadata().namespace_(), "n");
  EXPECT_EQ(FormatTime(*pod.metadata().creation_timestamp()), "2026-01-02T03:04:05Z");
  EXPECT_EQ(pod.metadata().deletion_timestamp(), std::nullopt);
  EXPECT_EQ(pod.spec().node_name(), "n1");
  EXPECT_TRUE(pod.spec().host_network());
  EXPECT_EQ(pod.spec().termination_grace_period_seconds(), 0);
  EXPECT_EQ(pod.spec().active_deadline_seconds(), std::nullopt);
  const core_v1::Container c = pod.spec().containers()[0];
  EXPECT_EQ(c.image(), "i");
  EXPECT_EQ(c.ports()[0].container_port(), 80);
  EXPECT_EQ(c.resources().limits()["cpu"].milli_value(), 500);
  EXPECT_EQ(c.liveness_probe().http_get().port().string_value(), "web");  // httpGet is inlined in Go
  EXPECT_FALSE(c.has_readiness_probe());
  EXPECT_EQ(c.readiness_probe().period_seconds(), 0);  // absent structs read as empty ones
  EXPECT_EQ(pod.spec().volumes()[0].config_map().name(), "cm");
  EXPECT_EQ(pod.status().phase(), "Running");
  EXPECT_EQ(pod.status().pod_ips().size(), 1u);
  EXPECT_EQ(pod.spec().containers()[7].name(), "");
  int conditions = 0;
  for (const core_v1::PodCondition& condition : pod.status().conditions()) conditions += condition.status() == "True";
  EXPECT_EQ(conditions, 1);
  for (const auto& [name, quantity] : c.resources().limits()) EXPECT_EQ(name.str() + quantity.ToString(), "cpu500m");
}

TEST(Views, BuildsWhatTheServerTakes) {
  auto pod = core_v1::Pod::New("n", "a");
  pod.set_spec(core_v1::PodSpec()
                   .set_containers({core_v1::Container().set_name("c").set_image("i").add_ports(
                       core_v1::ContainerPort().set_container_port(80))})
                   .put_node_selector("disk", "ssd")
                   .set_termination_grace_period_seconds(0)
                   .set_node_name(""));
  pod.edit_spec([](core_v1::PodSpec& spec) { spec.set_priority_class_name("high"); });
  pod.set_label("app", "x").set_annotation("note", "y");
  EXPECT_EQ(
      WriteJson(pod.json()),
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{"note":"y"},"labels":{"app":"x"},"name":"a","namespace":"n"},)"
      R"("spec":{"containers":[{"image":"i","name":"c","ports":[{"containerPort":80}]}],"nodeSelector":{"disk":"ssd"},)"
      R"("priorityClassName":"high","terminationGracePeriodSeconds":0}})");
  const ResourceInfo* pods = KindRegistry::BuiltIn().Find(core_v1::Pod::kGvr);
  ASSERT_NE(pods, nullptr);
  EXPECT_EQ(pods->gvk, core_v1::Pod::kGvk);
  EXPECT_TRUE(Decode(*pods->type, pod.json())->unknown_fields.empty());
  pod.edit_spec([](core_v1::PodSpec& spec) {
    spec.set_termination_grace_period_seconds(std::nullopt).remove_node_selector("disk");
  });
  EXPECT_FALSE(pod.json()["spec"].Has("nodeSelector"));
  EXPECT_FALSE(pod.json()["spec"].Has("terminationGracePeriodSeconds"));
}

TEST(Views, OtherKinds) {
  coordination_v1::Lease lease = coordination_v1::Lease::New("n", "l");
  lease.set_spec(lease.spec().set_holder_identity("me").set_renew_time(Time::FromSeconds(1)));
  EXPECT_EQ(WriteJson(lease.json()["spec"]), R"({"holderIdentity":"me","renewTime":"1970-01-01T00:00:01.000000Z"})");
  EXPECT_EQ(lease.spec().renew_time(), Time::FromSeconds(1));
  core_v1::Secret secret = core_v1::Secret::New("n", "s");
  secret.put_data("k", Bytes{"hi"}).set_type("Opaque");
  EXPECT_EQ(secret.json()["data"]["k"], "aGk=");
  EXPECT_EQ(secret.data()["k"].data, "hi");
  apps_v1::Deployment d = apps_v1::Deployment::New("n", "d");
  d.set_spec(d.spec().set_replicas(0).set_strategy(d.spec().strategy().set_rolling_update(
      apps_v1::RollingUpdateDeployment().set_max_surge("25%").set_max_unavailable(1))));
  EXPECT_EQ(d.spec().replicas(), 0);
  EXPECT_EQ(d.spec().strategy().rolling_update().max_surge(), IntOrString("25%"));
  EXPECT_EQ(d.spec().strategy().rolling_update().max_unavailable()->int_value(), 1);
  EXPECT_EQ(batch_v1::Job::New("n", "j").spec().backoff_limit(), std::nullopt);
  EXPECT_EQ(core_v1::Node::New("", "x").ToObject().key(), ObjectKey("", "x"));
  EXPECT_FALSE(core_v1::Node::kNamespaced);
}

}  // namespace
}  // namespace wavetank
