#include "sim/apiserver/discovery.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"
#include "sim/apiserver/health.h"

namespace wavetank::sim {
namespace {

const KindRegistry& Kinds() { return KindRegistry::BuiltIn(); }
Value J(std::string_view text) { return *ParseJson(text); }

const Value& Named(const Value& list, std::string_view name, std::string_view key = "name") {
  static const Value kNone;
  for (const Value& v : list.elements()) {
    if (v[key] == name) return v;
  }
  return kNone;
}

ResourceInfo Gadget(std::string_view version) {
  ResourceInfo r(Gvr("x.example", version, "gadgets"), Gvk("x.example", version, "Gadget"));
  r.singular = "gadget";
  r.list_kind = "GadgetList";
  r.verbs = {"delete", "get"};
  r.short_names = {"gg"};
  r.subresources.push_back({"scale", Gvk("autoscaling", "v1", "Scale"), {"get"}, nullptr});
  r.subresources.push_back({"status", r.gvk, {"get", "patch"}, nullptr});
  return r;
}

// API-419: a group and version only where they are not the list's own.
TEST(Discovery, ResourcesOfAGroupVersion) {
  const Value list = *ApiResourceListDocument(Kinds(), "certificates.k8s.io", "v1");
  EXPECT_EQ(list["groupVersion"], "certificates.k8s.io/v1");
  EXPECT_EQ(list["apiVersion"], "v1");
  EXPECT_EQ(
      Named(list["resources"], "certificatesigningrequests/approval"),
      J(R"({"name":"certificatesigningrequests/approval","singularName":"","namespaced":false,"kind":"CertificateSigningRequest","verbs":["get","patch","update"]})"));
  const Value core = *ApiResourceListDocument(Kinds(), "", "v1");
  EXPECT_FALSE(core.Has("apiVersion"));
  const Value& token = Named(core["resources"], "serviceaccounts/token");
  EXPECT_EQ(token["group"], "authentication.k8s.io");
  EXPECT_EQ(token["version"], "v1");
  EXPECT_FALSE(ApiResourceListDocument(Kinds(), "certificates.k8s.io", "v9").has_value());
}

TEST(Discovery, DocumentsAreOfTheirTypes) {
  const auto check = [](const Value& document, std::string_view type) {
    const TypeInfo* info = Kinds().FindType("io.k8s." + std::string(type));
    ASSERT_NE(info, nullptr) << type;
    const Result<Decoded> decoded = Decode(*info, document);
    ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
    EXPECT_EQ(decoded->value, document) << type;
  };
  check(ApiVersionsDocument("127.0.0.1:6443"), "apimachinery.pkg.apis.meta.v1.APIVersions");
  check(ApiGroupListDocument(Kinds()), "apimachinery.pkg.apis.meta.v1.APIGroupList");
  check(*ApiGroupDocument(Kinds(), "events.k8s.io"), "apimachinery.pkg.apis.meta.v1.APIGroup");
  check(*ApiResourceListDocument(Kinds(), "events.k8s.io", "v1"), "apimachinery.pkg.apis.meta.v1.APIResourceList");
  check(AggregatedDiscoveryDocument(Kinds(), false), "api.apidiscovery.v2.APIGroupDiscoveryList");
}

// API-424: a custom kind is discovered in all its versions, the best first.
TEST(Discovery, CustomKinds) {
  const KindRegistry kinds = *Kinds().With(Gadget("v1beta1"))->With(Gadget("v2"));
  EXPECT_EQ(
      *ApiGroupDocument(kinds, "x.example"),
      J(R"({"kind":"APIGroup","apiVersion":"v1","name":"x.example","versions":[{"groupVersion":"x.example/v2","version":"v2"},)"
        R"({"groupVersion":"x.example/v1beta1","version":"v1beta1"}],"preferredVersion":{"groupVersion":"x.example/v2","version":"v2"}})"));
  EXPECT_FALSE(ApiGroupDocument(Kinds(), "x.example").has_value());
  const Value list = AggregatedDiscoveryDocument(kinds, false);
  const Value& last = list["items"][list["items"].size() - 1];
  EXPECT_EQ(last["metadata"], J(R"({"name":"x.example"})"));
  EXPECT_EQ(
      last["versions"][1],
      J(R"({"version":"v1beta1","freshness":"Current","resources":[{"resource":"gadgets","responseKind":{"group":"","version":"","kind":"Gadget"},)"
        R"("scope":"Namespaced","singularResource":"gadget","verbs":["delete","get"],"shortNames":["gg"],"subresources":[)"
        R"({"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},"verbs":["get"]},)"
        R"({"subresource":"status","responseKind":{"group":"","version":"","kind":"Gadget"},"verbs":["get","patch"]}]}]})"));
  EXPECT_TRUE(ServesVersion(kinds, "x.example", "v2"));
  EXPECT_FALSE(ServesVersion(kinds, "x.example", "v3"));
  const std::vector<std::string> paths = RootPaths(kinds);
  EXPECT_NE(std::ranges::find(paths, "/apis/x.example/v1beta1"), paths.end());
}

TEST(Discovery, TheCoreGroupStandsAlone) {
  const Value core = AggregatedDiscoveryDocument(Kinds(), true);
  ASSERT_EQ(core["items"].size(), 1u);
  EXPECT_EQ(core["items"][0]["metadata"], Value::EmptyObject());
  for (const Value& group : ApiGroupListDocument(Kinds())["groups"].elements()) EXPECT_NE(group["name"], "");
}

TEST(Discovery, TagsChangeWithTheContent) {
  EXPECT_EQ(PageTag("a").size(), 128u);
  EXPECT_EQ(PageTag("a"), PageTag("a"));
  EXPECT_NE(PageTag("a"), PageTag("b"));
}

// API-431
TEST(Health, ListsItsChecks) {
  EXPECT_EQ(ServeHealth("livez", "", {}).text, "ok");
  EXPECT_EQ(ServeHealth("livez", "log", {}).text, "ok");
  EXPECT_EQ(ServeHealth("livez", "informer-sync", {}).code, 404);
  EXPECT_EQ(ServeHealth("readyz", "informer-sync", {}).code, 200);
  EXPECT_EQ(ServeHealth("deadz", "", {}).code, 404);
  const std::string page =
      ServeHealth("readyz", "", {.verbose = true, .excluded = {"log", "zebra", "ant", "log"}}).text;
  EXPECT_TRUE(page.starts_with("[+]ping ok\n[+]log excluded: ok\n[+]etcd ok\n")) << page;
  EXPECT_TRUE(
      page.ends_with("[+]shutdown ok\nwarn: some health checks cannot be excluded: no matches for \"ant\", \"zebra\"\n"
                     "readyz check passed\n"))
      << page;
}

}  // namespace
}  // namespace wavetank::sim
