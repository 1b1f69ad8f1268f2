#include "examples/replicaset/pod_writer.h"

#include <string>
#include <utility>

#include "examples/replicaset/pods.h"
#include "runtime/api/status_error.h"

namespace wavetank::examples {
namespace {

const Name kTemplate("template");

// A generated name may be 253 long and the prefix is held to that, so the dash goes where it does not fit any more.
constexpr size_t kLongestPrefix = 253;

String NamePrefix(const Object& set) {
  const std::string prefix = set.name().str() + "-";
  return prefix.size() > kLongestPrefix ? set.name() : String(prefix);
}

}  // namespace

Value NewPod(const SetKind& kind, const Object& set) {
  static const String kVersion("v1");
  const Value& pod_template = set.spec()[kTemplate];
  const Value& from = pod_template[names::kMetadata];
  ObjectBuilder metadata(6);
  if (!from[names::kAnnotations].empty()) metadata.Add(names::kAnnotations, from[names::kAnnotations]);
  if (!from[names::kFinalizers].empty()) metadata.Add(names::kFinalizers, from[names::kFinalizers]);
  metadata.Add(names::kGenerateName, NamePrefix(set));
  if (!from[names::kLabels].empty()) metadata.Add(names::kLabels, from[names::kLabels]);
  metadata.Add(names::kNamespace, set.ns()).Add(names::kOwnerReferences, Value::Array({kind.ControllerReference(set)}));
  return ObjectBuilder(4)
      .Add(names::kApiVersion, kVersion)
      .Add(names::kKind, PodKind().kind)
      .Add(names::kMetadata, metadata.Build())
      .Add(names::kSpec, pod_template[names::kSpec])
      .Build();
}

bool NamespaceIsTerminating(const Status& error) { return HasCause(error, "NamespaceTerminating"); }

Task<Status> CreatePod(SetController* controller, Object set, Object pod) {
  if (pod.labels().empty()) co_return Status(Code::kInvalidArgument, "unable to create pods, no labels");
  auto made = co_await controller->live.Create(std::move(pod));
  if (!made.ok()) {
    if (!NamespaceIsTerminating(made.status())) {
      controller->events->Event(set, EventType::kWarning, "FailedCreate", "Error creating: " + made.status().message());
    }
    co_return made.status();
  }
  controller->WrotePod(set, *made);
  controller->events->Event(set, EventType::kNormal, "SuccessfulCreate", "Created pod: " + made->name().str());
  co_return Status();
}

Task<Status> DeletePod(SetController* controller, Object set, Object pod) {
  DeleteOptions which;
  if (controller->options.hardened()) {
    which.WithUid(pod.uid()).WithResourceVersion(String(std::to_string(pod.resource_version())));
  }
  Status gone = co_await controller->live.Delete(PodKind(), pod.key(), which);
  if (IsNotFound(gone) || (controller->options.hardened() && IsConflict(gone))) co_return gone;
  if (!gone.ok()) {
    controller->events->Event(set, EventType::kWarning, "FailedDelete", "Error deleting: " + gone.message());
    co_return gone.Wrap("unable to delete pods");
  }
  controller->events->Event(set, EventType::kNormal, "SuccessfulDelete", "Deleted pod: " + pod.name().str());
  co_return Status();
}

}  // namespace wavetank::examples
