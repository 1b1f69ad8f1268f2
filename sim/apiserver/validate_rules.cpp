#include "sim/apiserver/validate_rules.h"

#include <algorithm>
#include <memory>

#include "runtime/api/schema.h"

namespace wavetank::sim {
namespace {

enum class Check : uint8_t {
  kRequired,  // not empty
  kLabel,     // RFC 1123 label
  kSubdomain,
  kQualified,
  kEnum,      // one of `words`, separated by commas
  kMin,       // a number >= low
  kPositive,  // a number > 0; `words` is the complaint
  kRange,     // low..high
  kLabels,    // a map of labels
  kUnique,    // the elements differ in the field `words`
  kNoSpaceAround,
  kPort,      // number or name
  kNoDotDot,  // a path without ".."
};

struct Rule {
  std::string_view type;
  std::string_view field;
  Check check;
  int64_t low = 0;
  int64_t high = 0;
  std::string_view words = {};
};

#define WT_CORE "io.k8s.api.core.v1."
#define WT_APPS "io.k8s.api.apps.v1."
#define WT_BATCH "io.k8s.api.batch.v1."

constexpr std::string_view kPull = "Always,IfNotPresent,Never";
constexpr std::string_view kProtocols = "SCTP,TCP,UDP";

constexpr Rule kRules[] = {
    // Pods.
    {WT_CORE "PodSpec", "containers", Check::kRequired},
    {WT_CORE "PodSpec", "volumes", Check::kUnique, 0, 0, "name"},
    {WT_CORE "PodSpec", "restartPolicy", Check::kEnum, 0, 0, "Always,OnFailure,Never"},
    {WT_CORE "PodSpec", "dnsPolicy", Check::kEnum, 0, 0, "ClusterFirstWithHostNet,ClusterFirst,Default,None"},
    {WT_CORE "PodSpec", "activeDeadlineSeconds", Check::kRange, 1, INT32_MAX},
    {WT_CORE "PodSpec", "nodeSelector", Check::kLabels},
    {WT_CORE "PodSpec", "nodeName", Check::kSubdomain},
    {WT_CORE "PodSpec", "serviceAccountName", Check::kSubdomain},
    {WT_CORE "PodSpec", "hostname", Check::kLabel},
    {WT_CORE "PodSpec", "subdomain", Check::kLabel},
    {WT_CORE "PodReadinessGate", "conditionType", Check::kQualified},
    {WT_CORE "Container", "name", Check::kRequired},
    {WT_CORE "Container", "name", Check::kLabel},
    {WT_CORE "Container", "image", Check::kRequired},
    {WT_CORE "Container", "image", Check::kNoSpaceAround},
    {WT_CORE "Container", "imagePullPolicy", Check::kEnum, 0, 0, kPull},
    {WT_CORE "Container", "terminationMessagePolicy", Check::kEnum, 0, 0, "File,FallbackToLogsOnError"},
    {WT_CORE "Container", "restartPolicy", Check::kEnum, 0, 0, "Always,Never,OnFailure"},
    {WT_CORE "ContainerPort", "containerPort", Check::kRequired},
    {WT_CORE "ContainerPort", "containerPort", Check::kRange, 1, 65535},
    {WT_CORE "ContainerPort", "protocol", Check::kEnum, 0, 0, kProtocols},
    {WT_CORE "EnvVar", "name", Check::kRequired},
    {WT_CORE "SecretKeySelector", "key", Check::kRequired},
    {WT_CORE "ConfigMapKeySelector", "key", Check::kRequired},
    {WT_CORE "VolumeMount", "name", Check::kRequired},
    {WT_CORE "VolumeMount", "mountPath", Check::kRequired},
    {WT_CORE "Volume", "name", Check::kRequired},
    {WT_CORE "Volume", "name", Check::kLabel},
    {WT_CORE "SecretVolumeSource", "secretName", Check::kRequired},
    {WT_CORE "ConfigMapVolumeSource", "name", Check::kRequired},
    {WT_CORE "PersistentVolumeClaimVolumeSource", "claimName", Check::kRequired},
    {WT_CORE "HostPathVolumeSource", "path", Check::kRequired},
    {WT_CORE "HostPathVolumeSource", "path", Check::kNoDotDot},
    {WT_CORE "KeyToPath", "key", Check::kRequired},
    {WT_CORE "KeyToPath", "path", Check::kRequired},
    {WT_CORE "KeyToPath", "path", Check::kNoDotDot},
    {WT_CORE "ExecAction", "command", Check::kRequired},
    {WT_CORE "HTTPGetAction", "path", Check::kRequired},
    {WT_CORE "HTTPGetAction", "port", Check::kPort},
    {WT_CORE "HTTPGetAction", "scheme", Check::kEnum, 0, 0, "HTTP,HTTPS"},
    {WT_CORE "TCPSocketAction", "port", Check::kPort},
    {WT_CORE "Probe", "initialDelaySeconds", Check::kMin},
    {WT_CORE "Probe", "timeoutSeconds", Check::kMin},
    {WT_CORE "Probe", "periodSeconds", Check::kMin},
    {WT_CORE "Probe", "successThreshold", Check::kMin},
    {WT_CORE "Probe", "failureThreshold", Check::kMin},
    {WT_CORE "Toleration", "effect", Check::kEnum, 0, 0, "NoSchedule,PreferNoSchedule,NoExecute"},
    {WT_CORE "TopologySpreadConstraint", "maxSkew", Check::kPositive, 0, 0, "must be greater than zero"},
    {WT_CORE "TopologySpreadConstraint", "whenUnsatisfiable", Check::kEnum, 0, 0, "DoNotSchedule,ScheduleAnyway"},
    // Workloads.
    {WT_APPS "ReplicaSetSpec", "replicas", Check::kMin},
    {WT_APPS "ReplicaSetSpec", "minReadySeconds", Check::kMin},
    {WT_APPS "DeploymentSpec", "replicas", Check::kMin},
    {WT_APPS "DeploymentSpec", "minReadySeconds", Check::kMin},
    {WT_APPS "DeploymentSpec", "revisionHistoryLimit", Check::kMin},
    {WT_APPS "DeploymentSpec", "progressDeadlineSeconds", Check::kMin},
    {WT_APPS "StatefulSetSpec", "replicas", Check::kMin},
    {WT_APPS "StatefulSetSpec", "minReadySeconds", Check::kMin},
    {WT_APPS "StatefulSetSpec", "serviceName", Check::kLabel},
    {WT_APPS "StatefulSetOrdinals", "start", Check::kMin},
    {WT_APPS "DaemonSetSpec", "minReadySeconds", Check::kMin},
    {WT_APPS "DaemonSetSpec", "revisionHistoryLimit", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "replicas", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "fullyLabeledReplicas", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "readyReplicas", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "availableReplicas", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "terminatingReplicas", Check::kMin},
    {WT_APPS "ReplicaSetStatus", "observedGeneration", Check::kMin},
    {WT_APPS "DeploymentStatus", "observedGeneration", Check::kMin},
    {WT_APPS "DeploymentStatus", "replicas", Check::kMin},
    {WT_APPS "DeploymentStatus", "updatedReplicas", Check::kMin},
    {WT_APPS "DeploymentStatus", "readyReplicas", Check::kMin},
    {WT_APPS "DeploymentStatus", "availableReplicas", Check::kMin},
    {WT_APPS "StatefulSetStatus", "replicas", Check::kMin},
    {WT_APPS "StatefulSetStatus", "observedGeneration", Check::kMin},
    {WT_BATCH "JobSpec", "parallelism", Check::kMin},
    {WT_BATCH "JobSpec", "completions", Check::kMin},
    {WT_BATCH "JobSpec", "activeDeadlineSeconds", Check::kMin},
    {WT_BATCH "JobSpec", "backoffLimit", Check::kMin},
    {WT_BATCH "JobSpec", "ttlSecondsAfterFinished", Check::kMin},
    {WT_BATCH "JobStatus", "active", Check::kMin},
    {WT_BATCH "JobStatus", "succeeded", Check::kMin},
    {WT_BATCH "JobStatus", "failed", Check::kMin},
    {WT_BATCH "CronJobSpec", "schedule", Check::kRequired},
    {WT_BATCH "CronJobSpec", "concurrencyPolicy", Check::kEnum, 0, 0, "Allow,Forbid,Replace"},
    {WT_BATCH "CronJobSpec", "startingDeadlineSeconds", Check::kMin},
    {WT_BATCH "CronJobSpec", "successfulJobsHistoryLimit", Check::kMin},
    {WT_BATCH "CronJobSpec", "failedJobsHistoryLimit", Check::kMin},
    // Others.
    {"io.k8s.api.coordination.v1.LeaseSpec", "leaseDurationSeconds", Check::kPositive, 0, 0, "must be greater than 0"},
    {"io.k8s.api.coordination.v1.LeaseSpec", "leaseTransitions", Check::kMin},
    {WT_CORE "ServiceSpec", "type", Check::kEnum, 0, 0, "ClusterIP,ExternalName,LoadBalancer,NodePort"},
    {WT_CORE "ServicePort", "port", Check::kRange, 1, 65535},
    {WT_CORE "ServicePort", "protocol", Check::kEnum, 0, 0, kProtocols},
    {WT_CORE "ServicePort", "targetPort", Check::kPort},
    {WT_CORE "Taint", "key", Check::kQualified},
    {WT_CORE "Taint", "effect", Check::kEnum, 0, 0, "NoSchedule,PreferNoSchedule,NoExecute"},
};

#undef WT_CORE
#undef WT_APPS
#undef WT_BATCH

std::vector<std::string_view> SplitWords(std::string_view words) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t comma = words.find(',');
    parts.push_back(words.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    words = words.substr(comma + 1);
  }
}

bool Empty(const Value& value) { return value.is_null() || (value.is_number() ? value.AsInt() == 0 : value.empty()); }

void CheckUnique(const Rule& rule, const Value& list, const Path& path, FieldErrors& errors) {
  for (size_t i = 1; i < list.size(); ++i) {
    const Value& mine = list[i][rule.words];
    if (mine.empty()) continue;
    for (size_t j = 0; j < i; ++j) {
      if (!(list[j][rule.words] == mine)) continue;
      const Path element(&path, i);
      errors.Add(field::Duplicate(Path(&element, rule.words).ToString(), mine));
      break;
    }
  }
}

void CheckWord(const Rule& rule, const Value& value, const Path& path, FieldErrors& errors) {
  const std::string_view text = value.AsString();
  if (text.empty()) return;
  switch (rule.check) {
    case Check::kLabel:
      if (std::string bad = CheckDnsLabel(text); !bad.empty()) errors.Add(field::Invalid(path.ToString(), value, bad));
      return;
    case Check::kSubdomain:
      if (std::string bad = CheckDnsSubdomain(text); !bad.empty())
        errors.Add(field::Invalid(path.ToString(), value, bad));
      return;
    case Check::kQualified:
      for (const std::string& bad : CheckQualifiedName(text)) errors.Add(field::Invalid(path.ToString(), value, bad));
      return;
    case Check::kNoSpaceAround:
      if (text.front() == ' ' || text.back() == ' ') {
        errors.Add(field::Invalid(path.ToString(), value, "must not have leading or trailing whitespace"));
      }
      return;
    case Check::kNoDotDot:
      if (text.starts_with("..") || text.find("/..") != std::string_view::npos) {
        errors.Add(field::Invalid(path.ToString(), value, "must not contain '..'"));
      }
      return;
    case Check::kEnum: {
      const std::vector<std::string_view> words = SplitWords(rule.words);
      if (std::ranges::find(words, text) != words.end()) return;
      errors.Add(field::NotSupported(path.ToString(), value, std::span<const std::string_view>(words)));
      return;
    }
    default: return;
  }
}

void Apply(const Rule& rule, const Value& value, const Path& path, FieldErrors& errors) {
  switch (rule.check) {
    case Check::kRequired:
      if (Empty(value)) errors.Add(field::Required(path.ToString()));
      return;
    case Check::kMin:
      if (value.is_int() && value.AsInt() < rule.low) {
        errors.Add(
            field::Invalid(path.ToString(), value, "must be greater than or equal to " + std::to_string(rule.low)));
      }
      return;
    case Check::kPositive:
      if (value.is_int() && value.AsInt() <= 0) errors.Add(field::Invalid(path.ToString(), value, rule.words));
      return;
    case Check::kRange:
      if (!value.is_int() || (value.AsInt() >= rule.low && value.AsInt() <= rule.high)) return;
      if (rule.field == "containerPort" && value.AsInt() == 0) return;  // "Required value" says it
      errors.Add(field::Invalid(
          path.ToString(), value,
          "must be between " + std::to_string(rule.low) + " and " + std::to_string(rule.high) + ", inclusive"));
      return;
    case Check::kLabels: ValidateLabels(value, path, errors); return;
    case Check::kUnique: CheckUnique(rule, value, path, errors); return;
    case Check::kPort: CheckPortOrName(value, path, errors); return;
    default: CheckWord(rule, value, path, errors); return;
  }
}

// The rules of one type, found once.
struct TypeRules {
  const TypeInfo* type = nullptr;
  TypeCheck check = nullptr;
  struct OfField {
    const FieldInfo* field;
    std::vector<const Rule*> rules;
    const TypeInfo* below = nullptr;  // struct to go into, through lists and maps
    int levels = 0;                   // how many lists or maps lie between
  };
  std::vector<OfField> fields;  // only those with something to do
  bool any = false;             // some rule lies here or below
};

const TypeRules& RulesOf(const TypeInfo& type);

void Compile(const TypeInfo& type, TypeRules& rules) {
  rules.type = &type;
  rules.check = TypeCheckOf(type.name);
  rules.any = rules.check != nullptr;
  const auto add = [&](const FieldInfo& field) {
    TypeRules::OfField of{&field, {}, nullptr, 0};
    for (const Rule& rule : kRules) {
      if (rule.type == type.name && rule.field == field.name.view()) of.rules.push_back(&rule);
    }
    const TypeRef* ref = &field.type;
    while (ref->shape == Shape::kList || ref->shape == Shape::kMap) {
      ref = ref->element;
      ++of.levels;
    }
    // Types that hold themselves (schemas) have no rules.
    if (ref->shape == Shape::kStruct && ref->type != &type && ref->type->special == Special::kNone)
      of.below = ref->type;
    if (of.below != nullptr && !RulesOf(*of.below).any) of.below = nullptr;
    if (of.rules.empty() && of.below == nullptr) return;
    rules.fields.push_back(std::move(of));
    rules.any = true;
  };
  for (const FieldInfo& field : type.fields) {
    if (!field.inlined) {
      add(field);
    } else if (field.type.type != nullptr) {
      for (const FieldInfo& inner : field.type.type->fields) add(inner);
    }
  }
}

// A table filled as types are met: results of a pure function, one entry a type.
const TypeRules& RulesOf(const TypeInfo& type) {
  static std::vector<std::unique_ptr<TypeRules>>* table = new std::vector<std::unique_ptr<TypeRules>>();
  if (type.id >= table->size()) table->resize(type.id + 1);
  if ((*table)[type.id] == nullptr) {
    (*table)[type.id] = std::make_unique<TypeRules>();  // a type on the way to itself finds it empty
    auto rules = std::make_unique<TypeRules>();
    Compile(type, *rules);
    (*table)[type.id] = std::move(rules);
  }
  return *(*table)[type.id];
}

void Walk(const TypeRules& rules, const Value& value, const Path& path, FieldErrors& errors);

void WalkBelow(const TypeInfo& type, int levels, const Value& value, const Path& path, FieldErrors& errors) {
  if (levels == 0) {
    Walk(RulesOf(type), value, path, errors);
    return;
  }
  for (size_t i = 0; i < value.elements().size(); ++i) WalkBelow(type, levels - 1, value[i], Path(&path, i), errors);
  for (const Field& f : value.fields())
    WalkBelow(type, levels - 1, f.value, Path(&path, Path::Key{f.key.view()}), errors);
}

void Walk(const TypeRules& rules, const Value& value, const Path& path, FieldErrors& errors) {
  if (!rules.any || !value.is_object() || HasMark(value, *rules.type, kMarkValid)) return;
  const size_t before = errors.size();
  for (const TypeRules::OfField& of : rules.fields) {
    const Value& field = value[of.field->name];
    const Path at(&path, of.field->name.view());
    for (const Rule* rule : of.rules) {
      const size_t errors_before = errors.size();
      Apply(*rule, field, at, errors);
      if (errors.size() != errors_before) break;  // one complaint a field
    }
    if (of.below != nullptr && !field.is_null()) WalkBelow(*of.below, of.levels, field, at, errors);
  }
  if (rules.check != nullptr) rules.check(value, path, errors);
  if (errors.size() == before) AddMark(value, *rules.type, kMarkValid);
}

}  // namespace

void ValidateTree(const TypeInfo& type, const Value& value, const Path& path, FieldErrors& errors) {
  Walk(RulesOf(type), value, path, errors);
}

void CheckPortOrName(const Value& port, const Path& path, FieldErrors& errors) {
  if (port.is_int()) {
    if (port.AsInt() < 1 || port.AsInt() > 65535) {
      errors.Add(field::Invalid(path.ToString(), port, "must be between 1 and 65535, inclusive"));
    }
    return;
  }
  const std::string_view name = port.AsString();
  const bool shaped =
      std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (name.size() > 15) {
    errors.Add(field::Invalid(path.ToString(), port, "must be no more than 15 characters"));
  } else if (!shaped) {
    errors.Add(field::Invalid(path.ToString(), port,
                              "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"));
  }
}

}  // namespace wavetank::sim
