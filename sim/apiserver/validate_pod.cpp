// Rules over several fields of the types below a Pod (API-722).
#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/validate_rules.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kEffect("effect");
const Name kEphemeralContainers("ephemeralContainers");
const Name kKey("key");
const Name kMountPath("mountPath");
const Name kOperator("operator");
const Name kPorts("ports");
const Name kTolerationSeconds("tolerationSeconds");
const Name kValueFrom("valueFrom");
const Name kVolumeMounts("volumeMounts");
const Name kVolumes("volumes");

bool Among(const Value& list, const Value& name) {
  return std::ranges::any_of(list.elements(), [&name](const Value& element) { return element[names::kName] == name; });
}

void CheckMounts(const Value& spec, const Value& containers, const Path& path, FieldErrors& errors) {
  for (size_t i = 0; i < containers.size(); ++i) {
    const Path container(&path, i);
    const Path mounts_path(&container, "volumeMounts");
    const Value& mounts = containers[i][kVolumeMounts];
    for (size_t j = 0; j < mounts.size(); ++j) {
      const Path mount(&mounts_path, j);
      const Value& name = mounts[j][names::kName];
      if (!name.empty() && !Among(spec[kVolumes], name)) {
        errors.Add(field::NotFound(Path(&mount, "name").ToString(), name));
      }
      for (size_t k = 0; k < j; ++k) {
        const Value& where = mounts[j][kMountPath];
        if (where.empty() || !(mounts[k][kMountPath] == where)) continue;
        errors.Add(field::Invalid(Path(&mount, "mountPath").ToString(), where, "must be unique"));
        break;
      }
    }
  }
}

// Names are unique over all kinds of containers.
void CheckContainerNames(const Value& spec, const Path& path, FieldErrors& errors) {
  std::vector<const Value*> seen;
  for (const Name list_name : {words::kContainers, words::kInitContainers, kEphemeralContainers}) {
    const Path list_path(&path, list_name.view());
    const Value& list = spec[list_name];
    for (size_t i = 0; i < list.size(); ++i) {
      const Value& name = list[i][names::kName];
      if (name.empty()) continue;
      const Path element(&list_path, i);
      const bool taken = std::ranges::any_of(seen, [&name](const Value* other) { return *other == name; });
      if (taken) errors.Add(field::Duplicate(Path(&element, "name").ToString(), name));
      seen.push_back(&name);
    }
  }
}

void CheckPodSpec(const Value& spec, const Path& path, FieldErrors& errors) {
  CheckContainerNames(spec, path, errors);
  CheckMounts(spec, spec[words::kInitContainers], Path(&path, "initContainers"), errors);
  CheckMounts(spec, spec[words::kContainers], Path(&path, "containers"), errors);
  const Value& gates = spec[words::kSchedulingGates];
  if (!gates.empty() && !spec[names::kNodeName].empty()) {
    errors.Add(field::Forbidden(Path(&path, "nodeName").ToString(),
                                "cannot be set until all schedulingGates have been cleared"));
  }
  const Path gates_path(&path, "schedulingGates");
  for (size_t i = 0; i < gates.size(); ++i) {
    const Value& name = gates[i][names::kName];
    for (const std::string& bad : CheckQualifiedName(name.AsString())) {
      errors.Add(field::Invalid(Path(&gates_path, i).ToString(), name, bad));
    }
    for (size_t j = 0; j < i; ++j) {
      if (gates[j][names::kName] == name) errors.Add(field::Duplicate(Path(&gates_path, i).ToString(), name));
    }
  }
}

void CheckPortNames(const Value& container, const Path& path, FieldErrors& errors) {
  const Path ports_path(&path, "ports");
  const Value& ports = container[kPorts];
  for (size_t i = 0; i < ports.size(); ++i) {
    const Value& name = ports[i][names::kName];
    if (name.empty()) continue;
    const Path element(&ports_path, i);
    const size_t before = errors.size();
    CheckPortOrName(name, Path(&element, "name"), errors);
    for (size_t j = 0; j < i && errors.size() == before; ++j) {
      if (ports[j][names::kName] == name) errors.Add(field::Duplicate(Path(&element, "name").ToString(), name));
    }
  }
}

void CheckResources(const Value& container, const Path& path, FieldErrors& errors) {
  const Value& resources = container[words::kResources];
  const Value& limits = resources[words::kLimits];
  const Path base(&path, "resources");
  for (const Field& request : resources[words::kRequests].fields()) {
    const Value* limit = limits.Find(request.key.view());
    if (limit == nullptr || Quantity::Of(request.value) <= Quantity::Of(*limit)) continue;
    errors.Add(field::Invalid(
        Path(&base, "requests").ToString(), request.value,
        "must be less than or equal to " + request.key.str() + " limit of " + std::string(limit->AsString())));
  }
}

