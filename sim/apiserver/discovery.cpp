#include "sim/apiserver/discovery.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "runtime/base/hash.h"
#include "sim/apiserver/health.h"

namespace wavetank::sim {
namespace {

Value Strings(const std::vector<std::string>& texts) {
  ArrayBuilder out;
  for (const std::string& text : texts) out.Add(text);
  return out.Build();
}

std::string GroupVersionText(std::string_view group, std::string_view version) {
  return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
}

bool Is(const ResourceInfo& r, std::string_view group, std::string_view version) {
  return r.gvr.group.view() == group && r.gvr.version.view() == version;
}

Value VersionEntry(std::string_view group, std::string_view version) {
  return ObjectBuilder().Add("groupVersion", GroupVersionText(group, version)).Add("version", version).Build();
}

// The parts of an APIGroup, without kind and apiVersion.
ObjectBuilder GroupEntry(const GroupInfo& group) {
  ArrayBuilder versions;
  for (const std::string& version : group.versions) versions.Add(VersionEntry(group.name, version));
  ObjectBuilder out;
  out.Add("name", group.name);
  out.Add("versions", versions.Build());
  out.Add("preferredVersion", VersionEntry(group.name, group.preferred));
  return out;
}

Value ResourceEntry(const ResourceInfo& r) {
  ObjectBuilder out;
  out.Add("name", r.gvr.resource).Add("singularName", r.singular).Add("namespaced", r.namespaced);
  out.Add("kind", r.gvk.kind).Add("verbs", Strings(r.verbs));
  if (!r.short_names.empty()) out.Add("shortNames", Strings(r.short_names));
  if (!r.categories.empty()) out.Add("categories", Strings(r.categories));
  if (!r.storage_version_hash.empty()) out.Add("storageVersionHash", r.storage_version_hash);
  return out.Build();
}

bool IsForeign(const ResourceInfo& r, const SubresourceInfo& sub) {
  return sub.gvk.group != r.gvr.group || sub.gvk.version != r.gvr.version;
}

Value SubresourceEntry(const ResourceInfo& r, const SubresourceInfo& sub) {
  ObjectBuilder out;
  out.Add("name", std::string(r.gvr.resource.view()) + "/" + sub.name).Add("singularName", "");
  out.Add("namespaced", r.namespaced).Add("kind", sub.gvk.kind).Add("verbs", Strings(sub.verbs));
  if (IsForeign(r, sub)) out.Add("group", sub.gvk.group).Add("version", sub.gvk.version);
  return out.Build();
}

// ---- Aggregated. A group and version that are the page's own are printed empty.

Value ResponseKind(std::string_view group, std::string_view version, Name kind) {
  return ObjectBuilder().Add("group", group).Add("version", version).Add("kind", kind).Build();
}

Value AggregatedResource(const ResourceInfo& r) {
  ObjectBuilder out;
  out.Add("resource", r.gvr.resource).Add("responseKind", ResponseKind("", "", r.gvk.kind));
  out.Add("scope", r.namespaced ? "Namespaced" : "Cluster").Add("singularResource", r.singular);
  out.Add("verbs", Strings(r.verbs));
  if (!r.short_names.empty()) out.Add("shortNames", Strings(r.short_names));
  if (!r.categories.empty()) out.Add("categories", Strings(r.categories));
  ArrayBuilder subresources;
  for (const SubresourceInfo& sub : r.subresources) {
    const bool foreign = IsForeign(r, sub);
    const Value kind =
        ResponseKind(foreign ? sub.gvk.group.view() : "", foreign ? sub.gvk.version.view() : "", sub.gvk.kind);
    subresources.Add(ObjectBuilder()
                         .Add("subresource", sub.name)
                         .Add("responseKind", kind)
                         .Add("verbs", Strings(sub.verbs))
                         .Build());
  }
  if (subresources.size() > 0) out.Add("subresources", subresources.Build());
  return out.Build();
}

Value AggregatedGroup(const KindRegistry& kinds, const GroupInfo& group) {
  ArrayBuilder versions;
  for (const std::string& version : group.versions) {
    ArrayBuilder resources;
    for (const ResourceInfo* r : kinds.Resources()) {
      if (Is(*r, group.name, version)) resources.Add(AggregatedResource(*r));
    }
    versions.Add(ObjectBuilder()
                     .Add("version", version)
                     .Add("resources", resources.Build())
                     .Add("freshness", "Current")
                     .Build());
  }
  ObjectBuilder metadata;
  if (!group.name.empty()) metadata.Add("name", group.name);
  return ObjectBuilder().Add("metadata", metadata.Build()).Add("versions", versions.Build()).Build();
}

}  // namespace

Value ApiVersionsDocument(std::string_view server) {
  const Value address = ObjectBuilder().Add("clientCIDR", "0.0.0.0/0").Add("serverAddress", server).Build();
  return ObjectBuilder()
      .Add("kind", "APIVersions")
      .Add("versions", Value::Array({"v1"}))
      .Add("serverAddressByClientCIDRs", Value::Array({address}))
      .Build();
}

Value ApiGroupListDocument(const KindRegistry& kinds) {
  ArrayBuilder groups;
  for (const GroupInfo& group : kinds.Groups()) {
    if (!group.name.empty()) groups.Add(GroupEntry(group).Build());
  }
  return ObjectBuilder().Add("kind", "APIGroupList").Add("apiVersion", "v1").Add("groups", groups.Build()).Build();
}

std::optional<Value> ApiGroupDocument(const KindRegistry& kinds, std::string_view group) {
  for (const GroupInfo& info : kinds.Groups()) {
    if (info.name != group || info.name.empty()) continue;
    ObjectBuilder out = GroupEntry(info);
    out.Add("kind", "APIGroup").Add("apiVersion", "v1");
    return out.Build();
  }
  return std::nullopt;
}

std::optional<Value> ApiResourceListDocument(const KindRegistry& kinds, std::string_view group,
                                             std::string_view version) {
  ArrayBuilder resources;
  for (const ResourceInfo* r : kinds.Resources()) {
    if (!Is(*r, group, version)) continue;
    resources.Add(ResourceEntry(*r));
    for (const SubresourceInfo& sub : r->subresources) resources.Add(SubresourceEntry(*r, sub));
  }
  if (resources.size() == 0) return std::nullopt;
  ObjectBuilder out;
  out.Add("kind", "APIResourceList");
  if (!group.empty()) out.Add("apiVersion", "v1");  // the old path has none
  out.Add("groupVersion", GroupVersionText(group, version)).Add("resources", resources.Build());
  return out.Build();
}

Value AggregatedDiscoveryDocument(const KindRegistry& kinds, bool core) {
  ArrayBuilder items;
  for (const GroupInfo& group : kinds.Groups()) {
    if (group.name.empty() == core) items.Add(AggregatedGroup(kinds, group));
  }
  return ObjectBuilder()
      .Add("kind", "APIGroupDiscoveryList")
      .Add("apiVersion", "apidiscovery.k8s.io/v2")
      .Add("metadata", Value::EmptyObject())
      .Add("items", items.Build())
      .Build();
}

bool ServesGroup(const KindRegistry& kinds, std::string_view group) {
  return std::ranges::any_of(kinds.Groups(), [&](const GroupInfo& info) { return info.name == group; });
}

bool ServesVersion(const KindRegistry& kinds, std::string_view group, std::string_view version) {
  const std::vector<const ResourceInfo*> all = kinds.Resources();
  return std::ranges::any_of(all, [&](const ResourceInfo* r) { return Is(*r, group, version); });
}

std::vector<std::string> RootPaths(const KindRegistry& kinds) {
  std::set<std::string> paths = {"/.well-known/openid-configuration",
                                 "/api",
                                 "/apis",
                                 "/apis/",
                                 "/metrics",
                                 "/metrics/slis",
                                 "/openapi/v2",
                                 "/openapi/v3",
                                 "/openapi/v3/",
                                 "/openid/v1/jwks",
                                 "/version"};
  for (const GroupInfo& group : kinds.Groups()) {
    const std::string root = group.name.empty() ? "/api" : "/apis/" + group.name;
    paths.insert(root);
    for (const std::string& version : group.versions) paths.insert(root + "/" + version);
  }
  for (const HealthEndpoint& endpoint : HealthEndpoints()) {
    const std::string root = "/" + std::string(endpoint.name);
    paths.insert(root);
    for (const std::string& check : HealthChecks(endpoint)) paths.insert(root + "/" + check);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

std::string PageTag(std::string_view content) {
  std::string tag;
  for (uint64_t i = 0; i < 8; ++i) {
    char digits[17];
    std::snprintf(digits, sizeof(digits), "%016llX", static_cast<unsigned long long>(HashBytes(content, i)));
    tag += digits;
  }
  return tag;
}

}  // namespace wavetank::sim
