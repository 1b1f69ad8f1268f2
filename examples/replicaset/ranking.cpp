#include "examples/replicaset/ranking.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "examples/replicaset/pods.h"
#include "runtime/api/metadata.h"

namespace wavetank::examples {
namespace {

const Name kContainerStatuses("containerStatuses");
const Name kInitContainers("initContainers");
const Name kInitContainerStatuses("initContainerStatuses");
const Name kRestartCount("restartCount");
const Name kRestartPolicy("restartPolicy");

std::string_view NodeOf(const Object& pod) { return pod.spec()[names::kNodeName].AsString(); }

int PhaseOrder(const Object& pod) {
  const std::string_view phase = pod.status()[names::kPhase].AsString();
  if (phase == "Unknown") return 1;
  return phase == "Running" ? 2 : 0;
}

// The exponent of an age in nanoseconds; -1 for the future (RS-084).
int AgeBucket(Time since, Time now) {
  const int64_t age = (now - since).count();
  return age <= 0 ? -1 : std::bit_width(static_cast<uint64_t>(age)) - 1;
}

// Negative: a first, positive: b first, zero: cannot say.
int MissingOrLater(std::optional<Time> a, std::optional<Time> b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() ? 1 : -1;
  return *a > *b ? -1 : 1;
}

// Steps 6 and 8. REQUIRES: the times differ.
int CompareTimes(std::optional<Time> a, std::optional<Time> b, const RankedPod& left, const RankedPod& right,
                 const RankingOptions& options) {
  if (!options.logarithmic_scale_down || !a.has_value() || !b.has_value()) return MissingOrLater(a, b);
  const int difference = AgeBucket(*a, options.now) - AgeBucket(*b, options.now);
  if (difference != 0) return difference;
  return left.pod.uid() < right.pod.uid() ? -1 : 1;
}

struct Restarts {
  int64_t containers = 0;
  int64_t sidecars = 0;
};

bool IsSidecar(const Object& pod, const Value& name) {
  for (const Value& container : pod.spec()[kInitContainers].elements()) {
    if (container[names::kName] == name) return container[kRestartPolicy] == "Always";
  }
  return false;
}

Restarts RestartsOf(const Object& pod) {
  Restarts most;
  for (const Value& status : pod.status()[kContainerStatuses].elements()) {
    most.containers = std::max(most.containers, status[kRestartCount].AsInt());
  }
  for (const Value& status : pod.status()[kInitContainerStatuses].elements()) {
    if (IsSidecar(pod, status[names::kName])) most.sidecars = std::max(most.sidecars, status[kRestartCount].AsInt());
  }
  return most;
}

std::optional<Time> CreatedAt(const Object& pod) {
  return ParseTime(pod.metadata()[names::kCreationTimestamp].AsString());
}

// Steps 1 to 5.
int CompareStates(const RankedPod& a, const RankedPod& b, const RankingOptions& options) {
  const std::string_view node_a = NodeOf(a.pod);
  const std::string_view node_b = NodeOf(b.pod);
  if (node_a.empty() != node_b.empty()) return node_a.empty() ? -1 : 1;
  if (int difference = PhaseOrder(a.pod) - PhaseOrder(b.pod); difference != 0) return difference;
  if (const bool ready = IsReady(a.pod); ready != IsReady(b.pod)) return ready ? 1 : -1;
  if (options.deletion_cost) {
    const int32_t cost_a = DeletionCost(a.pod);
    const int32_t cost_b = DeletionCost(b.pod);
    if (cost_a != cost_b) return cost_a < cost_b ? -1 : 1;
  }
  if (a.rank != b.rank) return a.rank > b.rank ? -1 : 1;
  return 0;
}

// Steps 6 to 8.
int CompareHistories(const RankedPod& a, const RankedPod& b, const RankingOptions& options) {
  if (IsReady(a.pod) && IsReady(b.pod)) {
    const std::optional<Time> ready_a = ReadySince(a.pod);
    const std::optional<Time> ready_b = ReadySince(b.pod);
    if (ready_a != ready_b) return CompareTimes(ready_a, ready_b, a, b, options);
  }
  const Restarts restarts_a = RestartsOf(a.pod);
  const Restarts restarts_b = RestartsOf(b.pod);
  if (restarts_a.containers != restarts_b.containers) return restarts_a.containers > restarts_b.containers ? -1 : 1;
  if (restarts_a.sidecars != restarts_b.sidecars) return restarts_a.sidecars > restarts_b.sidecars ? -1 : 1;
  const std::optional<Time> created_a = CreatedAt(a.pod);
  const std::optional<Time> created_b = CreatedAt(b.pod);
  if (created_a != created_b) return CompareTimes(created_a, created_b, a, b, options);
  return 0;
}

}  // namespace

int32_t DeletionCost(const Object& pod) {
  const std::string_view text = Annotation(pod, "controller.kubernetes.io/pod-deletion-cost");
  int32_t cost = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cost);
  return error == std::errc() && end == text.data() + text.size() ? cost : 0;
}

bool DiesBefore(const RankedPod& a, const RankedPod& b, const RankingOptions& options) {
  if (int order = CompareStates(a, b, options); order != 0) return order < 0;
  if (int order = CompareHistories(a, b, options); order != 0) return order < 0;
  return a.pod.key() < b.pod.key();
}

std::vector<RankedPod> InOrderOfDeath(std::vector<RankedPod> pods, const RankingOptions& options) {
  // Bottom-up merge. The start does not depend on the order of arrival.
  std::ranges::sort(pods, [](const RankedPod& a, const RankedPod& b) { return a.pod.key() < b.pod.key(); });
  std::vector<RankedPod> merged;
  merged.reserve(pods.size());
  for (size_t width = 1; width < pods.size(); width *= 2) {
    merged.clear();
    for (size_t start = 0; start < pods.size(); start += 2 * width) {
      const size_t middle = std::min(start + width, pods.size());
      const size_t end = std::min(start + 2 * width, pods.size());
      size_t left = start;
      size_t right = middle;
      while (left < middle && right < end) {
        const bool take_right = DiesBefore(pods[right], pods[left], options);
        merged.push_back(std::move(pods[take_right ? right++ : left++]));
      }
      while (left < middle) merged.push_back(std::move(pods[left++]));
      while (right < end) merged.push_back(std::move(pods[right++]));
    }
    pods.swap(merged);
  }
  return pods;
}

std::vector<RankedPod> RankByRelatedPods(std::span<const Object> pods, std::span<const Object> related) {
  std::map<std::string_view, int64_t> on_node;
  for (const Object& pod : related) {
    if (IsActive(pod)) ++on_node[NodeOf(pod)];
  }
  std::vector<RankedPod> ranked;
  ranked.reserve(pods.size());
  for (const Object& pod : pods) {
    const auto found = on_node.find(NodeOf(pod));
    ranked.push_back({pod, found == on_node.end() ? 0 : found->second});
  }
  return ranked;
}

std::vector<Object> ChooseVictims(std::vector<Object> pods, std::span<const Object> related, size_t count,
                                  const RankingOptions& options) {
  if (count >= pods.size()) return pods;
  std::vector<RankedPod> ordered = InOrderOfDeath(RankByRelatedPods(pods, related), options);
  std::vector<Object> victims;
  victims.reserve(count);
  for (size_t i = 0; i < count; ++i) victims.push_back(std::move(ordered[i].pod));
  return victims;
}

}  // namespace wavetank::examples
