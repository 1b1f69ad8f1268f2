#include "sim/cluster/namespace_conditions.h"

#include <algorithm>

#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

struct Row {
  std::string_view type;
  std::string_view reason;   // of a finding
  std::string_view well;     // the reason when there is none
  std::string_view message;  // the same
};

enum RowIndex { kDiscovery, kParsing, kContent, kRemaining, kFinalizers };

constexpr Row kRows[] = {
    {"NamespaceDeletionDiscoveryFailure", "DiscoveryFailed", "ResourcesDiscovered",
     "All resources successfully discovered"},
    {"NamespaceDeletionGroupVersionParsingFailure", "GroupVersionParsingFailed", "ParsedGroupVersions",
     "All legacy kube types successfully parsed"},
    {"NamespaceDeletionContentFailure", "ContentDeletionFailed", "ContentDeleted",
     "All content successfully deleted, may be waiting on finalization"},
    {"NamespaceContentRemaining", "SomeResourcesRemain", "ContentRemoved", "All content successfully removed"},
    {"NamespaceFinalizersRemaining", "SomeFinalizersRemain", "ContentHasNoFinalizers",
     "All content-preserving finalizers finished"},
};

std::string Counted(const std::map<std::string, int64_t>& counts, std::string_view verb) {
  std::string text;
  for (const auto& [what, count] : counts) {
    if (!text.empty()) text += ", ";
    text.append(what).append(verb).append(std::to_string(count)).append(" resource instances");
  }
  return text;
}

// Empty: nothing to say.
std::string MessageOf(size_t row, const NamespaceFindings& findings) {
  switch (row) {
    case kContent: {
      if (findings.errors.empty()) return {};
      std::vector<std::string> errors = findings.errors;
      std::ranges::sort(errors);
      std::string text = "Failed to delete all resource types, " + std::to_string(errors.size()) + " remaining: ";
      for (size_t i = 0; i < errors.size(); ++i) text.append(i == 0 ? "" : ", ").append(errors[i]);
      return text;
    }
    case kRemaining:
      if (findings.remaining.empty()) return {};
      return "Some resources are remaining: " + Counted(findings.remaining, " has ");
    case kFinalizers:
      if (findings.finalizers.empty()) return {};
      return "Some content in the namespace has finalizers remaining: " + Counted(findings.finalizers, " in ");
    default: return {};
  }
}

}  // namespace

Value WithNamespaceConditions(const Value& status, const NamespaceFindings& findings, Time now) {
  std::vector<Value> conditions;
  for (const Value& condition : status[names::kConditions].elements()) conditions.push_back(condition);
  bool changed = false;
  for (size_t row = 0; row < std::size(kRows); ++row) {
    const std::string found = MessageOf(row, findings);
    const std::string_view state = found.empty() ? "False" : "True";
    const std::string_view reason = found.empty() ? kRows[row].well : kRows[row].reason;
    const std::string_view message = found.empty() ? kRows[row].message : std::string_view(found);
    const auto old = std::ranges::find_if(
        conditions, [&](const Value& condition) { return condition[names::kType] == kRows[row].type; });
    const bool same_state = old != conditions.end() && (*old)[names::kStatus] == state;
    if (same_state && (*old)[kReason] == reason && (*old)[kMessage] == message) continue;
    changed = true;
    Value condition = ObjectBuilder(5)
                          .Add(kLastTransitionTime, same_state ? (*old)[kLastTransitionTime] : Value(FormatTime(now)))
                          .Add(kMessage, message)
                          .Add(kReason, reason)
                          .Add(names::kStatus, state)
                          .Add(names::kType, kRows[row].type)
                          .Build();
    if (old == conditions.end()) {
      conditions.push_back(std::move(condition));
    } else {
      *old = std::move(condition);
    }
  }
  return changed ? status.Set(names::kConditions, Value::Array(std::move(conditions))) : status;
}

}  // namespace wavetank::sim::cluster
