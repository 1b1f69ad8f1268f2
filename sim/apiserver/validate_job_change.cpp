// What may change in a Job and in its status (API-729).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/selectors.h"
#include "sim/apiserver/index_text.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kActive("active");
const Name kAffinity("affinity");
const Name kCompletedIndexes("completedIndexes");
const Name kCompletions("completions");
const Name kCompletionTime("completionTime");
const Name kFailed("failed");
const Name kFailedIndexes("failedIndexes");
const Name kNodeAffinity("nodeAffinity");
const Name kReady("ready");
const Name kStartTime("startTime");
const Name kSucceeded("succeeded");
const Name kSuspend("suspend");
const Name kTerminating("terminating");
const Name kUncounted("uncountedTerminatedPods");

bool IsTrue(const Value& status, std::string_view type, std::string_view wanted = "True") {
  return std::ranges::any_of(status[names::kConditions].elements(), [&](const Value& condition) {
    return condition[names::kType] == type && condition[names::kStatus] == wanted;
  });
}

bool IsIndexed(const Value& spec) { return spec["completionMode"] == "Indexed"; }

void CheckCompletions(const Change& change) {
  const Value& spec = change.spec();
  if (!IsIndexed(spec)) return CheckImmutable(change, "spec.completions");
  const Value& now = spec[kCompletions];
  if (now == change.stored.spec()[kCompletions] || now.is_null()) return;
  if (now == spec["parallelism"]) return;
  change.errors.Invalid(Path(nullptr, "spec.completions"), now, "can only be modified in tandem with spec.parallelism");
}

// A suspended Job that is not running may say anew where its pods run, and what they need.
void CheckTemplate(const Change& change) {
  const Value& before = change.stored.spec();
  const Value& status = change.stored.status();
  const bool suspended = before[kSuspend].AsBool();
  const bool open =
      suspended && (status[kStartTime].is_null() || IsTrue(status, "Suspended")) && status[kActive].AsInt() == 0;
  const Value& now = change.spec()[words::kTemplate];
  if (!open) {
    if (!(now == before[words::kTemplate])) CheckImmutable(change, "spec.template");
    return;
  }
  const Value& pod = now[names::kSpec];
  Value old = before[words::kTemplate][names::kSpec];
  for (const std::string_view name : {"nodeSelector", "tolerations", "schedulingGates"}) {
    old = pod[name].is_null() ? old.Without(name) : old.Set(name, pod[name]);
  }
  Value affinity = pod[kAffinity][kNodeAffinity].is_null()
                       ? old[kAffinity].Without(kNodeAffinity)
                       : old[kAffinity].Set(kNodeAffinity, pod[kAffinity][kNodeAffinity]);
  const bool none = affinity.empty() && pod[kAffinity].is_null();
  old = none || affinity.is_null() ? old.Without(kAffinity) : old.Set(kAffinity, affinity);
  for (const Name list : {words::kContainers, words::kInitContainers}) {
    const Value& containers = pod[list];
    if (containers.size() != old[list].size()) continue;
    Value patched = old[list];
    for (size_t i = 0; i < containers.size(); ++i) {
      if (!(patched[i][names::kName] == containers[i][names::kName])) continue;
      patched = patched.SetAt(i, patched[i].Set(words::kResources, containers[i][words::kResources]));
    }
    if (!patched.is_null()) old = old.Set(list, patched);
  }
  if (pod == old) return;
  const TypeRef& type = change.TypeOf("spec").Find("template")->type.type->Find("spec")->type;
  change.Invalid("spec.template.spec", type, pod, "field is immutable");
}

// ---- Status. A rule counts only when what it speaks of changes.

class StatusJudge {
 public:
  explicit StatusJudge(const Change& change)
      : change_(change), spec_(change.stored.spec()), now_(change.status()), before_(change.stored.status()) {}

  void Run() {
    Numbers();
    Terminal();
    Completion();
    Criteria();
    Finished();
    Indexes();
    After();
    History();
  }

 private:
  bool Changed(Name field) const { return !(now_[field] == before_[field]); }
  bool Flipped(std::string_view condition) const { return IsTrue(now_, condition) != IsTrue(before_, condition); }
  static bool IsFinished(const Value& status) { return IsTrue(status, "Complete") || IsTrue(status, "Failed"); }
  bool FinishFlipped() const { return IsFinished(now_) != IsFinished(before_); }
  void Conditions(std::string_view why) const { change_.errors.Add(field::InvalidOmitted("status.conditions", why)); }
  void Invalid(Name field, std::string_view why) const {
    change_.errors.Invalid(path_ / field, now_[field].is_null() && field == kSucceeded ? Value(0) : now_[field], why);
  }

