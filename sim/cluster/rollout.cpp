#include "sim/cluster/rollout.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

const Name kStrategy("strategy");
const Name kRollingUpdate("rollingUpdate");
const Name kMaxSurge("maxSurge");
const Name kMaxUnavailableName("maxUnavailable");
constexpr std::string_view kDesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
constexpr std::string_view kMaxAnnotation = "deployment.kubernetes.io/max-replicas";
constexpr std::string_view kHistoryAnnotation = "deployment.kubernetes.io/revision-history";
constexpr size_t kHistoryLength = 2000;

// What a set does not take over from its Deployment.
constexpr std::array<std::string_view, 6> kOwnAnnotations{"kubectl.kubernetes.io/last-applied-configuration",
                                                          kRevisionAnnotation,
                                                          kHistoryAnnotation,
                                                          kDesiredAnnotation,
                                                          kMaxAnnotation,
                                                          kRollbackAnnotation};
bool IsOwn(const Field& annotation) {
  return std::ranges::find(kOwnAnnotations, annotation.key.view()) != kOwnAnnotations.end();
}

std::optional<int64_t> ToNumber(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 18) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return negative ? -number : number;
}

// A count, or a percentage of `total`, rounded up or down.
int64_t Scaled(const Value& value, int64_t total, bool up) {
  if (value.is_int()) return value.AsInt();
  std::string_view text = value.AsString();
  if (!text.ends_with('%')) return 0;
  const int64_t percent = ToNumber(text.substr(0, text.size() - 1)).value_or(0);
  return (percent * total + (up ? 99 : 0)) / 100;
}

auto ByCreation(const Object& set) {
  return std::make_tuple(set.metadata()[names::kCreationTimestamp].AsString(), set.name().view());
}

Value WithoutHash(const Value& pod_template) {
  const Value& labels = pod_template[names::kMetadata][names::kLabels];
  Value rest = labels.Without(kHashLabel);
  return pod_template.Set(names::kMetadata, pod_template[names::kMetadata].Set(
                                                names::kLabels, rest.empty() ? Value::EmptyObject() : std::move(rest)));
}

std::vector<std::string_view> SplitCommas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// The old revisions of a set that comes back, the oldest dropped when they grow too long.
std::string History(std::string_view history, std::string_view old) {
  if (history.empty()) return std::string(old);
  std::vector<std::string_view> parts = SplitCommas(history);
  size_t length = history.size() + old.size() + 1;
  size_t start = 0;
  for (; length > kHistoryLength && start < parts.size(); ++start) length -= parts[start].size() + 1;
  if (length > kHistoryLength) return std::string(history);
  std::string text;
  for (size_t i = start; i < parts.size(); ++i) text.append(parts[i]).append(",");
  return text.append(old);
}

Value WithAnnotations(const Value& set, Value annotations) {
  return set.SetIn({names::kMetadata, names::kAnnotations}, std::move(annotations));
}

}  // namespace

int64_t Desired(const Object& object) { return object.spec()[names::kReplicas].AsInt(1); }
int64_t StatusCount(const Object& set, Name field) { return set.status()[field].AsInt(); }

int64_t DesiredOf(const std::vector<Object>& sets) {
  int64_t sum = 0;
  for (const Object& set : sets) sum += set ? Desired(set) : 0;
  return sum;
}

int64_t StatusCountOf(const std::vector<Object>& sets, Name field) {
  int64_t sum = 0;
  for (const Object& set : sets) sum += set ? StatusCount(set, field) : 0;
  return sum;
}

std::vector<Object> ActiveOf(const std::vector<Object>& sets) {
  std::vector<Object> active;
  std::ranges::copy_if(sets, std::back_inserter(active), IsActive);
  return active;
}

bool IsRolling(const Object& deployment) { return deployment.spec()[kStrategy][names::kType] == "RollingUpdate"; }

Fenceposts FencepostsOf(const Object& deployment) {
  if (!IsRolling(deployment)) return {};
  const Value& rolling = deployment.spec()[kStrategy][kRollingUpdate];
  const int64_t total = Desired(deployment);
  Fenceposts posts{Scaled(rolling[kMaxSurge], total, true), Scaled(rolling[kMaxUnavailableName], total, false)};
  if (posts.surge == 0 && posts.unavailable == 0) posts.unavailable = 1;
  return posts;
}

int64_t MaxUnavailable(const Object& deployment) {
  if (!IsRolling(deployment) || Desired(deployment) == 0) return 0;
  return std::min(FencepostsOf(deployment).unavailable, Desired(deployment));
}

int64_t MaxTotal(const Object& deployment) { return Desired(deployment) + FencepostsOf(deployment).surge; }

int64_t NewSetSize(const Object& deployment, const std::vector<Object>& sets, const Object& new_set) {
  if (!IsRolling(deployment)) return Desired(deployment);
  const int64_t now = DesiredOf(sets);
  const int64_t most = MaxTotal(deployment);
  if (now >= most) return Desired(new_set);
  return Desired(new_set) + std::min(most - now, Desired(deployment) - Desired(new_set));
}

