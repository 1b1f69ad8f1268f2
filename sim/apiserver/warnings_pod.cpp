// Warnings about the spec of a pod, its own or that of a template.
#include <algorithm>
#include <map>
#include <set>

#include "runtime/api/quantity.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/warnings.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr uint64_t kMemoTag = 0x7761726e;  // "warn"

const Name kAffinity("affinity");
const Name kEnv("env");
const Name kEphemeralContainers("ephemeralContainers");
const Name kImagePullSecrets("imagePullSecrets");
const Name kLabelSelector("labelSelector");
const Name kNodeSelector("nodeSelector");
const Name kTopologyKey("topologyKey");
const Name kTopologySpreadConstraints("topologySpreadConstraints");
const Name kValueFrom("valueFrom");
const Name kVolumes("volumes");

struct Replaced {
  std::string_view old;
  std::string_view text;
  std::string_view shown = {};  // how messages call it, if otherwise
};

constexpr Replaced kNodeLabels[] = {
    {"beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"},
    {"beta.kubernetes.io/instance-type", "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"},
    {"beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"},
    {"failure-domain.beta.kubernetes.io/region",
     "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"},
    {"failure-domain.beta.kubernetes.io/zone", "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"},
};

constexpr Replaced kVolumeTypes[] = {
    {"cephfs", "deprecated in v1.28, non-functional in v1.31+"},
    {"flocker", "deprecated in v1.22, non-functional in v1.25+"},
    {"gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"},
    {"glusterfs", "deprecated in v1.25, non-functional in v1.26+"},
    {"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
    {"quobyte", "deprecated in v1.22, non-functional in v1.25+"},
    {"rbd", "deprecated in v1.28, non-functional in v1.31+"},
    {"scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
    {"storageos", "deprecated in v1.22, non-functional in v1.25+", "storageOS"},
};

const Replaced* Find(std::span<const Replaced> rows, std::string_view old) {
  for (const Replaced& row : rows) {
    if (row.old == old) return &row;
  }
  return nullptr;
}

std::string_view TextOf(std::span<const Replaced> rows, std::string_view old) {
  const Replaced* row = Find(rows, old);
  return row == nullptr ? std::string_view() : row->text;
}

class PodWarnings {
 public:
  PodWarnings(Exchange& exchange, const Value& spec, const Path& path)
      : exchange_(exchange), spec_(spec), path_(path) {}

  void All() {
    for (const Field& label : spec_[kNodeSelector].fields()) {
      const Path selector(&path_, "nodeSelector");
      Say(Path(&selector, Path::Key{label.key.view()}), TextOf(kNodeLabels, label.key.view()));
    }
    Spreads();
    Repeated("hostAliases", "ip");
    Volumes();
    Secrets();
    Repeated("imagePullSecrets", "name");
    for (const Name list : {words::kInitContainers, words::kContainers, kEphemeralContainers}) Containers(list);
    if (spec_[words::kTerminationGracePeriodSeconds].AsInt() < 0) {
      Say(Path(&path_, "terminationGracePeriodSeconds"),
          "must be >= 0; negative values are invalid and will be treated as 1");
    }
    PodAffinities("podAffinity");
    PodAffinities("podAntiAffinity");
  }
  bool silent() const { return silent_; }

 private:
  void Say(const Path& path, std::string_view text) {
    if (text.empty()) return;
    silent_ = false;
    exchange_.Warn(path.ToString() + ": " + std::string(text));
  }

  void Spreads() {
    const Path list(&path_, "topologySpreadConstraints");
    const Value& spreads = spec_[kTopologySpreadConstraints];
    for (size_t i = 0; i < spreads.size(); ++i) {
      const Path at(&list, i);
      const std::string_view key = spreads[i][kTopologyKey].AsString();
      if (const std::string_view text = TextOf(kNodeLabels, key); !text.empty()) {
        Say(Path(&at, "topologyKey"), std::string(key) + " is " + std::string(text));
      }
      NullSelector(spreads[i], at);
    }
  }

  void NullSelector(const Value& term, const Path& at) {
    if (term[kLabelSelector].is_null()) {
      Say(Path(&at, "labelSelector"), "a null labelSelector results in matching no pod");
    }
  }

  void PodAffinities(std::string_view kind) {
    const Value& terms = spec_[kAffinity][kind];
    const Path affinity(&path_, "affinity");
    const Path of_kind(&affinity, kind);
    const Path required(&of_kind, "requiredDuringSchedulingIgnoredDuringExecution");
    const Path preferred(&of_kind, "preferredDuringSchedulingIgnoredDuringExecution");
    const Value& hard = terms["requiredDuringSchedulingIgnoredDuringExecution"];
    for (size_t i = 0; i < hard.size(); ++i) NullSelector(hard[i], Path(&required, i));
    const Value& soft = terms["preferredDuringSchedulingIgnoredDuringExecution"];
    for (size_t i = 0; i < soft.size(); ++i) {
      const Path at(&preferred, i);
      NullSelector(soft[i]["podAffinityTerm"], Path(&at, "podAffinityTerm"));
    }
  }

  void Volumes() {
    const Path list(&path_, "volumes");
    const Value& volumes = spec_[kVolumes];
    for (size_t i = 0; i < volumes.size(); ++i) {
      const Path at(&list, i);
      for (const Field& source : volumes[i].fields()) {
        const Replaced* row = Find(kVolumeTypes, source.key.view());
        if (row != nullptr) Say(Path(&at, row->shown.empty() ? row->old : row->shown), row->text);
      }
      const Value& claim = volumes[i]["ephemeral"]["volumeClaimTemplate"];
      Fractions(claim[names::kSpec][words::kResources][words::kRequests],
                at / "ephemeral" / "volumeClaimTemplate" / "spec" / "resources" / "requests", "storage");
      const Value& projected = volumes[i]["projected"];
      if (!projected.is_null() && !HasSources(projected["sources"])) {
        silent_ = false;
        exchange_.Warn("volume " + Quote(volumes[i][names::kName].AsString()) + " (Projected) has no sources provided");
      }
    }
  }

  // Some source that is not empty.
  static bool HasSources(const Value& sources) {
    const std::span<const Value> all = sources.elements();
    return std::ranges::all_of(all, [](const Value& source) { return !source.empty(); }) && !all.empty();
  }

  void Fractions(const Value& amounts, const Path& path, std::string_view resource) {
    const size_t before = exchange_.warnings.size();
    WarnAboutFractions(exchange_, amounts, path, resource);
    silent_ = silent_ && exchange_.warnings.size() == before;
  }

  // Elements that say the same of `field` as an earlier one. `what`: "name", "ip".
  void Repeated(std::string_view list_name, std::string_view field) {
    const Value& list = spec_[list_name];
    for (size_t i = 1; i < list.size(); ++i) {
      const Value& mine = list[i][field];
      const std::span<const Value> before = list.elements().first(i);
      if (mine.empty() || std::ranges::none_of(before, [&](const Value& other) { return other[field] == mine; }))
        continue;
      Say(path_ / list_name / i / field, "duplicate " + std::string(field) + " " + Quote(mine.AsString()));
    }
  }

  // Ports that another one hides, and host addresses without a host port.
  void Ports(const Value& ports, const Path& path) {
    for (size_t i = 0; i < ports.size(); ++i) {
      const Value& port = ports[i];
      for (size_t j = 0; j < i; ++j) {
        const bool same = ports[j]["containerPort"] == port["containerPort"] &&
                          ports[j]["protocol"] == port["protocol"] && ports[j]["hostPort"] == port["hostPort"] &&
                          ports[j]["hostIP"] == port["hostIP"];
        if (!same) continue;
        Say(path / i, "duplicate port definition with " + (path / j).ToString());
        break;
      }
      if (port["hostIP"].empty() || port["hostPort"].AsInt() != 0) continue;
      Say(path / i, "hostIP set without hostPort: {Name:" + std::string(port[names::kName].AsString()) +
                        " HostPort:0 ContainerPort:" + std::to_string(port["containerPort"].AsInt()) +
                        " Protocol:" + std::string(port["protocol"].AsString()) +
                        " HostIP:" + std::string(port["hostIP"].AsString()) + "}");
    }
  }

  void Secrets() {
    const Path list(&path_, "imagePullSecrets");
    const Value& secrets = spec_[kImagePullSecrets];
    for (size_t i = 0; i < secrets.size(); ++i) {
      const Path at(&list, i);
      if (secrets[i][names::kName].empty()) Say(Path(&at, "name"), "invalid empty name \"\"");
    }
  }

  void Containers(Name name) {
    const Path list(&path_, name.view());
    const Value& containers = spec_[name];
    for (size_t i = 0; i < containers.size(); ++i) {
      const Path at(&list, i);
      Environment(containers[i][kEnv], Path(&at, "env"));
      Ports(containers[i]["ports"], Path(&at, "ports"));
      const Path resources(&at, "resources");
      for (const Name part : {words::kLimits, words::kRequests}) {
        const Path of(&resources, part.view());
        const Value& amounts = containers[i][words::kResources][part];
        const size_t before = exchange_.warnings.size();
        WarnAboutFractions(exchange_, amounts, of, "memory");
        WarnAboutFractions(exchange_, amounts, of, "ephemeral-storage");
        silent_ = silent_ && exchange_.warnings.size() == before;
      }
    }
  }

  // A variable that hides an earlier one, unless its value is made of that.
  void Environment(const Value& variables, const Path& path) {
    std::set<std::string, std::less<>> seen;
    for (size_t i = 0; i < variables.size(); ++i) {
      const std::string name(variables[i][names::kName].AsString());
      if (seen.insert(name).second) continue;
      const std::string_view value = variables[i][words::kValue].AsString();
      const std::string reference = "$(" + name + ")";
      const bool hides =
          !variables[i][kValueFrom].is_null() || value == reference || value.find(reference) == value.npos;
      if (!hides) continue;
      Say(Path(&path, i), "hides previous definition of " + Quote(name) + ", which may be dropped when using apply");
    }
  }

  Exchange& exchange_;
  const Value& spec_;
  const Path& path_;
  bool silent_ = true;
};

}  // namespace

void WarnAboutFractions(Exchange& exchange, const Value& resources, const Path& path, std::string_view resource) {
  const Value& amount = resources[resource];
  if (amount.is_null()) return;
  // Canonical quantities show a fraction of bytes by their suffix.
  const std::string_view text = amount.AsString();
  if (!text.ends_with('m') && !text.ends_with('u') && !text.ends_with('n')) return;
  exchange.Warn(Path(&path, Path::Key{resource}).ToString() + ": fractional byte value " + Quote(text) +
                " is invalid, must be an integer");
}

void WarnAboutPodSpec(Exchange& exchange, const Value& spec, const Path& path) {
  Memo& memo = *exchange.state.decoded;
  if (memo.Find(spec, kMemoTag) != nullptr) return;  // nothing to say of this very node
  PodWarnings warnings(exchange, spec, path);
  warnings.All();
  if (warnings.silent()) memo.Put(spec, Value(), Value(), kMemoTag);
}

}  // namespace wavetank::sim
