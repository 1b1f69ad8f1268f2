// Job and CronJob: the state (API-729, API-730). Changes: validate_job_change.cpp.
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/selectors.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/cron_text.h"
#include "sim/apiserver/index_text.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kBackoffLimitPerIndex("backoffLimitPerIndex");
const Name kCompletionMode("completionMode");
const Name kCompletions("completions");
const Name kMaxFailedIndexes("maxFailedIndexes");
const Name kParallelism("parallelism");
const Name kPodFailurePolicy("podFailurePolicy");
const Name kRestartPolicy("restartPolicy");
const Name kSuccessPolicy("successPolicy");

constexpr int64_t kManyCompletions = 100'000;
constexpr int64_t kOfMany = 10'000;

// "Key: value" labels that the server gives to the Pods of a Job.
void GeneratedSelector(const Site& site, const Rule&) {
  const Value& spec = site.value[names::kSpec];
  const Value& metadata = site.value[names::kMetadata];
  const Value& selector = spec[words::kSelector];
  if (spec["manualSelector"].AsBool() || selector.is_null()) return;
  struct Row {
    std::string_view label;
    Name from;
  };
  static const Row kRows[] = {{"controller-uid", names::kUid},
                              {"job-name", names::kName},
                              {"batch.kubernetes.io/controller-uid", names::kUid},
                              {"batch.kubernetes.io/job-name", names::kName}};
  const Value& labels = spec[words::kTemplate][names::kMetadata][names::kLabels];
  const Path path(nullptr, "spec.template.metadata.labels");
  // Jobs from before there were labels with a prefix go without.
  const Value* before = site.errors.before;
  const Value& old =
      before == nullptr ? labels : (*before)[names::kSpec][words::kTemplate][names::kMetadata][names::kLabels];
  const bool prefixed = before == nullptr || (old.Has(kRows[2].label) && old.Has(kRows[3].label));
  Value expected = Value::EmptyObject();
  for (const Row& row : kRows) {
    if (!prefixed && row.label.starts_with("batch.")) continue;
    const Value& wanted = metadata[row.from];
    const std::string why = "must be '" + std::string(wanted.AsString()) + "'";
    const Value* label = labels.Find(row.label);
    if (label == nullptr) {
      site.errors.Required(path / Path::Key{row.label}, why);
    } else if (!(*label == wanted)) {
      site.errors.Invalid(path / Path::Key{row.label}, labels, why);
    }
    expected = expected.Set(row.label, wanted);
  }
  const Result<LabelSelector> parsed = LabelSelector::FromValue(selector);
  if (!parsed.ok() || parsed->Matches(expected)) return;
  const TypeInfo& type = *site.type.Find("spec")->type.type;
  site.errors.Add(field::InvalidText("spec.selector", InternalText(type.Find("selector")->type, selector),
                                     "`selector` not auto-generated"));
}

// The last pod of an indexed Job must have a host name.
void IndexedName(const Site& site, const Rule&) {
  const Value& spec = site.value[names::kSpec];
  if (spec[kCompletionMode] != "Indexed" || spec[kCompletions].AsInt() <= 0) return;
  const Value& name = site.value[names::kMetadata][names::kName];
  const std::string host = std::string(name.AsString()) + "-" + std::to_string(spec[kCompletions].AsInt() - 1);
  if (CheckDnsLabel(host).empty()) return;
  site.errors.Invalid(Path(nullptr, "metadata.name"), name,
                      "will not able to create pod with invalid DNS label: " + host);
}