  void Numbers() {
    for (const Name field : {kActive, kSucceeded, kFailed, kReady, kTerminating}) {
      if (now_[field].AsInt() < 0) Invalid(field, "must be greater than or equal to 0");
    }
    for (const Name list : {kSucceeded, kFailed}) {
      const Value& uids = now_[kUncounted][list];
      for (size_t i = 0; i < uids.size(); ++i) {
        const auto before = uids.elements().first(i);
        if (uids[i].empty()) {
          change_.errors.Invalid(path_ / kUncounted / list / i, uids[i], "must not be empty");
        } else if (std::ranges::find(before, uids[i]) != before.end()) {
          change_.errors.Duplicate(path_ / kUncounted / list / i, uids[i]);
        }
      }
    }
  }

  void Terminal() {
    const bool complete = IsTrue(now_, "Complete");
    if ((Flipped("Complete") || Flipped("Failed")) && complete && IsTrue(now_, "Failed")) {
      Conditions("cannot set Complete=True and Failed=true conditions");
    }
    if ((Flipped("Complete") || Flipped("FailureTarget")) && complete && IsTrue(now_, "FailureTarget")) {
      Conditions("cannot set Complete=True and FailureTarget=true conditions");
    }
  }

  void Completion() {
    const bool complete = IsTrue(now_, "Complete");
    const Value& end = now_[kCompletionTime];
    if (Flipped("Complete") || Changed(kCompletionTime)) {
      if (!end.is_null() && !complete)
        Invalid(kCompletionTime, "cannot set completionTime when there is no Complete=True condition");
      if (end.is_null() && complete) {
        change_.errors.Required(path_ / kCompletionTime, "completionTime is required for Complete jobs");
      }
    }
    const bool moved = Changed(kStartTime) || Changed(kCompletionTime);
    // Times are texts of one form: their order is that of the texts.
    if (moved && !end.is_null() && !now_[kStartTime].is_null() && end.AsString() < now_[kStartTime].AsString()) {
      Invalid(kCompletionTime, "must be equal to or after `startTime`");
    }
  }

  void Criteria() {
    const bool failed = IsTrue(now_, "Failed");
    if ((Flipped("Failed") || Changed(kFailedIndexes)) && failed && !IsTrue(now_, "FailureTarget")) {
      Conditions("cannot set Failed=True condition without the FailureTarget=true condition");
    }
    const bool met = IsTrue(now_, "SuccessCriteriaMet");
    if ((Flipped("Complete") || Flipped("SuccessCriteriaMet")) && IsTrue(now_, "Complete") && !met) {
      Conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
    }
  }

  void Finished() {
    const bool finished = IsFinished(now_);
    if ((FinishFlipped() || Changed(kActive)) && finished && now_[kActive].AsInt() > 0) {
      Invalid(kActive, "active>0 is invalid for finished job");
    }
    const bool nothing_to_do =
        spec_[kSuspend].AsBool() && spec_[kCompletions].is_int() && spec_[kCompletions].AsInt() == 0;
    if ((FinishFlipped() || Changed(kStartTime)) && !nothing_to_do && finished && now_[kStartTime].is_null()) {
      change_.errors.Required(path_ / kStartTime, "startTime is required for finished job");
    }
    const Value& uncounted = now_[kUncounted];
    if ((FinishFlipped() || Changed(kUncounted)) && finished &&
        uncounted[kFailed].size() + uncounted[kSucceeded].size() > 0) {
      change_.Invalid("status.uncountedTerminatedPods", change_.TypeOf("status").Find(kUncounted)->type, uncounted,
                      "must be empty for finished job");
    }
  }