void CheckContainer(const Value& container, const Path& path, FieldErrors& errors) {
  CheckPortNames(container, path, errors);
  CheckResources(container, path, errors);
}

void CheckEnvVar(const Value& variable, const Path& path, FieldErrors& errors) {
  const Value& name = variable[names::kName];
  const bool odd = std::ranges::any_of(name.AsString(), [](char c) { return c == '=' || c < 0x20 || c > 0x7e; });
  if (odd) {
    errors.Add(field::Invalid(
        Path(&path, "name").ToString(), name,
        "a valid environment variable name must consist only of printable ASCII characters other than '='"));
  }
  const Value& from = variable[kValueFrom];
  if (from.is_null()) return;
  const Path from_path(&path, "valueFrom");
  if (!variable[words::kValue].empty()) {
    errors.Add(field::Invalid(from_path.ToString(), Value(""), "may not be specified when `value` is not empty"));
  } else if (from.empty()) {
    errors.Add(field::Invalid(
        from_path.ToString(), Value(""),
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"));
  } else if (from.size() > 1) {
    errors.Add(field::Invalid(from_path.ToString(), Value(""), "may not have more than one field specified at a time"));
  }
}

void CheckVolume(const Value& volume, const Path& path, FieldErrors& errors) {
  size_t sources = 0;
  for (const Field& source : volume.fields()) {
    if (source.key == "name") continue;
    if (++sources < 2) continue;
    errors.Add(field::Forbidden(Path(&path, source.key.view()).ToString(), "may not specify more than 1 volume type"));
  }
  if (sources == 0) errors.Add(field::Required(path.ToString(), "must specify a volume type"));
}

constexpr std::string_view kHandlers[] = {"exec", "httpGet", "tcpSocket", "grpc", "sleep"};

void CheckHandler(const Value& handler, const Path& path, FieldErrors& errors) {
  size_t handlers = 0;
  for (const std::string_view name : kHandlers) {
    if (handler[name].is_null()) continue;
    if (++handlers < 2) continue;
    errors.Add(field::Forbidden(Path(&path, name).ToString(), "may not specify more than 1 handler type"));
  }
  if (handlers == 0) errors.Add(field::Required(path.ToString(), "must specify a handler type"));
}

void CheckToleration(const Value& toleration, const Path& path, FieldErrors& errors) {
  const Value& key = toleration[kKey];
  const Value& op = toleration[kOperator];
  const std::string op_path = Path(&path, "operator").ToString();
  if (!key.empty()) {
    for (const std::string& bad : CheckQualifiedName(key.AsString())) {
      errors.Add(field::Invalid(Path(&path, "key").ToString(), key, bad));
    }
  } else if (op != "Exists") {
    errors.Add(
        field::Invalid(op_path, op.is_null() ? Value("") : op,
                       "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
  }
  if (!toleration[kTolerationSeconds].is_null() && toleration[kEffect] != "NoExecute") {
    const Value& effect = toleration[kEffect];
    errors.Add(field::Invalid(Path(&path, "effect").ToString(), effect.is_null() ? Value("") : effect,
                              "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (op == "Exists") {
    if (!toleration[words::kValue].empty()) {
      errors.Add(field::Invalid(op_path, toleration[words::kValue], "value must be empty when `operator` is 'Exists'"));
    }
  } else if (!op.empty() && op != "Equal") {
    errors.Add(field::NotSupported(op_path, op, {"Equal", "Exists"}));
  }
}

struct Row {
  std::string_view type;
  TypeCheck check;
};
constexpr Row kChecks[] = {
    {"io.k8s.api.core.v1.PodSpec", CheckPodSpec},       {"io.k8s.api.core.v1.Container", CheckContainer},
    {"io.k8s.api.core.v1.EnvVar", CheckEnvVar},         {"io.k8s.api.core.v1.Volume", CheckVolume},
    {"io.k8s.api.core.v1.Probe", CheckHandler},         {"io.k8s.api.core.v1.LifecycleHandler", CheckHandler},
    {"io.k8s.api.core.v1.Toleration", CheckToleration},
};

}  // namespace

TypeCheck TypeCheckOf(std::string_view type_name) {
  for (const Row& row : kChecks) {
    if (row.type == type_name) return row.check;
  }
  return nullptr;
}

}  // namespace wavetank::sim
