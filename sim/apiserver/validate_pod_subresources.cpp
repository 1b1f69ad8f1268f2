// What may change in a Pod through its subresources: debug containers come and stay (API-689), a resize touches cpu and
// memory (API-691).
#include <map>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/pod_resources.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/text_diff.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kEphemeralContainers("ephemeralContainers");
const Name kResizePolicy("resizePolicy");
const Name kRestartPolicy("restartPolicy");
constexpr std::string_view kMirror = "kubernetes.io/config.mirror";
// Of an error about the Pod as such.
constexpr std::string_view kNowhere = "[]";

const Path kSpecPath(nullptr, "spec");

bool IsMirror(const Object& pod) { return pod.metadata()[names::kAnnotations].Find(kMirror) != nullptr; }

const Value* ByName(const Value& containers, const Value& name) {
  for (const Value& container : containers.elements()) {
    if (container[names::kName] == name) return &container;
  }
  return nullptr;
}

// Some resource that was there is not there any more.
bool Removed(const Value& now, const Value& before) {
  for (const Field& old : before.fields()) {
    if (now.Find(old.key.view()) == nullptr) return true;
  }
  return false;
}

// A list of resources with the cpu and memory that it had: what is left to compare.
Value OthersOf(const Value& now, const Value& before) {
  Value rest = now;
  for (const std::string_view name : {"cpu", "memory"}) {
    const Value* old = before.Find(name);
    rest = old == nullptr ? rest.Without(name) : (rest.is_null() ? Value::EmptyObject() : rest).Set(name, *old);
  }
  return rest;
}

// Of what is asked for and what may be used.
bool OthersStay(const Value& now, const Value& before) {
  for (const Name list : {words::kLimits, words::kRequests}) {
    const Value others = OthersOf(now[list], before[list]);
    if (!(others == before[list]) && !(others.empty() && before[list].empty())) return false;
  }
  return true;
}

// Claims are not among what is looked at: one that the container has makes a resize impossible.
bool OnlyCpuAndMemory(const Value& now, const Value& before) {
  if (!OthersStay(now[words::kResources], before[words::kResources])) return false;
  if (!before[words::kResources]["claims"].empty()) return false;
  return now.Without(words::kResources) == before.Without(words::kResources);
}

// The same containers in the same places.
void CheckPlaces(const Change& change, Name list) {
  const Value& now = change.spec()[list];
  const Value& before = change.stored.spec()[list];
  const std::string name(list.view());
  if (now.size() != before.size()) {
    return change.errors.Forbidden(kSpecPath / list, name + " may not be added or removed on resize");
  }
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i][names::kName] == before[i][names::kName]) continue;
    change.errors.Forbidden(kSpecPath / list / i / names::kName, name + " may not be renamed or reordered on resize");
  }
}

// `what`: "resource", "pod-level resource".
void CheckRemoved(const Value& now, const Value& before, const Path& path, const std::string& what,
                  FieldErrors& errors) {
  for (const Name list : {words::kRequests, words::kLimits}) {
    if (!Removed(now[list], before[list])) continue;
    errors.Forbidden(path / list, what + " " + std::string(list.view()) + " cannot be removed");
  }
}

void CheckPodLevel(const Change& change) {
  const Value& now = change.spec()[words::kResources];
  const Value& before = change.stored.spec()[words::kResources];
  const Path path(&kSpecPath, words::kResources.view());
  if (now.is_null() && before.is_null()) return;
  if (now.is_null()) return change.errors.Forbidden(path, "pod-level resources cannot be removed");
  CheckRemoved(now, before, path, "pod-level resource", change.errors);
  if (OthersStay(now, before)) return;
  change.errors.Forbidden(kSpecPath, "only cpu and memory resources are mutable at pod-level");
}

void CheckInitContainer(const Value& now, const Value& before, const Path& path, FieldErrors& errors) {
  if (!OnlyCpuAndMemory(now, before)) {
    errors.Forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable");
  }
  if (now == before || now[kRestartPolicy] == "Always") return;
  for (const Value& policy : now[kResizePolicy].elements()) {
    if (policy[kRestartPolicy] != "RestartContainer") continue;
    errors.Forbidden(path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
  }
}

// A node tells by the status of what runs on it whether it can resize.
bool NodeResizes(const Object& pod) {
  for (const Value& status : pod.status()["containerStatuses"].elements()) {
    if (!status["state"]["running"].is_null()) return !status[words::kResources].is_null();
  }
  return true;
}

void CheckResources(const Change& change) {
  const Value& now = change.spec();
  const Value& before = change.stored.spec();
  for (const Name list : {words::kInitContainers, words::kContainers}) {
    for (size_t i = 0; i < now[list].size(); ++i) {
      CheckRemoved(now[list][i][words::kResources], before[list][i][words::kResources],
                   kSpecPath / list / i / words::kResources, "resource", change.errors);
    }
  }
  for (size_t i = 0; i < now[words::kContainers].size(); ++i) {
    if (OnlyCpuAndMemory(now[words::kContainers][i], before[words::kContainers][i])) continue;
    change.errors.Forbidden(kSpecPath, "only cpu and memory resources are mutable");
  }
  for (size_t i = 0; i < now[words::kInitContainers].size(); ++i) {
    CheckInitContainer(now[words::kInitContainers][i], before[words::kInitContainers][i],
                       kSpecPath / words::kInitContainers / i, change.errors);
  }
}

}  // namespace

void CheckEphemeralContainersChange(const Change& change) {
  FieldErrors& errors = change.errors;
  if (IsMirror(change.stored)) {
    errors = FieldErrors();
    return errors.Add(field::Forbidden(std::string(kNowhere), "static pods do not support ephemeral containers"));
  }
  const TypeInfo& type = *change.TypeOf("spec").Find(kEphemeralContainers)->type.element->type;
  for (const Value& old : change.stored.spec()[kEphemeralContainers].elements()) {
    const Value* now = ByName(change.spec()[kEphemeralContainers], old[names::kName]);
    if (now != nullptr && *now == old) continue;
    const std::string what = "existing ephemeral containers " + FieldValueText(old[names::kName]) + " may not be ";
    errors.Forbidden(kSpecPath / kEphemeralContainers,
                     now == nullptr
                         ? what + "removed\n"
                         : what + "changed\n" + UnifiedDiff(InternalLines(type, old), InternalLines(type, *now)));
  }
}

void CheckResizeChange(const Change& change) {
  FieldErrors& errors = change.errors;
  if (IsMirror(change.stored)) {
    errors = FieldErrors();
    return errors.Add(field::Forbidden(std::string(kNowhere), "static pods cannot be resized"));
  }
  if (change.stored.spec()["os"][names::kName] == "windows") {
    errors = FieldErrors();
    return errors.Add(field::Forbidden(std::string(kNowhere), "windows pods cannot be resized"));
  }
  const Value& qos = change.stored.status()[words::kQosClass];
  if (qos != QosClassOf(change.spec())) {
    errors.Invalid(kSpecPath, qos, "Pod QOS Class may not change as a result of resizing");
  }
  if (!NodeResizes(change.stored)) errors.Forbidden(kSpecPath, "Pod running on node without support for resize");
  CheckPodLevel(change);
  const size_t before = errors.size();
  CheckPlaces(change, words::kContainers);
  CheckPlaces(change, words::kInitContainers);
  if (errors.size() == before) CheckResources(change);
}

}  // namespace wavetank::sim