// What goes with which completion mode.
void CompletionMode(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const auto number = [&spec](Name name) { return spec[name].AsInt(); };
  const auto has = [&spec](Name name) { return !spec[name].is_null(); };
  const auto too_many = [&](Name name, const std::string& limit) {
    site.errors.Invalid(site.path / name, spec[name], "must be less than or equal to " + limit);
  };
  if (has(kMaxFailedIndexes) && !has(kBackoffLimitPerIndex)) {
    site.errors.Required(site.path / kBackoffLimitPerIndex, "when maxFailedIndexes is specified");
  }
  const Value& mode = spec[kCompletionMode];
  if (!mode.is_null() && mode != "NonIndexed" && mode != "Indexed") {
    site.errors.NotSupported(site.path / kCompletionMode, mode, "NonIndexed,Indexed");
  }
  if (mode.is_null() || mode == "NonIndexed") {
    for (const Name name : {kBackoffLimitPerIndex, kMaxFailedIndexes}) {
      if (has(name)) site.errors.Invalid(site.path / name, spec[name], "requires indexed completion mode");
    }
    return;
  }
  if (mode != "Indexed") return;
  if (!has(kCompletions)) site.errors.Required(site.path / kCompletions, "when completion mode is Indexed");
  if (number(kParallelism) > kManyCompletions) too_many(kParallelism, "100000 when completion mode is Indexed");
  if (has(kCompletions) && number(kMaxFailedIndexes) > number(kCompletions)) too_many(kMaxFailedIndexes, "completions");
  if (number(kMaxFailedIndexes) > kManyCompletions) too_many(kMaxFailedIndexes, "100000");
  if (number(kCompletions) <= kManyCompletions || !has(kBackoffLimitPerIndex)) return;
  const std::string many = "10000 when completions are above 100000 and used with backoff limit per index";
  if (!has(kMaxFailedIndexes)) {
    site.errors.Required(site.path / kMaxFailedIndexes, "must be specified when completions is above 100000");
  }
  if (number(kParallelism) > kOfMany) too_many(kParallelism, many);
  if (number(kMaxFailedIndexes) > kOfMany) too_many(kMaxFailedIndexes, many);
}

void DomainPath(const Site& site, const Rule&) {
  if (!site.value.is_null()) CheckDomainPath(site.value, site.path, site.errors);
}

// ---- Pod failure policy.

void CheckWord(const Value& value, std::string_view words, const Path& path, FieldErrors& errors) {
  if (!value.empty()) {
    if (!HasWord(words, value.AsString())) errors.NotSupported(path, value, words);
    return;
  }
  std::string list;
  for (const std::string_view word : SplitWords(words)) list.append(list.empty() ? "" : " ").append(Quote(word));
  errors.Required(path, "valid values: [" + list + "]");
}

void CheckExitCodes(const Value& codes, const Value& pod, const Path& path, FieldErrors& errors) {
  CheckWord(codes["operator"], "In,NotIn", path / "operator", errors);
  const Value& container = codes["containerName"];
  if (!container.is_null() && !Among(pod[words::kContainers], names::kName, container) &&
      !Among(pod[words::kInitContainers], names::kName, container)) {
    errors.Invalid(path / "containerName", container,
                   "must be one of the container or initContainer names in the pod template");
  }
  const Value& values = codes["values"];
  const Path at(&path, "values");
  if (values.empty()) errors.Invalid(at, values, "at least one value is required");
  if (values.size() > 255) errors.Add(field::TooMany(at.ToString(), static_cast<int64_t>(values.size()), 255));
  bool ordered = true;
  for (size_t i = 0; i < values.size(); ++i) {
    if (codes["operator"] == "In" && values[i].AsInt() == 0) {
      errors.Invalid(at / i, values[i], "must not be 0 for the In operator");
    }
    const auto before = values.elements().first(i);
    if (std::ranges::find(before, values[i]) != before.end()) errors.Duplicate(at / i, values[i]);
    ordered = ordered && (i == 0 || values[i - 1].AsInt() <= values[i].AsInt());
  }
  if (!ordered) errors.Invalid(at, values, "must be ordered");
}

