#include "runtime/api/registry.h"

#include <gtest/gtest.h>

#include <set>

namespace wavetank {
namespace {

ResourceInfo Widget() {
  ResourceInfo r(Gvr("example.com", "v1", "widgets"), Gvk("example.com", "v1", "Widget"));
  r.singular = "widget";
  r.short_names = {"wd"};
  return r;
}

TEST(KindRegistry, KnowsTheBuiltInKinds) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const ResourceInfo* pods = kinds.Find(Gvr("", "v1", "pods"));
  ASSERT_NE(pods, nullptr);
  EXPECT_EQ(kinds.Find(Gvk("", "v1", "Pod")), pods);
  EXPECT_EQ(kinds.FindResource("", "v1", "pods"), pods);
  EXPECT_EQ(kinds.FindKind("v1", "Pod"), pods);
  EXPECT_EQ(kinds.FindResource("", "v1", "podz"), nullptr);
  EXPECT_TRUE(pods->namespaced && pods->stored && pods->preferred && pods->has_status);
  EXPECT_FALSE(pods->has_scale);
  EXPECT_TRUE(pods->HasVerb("watch"));
  EXPECT_EQ(pods->list_kind, "PodList");
  EXPECT_EQ(pods->list_type, kinds.FindType("io.k8s.api.core.v1.PodList"));
  EXPECT_EQ(pods->type, kinds.FindType("io.k8s.api.core.v1.Pod"));
  EXPECT_EQ(pods->columns[0].name, "Name");
  const SubresourceInfo* eviction = pods->FindSubresource("eviction");
  ASSERT_NE(eviction, nullptr);
  EXPECT_EQ(eviction->gvk, Gvk("policy", "v1", "Eviction"));
  EXPECT_EQ(pods->FindSubresource("scale"), nullptr);
  EXPECT_EQ(kinds.Resources().size(), 68u);
  EXPECT_EQ(kinds.Groups().size(), 21u);
  EXPECT_EQ(kinds.Groups()[6].preferred, "v2");
  const ResourceInfo* tables = kinds.FindKind("apps/v1", "ReplicaSet");
  ASSERT_NE(tables, nullptr);
  EXPECT_TRUE(tables->has_scale);
}

TEST(KindRegistry, FieldsAreFoundByEveryKindOfName) {
  const TypeInfo* probe = KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Probe");
  ASSERT_NE(probe, nullptr);
  const FieldInfo* inlined = probe->Find("httpGet");  // of ProbeHandler
  ASSERT_NE(inlined, nullptr);
  EXPECT_EQ(probe->Find(Name("httpGet")), inlined);
  EXPECT_EQ(probe->FindKey(String("httpGet")), inlined);
  EXPECT_EQ(probe->Find("httpget"), nullptr);
  EXPECT_EQ(probe->Find(Name("not a field at all")), nullptr);
  EXPECT_TRUE(inlined->pointer);
  const TypeInfo* container = KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Container");
  const FieldInfo* ports = container->Find("ports");
  EXPECT_EQ(ports->list, ListKind::kMap);
  EXPECT_EQ(ports->list_keys, (std::vector<Name>{Name("containerPort"), Name("protocol")}));
  EXPECT_TRUE(ports->patch_merge);
  EXPECT_EQ(ports->patch_merge_key, "containerPort");
  EXPECT_EQ(ports->type.element->type->Find("protocol")->default_value, "TCP");
  EXPECT_EQ(container->Find("imagePullPolicy")->named, "v1.PullPolicy");
  EXPECT_EQ(container->Find("imagePullPolicy")->enum_values.size(), 3u);
  ASSERT_TRUE(container->Find("resources")->has_zero);
  EXPECT_EQ(container->Find("resources")->zero, Value::EmptyObject());
}

TEST(KindRegistry, EveryFieldOfEveryTypeIsFound) {
  std::set<uint32_t> ids;
  for (const ResourceInfo* r : KindRegistry::BuiltIn().Resources()) {
    ASSERT_NE(r->type, nullptr);
    ids.insert(r->type->id);
    for (const FieldInfo* f : r->type->by_name) EXPECT_EQ(r->type->Find(f->name.view()), f);
  }
  EXPECT_GT(ids.size(), 50u);
}

TEST(KindRegistry, LookupTakesWhatPeopleWrite) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  for (const char* word : {"pod", "Pods", "po", "PO", "pod."}) {
    ASSERT_NE(kinds.Lookup(word), nullptr) << word;
    EXPECT_EQ(kinds.Lookup(word)->gvk.kind, Name("Pod"));
  }
  EXPECT_EQ(kinds.Lookup("deployments.apps")->gvk.kind, Name("Deployment"));
  EXPECT_EQ(kinds.Lookup("events.events.k8s.io")->gvr.group, Name("events.k8s.io"));
  EXPECT_EQ(kinds.Lookup("hpa")->gvk.version, Name("v2"));  // the preferred version
  EXPECT_EQ(kinds.Lookup("pods.apps"), nullptr);
  EXPECT_EQ(kinds.Lookup("replicset"), nullptr);
  EXPECT_EQ(kinds.Nearest("replicset"), "ReplicaSet");
}

