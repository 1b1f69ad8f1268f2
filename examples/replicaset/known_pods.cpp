#include "examples/replicaset/known_pods.h"

#include <algorithm>
#include <utility>

#include "examples/replicaset/pods.h"
#include "runtime/api/metadata.h"

namespace wavetank::examples {
namespace {

const Name kTemplate("template");

bool HasAll(const Value& labels, const Value& wanted) {
  return std::ranges::all_of(wanted.fields(),
                             [&](const Field& label) { return labels[label.key.view()] == label.value; });
}

KnownPod Ask(const Object& pod, const Object& set, const LabelSelector& selector) {
  return {.pod = pod,
          .active = IsActive(pod),
          .terminating = IsTerminating(pod),
          .ready = IsReady(pod),
          .ours = ControllerOf(pod)[names::kUid] == set.uid(),
          .matches = selector.Matches(pod.labels()),
          .labelled = HasAll(pod.labels(), set.spec()[kTemplate][names::kMetadata][names::kLabels])};
}

// Objects of the cache, which does not change meanwhile.
std::vector<const Object*> OwnedOrOrphan(const Store& cache, const Object& set) {
  static const String kNobody(kOrphans);
  std::vector<const Object*> found;
  found.reserve(cache.CountIndexed(kPodsByController, set.uid()));
  const auto take = [&found](const Object& pod) { found.push_back(&pod); };
  cache.ForEachIndexed(kPodsByController, set.uid(), set.ns().view(), take);
  const auto owned = static_cast<std::ptrdiff_t>(found.size());
  cache.ForEachIndexed(kPodsByController, kNobody, set.ns().view(), take);
  if (found.size() == static_cast<size_t>(owned)) return found;
  // Both come in order.
  std::ranges::inplace_merge(found, found.begin() + owned,
                             [](const Object* a, const Object* b) { return a->key() < b->key(); });
  return found;
}

}  // namespace

void KnownPods::Update(const Store& cache, const Object& set, const LabelSelector& selector) {
  if (!(uid_ == set.uid()) || !(spec_ == set.spec())) pods_.clear();
  uid_ = set.uid();
  spec_ = set.spec();
  const std::vector<const Object*> found = OwnedOrOrphan(cache, set);
  std::vector<KnownPod> now;
  now.reserve(found.size());
  auto before = pods_.begin();
  for (const Object* pod : found) {
    const auto same = [&] { return before != pods_.end() && before->pod.SameAs(*pod); };
    while (!same() && before != pods_.end() && before->pod.key() < pod->key()) ++before;
    if (same()) {
      now.push_back(std::move(*before++));
      now.back().claimed = false;
    } else {
      WT_CHECK(now.empty() || now.back().pod.key() < pod->key(), "a cache iterates in the order of keys");
      now.push_back(Ask(*pod, set, selector));
    }
  }
  pods_ = std::move(now);
}

PodCounts KnownPods::Count(int64_t min_ready_seconds, Time now) const {
  PodCounts counts;
  for (const KnownPod& known : pods_) {
    if (!known.claimed) continue;
    counts.terminating += known.terminating ? 1 : 0;
    if (!known.active) continue;
    ++counts.active;
    counts.labelled += known.labelled ? 1 : 0;
    if (!known.ready) continue;
    ++counts.ready;
    counts.available += min_ready_seconds <= 0 || IsAvailable(known.pod, min_ready_seconds, now) ? 1 : 0;
  }
  return counts;
}

std::vector<Object> KnownPods::Active() const {
  std::vector<Object> active;
  for (const KnownPod& known : pods_) {
    if (known.claimed && known.active) active.push_back(known.pod);
  }
  return active;
}

}  // namespace wavetank::examples