int64_t Proportion(const Object& set, const Object& deployment, int64_t to_add, int64_t added) {
  const int64_t size = Desired(set);
  if (size == 0 || to_add == 0 || to_add == added) return 0;
  int64_t share = -size;
  if (Desired(deployment) != 0) {
    int64_t before = NumberAnnotation(set, kMaxAnnotation).value_or(0);
    if (before == 0) before = deployment.status()[names::kReplicas].AsInt();
    share = before == 0 ? 0 : (2 * size * MaxTotal(deployment) + before) / (2 * before) - size;
  }
  const int64_t allowed = to_add - added;
  return to_add > 0 ? std::min(share, allowed) : std::max(share, allowed);
}

bool IsSaturated(const Object& deployment, const Object& new_set) {
  if (!new_set) return false;
  const int64_t wanted = Desired(deployment);
  return Desired(new_set) == wanted && DesiredAnnotation(new_set) == wanted &&
         StatusCount(new_set, kAvailableReplicas) == wanted;
}

bool SameTemplate(const Value& a, const Value& b) { return WithoutHash(a) == WithoutHash(b); }

std::string TemplateHash(const Value& pod_template, int64_t collisions) {
  static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  const uint64_t hash = HashCombine(WithoutHash(pod_template).hash(), static_cast<uint64_t>(collisions));
  std::string text = std::to_string(static_cast<uint32_t>(hash ^ (hash >> 32)));
  for (char& c : text) c = kLetters[static_cast<size_t>(c) % kLetters.size()];
  return text;
}

void SortByCreation(std::vector<Object>& sets) { std::ranges::sort(sets, {}, ByCreation); }

void SortBySize(std::vector<Object>& sets, bool newer_first) {
  std::ranges::sort(sets, [newer_first](const Object& a, const Object& b) {
    if (Desired(a) != Desired(b)) return Desired(a) > Desired(b);
    return newer_first ? ByCreation(b) < ByCreation(a) : ByCreation(a) < ByCreation(b);
  });
}

void SortByRevision(std::vector<Object>& sets) {
  std::ranges::sort(sets, [](const Object& a, const Object& b) {
    const int64_t x = RevisionOf(a).value_or(0);
    const int64_t y = RevisionOf(b).value_or(0);
    return x != y ? x < y : ByCreation(a) < ByCreation(b);
  });
}

std::optional<int64_t> NumberAnnotation(const Object& object, std::string_view name) {
  return ToNumber(object.annotations()[name].AsString());
}

std::optional<int64_t> DesiredAnnotation(const Object& set) { return NumberAnnotation(set, kDesiredAnnotation); }

int64_t MaxRevision(const std::vector<Object>& sets) {
  int64_t most = 0;
  for (const Object& set : sets) most = std::max(most, RevisionOf(set).value_or(0));
  return most;
}

int64_t LastRevision(const std::vector<Object>& sets) {
  int64_t most = 0;
  int64_t last = 0;
  for (const Object& set : sets) {
    const int64_t revision = RevisionOf(set).value_or(0);
    if (revision >= most) {
      last = std::exchange(most, revision);
    } else {
      last = std::max(last, revision);
    }
  }
  return last;
}

Value RolledBack(const Object& deployment, const Object& set) {
  Value annotations = Value::EmptyObject();
  for (const Field& field : deployment.annotations().fields()) {
    if (IsOwn(field)) annotations = annotations.Set(field.key, field.value);
  }
  for (const Field& field : set.annotations().fields()) {
    if (!IsOwn(field)) annotations = annotations.Set(field.key, field.value);
  }
  const Value value = deployment.value().SetIn({names::kMetadata, names::kAnnotations}, std::move(annotations));
  return value.SetIn({names::kSpec, kTemplate}, WithoutHash(set.spec()[kTemplate]));
}

Value WithSizeAnnotations(const Value& set, const Object& deployment) {
  const Value& old = set[names::kMetadata][names::kAnnotations];
  Value annotations = old.Set(kDesiredAnnotation, std::to_string(Desired(deployment)));
  annotations = annotations.Set(kMaxAnnotation, std::to_string(MaxTotal(deployment)));
  return annotations == old ? set : WithAnnotations(set, std::move(annotations));
}

Value WithRolloutAnnotations(const Value& set, const Object& deployment, int64_t revision, bool exists) {
  const Value& old = set[names::kMetadata][names::kAnnotations];
  Value annotations = old;
  for (const Field& field : deployment.annotations().fields()) {
    if (!IsOwn(field)) annotations = annotations.Set(field.key, field.value);
  }
  // A revision only grows: older sets may have been cleaned up meanwhile.
  const std::string_view said = old[kRevisionAnnotation].AsString();
  const std::optional<int64_t> had = said.empty() ? std::optional<int64_t>(0) : ToNumber(said);
  if (!had.has_value() && exists) return set;  // somebody else's: left alone altogether
  if (had.has_value() && *had < revision) {
    annotations = annotations.Set(kRevisionAnnotation, std::to_string(revision));
    if (!said.empty()) {
      annotations = annotations.Set(kHistoryAnnotation, History(annotations[kHistoryAnnotation].AsString(), said));
    }
  }
  Value result = annotations == old ? set : WithAnnotations(set, std::move(annotations));
  return exists ? result : WithSizeAnnotations(result, deployment);
}

}  // namespace wavetank::sim::cluster
