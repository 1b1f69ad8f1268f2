#include "examples/replicaset/options.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/strings.h"

namespace wavetank::examples {
namespace {

struct Gate {
  std::string_view name;
  bool ReplicaSetOptions::* value;
};
constexpr Gate kGates[] = {
    {"PodDeletionCost", &ReplicaSetOptions::pod_deletion_cost},
    {"LogarithmicScaleDown", &ReplicaSetOptions::logarithmic_scale_down},
    {"DeploymentReplicaSetTerminatingReplicas", &ReplicaSetOptions::terminating_replicas},
    {"StaleControllerConsistencyReplicaSet", &ReplicaSetOptions::consistency},
};

Status Unknown(std::string_view what, std::string_view given, std::span<const std::string_view> known) {
  return Status(Code::kInvalidArgument, "unknown " + std::string(what) + " " + Quote(given) + DidYouMean(given, known));
}

Result<int64_t> ParseCount(std::string_view flag, std::string_view text, int64_t least) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < least || count > INT32_MAX) {
    return Status(Code::kInvalidArgument,
                  std::string(flag) + " takes a number of " + std::to_string(least) + " or more, not " + Quote(text));
  }
  return count;
}

// "A=true,B=false".
Status SetGates(std::string_view text, ReplicaSetOptions& options) {
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const std::string_view name = entry.substr(0, entry.find('='));
    const std::string_view value = entry.substr(std::min(entry.size(), name.size() + 1));
    if (value != "true" && value != "false") {
      return Status(Code::kInvalidArgument, "feature gate " + Quote(name) + " is true or false, not " + Quote(value));
    }
    const Gate* found = nullptr;
    std::vector<std::string_view> names;
    for (const Gate& gate : kGates) {
      names.push_back(gate.name);
      if (gate.name == name) found = &gate;
    }
    if (found == nullptr) return Unknown("feature gate", name, names);
    options.*found->value = value == "true";
  }
  return Status();
}

Status SetMode(std::string_view text, ReplicaSetOptions& options) {
  if (text != "fidelity" && text != "hardened") {
    return Status(Code::kInvalidArgument, "--mode is fidelity or hardened, not " + Quote(text));
  }
  options.mode = text == "hardened" ? SetMode::kHardened : SetMode::kFidelity;
  return Status();
}

Status SetLeaderElect(std::string_view text, ReplicaSetOptions& options) {
  if (text != "true" && text != "false") {
    return Status(Code::kInvalidArgument, "--leader-elect is true or false, not " + Quote(text));
  }
  options.leader_elect = text == "true";
  return Status();
}

Status SetKindFlag(std::string_view text, ReplicaSetOptions& options) {
  if (text != "ReplicaSet" && text != "ReplicationController") {
    return Status(Code::kInvalidArgument, "--kind is ReplicaSet or ReplicationController, not " + Quote(text));
  }
  options.replication_controllers = text == "ReplicationController";
  return Status();
}

struct Flag {
  std::string_view name;
  Status (*set)(std::string_view value, ReplicaSetOptions& options);
};

template <auto Member, int64_t kLeast>
Status SetCount(std::string_view value, ReplicaSetOptions& options) {
  WT_ASSIGN(const int64_t count, ParseCount("the flag", value, kLeast));
  options.*Member = static_cast<std::remove_reference_t<decltype(options.*Member)>>(count);
  return Status();
}

constexpr Flag kFlags[] = {
    {"--mode", SetMode},
    {"--kind", SetKindFlag},
    {"--feature-gates", SetGates},
    {"--leader-elect", SetLeaderElect},
    {"--concurrent-replicaset-syncs", SetCount<&ReplicaSetOptions::workers, 1>},
    {"--burst-replicas", SetCount<&ReplicaSetOptions::burst_replicas, 1>},
    {"--kube-api-qps", SetCount<&ReplicaSetOptions::queries_per_second, 0>},
    {"--kube-api-burst", SetCount<&ReplicaSetOptions::burst, 0>},
};

}  // namespace

Result<ReplicaSetOptions> ParseReplicaSetOptions(std::span<const std::string> arguments, ReplicaSetOptions defaults) {
  for (const std::string& argument : arguments) {
    const std::string_view name = std::string_view(argument).substr(0, argument.find('='));
    const std::string_view value = std::string_view(argument).substr(std::min(argument.size(), name.size() + 1));
    const Flag* found = nullptr;
    std::vector<std::string_view> names;
    for (const Flag& flag : kFlags) {
      names.push_back(flag.name);
      if (flag.name == name) found = &flag;
    }
    if (found == nullptr) return Unknown("flag", name, names);
    if (Status set = found->set(value, defaults); !set.ok()) return set.Wrap(name);
  }
  return defaults;
}

}  // namespace wavetank::examples