void FailurePolicy(const Site& site, const Rule&) {
  const Value& rules = site.value["rules"];
  const Value& pod = site.parent[words::kTemplate][names::kSpec];
  const Path list(&site.path, "rules");
  if (rules.size() > 20) site.errors.Add(field::TooMany(list.ToString(), static_cast<int64_t>(rules.size()), 20));
  for (size_t i = 0; i < rules.size(); ++i) {
    const Path at(&list, i);
    const Value& action = rules[i]["action"];
    const Value& codes = rules[i]["onExitCodes"];
    const Value& conditions = rules[i]["onPodConditions"];
    if (action == "FailIndex") {
      if (site.parent[kBackoffLimitPerIndex].is_null()) {
        site.errors.Invalid(at / "action", action, "requires the backoffLimitPerIndex to be set");
      }
    } else {
      CheckWord(action, "Count,FailIndex,FailJob,Ignore", at / "action", site.errors);
    }
    if (!codes.is_null()) CheckExitCodes(codes, pod, at / "onExitCodes", site.errors);
    const Path patterns(&at, "onPodConditions");
    if (conditions.size() > 20) {
      site.errors.Add(field::TooMany(patterns.ToString(), static_cast<int64_t>(conditions.size()), 20));
    }
    for (size_t j = 0; j < conditions.size(); ++j) {
      const Value& type = conditions[j][names::kType];
      AddAll(CheckQualifiedName(type.AsString()), patterns / j / "type", type.is_null() ? Value("") : type,
             site.errors);
      CheckWord(conditions[j][names::kStatus], "False,True,Unknown", patterns / j / "status", site.errors);
    }
    const bool both = !codes.is_null() && !conditions.empty();
    const bool none = codes.is_null() && conditions.empty();
    if (both)
      site.errors.Add(
          field::InvalidOmitted(at.ToString(), "specifying both OnExitCodes and OnPodConditions is not supported"));
    if (none)
      site.errors.Add(
          field::InvalidOmitted(at.ToString(), "specifying one of OnExitCodes and OnPodConditions is required"));
  }
}

void SuccessPolicy(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (site.parent[kCompletionMode] != "Indexed") return site.Invalid("requires indexed completion mode");
  const Value& rules = site.value["rules"];
  const Path list(&site.path, "rules");
  const int64_t completions = site.parent[kCompletions].AsInt();
  if (rules.empty())
    site.errors.Required(list, "at least one rules must be specified when the successPolicy is specified");
  if (rules.size() > 20) site.errors.Add(field::TooMany(list.ToString(), static_cast<int64_t>(rules.size()), 20));
  for (size_t i = 0; i < rules.size(); ++i) {
    const Value& count = rules[i]["succeededCount"];
    const Value& indexes = rules[i]["succeededIndexes"];
    if (count.is_null() && indexes.is_null()) {
      site.errors.Required(list / i, "at least one of succeededCount or succeededIndexes must be specified");
    }
    int64_t total = 0;
    if (!indexes.is_null()) {
      if (std::string bad = ParseIndexes(indexes.AsString(), completions, total); !bad.empty()) {
        site.errors.Invalid(list / i / "succeededIndexes", indexes, "error parsing succeededIndexes: " + bad);
      }
    }
    if (count.is_null()) continue;
    const Path list_rule(&list, i);
    const Path at(&list_rule, "succeededCount");
    if (count.AsInt() < 0) site.errors.Invalid(at, count, "must be greater than or equal to 0");
    if (count.AsInt() > completions) {
      site.errors.Invalid(
          at, count,
          "must be less than or equal to " + std::to_string(completions) + " (the number of specified completions)");
    }
    if (!indexes.is_null() && count.AsInt() > total) {
      site.errors.Invalid(at, count,
                          "must be less than or equal to " + std::to_string(total) +
                              " (the number of indexes in the specified succeededIndexes field)");
    }
  }
}

void ReplacementPolicy(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const bool failure_policy = !site.parent[kPodFailurePolicy].is_null();
  EnumAlways(site, {"", nullptr, failure_policy ? "Failed" : "Failed,TerminatingOrFailed"});
}

void PodsThatEnd(const Site& site, const Rule&) {
  const Value& policy = site.value[words::kTemplate][names::kSpec][kRestartPolicy];
  const Path pods(&site.path, words::kTemplate.view());
  const Path spec(&pods, names::kSpec.view());
  const Path at(&spec, kRestartPolicy.view());
  if (policy == "Always" || policy.empty()) {
    site.errors.Required(at, "valid values: \"OnFailure\", \"Never\"");
  } else if (policy != "OnFailure" && policy != "Never") {
    site.errors.NotSupported(at, policy, "OnFailure,Never");
  } else if (!site.value[kPodFailurePolicy].is_null() && policy != "Never") {
    site.errors.Invalid(at, policy, "only \"Never\" is supported when podFailurePolicy is specified");
  }
}

