// Warnings about the ports of a pod's containers, taken together.
#include <map>
#include <string>
#include <vector>

#include "runtime/base/strings.h"
#include "sim/apiserver/warnings.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kContainerPort("containerPort");
const Name kHostIp("hostIP");
const Name kHostPort("hostPort");
const Name kPorts("ports");
const Name kProtocol("protocol");

struct Seen {
  const Value* port;
  std::string where;
};

// How two ports of one number and protocol meet; empty: they do not.
std::string_view Meeting(const Value& a, const Value& b) {
  const int64_t host_a = a[kHostPort].AsInt();
  const int64_t host_b = b[kHostPort].AsInt();
  const std::string_view ip_a = a[kHostIp].AsString();
  const std::string_view ip_b = b[kHostIp].AsString();
  if (ip_a == ip_b && host_a == host_b) return "duplicate";
  if (host_a == 0 || host_b == 0) return "overlapping";
  if (host_a == host_b && ip_a.empty() != ip_b.empty()) return "dangerously ambiguous";
  return {};
}

// A port as Go prints the struct.
std::string StructText(const Value& port) {
  return "{Name:" + std::string(port[names::kName].AsString()) +
         " HostPort:" + std::to_string(port[kHostPort].AsInt()) +
         " ContainerPort:" + std::to_string(port[kContainerPort].AsInt()) +
         " Protocol:" + std::string(port[kProtocol].AsString()) + " HostIP:" + std::string(port[kHostIp].AsString()) +
         "}";
}

template <typename Function>
void EachPort(const Value& spec, const Path& path, Function&& function) {
  for (const Name list : {words::kInitContainers, words::kContainers, Name("ephemeralContainers")}) {
    const Path containers(&path, list.view());
    for (size_t i = 0; i < spec[list].size(); ++i) {
      const Path container(&containers, i);
      const Path ports(&container, "ports");
      for (size_t j = 0; j < spec[list][i][kPorts].size(); ++j) function(spec[list][i][kPorts][j], Path(&ports, j));
    }
  }
}

}  // namespace

void WarnAboutPorts(Exchange& exchange, const Value& spec, const Path& path) {
  std::map<std::string, std::vector<Seen>, std::less<>> by_number;
  EachPort(spec, path, [&](const Value& port, const Path& at) {
    const std::string where = at.ToString();
    if (!port[kHostIp].empty() && port[kHostPort].AsInt() == 0) {
      exchange.Warn(where + ": hostIP set without hostPort: " + StructText(port));
    }
    std::string key = std::to_string(port[kContainerPort].AsInt());
    key.append("/").append(port[kProtocol].AsString());
    std::vector<Seen>& others = by_number[key];
    for (const Seen& other : others) {
      const std::string_view how = Meeting(port, *other.port);
      if (!how.empty()) exchange.Warn(where + ": " + std::string(how) + " port definition with " + other.where);
    }
    others.push_back({&port, where});
  });
  std::map<std::string, std::string, std::less<>> by_name;
  EachPort(spec, path, [&](const Value& port, const Path& at) {
    const std::string name(port[names::kName].AsString());
    if (name.empty()) return;
    const auto [first, fresh] = by_name.try_emplace(name, at.ToString());
    if (fresh) return;
    exchange.Warn(at.ToString() + ": duplicate port name " + Quote(name) + " with " + first->second +
                  ", services and probes that select ports by name will use " + first->second);
  });
}

}  // namespace wavetank::sim
