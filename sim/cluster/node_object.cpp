#include "sim/cluster/node_object.h"

#include <array>
#include <string>

#include "runtime/api/metadata.h"
#include "sim/cluster/recent.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

const Name kAllocatable("allocatable");
const Name kCapacity("capacity");
const Name kDaemonEndpoints("daemonEndpoints");
const Name kLastHeartbeatTime("lastHeartbeatTime");
const Name kNodeInfo("nodeInfo");

Value MakeCapacity(int pods) {
  return ObjectBuilder(4)
      .Add("cpu", "8")
      .Add("ephemeral-storage", "100Gi")
      .Add("memory", "32Gi")
      .Add("pods", std::to_string(pods))
      .Build();
}

Value MakeNodeInfo() {
  return ObjectBuilder(10)
      .Add("architecture", "amd64")
      .Add("bootID", "")
      .Add("containerRuntimeVersion", "containerd://2.1.0")
      .Add("kernelVersion", "6.1.0")
      .Add("kubeProxyVersion", "")
      .Add("kubeletVersion", "v1.36.3")
      .Add("machineID", "")
      .Add("operatingSystem", "linux")
      .Add("osImage", "Wavetank")
      .Add("systemUUID", "")
      .Build();
}

struct ConditionText {
  std::string_view type;
  std::string_view status;
  std::string_view reason;
  std::string_view message;
};
constexpr std::array<ConditionText, 4> kConditionTexts{{
    {"MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
    {"DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
    {"PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
    {"Ready", "True", "KubeletReady", "kubelet is posting ready status"},
}};

Value Conditions(const Value& stamp) {
  ArrayBuilder conditions;
  for (const ConditionText& text : kConditionTexts) {
    conditions.Add(ObjectBuilder(6)
                       .Add(kLastHeartbeatTime, stamp)
                       .Add(kLastTransitionTime, stamp)
                       .Add(kMessage, text.message)
                       .Add(kReason, text.reason)
                       .Add(names::kStatus, text.status)
                       .Add(names::kType, text.type)
                       .Build());
  }
  return conditions.Build();
}

Value AddressEntry(std::string_view type, const Value& address) {
  return ObjectBuilder(2).Add("address", address).Add(names::kType, type).Build();
}

}  // namespace

Value UpdatedNodeStatus(const Object& node, const String& address, int pods, Time now) {
  static const Value kUsual = MakeCapacity(110);
  static const Value kInfo = MakeNodeInfo();
  static const Value kEndpoints =
      ObjectBuilder(1).Add("kubeletEndpoint", ObjectBuilder(1).Add("Port", 10250).Build()).Build();
  const Value& old = node.status();
  if (IsConditionTrue(old, "Ready") && old.Has(kAllocatable)) return old;
  const Value capacity = pods == 110 ? kUsual : MakeCapacity(pods);
  ObjectBuilder status(8);
  for (const Field& field : old.fields()) status.Add(field.key, field.value);
  return status
      .Add(kAddresses,
           ArrayBuilder().Add(AddressEntry("InternalIP", address)).Add(AddressEntry("Hostname", node.name())).Build())
      .Add(kAllocatable, capacity)
      .Add(kCapacity, capacity)
      .Add(names::kConditions, Conditions(FormatTime(now)))
      .Add(kDaemonEndpoints, kEndpoints)
      .Add(kNodeInfo, kInfo)
      .Build();
}

namespace {

Object NewNode(const String& name, const String& address, int pods, Time now) {
  static const Value kLinux("linux");
  static const Value kAmd64("amd64");
  const Value name_value(name);
  Value labels = ObjectBuilder(3)
                     .Add("kubernetes.io/arch", kAmd64)
                     .Add("kubernetes.io/hostname", name_value)
                     .Add("kubernetes.io/os", kLinux)
                     .Build();
  const Object bare(
      ObjectBuilder(4)
          .Add(names::kApiVersion, "v1")
          .Add(names::kKind, kNode.kind)
          .Add(names::kMetadata,
               ObjectBuilder(2).Add(names::kLabels, std::move(labels)).Add(names::kName, name_value).Build())
          .Build());
  return bare.With(bare.value().Set(names::kStatus, UpdatedNodeStatus(bare, address, pods, now)));
}

}  // namespace

Object MakeNode(const String& name, const String& address, int pods, Time now) {
  struct Key {
    String name;
    int64_t second;
    int pods;
    bool operator==(const Key&) const = default;
    uint64_t hash() const { return HashCombine(name.hash(), static_cast<uint64_t>(second)); }
  };
  static Recent<Key, Object, 256> known;
  return known.Get({name, now.seconds(), pods}, [&] { return NewNode(name, address, pods, now); });
}

}  // namespace wavetank::sim::cluster
