// Eviction: a deletion that asks the pod's disruption budget first (API-686).
#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/api/selectors.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/delete_options.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr size_t kMaxDisruptedPods = 2000;
constexpr int kRetryAfterSeconds = 10;
constexpr std::string_view kRefusal = "Cannot evict pod as it would violate the pod's disruption budget.";

const Name kDeleteOptions("deleteOptions");
const Name kDisruptedPods("disruptedPods");
const Name kDisruptionsAllowed("disruptionsAllowed");
const Name kCurrentHealthy("currentHealthy");
const Name kDesiredHealthy("desiredHealthy");
const Name kUnhealthyPodEvictionPolicy("unhealthyPodEvictionPolicy");

// The conditions with one of that type set; its time moves only when the status does.
Value WithCondition(const Value& conditions, const Value& condition) {
  std::vector<Value> list(conditions.elements().begin(), conditions.elements().end());
  for (Value& old : list) {
    if (!(old[names::kType] == condition[names::kType])) continue;
    const bool same = old[names::kStatus] == condition[names::kStatus];
    old = same ? condition.Set(words::kLastTransitionTime, old[words::kLastTransitionTime]) : condition;
    return Value::Array(std::move(list));
  }
  list.push_back(condition);
  return Value::Array(std::move(list));
}

Status BudgetRefusal(std::string message, int retry_after_seconds = 0) {
  return WithCause(TooManyRequestsError(std::string(kRefusal), retry_after_seconds),
                   {.reason = "DisruptionBudget", .message = std::move(message), .field = ""});
}

bool Ready(const Object& pod) {
  const std::span<const Value> conditions = pod.status()[names::kConditions].elements();
  return std::ranges::any_of(conditions,
                             [](const Value& c) { return c[names::kType] == "Ready" && c[names::kStatus] == "True"; });
}

class Eviction {
 public:
  Eviction(Exchange& exchange, Object pod) : exchange_(exchange), pod_(std::move(pod)) {}

