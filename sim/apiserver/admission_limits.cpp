// LimitRanges: what containers get and what is too little or too much.
#include <algorithm>
#include <optional>

#include "runtime/api/names.h"
#include "runtime/api/pod_resources.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kDefault("default");
const Name kDefaultRequest("defaultRequest");
const Name kLimitRangerNote("kubernetes.io/limit-ranger");
const Name kMax("max");
const Name kMaxRatio("maxLimitRequestRatio");
const Name kMin("min");

// The entries that `into` does not have; their names, sorted, go to `added`.
Value Complete(const Value& into, const Value& defaults, std::vector<std::string>& added) {
  Value result = into;
  for (const Field& entry : defaults.fields()) {
    if (result.Has(entry.key.view())) continue;
    result = result.Set(entry.key, entry.value);
    added.emplace_back(entry.key.view());
  }
  std::ranges::sort(added);
  return result;
}

std::string Joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

// One container with the defaults of one LimitRange; `notes` says what was added.
Value WithDefaults(const Value& container, const Value& range, std::string_view what, std::vector<std::string>& notes) {
  Value resources = container[words::kResources];
  std::vector<std::string> requests;
  std::vector<std::string> limits;
  for (const Value& item : range[names::kSpec][words::kLimits].elements()) {
    if (item[names::kType] != "Container") continue;
    const Value l = Complete(resources[words::kLimits], item[kDefault], limits);
    const Value r = Complete(resources[words::kRequests], item[kDefaultRequest], requests);
    if (!limits.empty()) resources = resources.Set(words::kLimits, l);
    if (!requests.empty()) resources = resources.Set(words::kRequests, r);
  }
  const std::string of = " for " + std::string(what) + " " + std::string(container[names::kName].AsString());
  if (!requests.empty()) notes.push_back(Joined(requests, ", ") + " request" + of);
  if (!limits.empty()) notes.push_back(Joined(limits, ", ") + " limit" + of);
  return requests.empty() && limits.empty() ? container : container.Set(words::kResources, resources);
}

// What one subject of a limit asks for.
struct Amounts {
  std::optional<Quantity> request;
  std::optional<Quantity> limit;
};

std::optional<Quantity> Given(const Value& amounts, std::string_view name) {
  const Value* found = amounts.Find(name);
  if (found == nullptr || found->is_null()) return std::nullopt;
  return Quantity::Of(*found);
}

std::optional<Quantity> Given(const ResourceTotals& totals, std::string_view name) {
  const Quantity* found = totals.Find(name);
  return found == nullptr ? std::nullopt : std::optional<Quantity>(*found);
}

class Judge {
 public:
  explicit Judge(const Value& item) : item_(item), type_(item[names::kType].AsString()) {}

  // `amounts`: std::string_view -> Amounts.
  template <typename Find>
  void Look(Find&& amounts) {
    for (const Field& f : item_[kMin].fields()) Min(f.key.view(), Quantity::Of(f.value), amounts(f.key.view()));
    for (const Field& f : item_[kMax].fields()) Max(f.key.view(), Quantity::Of(f.value), amounts(f.key.view()));
    for (const Field& f : item_[kMaxRatio].fields()) Ratio(f.key.view(), Quantity::Of(f.value), amounts(f.key.view()));
  }
  // Of storage there are only requests.
  void LookAtStorage(const Value& requests) {
    for (const Field& f : item_[kMin].fields()) {
      Min(f.key.view(), Quantity::Of(f.value), {Given(requests, f.key.view()), {}});
    }
    for (const Field& f : item_[kMax].fields()) {
      const std::optional<Quantity> request = Given(requests, f.key.view());
      const Quantity most = Quantity::Of(f.value);
      const std::string text = Start("maximum ", f.key.view(), most);
      if (!request.has_value()) {
        complaints_.push_back(text + ".  No request is specified");
      } else if (*request > most) {
        complaints_.push_back(text + ", but request is " + request->ToString());
      }
    }
  }
  std::vector<std::string> complaints() && { return std::move(complaints_); }

