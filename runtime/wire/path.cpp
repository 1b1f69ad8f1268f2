// The paths of resources: which resource, which object, what of it (API-001, API-004).
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/wire/request_codec.h"

namespace wavetank {
namespace {

// Segments of a path behind its first slash; slashes at the end do not count.
std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view part = path.substr(0, path.find('/'));
    parts.push_back(part);
    path.remove_prefix(part.size());
  }
  return parts;
}

// Behind the version: [namespaces/<ns>/]<resource>[/<name>[/<subresource>[/<rest>]]].
void ReadTail(std::span<const std::string_view> parts, ResourcePath& out) {
  const auto at = [&parts](size_t i) { return i < parts.size() ? parts[i] : std::string_view(); };
  // Two words of the third place belong to the namespace itself; all others are resources in it.
  const bool own = at(2) == "status" || at(2) == "finalize";
  if (out.group.empty() && at(0) == "namespaces" && parts.size() >= 3 && !own) {
    out.ns = at(1);
    parts = parts.subspan(2);
  } else if (!out.group.empty() && at(0) == "namespaces" && parts.size() >= 3) {
    out.ns = at(1);
    parts = parts.subspan(2);
  }
  out.resource = at(0);
  out.has_name = parts.size() > 1;
  out.name = at(1);
  out.subresource = at(2);
  for (size_t i = 3; i < parts.size(); ++i) out.rest.append(i == 3 ? "" : "/").append(parts[i]);
}

}  // namespace

std::optional<ResourcePath> ParseResourcePath(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  const std::vector<std::string_view> parts = Segments(path);
  ResourcePath out;
  size_t next = 0;
  if (parts.size() >= 3 && parts[0] == "api") {
    out.version = parts[1];
    next = 2;
  } else if (parts.size() >= 4 && parts[0] == "apis") {
    out.group = parts[1];
    out.version = parts[2];
    next = 3;
  } else {
    return std::nullopt;
  }
  if (parts[next] == "watch" && parts.size() > next + 1) {
    out.watch_prefix = true;
    ++next;
  }
  ReadTail(std::span(parts).subspan(next), out);
  return out;
}

}  // namespace wavetank
