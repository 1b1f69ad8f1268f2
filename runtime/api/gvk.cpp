#include "runtime/api/gvk.h"

namespace wavetank {
namespace {

std::string JoinVersion(Name group, Name version) {
  if (group.view().empty()) return std::string(version.view());
  return std::string(group.view()) + "/" + std::string(version.view());
}

std::string Qualified(Name name, Name group) {
  std::string out(name.view());
  if (!group.view().empty()) out.append(".").append(group.view());
  return out;
}

}  // namespace

std::string Gvk::api_version() const { return JoinVersion(group, version); }
std::string Gvk::group_kind() const { return Qualified(kind, group); }
std::string Gvr::api_version() const { return JoinVersion(group, version); }
std::string Gvr::group_resource() const { return Qualified(resource, group); }

std::string Gvr::Path(std::string_view ns, std::string_view name, std::string_view subresource) const {
  std::string out = group.view().empty() ? "/api/" : "/apis/";
  out += api_version();
  if (!ns.empty()) out.append("/namespaces/").append(ns);
  out.append("/").append(resource.view());
  if (!name.empty()) out.append("/").append(name);
  if (!subresource.empty()) out.append("/").append(subresource);
  return out;
}

bool operator<(const Gvk& a, const Gvk& b) {
  if (a.group != b.group) return a.group.view() < b.group.view();
  if (a.version != b.version) return a.version.view() < b.version.view();
  return a.kind.view() < b.kind.view();
}

bool operator<(const Gvr& a, const Gvr& b) {
  if (a.group != b.group) return a.group.view() < b.group.view();
  if (a.version != b.version) return a.version.view() < b.version.view();
  return a.resource.view() < b.resource.view();
}

GroupVersion SplitApiVersion(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", api_version};
  return {api_version.substr(0, slash), api_version.substr(slash + 1)};
}

}  // namespace wavetank
