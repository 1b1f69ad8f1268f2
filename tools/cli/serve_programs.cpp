#include "tools/cli/serve_programs.h"

#include <algorithm>

#include "runtime/base/strings.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/parts.h"

namespace wavetank::cli {
namespace {

constexpr std::string_view kKubelet = "kubelet";

// Of "all", besides the parts of the cluster: the first of these that the program was built with, and the one below.
constexpr std::string_view kReplicaSets[] = {"replicaset", "replicaset-hardened", "replicaset-like"};
constexpr std::string_view kReplicationControllers = "replicationcontroller";
// Parts that another part of the table does the work of.
constexpr std::string_view kCoveredParts[] = {"garbage-collector"};

std::string_view ReplicaSetProgram(const ControllerRegistry& programs) {
  for (const std::string_view name : kReplicaSets) {
    if (programs.Find(name) != nullptr) return name;
  }
  return {};
}

std::vector<std::string> AllNames(const ControllerRegistry& programs) {
  std::vector<std::string> names;
  for (const sim::ClusterPart& part : sim::ClusterParts()) {
    const bool covered = std::ranges::find(kCoveredParts, part.name) != std::end(kCoveredParts);
    if (!covered) names.emplace_back(part.name);
  }
  names.emplace_back(kKubelet);
  if (const std::string_view name = ReplicaSetProgram(programs); !name.empty()) names.emplace_back(name);
  if (programs.Find(kReplicationControllers) != nullptr) names.emplace_back(kReplicationControllers);
  return names;
}

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const size_t comma = std::min(list.find(','), list.size());
    names.emplace_back(list.substr(0, comma));
    if (comma == list.size()) return names;
    list.remove_prefix(comma + 1);
  }
}

Status Unknown(const std::string& name, const ControllerRegistry& programs) {
  std::vector<std::string_view> known = programs.names();
  for (const sim::ClusterPart& part : sim::ClusterParts()) known.push_back(part.name);
  known.push_back(kKubelet);
  return Status(Code::kInvalidArgument, "unknown controller " + Quote(name) + DidYouMean(name, known));
}

Status AddProgram(const std::string& name, uint64_t nodes, const ControllerRegistry& programs,
                  std::vector<sim::LiveProgram>& out) {
  const auto same = [&](const sim::LiveProgram& program) { return program.name == name; };
  if (std::ranges::any_of(out, same)) return Status(Code::kInvalidArgument, Quote(name) + " is named twice");
  if (name == kKubelet) {
    for (uint64_t i = 1; i <= nodes; ++i) {
      const std::string node = "node-" + std::to_string(i);
      out.push_back({"kubelet-" + node, [node](Environment& env) {
                       return sim::KubeletWithOptions(env, node, {.heartbeats = true});
                     }});
    }
  } else if (const sim::ClusterPart* part = sim::FindClusterPart(name)) {
    out.push_back({name, part->main});
  } else if (const ControllerRegistry::Factory* factory = programs.Find(name)) {
    out.push_back({name, (*factory)({})});
  } else {
    return Unknown(name, programs);
  }
  return {};
}

}  // namespace

Result<std::vector<sim::LiveProgram>> ServePrograms(std::string_view list, uint64_t nodes,
                                                    const ControllerRegistry& programs) {
  std::vector<sim::LiveProgram> chosen;
  if (list == "none") return chosen;
  for (const std::string& name : list == "all" ? AllNames(programs) : Split(list)) {
    WT_RETURN_IF_ERROR(AddProgram(name, nodes, programs, chosen));
  }
  return chosen;
}

std::string ServeProgramsHelp(const ControllerRegistry& programs) {
  std::string text = "Controllers (`all` is " + Join(AllNames(programs), ",") + "):\n";
  const auto line = [&](std::string_view name, std::string_view about) {
    text += "  " + std::string(name) + std::string(name.size() < 32 ? 32 - name.size() : 1, ' ') + std::string(about) +
            "\n";
  };
  for (const sim::ClusterPart& part : sim::ClusterParts()) line(part.name, part.doc);
  line(kKubelet, "Runs the pods of each node.");
  for (const std::string_view name : programs.names()) line(name, programs.about(name));
  return text;
}

bool UsableToken(std::string_view token) {
  constexpr std::string_view kSigns = "-._~+/=";
  return !token.empty() && std::ranges::all_of(token, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSigns.find(c) != std::string::npos;
  });
}

}  // namespace wavetank::cli