// The selector of a Job itself; that of a CronJob's template is made for each Job.
void JobSelector(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const Value& selector = spec[words::kSelector];
  const Path path(&site.path, words::kSelector.view());
  const TypeInfo& type = *site.ref->type;
  if (selector.is_null()) {
    site.errors.Required(path);
  } else {
    ValidateTree(*type.Find("selector")->type.type, selector, path, site.errors);
  }
  const Value& labels = spec[words::kTemplate][names::kMetadata][names::kLabels];
  const Result<LabelSelector> parsed = LabelSelector::FromValue(selector);
  if (parsed.ok() && (selector.is_null() || !parsed->Matches(labels))) {
    site.errors.Invalid(site.path / words::kTemplate / names::kMetadata / names::kLabels, labels,
                        "`selector` does not match template `labels`");
  }
}

// ---- CronJob.

void Schedule(const Site& site, const Rule&) {
  const std::string_view text = site.value.AsString();
  if (text.empty()) return site.errors.Required(site.path);
  if (std::string bad = CheckCronSchedule(text); !bad.empty()) site.Invalid(bad);
  if (text.find("TZ") != text.npos) site.Invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
}

void TimeZone(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const std::string_view name = site.value.AsString();
  if (name.empty()) return site.Invalid("timeZone must be nil or non-empty string");
  const std::string unknown = "unknown time zone " + std::string(name);
  const auto odd = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !letter && !(c >= '0' && c <= '9') && std::string_view("./-_+").find(c) == std::string_view::npos;
  };
  if (std::ranges::any_of(name, odd)) return site.Invalid(unknown);
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "local") {
    site.Invalid("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
  } else if (!KnownTimeZone(name)) {
    site.Invalid(unknown);
  }
}

void JobTemplate(const Site& site, const Rule&) {
  const Value& spec = site.value[names::kSpec];
  const Path path(&site.path, names::kSpec.view());
  if (const Value& selector = spec[words::kSelector]; !selector.is_null()) {
    const TypeInfo& type = *site.ref->type->Find("spec")->type.type;
    site.errors.Add(field::InvalidText((path / words::kSelector).ToString(),
                                       InternalText(type.Find("selector")->type, selector),
                                       "`selector` will be auto-generated"));
  }
  if (spec["manualSelector"].AsBool())
    site.errors.NotSupported(path / "manualSelector", spec["manualSelector"], "nil,false");
}

void ShortName(const Site& site, const Rule&) {
  const Value& name = site.value[names::kName];
  if (name.size() > 52) site.errors.Invalid(site.path / names::kName, name, "must be no more than 52 characters");
}

constexpr Rule kJobSpec[] = {
    {"parallelism", NonNegative},
    {"completions", NonNegative},
    {"activeDeadlineSeconds", NonNegative},
    {"backoffLimit", NonNegative},
    {"ttlSecondsAfterFinished", NonNegative},
    {"backoffLimitPerIndex", NonNegative},
    {"maxFailedIndexes", NonNegative},
    {"managedBy", DomainPath},
    {"managedBy", MaxBytes, "", 0, 63, true},
    {"", CompletionMode},
    {"podFailurePolicy", FailurePolicy},
    {"successPolicy", SuccessPolicy},
    {"podReplacementPolicy", ReplacementPolicy},
    {"template", Below},
    {"", PodsThatEnd},
    {"selector", Skip},
};
constexpr Rule kJob[] = {{"", GeneratedSelector}, {"spec", Below}, {"spec", JobSelector}, {"", IndexedName}};
constexpr Rule kCronJobSpec[] = {
    {"schedule", Schedule},
    {"startingDeadlineSeconds", NonNegative},
    {"timeZone", TimeZone},
    {"concurrencyPolicy", EnumOrRequired, "Allow,Forbid,Replace"},
    {"jobTemplate", Below},
    {"jobTemplate", JobTemplate},
    {"successfulJobsHistoryLimit", NonNegative},
    {"failedJobsHistoryLimit", NonNegative},
};
constexpr Rule kCronJob[] = {{"spec", Below}, {"metadata", ShortName}};

constexpr TypeRules kTypes[] = {
    {"batch.v1.Job", kJob},
    {"batch.v1.JobSpec", kJobSpec},
    {"batch.v1.CronJob", kCronJob},
    {"batch.v1.CronJobSpec", kCronJobSpec},
};

}  // namespace

std::span<const TypeRules> JobRules() { return kTypes; }

}  // namespace wavetank::sim
