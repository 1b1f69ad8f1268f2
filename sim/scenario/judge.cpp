#include "sim/scenario/judge.h"

#include <string>
#include <utility>
#include <variant>

#include "runtime/base/strings.h"
#include "sim/oracle/match.h"

namespace wavetank::sim {
namespace {

std::string KindName(const ResourceInfo* resource) { return std::string(resource->gvk.kind.view()); }

// "1 Pod", "3 Pods".
std::string CountText(int64_t count, const std::string& kind) {
  return std::to_string(count) + " " + kind + (count == 1 ? "" : "s");
}

Failure Unmet(std::string reason, std::string expected, std::string found) {
  Failure failure;
  failure.failure_class = FailureClass::kExpectation;
  failure.reason = std::move(reason);
  failure.expected = std::move(expected);
  failure.found = std::move(found);
  return failure;
}

Failure BoundsUnmet(const std::string& what, const Bounds& bounds, int64_t found) {
  return Unmet(what + ", expected " + bounds.Describe(), bounds.Describe(), std::to_string(found));
}

struct Judge {
  Evidence& evidence;
  size_t index;

  Failure operator()(const ExpectObject& what) const {
    const Object found =
        evidence.server.Get(*what.object.resource, ObjectKey(String(what.object.ns), String(what.object.name)));
    if (!found) return Unmet(what.object.Describe() + " does not exist", "it exists", "nothing");
    const std::optional<Mismatch> mismatch = FindMismatch(what.part, found.value());
    if (!mismatch.has_value()) return {};
    return Unmet(
        what.object.Describe() + ": " + mismatch->path + " is " + mismatch->found + ", expected " + mismatch->expected,
        mismatch->expected, mismatch->found);
  }

  Failure operator()(const ExpectAbsent& what) const {
    const Object found =
        evidence.server.Get(*what.object.resource, ObjectKey(String(what.object.ns), String(what.object.name)));
    if (!found) return {};
    return Unmet(what.object.Describe() + (found.deleting() ? " is being deleted, but still exists" : " exists"),
                 "nothing", found.deleting() ? "it is being deleted" : "it exists");
  }

  Failure operator()(const ExpectCount& what) const {
    int64_t count = 0;
    evidence.server.ForEach(*what.resource, what.ns, [&](const Object& object) {
      if (what.selector.Matches(object.labels())) ++count;
    });
    if (what.bounds.Holds(count)) return {};
    std::string text = "there " + std::string(count == 1 ? "is " : "are ") + CountText(count, KindName(what.resource));
    if (!what.selector_text.empty()) text += " with " + what.selector_text;
    if (!what.ns.empty()) text += " in " + what.ns;
    return BoundsUnmet(text, what.bounds, count);
  }

  Failure operator()(const ExpectThat& what) const {
    const Result<bool> holds = evidence.checker.Evaluate(evidence.prepared.expect[index]->program);
    if (holds.ok() && *holds) return {};
    const std::string found = holds.ok() ? "false" : holds.status().message();
    return Unmet(what.that + (holds.ok() ? " is false" : ": " + found), "true", found);
  }

  Failure operator()(const ExpectWrites& what) const {
    const int64_t count = evidence.writes[index];
    if (what.bounds.Holds(count)) return {};
    const std::string times = count == 1 ? "once" : std::to_string(count) + " times";
    const std::string done = what.verb.empty() ? "wrote" : what.verb + "d";
    std::string text = (what.by.empty() ? "somebody" : what.by) + " " + done + " " + KindName(what.resource);
    if (!what.name.empty()) text += " " + what.name;
    return BoundsUnmet(text + " " + times, what.bounds, count);
  }

  Failure operator()(const ExpectRequests& what) const {
    const RequestLog::Tally& tally = evidence.requests[index];
    if (what.order.has_value()) return Order(what, tally);
    if (what.bounds.Holds(tally.count)) return {};
    std::string text =
        what.by + " sent " + CountText(tally.count, what.verb.empty() ? "request" : what.verb + " request");
    if (what.resource != nullptr) text += " for " + KindName(what.resource);
    if (what.subresource.has_value() && !what.subresource->empty()) text += "/" + *what.subresource;
    if (!what.name.empty()) text += " " + what.name;
    return BoundsUnmet(text, what.bounds, tally.count);
  }

  Failure Order(const ExpectRequests& what, const RequestLog::Tally& tally) const {
    std::vector<std::string> found;
    bool same = tally.order.size() == what.order->size();
    for (size_t i = 0; i < tally.order.size(); ++i) {
      const RequestLog::Write& write = tally.order[i];
      const std::string whole = write.name.empty() ? write.text : write.text + " " + write.name;
      if (i < what.order->size()) {
        const std::string& wanted = (*what.order)[i];
        same = same && (wanted == write.text || wanted == whole);
        found.push_back(wanted == write.text ? write.text : whole);
      } else {
        found.push_back(whole);
      }
    }
    if (same) return {};
    const auto list = [](const std::vector<std::string>& writes) {
      return writes.empty() ? std::string("nothing") : Join(writes, ", ");
    };
    return Unmet(what.by + " wrote: " + list(found) + "; expected: " + list(*what.order), list(*what.order),
                 list(found));
  }

  Failure operator()(const ExpectLogs& what) const {
    const int64_t count = evidence.logs[index];
    if (what.bounds.Holds(count)) return {};
    return BoundsUnmet(what.controller + " logged " + CountText(count, "line") + " with " + Quote(what.contains),
                       what.bounds, count);
  }
};

}  // namespace

Failure JudgeExpectations(Evidence evidence) {
  const std::vector<Expectation>& expect = evidence.prepared.scenario.expect;
  for (size_t i = 0; i < expect.size(); ++i) {
    Failure failure = std::visit(Judge{evidence, i}, expect[i].what);
    if (!failure) continue;
    failure.place = expect[i].place;
    return failure;
  }
  return {};
}

}  // namespace wavetank::sim
