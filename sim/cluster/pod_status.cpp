#include "sim/cluster/pod_status.h"

#include <array>
#include <charconv>

#include "runtime/api/metadata.h"
#include "runtime/base/hash.h"
#include "sim/cluster/recent.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

// What the kubelet owns, in its order.
const std::array<Value, 5> kTypes{"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady",
                                  "PodScheduled"};
constexpr size_t kReadyAt = 2;

String Address(int a, uint32_t low) {
  std::array<char, 16> text;
  char* at = text.data();
  for (const uint32_t part : {static_cast<uint32_t>(a), (low >> 16) & 255, (low >> 8) & 255, low & 255}) {
    if (at != text.data()) *at++ = '.';
    at = std::to_chars(at, text.data() + text.size(), part).ptr;
  }
  return String(std::string_view(text.data(), static_cast<size_t>(at - text.data())));
}

uint32_t NodeNumber(std::string_view name) {
  const size_t digits = name.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + digits, name.data() + name.size(), number);
  if (error != std::errc() || number == 0 || number >= 0xffff) number = static_cast<uint32_t>(HashBytes(name));
  return number & 0xffff;
}

String PodAddress(const String& uid) {
  const uint64_t hash = HashMix(uid.hash());
  // The last part is never 0 or 255.
  return Address(10, static_cast<uint32_t>((hash & 0xffff) << 8 | (1 + (hash >> 16) % 254)));
}

Value AddressList(const String& ip) { return Value::EmptyArray().Append(ObjectBuilder(1).Add(kIp, ip).Build()); }

// Null, which leaves the field out, for a pod that has none.
Value GenerationOf(const Object& pod) { return pod.generation() > 0 ? Value(pod.generation()) : Value(); }

bool GatesOpen(const Object& pod) {
  for (const Value& gate : pod.spec()[kReadinessGates].elements()) {
    const Value& condition = FindCondition(pod.status(), gate["conditionType"].AsString());
    if (!(condition[names::kStatus] == "True")) return false;
  }
  return true;
}

bool IsOwn(const Value& condition) {
  for (const Value& type : kTypes) {
    if (condition[names::kType] == type) return true;
  }
  return false;
}

Value MakeCondition(const Value& type, bool is_true, const Value& stamp, int64_t generation, std::string_view reason) {
  static const Value kTrue("True");
  static const Value kFalse("False");
  ObjectBuilder condition(6);
  condition.Add(kLastProbeTime, Value()).Add(kLastTransitionTime, stamp).Add(names::kStatus, is_true ? kTrue : kFalse);
  condition.Add(names::kType, type);
  if (generation > 0) condition.Add(kObservedGeneration, generation);
  if (!reason.empty()) condition.Add(kReason, reason);
  return condition.Build();
}

// Every container of the list in one state.
Value ContainerStatuses(const Value& containers, const Value& state, bool ready, bool started) {
  static const Value kNothing = Value::EmptyObject();
  static const Value kNoText("");
  ArrayBuilder statuses;
  for (const Value& container : containers.elements()) {
    statuses.Add(ObjectBuilder(8)
                     .Add(kImage, container[kImage])
                     .Add(kImageId, kNoText)
                     .Add(kLastState, kNothing)
                     .Add(names::kName, container[names::kName])
                     .Add(kReady, ready)
                     .Add(kRestartCount, 0)
                     .Add(kStarted, started)
                     .Add(kState, state)
                     .Build());
  }
  return statuses.Build();
}

// What a pod looks like in the second in which its containers come up.
struct Start {
  int64_t second;
  int64_t generation;  // of the pod; 0 where it does not matter
  Value containers;    // of its template; null where they do not matter
  bool operator==(const Start& other) const {
    return second == other.second && generation == other.generation &&
           containers.identity() == other.containers.identity();
  }
  uint64_t hash() const {
    return HashCombine(HashCombine(static_cast<uint64_t>(second), static_cast<uint64_t>(generation)),
                       reinterpret_cast<uintptr_t>(containers.identity()));
  }
};

Value RunningState(const Value& since) {
  return ObjectBuilder(1).Add(kRunning, ObjectBuilder(1).Add(kStartedAt, since).Build()).Build();
}

Value CompletedState(const Value& since, const Value& until) {
  static const Value kCompleted("Completed");
  Value terminated = ObjectBuilder(4)
                         .Add(kExitCode, 0)
                         .Add(kFinishedAt, until)
                         .Add(kReason, kCompleted)
                         .Add(kStartedAt, since)
                         .Build();
  return ObjectBuilder(1).Add(kTerminated, std::move(terminated)).Build();
}

// Init containers have run; those that restart always are sidecars and run on.
Value InitStatuses(const Value& containers, const Value& stamp, bool up) {
  Value statuses = Value::EmptyArray();
  for (const Value& container : containers.elements()) {
    const bool sidecar = up && container[kRestartPolicy] == "Always";
    const Value one = ArrayBuilder().Add(container).Build();
    const Value state = sidecar ? RunningState(stamp) : CompletedState(stamp, stamp);
    statuses = statuses.Append(ContainerStatuses(one, state, true, sidecar)[0]);
  }
  return statuses;
}

}  // namespace

