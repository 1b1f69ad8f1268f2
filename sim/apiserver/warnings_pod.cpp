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
      Say(Path(&selector, Path::Key{label.key.view()}), NodeLabelDeprecation(label.key.view()));
    }
    NodeAffinity();
    Spreads();
    Volumes();
    Repeated("hostAliases", "ip", "duplicate ip ");
    Repeated("imagePullSecrets", "name", "duplicate name ");
    Secrets();
    Count([&] {
      const Path overhead(&path_, "overhead");
      WarnAboutFractions(exchange_, spec_["overhead"], overhead, "memory");
      WarnAboutFractions(exchange_, spec_["overhead"], overhead, "ephemeral-storage");
    });
    for (const Name list : {words::kInitContainers, words::kContainers, kEphemeralContainers}) Containers(list);
    Count([&] { WarnAboutPorts(exchange_, spec_, path_); });
    if (spec_[words::kTerminationGracePeriodSeconds].AsInt() < 0) {
      Say(Path(&path_, "terminationGracePeriodSeconds"),
          "must be >= 0; negative values are invalid and will be treated as 1");
    }
    PodAffinities("podAffinity");
    PodAffinities("podAntiAffinity");
    Count([&] { Addresses(); });
  }
  bool silent() const { return silent_; }

 private:
  // What others say counts, too.
  template <typename Function>
  void Count(Function&& function) {
    const size_t before = exchange_.warnings.size();
    function();
    silent_ = silent_ && exchange_.warnings.size() == before;
  }

  void NodeAffinity() {
    const Value& affinity = spec_[kAffinity]["nodeAffinity"];
    const Path of_pod(&path_, "affinity");
    const Path of_node(&of_pod, "nodeAffinity");
    const Path required(&of_node, "requiredDuringSchedulingIgnoredDuringExecution");
    const Path terms(&required, "nodeSelectorTerms");
    const Value& hard = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
    for (size_t i = 0; i < hard.size(); ++i) Term(hard[i], Path(&terms, i), false);
    const Path preferred(&of_node, "preferredDuringSchedulingIgnoredDuringExecution");
    const Value& soft = affinity["preferredDuringSchedulingIgnoredDuringExecution"];
    for (size_t i = 0; i < soft.size(); ++i) {
      const Path at(&preferred, i);
      Term(soft[i]["preference"], Path(&at, "preference"), true);
    }
  }

  void Term(const Value& term, const Path& path, bool weighed) {
    const Path list(&path, "matchExpressions");
    const Value& expressions = term["matchExpressions"];
    for (size_t i = 0; i < expressions.size(); ++i) {
      const Path at(&list, i);
      const std::string_view key = expressions[i]["key"].AsString();
      if (const std::string_view text = NodeLabelDeprecation(key); !text.empty()) {
        Say(Path(&at, "key"), std::string(key) + " is " + std::string(text));
      }
    }
    const bool empty = expressions.empty() && term["matchFields"].empty();
    if (weighed && empty) Say(path, "an empty preference term is a no-op and does not match any objects");
  }

  // Elements of a list that say the same in one field.
  void Repeated(std::string_view name, std::string_view field, std::string_view text) {
    const Value& elements = spec_[name];
    const Path list(&path_, name);
    for (size_t i = 1; i < elements.size(); ++i) {
      const auto before = elements.elements().first(i);
      const Value& value = elements[i][field];
      if (std::ranges::none_of(before, [&](const Value& e) { return e[field] == value; })) continue;
      const Path at(&list, i);
      Say(Path(&at, field), std::string(text) + Quote(value.AsString()));
    }
  }

  void Addresses() {
    const Path config(&path_, "dnsConfig");
    const Path servers(&config, "nameservers");
    const Value& given = spec_["dnsConfig"]["nameservers"];
    for (size_t i = 0; i < given.size(); ++i) WarnAboutIp(exchange_, given[i].AsString(), Path(&servers, i));
    const Path aliases(&path_, "hostAliases");
    for (size_t i = 0; i < spec_["hostAliases"].size(); ++i) {
      const Path at(&aliases, i);
      WarnAboutIp(exchange_, spec_["hostAliases"][i]["ip"].AsString(), Path(&at, "ip"));
    }
  }

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
      if (const std::string_view text = NodeLabelDeprecation(key); !text.empty()) {
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
      const Value& projected = volumes[i]["projected"];
      if (!projected.is_null() && !HasSources(projected["sources"])) {
        Count([&] {
          exchange_.Warn("volume " + Quote(volumes[i][names::kName].AsString()) +
                         " (Projected) has no sources provided");
        });
      }
      const Value& claim = volumes[i]["ephemeral"]["volumeClaimTemplate"][names::kSpec][words::kResources];
      if (claim.is_null()) continue;
      const Path resources(&at, "ephemeral.volumeClaimTemplate.spec.resources");
      Count([&] {
        for (const Name part : {words::kRequests, words::kLimits}) {
          WarnAboutFractions(exchange_, claim[part], Path(&resources, part.view()), "storage");
        }
      });
    }
  }

  // Some source, and none that is empty.
  static bool HasSources(const Value& sources) {
    const std::span<const Value> all = sources.elements();
    return std::ranges::all_of(all, [](const Value& source) { return !source.empty(); }) && !all.empty();
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
      const Path resources(&at, "resources");
      Count([&] {
        for (const std::string_view resource : {"memory", "ephemeral-storage"}) {
          for (const Name part : {words::kLimits, words::kRequests}) {
            WarnAboutFractions(exchange_, containers[i][words::kResources][part], Path(&resources, part.view()),
                               resource);
          }
        }
      });
      Environment(containers[i][kEnv], Path(&at, "env"));
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

std::string_view NodeLabelDeprecation(std::string_view label) { return TextOf(kNodeLabels, label); }

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