  void Indexes() {
    const Value& completions = spec_[kCompletions];
    const Value& completed = now_[kCompletedIndexes];
    const Value& failed = now_[kFailedIndexes];
    const bool per_index = !spec_["backoffLimitPerIndex"].is_null();
    std::vector<std::pair<int64_t, int64_t>> done;
    std::vector<std::pair<int64_t, int64_t>> lost;
    const auto parse = [&](Name field, const Value& text, auto& intervals) {
      std::string bad = ParseIndexes(text.AsString(), completions.AsInt(), intervals);
      if (!bad.empty() && Changed(field)) Invalid(field, "error parsing " + std::string(field.view()) + ": " + bad);
    };
    if (!completions.is_null()) parse(kCompletedIndexes, completed, done);
    if (!completions.is_null() && per_index && !failed.is_null()) parse(kFailedIndexes, failed, lost);
    if (Changed(kCompletedIndexes) && !completed.empty() && !IsIndexed(spec_)) {
      Invalid(kCompletedIndexes, "cannot set non-empty completedIndexes when non-indexed completion mode");
    }
    if (Changed(kFailedIndexes) && !per_index && !failed.is_null()) {
      Invalid(kFailedIndexes, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
    }
    if (!Changed(kCompletedIndexes) && !Changed(kFailedIndexes)) return;
    for (const auto& [a, b] : done) {
      for (const auto& [c, d] : lost) {
        if (a > d || c > b) continue;
        return Invalid(kFailedIndexes,
                       "failedIndexes and completedIndexes overlap at index: " + std::to_string(std::max(a, c)));
      }
    }
  }

  void After() {
    if ((FinishFlipped() || Changed(kTerminating)) && IsFinished(now_) && now_[kTerminating].AsInt() > 0) {
      Invalid(kTerminating, "terminating>0 is invalid for finished job");
    }
    if ((Changed(kReady) || Changed(kActive)) && !now_[kReady].is_null() &&
        now_[kReady].AsInt() > now_[kActive].AsInt()) {
      Invalid(kReady, "cannot set more ready pods than active");
    }
    const bool met = IsTrue(now_, "SuccessCriteriaMet");
    if (met && IsTrue(now_, "Failed")) Conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions");
    if (met && IsTrue(now_, "FailureTarget"))
      Conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
    if (!spec_["successPolicy"].is_null() && !met && IsTrue(now_, "Complete")) {
      Conditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
    }
  }

  void History() {
    for (const std::string_view condition : {"Failed", "Complete", "FailureTarget"}) {
      if (!IsTrue(before_, condition) || IsTrue(now_, condition)) continue;
      Conditions("cannot disable the terminal " + std::string(condition) + "=True condition");
    }
    if (now_[kFailed].AsInt() < before_[kFailed].AsInt()) {
      change_.errors.Invalid(path_ / kFailed, Value(now_[kFailed].AsInt()), "cannot decrease the failed counter");
    }
    const bool elastic = IsIndexed(spec_) && spec_[kCompletions] == spec_["parallelism"];
    if (!elastic && now_[kSucceeded].AsInt() < before_[kSucceeded].AsInt()) {
      change_.errors.Invalid(path_ / kSucceeded, Value(now_[kSucceeded].AsInt()),
                             "cannot decrease the succeeded counter");
    }
    if (!now_[kCompletionTime].is_null() && !before_[kCompletionTime].is_null() && Changed(kCompletionTime)) {
      Invalid(kCompletionTime, "field is immutable");
    }
    const bool resumes = IsTrue(before_, "Suspended") && IsTrue(now_, "Suspended", "False");
    if (!before_[kStartTime].is_null() && Changed(kStartTime) && !resumes && !spec_[kSuspend].AsBool()) {
      Invalid(kStartTime, "field is immutable for unsuspended job once set");
    }
    if (IsTrue(before_, "SuccessCriteriaMet") && !IsTrue(now_, "SuccessCriteriaMet")) {
      Conditions("cannot disable the SuccessCriteriaMet=True condition");
    }
    if (IsTrue(before_, "Complete") && !IsTrue(before_, "SuccessCriteriaMet") && IsTrue(now_, "SuccessCriteriaMet")) {
      Conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
    }
  }

  const Change& change_;
  const Value& spec_;
  const Value& now_;
  const Value& before_;
  const Path path_{nullptr, "status"};
};

}  // namespace

void CheckJobChange(const Change& change) {
  if (change.of_status()) return StatusJudge(change).Run();
  if (!change.main() || change.spec().identity() == change.stored.spec().identity()) return;
  CheckCompletions(change);
  CheckImmutable(change, "spec.selector");
  CheckTemplate(change);
  for (const std::string_view path : {"spec.completionMode", "spec.podFailurePolicy", "spec.backoffLimitPerIndex",
                                      "spec.managedBy", "spec.successPolicy"}) {
    CheckImmutable(change, path);
  }
}

}  // namespace wavetank::sim