PodStatusMaker::PodStatusMaker(std::string_view node) {
  host_ip_ = Address(172, 16U << 16 | NodeNumber(node));
  host_ips_ = AddressList(host_ip_);
}

const Value& PodStatusMaker::Stamp(Time now) {
  static Recent<Start, Value, 16> stamps;
  if (now.seconds() != stamp_second_) {
    stamp_second_ = now.seconds();
    stamp_ = stamps.Get({now.seconds(), 0, Value()}, [now] { return Value(FormatTime(now)); });
  }
  return stamp_;
}

// The conditions of a pod that was bound in this very second, and has none from others, are those of any such pod.
Value PodStatusMaker::StartConditions(const Object& pod, Time now) {
  static Recent<Start, Value, 64> known;
  const Value& old = pod.status()[names::kConditions];
  const bool plain = old.size() == 1 && old[0][names::kType] == "PodScheduled" && old[0][names::kStatus] == "True" &&
                     old[0][kLastTransitionTime] == Stamp(now) && pod.spec()[kReadinessGates].empty();
  if (!plain) return Conditions(pod, true, now);
  return known.Get({now.seconds(), pod.generation(), Value()}, [&] { return Conditions(pod, true, now); });
}

Value PodStatusMaker::Conditions(const Object& pod, bool up, Time now) {
  const Value& status = pod.status();
  const bool gates_open = !up || GatesOpen(pod);
  ArrayBuilder conditions;
  for (const Value& condition : status[names::kConditions].elements()) {
    if (!IsOwn(condition)) conditions.Add(condition);
  }
  for (size_t i = 0; i < kTypes.size(); ++i) {
    const bool about_containers = i == kReadyAt || i == kReadyAt + 1;
    const bool is_true = about_containers ? up && (i != kReadyAt || gates_open) : i != 0 || up;
    const std::string_view reason = is_true || i == 0     ? ""
                                    : i == kReadyAt && up ? "ReadinessGatesNotReady"
                                                          : "PodCompleted";
    const Value& old = FindCondition(status, kTypes[i].AsString());
    const bool same = old[names::kStatus] == (is_true ? "True" : "False") && !old[kLastTransitionTime].is_null();
    conditions.Add(
        MakeCondition(kTypes[i], is_true, same ? old[kLastTransitionTime] : Stamp(now), pod.generation(), reason));
  }
  return conditions.Build();
}

Value PodStatusMaker::Running(const Object& pod, Time now) {
  static const Value kPhaseRunning("Running");
  static Recent<Start, Value, 256> known;
  const Value& old = pod.status();
  const Value& spec = pod.spec();
  const Value stamp = Stamp(now);
  const bool host_network = spec[kHostNetwork].AsBool();
  const String ip = host_network ? host_ip_ : PodAddress(pod.uid());

  const Value& containers = known.Get({now.seconds(), 0, spec[kContainers]}, [&] {
    return ContainerStatuses(spec[kContainers], RunningState(stamp), true, true);
  });
  const Value& init = spec[kInitContainers];
  return WithFields(
      old, {
               {names::kConditions, StartConditions(pod, now)},
               {kContainerStatuses, containers},
               {kHostIp, host_ip_},
               {kHostIps, host_ips_},
               {kInitContainerStatuses, init.empty() ? old[kInitContainerStatuses] : InitStatuses(init, stamp, true)},
               {kObservedGeneration, GenerationOf(pod)},
               {names::kPhase, kPhaseRunning},
               {kPodIp, ip},
               {kPodIps, host_network ? host_ips_ : AddressList(ip)},
               {kStartTime, old[kStartTime].is_null() ? stamp : old[kStartTime]},
           });
}

Value PodStatusMaker::Stopped(const Object& pod, Time now) {
  const Value& old = pod.status();
  if (!(old[names::kPhase] == "Running")) {
    return WithFields(old, {{names::kConditions, Conditions(pod, false, now)},
                            {kObservedGeneration, GenerationOf(pod)},
                            {names::kPhase, "Failed"}});
  }
  const Value stamp = Stamp(now);
  const Value& since = old[kContainerStatuses][0][kState][kRunning][kStartedAt];
  const Value state = CompletedState(since.is_null() ? stamp : since, stamp);
  const Value& init = pod.spec()[kInitContainers];
  return WithFields(
      old, {
               {names::kConditions, Conditions(pod, false, now)},
               {kContainerStatuses, ContainerStatuses(pod.spec()[kContainers], state, false, false)},
               {kInitContainerStatuses, init.empty() ? old[kInitContainerStatuses] : InitStatuses(init, stamp, false)},
               {kObservedGeneration, GenerationOf(pod)},
               {names::kPhase, "Succeeded"},
           });
}

Value PodStatusMaker::Gated(const Object& pod, Time now) {
  const Value& status = pod.status();
  Value next = Conditions(pod, true, now);
  return next == status[names::kConditions] ? status : status.Set(names::kConditions, std::move(next));
}

}  // namespace wavetank::sim::cluster