TEST(KindRegistry, WithIsSeenInOneWorldOnly) {
  const KindRegistry& base = KindRegistry::BuiltIn();
  const KindRegistry mine = *base.With(Widget());
  ASSERT_NE(mine.Find(Gvr("example.com", "v1", "widgets")), nullptr);
  EXPECT_EQ(mine.Lookup("wd")->gvk.kind, Name("Widget"));
  EXPECT_EQ(base.Lookup("wd"), nullptr);
  EXPECT_EQ(mine.Find(Gvr("", "v1", "pods")), base.Find(Gvr("", "v1", "pods")));
  EXPECT_EQ(mine.Resources().size(), base.Resources().size() + 1);
  EXPECT_EQ(mine.Resources().back()->index, base.Resources().size());

  ResourceInfo beta = Widget();
  beta.gvr = Gvr("example.com", "v1beta1", "widgets");
  beta.gvk = Gvk("example.com", "v1beta1", "Widget");
  beta.preferred = false;
  const KindRegistry both = *mine.With(beta);
  EXPECT_EQ(both.Groups().back().versions, (std::vector<std::string>{"v1", "v1beta1"}));
  EXPECT_EQ(both.Groups().back().preferred, "v1");
  EXPECT_EQ(mine.Groups().back().versions.size(), 1u);
  EXPECT_EQ(both.Lookup("widget")->gvk.version, Name("v1"));

  const KindRegistry gone = both.Without(Gvr("example.com", "v1", "widgets"));
  EXPECT_EQ(gone.Find(Gvr("example.com", "v1", "widgets")), nullptr);
  EXPECT_NE(both.Find(Gvr("example.com", "v1", "widgets")), nullptr);
  EXPECT_EQ(gone.Without(Gvr("example.com", "v1beta1", "widgets")).Groups().size(), 21u);
}

TEST(KindRegistry, WithReplacesItsOwnAndRefusesBuiltIn) {
  const KindRegistry mine = *KindRegistry::BuiltIn().With(Widget());
  ResourceInfo again = Widget();
  again.namespaced = false;
  const KindRegistry replaced = *mine.With(again);
  EXPECT_EQ(replaced.Resources().size(), mine.Resources().size());
  EXPECT_FALSE(replaced.Lookup("widget")->namespaced);
  EXPECT_TRUE(mine.Lookup("widget")->namespaced);
  EXPECT_EQ(mine.With(ResourceInfo(Gvr("", "v1", "pods"), Gvk("", "v1", "Pod"))).code(), Code::kInvalidArgument);
  EXPECT_EQ(KindRegistry().Lookup("pod"), nullptr);
  EXPECT_TRUE(KindRegistry().Groups().empty());
}

}  // namespace
}  // namespace wavetank