  // Whether the budgets let the pod go; a budget that does has one disruption less afterwards.
  Status AskBudgets(bool dry_run) {
    const Served* served =
        exchange_.state.served->Find(exchange_.state.kinds, Gvr("policy", "v1", "poddisruptionbudgets"));
    if (served == nullptr || pod_.labels().empty()) return {};
    WT_ASSIGN(const std::vector<Object> budgets, BudgetsOf(*served));
    if (budgets.empty()) return {};
    if (budgets.size() > 1) {
      return RawError(
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
    }
    const Object& budget = budgets[0];
    const Value& status = budget.status();
    if (!Ready(pod_)) {
      if (budget.spec()[kUnhealthyPodEvictionPolicy] == "AlwaysAllow") return {};
      const int64_t desired = status[kDesiredHealthy].AsInt();
      if (status[kCurrentHealthy].AsInt() >= desired && desired > 0) return {};
    }
    WT_RETURN_IF_ERROR(CheckBudget(budget));
    if (!dry_run) Decrement(*served, budget);
    return {};
  }

  // The condition that tells why, then the deletion.
  Outcome Delete(const DeleteOptions& options) {
    const bool dry_run = exchange_.request.dry_run || options.dry_run;
    DeleteOptions after = options;
    if (!dry_run) {
      WT_CHECK(!exchange_.request.dry_run, "a dry run changes nothing");
      if (Status conflict = CheckPreconditions(exchange_, options, pod_); !conflict.ok()) return Fail(conflict);
      AppendCondition();
      if (after.resource_version.has_value()) {
        after.resource_version = pod_.metadata()[names::kResourceVersion].ToSharedString();
      }
    }
    exchange_.request.dry_run = dry_run;
    std::vector<String> warnings = exchange_.warnings;
    Outcome deleted = DeleteObject(exchange_, after, pod_);
    const ApiResponse* response = std::get_if<ApiResponse>(&deleted);
    if (response != nullptr && !response->ok()) return deleted;
    exchange_.warnings = std::move(warnings);  // those of the body
    static const Value kSuccess = ToStatusDocument(Status()).Set(std::string_view("code"), Value(201));
    return ReplyDocument(exchange_, 201, kSuccess);
  }

 private:
  Result<std::vector<Object>> BudgetsOf(const Served& served) const {
    std::vector<Object> found;
    Status bad;
    const KeyView from(pod_.ns().view(), "");
    exchange_.state.store.tables().Of(*served.resource).ForEach(&from, [&](const Object& budget) {
      if (!(budget.ns() == pod_.ns())) return false;
      const Result<LabelSelector> selector = LabelSelector::FromValue(budget.spec()[words::kSelector]);
      if (selector.ok() && selector->Matches(pod_.labels())) found.push_back(budget);
      return true;
    });
    return found;
  }

  static Status CheckBudget(const Object& budget) {
    const std::string name = budget.name().str();
    const Value& status = budget.status();
    const int64_t allowed = status[kDisruptionsAllowed].AsInt();
    const ErrorSubject subject("policy", "poddisruptionbudget", name);
    if (status["observedGeneration"].AsInt() < budget.generation()) {
      return BudgetRefusal("The disruption budget " + name + " is still being processed by the server.",
                           kRetryAfterSeconds);
    }
    if (allowed < 0) return ForbiddenError(subject, "pdb disruptions allowed is negative");
    if (status[kDisruptedPods].size() > kMaxDisruptedPods) {
      return ForbiddenError(subject, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    if (allowed > 0) return {};
    for (const Value& condition : status[names::kConditions].elements()) {
      if (!(condition[names::kType] == "DisruptionAllowed") || !(condition[words::kReason] == "SyncFailed")) continue;
      return BudgetRefusal("The disruption budget " + name +
                           " does not allow evicting pods currently because it failed sync: " +
                           std::string(condition[words::kMessage].AsString()));
    }
    return BudgetRefusal("The disruption budget " + name + " needs " + std::to_string(status[kDesiredHealthy].AsInt()) +
                         " healthy pods and has " + std::to_string(status[kCurrentHealthy].AsInt()) + " currently");
  }

  void Decrement(const Served& served, const Object& budget) {
    const Value now = TimeText(exchange_.info.now);
    const int64_t allowed = budget.status()[kDisruptionsAllowed].AsInt() - 1;
    const Value& pods = budget.status()[kDisruptedPods];
    Value status = WithFields(budget.status(),
                              {{kDisruptedPods, pods.Set(pod_.name(), now)}, {kDisruptionsAllowed, Value(allowed)}});
    if (allowed == 0) {
      const Value condition = ObjectBuilder(6)
                                  .Add(words::kLastTransitionTime, now)
                                  .Add(words::kMessage, "")
                                  .Add("observedGeneration", status["observedGeneration"])
                                  .Add(words::kReason, "InsufficientPods")
                                  .Add(names::kStatus, "False")
                                  .Add(names::kType, "DisruptionAllowed")
                                  .Build();
      status = status.Set(names::kConditions, WithCondition(status[names::kConditions], condition));
    }
    const Object next =
        WithRevision(budget.With(budget.value().Set(names::kStatus, std::move(status))), exchange_.state.store.next());
    exchange_.state.store.Replace(*served.resource, next, budget);
  }

  void AppendCondition() {
    const Value condition = ObjectBuilder(6)
                                .Add(words::kLastProbeTime, Value())
                                .Add(words::kLastTransitionTime, TimeText(exchange_.info.now))
                                .Add(words::kMessage, "Eviction API: evicting")
                                .Add(words::kReason, "EvictionByEvictionAPI")
                                .Add(names::kStatus, "True")
                                .Add(names::kType, "DisruptionTarget")
                                .Build();
    const Value status =
        pod_.status().Set(names::kConditions, WithCondition(pod_.status()[names::kConditions], condition));
    const Object changed = pod_.With(WithFields(pod_.value(), {{names::kStatus, status}}));
    if (changed.value() == pod_.value()) return;
    const Object next = WithRevision(changed, exchange_.state.store.next());
    exchange_.state.store.Replace(exchange_.resource(), next, pod_);
    pod_ = next;
  }

  Exchange& exchange_;
  Object pod_;
};

// A pod that is done, on its way out or not running yet disrupts nobody.
bool IgnoresBudgets(const Object& pod) {
  const std::string_view phase = pod.status()[names::kPhase].AsString();
  return phase == "Succeeded" || phase == "Failed" || phase == "Pending" || pod.deleting();
}

// policy/v1beta1 says the same.
Value WithPresentVersion(const Value& body) {
  const bool old = body[names::kApiVersion] == "policy/v1beta1" && body[names::kKind] == "Eviction";
  return old ? body.Set(names::kApiVersion, "policy/v1") : body;
}

}  // namespace

Outcome Evict(Exchange& exchange) {
  const SubresourceInfo& info = *exchange.resource().FindSubresource("eviction");
  Result<Value> body = DecodeBody(exchange, {info.gvk, info.type}, WithPresentVersion(exchange.request.body));
  if (!body.ok()) return Fail(body.status());
  if (!((*body)[names::kMetadata][names::kName] == exchange.request.name.view())) {
    return Fail(BadRequestError("name in URL does not match name in Eviction object"));
  }
  Result<DeleteOptions> options = ParseDeleteOptions((*body)[kDeleteOptions]);
  if (!options.ok()) return Fail(options.status());
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  const Object pod = *found;
  Eviction eviction(exchange, pod);
  if (!IgnoresBudgets(pod)) {
    const bool dry_run = exchange.request.dry_run || options->dry_run;
    if (Status refused = eviction.AskBudgets(dry_run); !refused.ok()) return Fail(refused);
  }
  return eviction.Delete(*options);
}

}  // namespace wavetank::sim