 private:
  std::string Start(std::string_view bound, std::string_view name, const Quantity& enforced) const {
    return std::string(bound).append(name).append(" usage per ").append(type_).append(" is ") + enforced.ToString();
  }
  void Min(std::string_view name, const Quantity& least, const Amounts& amounts) {
    const std::string text = Start("minimum ", name, least);
    if (!amounts.request.has_value()) {
      complaints_.push_back(text + ".  No request is specified");
    } else if (*amounts.request < least) {
      complaints_.push_back(text + ", but request is " + amounts.request->ToString());
    } else if (amounts.limit.has_value() && *amounts.limit < least) {
      complaints_.push_back(text + ", but limit is " + amounts.limit->ToString());
    }
  }
  void Max(std::string_view name, const Quantity& most, const Amounts& amounts) {
    const std::string text = Start("maximum ", name, most);
    if (!amounts.limit.has_value()) {
      complaints_.push_back(text + ".  No limit is specified");
    } else if (*amounts.limit > most) {
      complaints_.push_back(text + ", but limit is " + amounts.limit->ToString());
    } else if (amounts.request.has_value() && *amounts.request > most) {
      complaints_.push_back(text + ", but request is " + amounts.request->ToString());
    }
  }
  void Ratio(std::string_view name, const Quantity& most, const Amounts& amounts) {
    const std::string text =
        std::string(name).append(" max limit to request ratio per ").append(type_) + " is " + most.ToString();
    if (!amounts.request.has_value() || amounts.request->is_zero()) {
      complaints_.push_back(text + ", but no request is specified or request is 0");
      return;
    }
    if (!amounts.limit.has_value() || amounts.limit->is_zero()) {
      complaints_.push_back(text + ", but no limit is specified or limit is 0");
      return;
    }
    const double ratio =
        static_cast<double>(amounts.limit->milli_value()) / static_cast<double>(amounts.request->milli_value());
    if (ratio * 1000 <= static_cast<double>(most.milli_value())) return;
    complaints_.push_back(text + ", but provided ratio is " + std::to_string(ratio));
  }

  const Value& item_;
  std::string_view type_;
  std::vector<std::string> complaints_;
};

// Go's text of several errors: each once, in brackets when there are many.
std::string Aggregate(std::vector<std::string> complaints) {
  std::vector<std::string> once;
  for (std::string& c : complaints) {
    if (std::ranges::find(once, c) == once.end()) once.push_back(std::move(c));
  }
  return once.size() == 1 ? once[0] : "[" + Joined(once, ", ") + "]";
}

std::vector<std::string> JudgePod(const Value& spec, const Value& range) {
  std::vector<std::string> all;
  const auto take = [&all](Judge judge) {
    for (std::string& c : std::move(judge).complaints()) all.push_back(std::move(c));
  };
  for (const Value& item : range[names::kSpec][words::kLimits].elements()) {
    if (item[names::kType] == "Pod") {
      const ResourceTotals requests = PodTotals(spec, "requests");
      const ResourceTotals limits = PodTotals(spec, "limits");
      Judge judge(item);
      judge.Look([&](std::string_view name) { return Amounts{Given(requests, name), Given(limits, name)}; });
      take(std::move(judge));
    }
    if (item[names::kType] != "Container") continue;
    for (const Name list : {words::kContainers, words::kInitContainers}) {
      for (const Value& container : spec[list].elements()) {
        const Value& resources = container[words::kResources];
        Judge judge(item);
        judge.Look([&](std::string_view name) {
          return Amounts{Given(resources[words::kRequests], name), Given(resources[words::kLimits], name)};
        });
        take(std::move(judge));
      }
    }
  }
  return all;
}

std::vector<std::string> JudgeClaim(const Value& spec, const Value& range) {
  std::vector<std::string> all;
  for (const Value& item : range[names::kSpec][words::kLimits].elements()) {
    if (item[names::kType] != "PersistentVolumeClaim") continue;
    Judge judge(item);
    judge.LookAtStorage(spec[words::kResources][words::kRequests]);
    for (std::string& c : std::move(judge).complaints()) all.push_back(std::move(c));
  }
  return all;
}

}  // namespace

Value ApplyLimitDefaults(const Exchange& exchange, Value pod) {
  ForEachInNamespace(exchange, exchange.state.others.limit_ranges, [&pod](const Object& range) {
    std::vector<std::string> notes;
    Value spec = pod[names::kSpec];
    const std::pair<Name, std::string_view> lists[] = {{words::kContainers, "container"},
                                                       {words::kInitContainers, "init container"}};
    for (const auto& [list, what] : lists) {
      std::vector<Value> containers;
      for (const Value& container : spec[list].elements()) {
        containers.push_back(WithDefaults(container, range.value(), what, notes));
      }
      if (!containers.empty()) spec = spec.Set(list, Value::Array(std::move(containers)));
    }
    if (notes.empty()) return true;
    const Value annotations = pod[names::kMetadata][words::kAnnotations].Set(
        kLimitRangerNote, Value("LimitRanger plugin set: " + Joined(notes, "; ")));
    pod = WithFields(pod, {{names::kSpec, spec}}).SetIn({names::kMetadata, words::kAnnotations}, annotations);
    return true;
  });
  return pod;
}

Status JudgeLimits(const Exchange& exchange, const Value& object, const Object& stored) {
  const bool pod = exchange.strategy().graceful;
  const bool claim = exchange.resource().gvk.kind.view() == "PersistentVolumeClaim";
  if ((!pod && !claim) || (pod && stored)) return {};
  Status refused;
  ForEachInNamespace(exchange, exchange.state.others.limit_ranges, [&](const Object& range) {
    const Value& spec = object[names::kSpec];
    std::vector<std::string> complaints = pod ? JudgePod(spec, range.value()) : JudgeClaim(spec, range.value());
    if (complaints.empty()) return true;
    refused = RefusedByAdmission(exchange, object, Aggregate(std::move(complaints)));
    return false;
  });
  return refused;
}

}  // namespace wavetank::sim
