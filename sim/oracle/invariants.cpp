#include "sim/oracle/invariants.h"

#include <algorithm>
#include <utility>

namespace wavetank::sim {

Result<RuleSet> RuleSet::Compile(std::span<const RuleSpec> specs, const KindRegistry& kinds, size_t* failed) {
  static const cel::Environment environment = cel::ClusterEnvironment();
  RuleSet set;
  for (size_t i = 0; i < specs.size(); ++i) {
    if (failed != nullptr) *failed = i;
    auto program = cel::Compile(specs[i].expression, environment);
    if (!program.ok()) return program.status();
    Rule rule{specs[i], *std::move(program), {}, false, false};
    rule.reads_all = cel::ReadsTime(rule.program);
    for (const std::string& kind : cel::KindsRead(rule.program)) {
      if (kind == "*") {
        rule.reads_all = true;
        continue;
      }
      const ResourceInfo* resource = kinds.Lookup(kind);
      if (resource == nullptr) {
        const std::string near = kinds.Nearest(kind);
        return Status(Code::kInvalidArgument,
                      "no kind \"" + kind + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
      }
      rule.reads.push_back(resource);
    }
    for (const cel::HostCall& call : rule.program.host_calls) {
      if (call.function == "history") rule.reads_history = true;
    }
    set.LearnKinds(rule.program, kinds);
    set.rules_.push_back(std::move(rule));
  }
  return set;
}

void RuleSet::LearnKinds(const cel::Program& program, const KindRegistry& kinds) {
  for (std::string& word : cel::KindsRead(program)) {
    const ResourceInfo* resource = kinds.Lookup(word);
    if (resource != nullptr && KnownKind(word) == nullptr) kinds_.push_back({std::move(word), resource});
  }
}

const ResourceInfo* RuleSet::KnownKind(std::string_view word) const {
  const auto found = std::ranges::find(kinds_, word, &Kind::word);
  return found == kinds_.end() ? nullptr : found->resource;
}

InvariantChecker::InvariantChecker(const RuleSet& rules, const StateReader& state) : rules_(rules), state_(state) {
  spoke_.resize(rules.rules().size());
  last_error_.resize(rules.rules().size());
  for (const RuleSet::Rule& rule : rules.rules()) keeps_history_ = keeps_history_ || rule.reads_history;
}

void InvariantChecker::OnWrite(const WriteRecord& record) {
  if (record.resource->index < lists_.size()) lists_[record.resource->index] = Value();
  if (keeps_history_) {
    const std::string_view verb = record.type == WatchEvent::Type::kAdded     ? "create"
                                  : record.type == WatchEvent::Type::kDeleted ? "delete"
                                                                              : "update";
    if (record.resource->index >= history_.size()) history_.resize(record.resource->index + 1);
    history_[record.resource->index].push_back(
        cel::HistoryEntry(verb, record.actor, record.object.value(), static_cast<int64_t>(record.step), record.time));
  }
  if (violation_.has_value()) return;
  const std::vector<RuleSet::Rule>& rules = rules_.rules();
  for (size_t i = 0; i < rules.size() && !violation_.has_value(); ++i) {
    const bool touched = rules[i].reads_all || std::find(rules[i].reads.begin(), rules[i].reads.end(),
                                                         record.resource) != rules[i].reads.end();
    if (touched) Judge(i, record);
  }
}

void InvariantChecker::Judge(size_t index, const WriteRecord& record) {
  const RuleSet::Rule& rule = rules_.rules()[index];
  const Result<bool> verdict = Evaluate(rule.program);
  if (!verdict.ok() && verdict.code() == Code::kNotFound) {
    last_error_[index] = verdict.status().message();
    return;
  }
  spoke_[index] = true;
  if (verdict.ok() && *verdict != rule.spec.never) return;
  Violation violation;
  violation.rule = rule.spec.name;
  violation.found = verdict.ok() ? std::string(*verdict ? "true" : "false") + ": " + rule.spec.expression
                                 : verdict.status().message();
  violation.step = record.step;
  violation.time = record.time;
  violation_ = std::move(violation);
}

Result<bool> InvariantChecker::Evaluate(const cel::Program& program) {
  cel::Activation activation(this);
  return cel::EvaluateBool(program, activation);
}

std::vector<std::string> InvariantChecker::silent() const {
  std::vector<std::string> out;
  for (size_t i = 0; i < spoke_.size(); ++i) {
    if (spoke_[i]) continue;
    const std::string why = last_error_[i].empty() ? "nothing it reads was ever written" : last_error_[i];
    out.push_back(rules_.rules()[i].spec.name + ": " + why);
  }
  return out;
}

Result<const ResourceInfo*> InvariantChecker::Find(std::string_view kind) const {
  if (const ResourceInfo* resource = rules_.KnownKind(kind); resource != nullptr) return resource;
  if (const ResourceInfo* resource = state_.kinds().Lookup(kind); resource != nullptr) return resource;
  return Status(Code::kInvalidArgument, "no kind \"" + std::string(kind) + "\"");
}

Result<Value> InvariantChecker::Objects(std::string_view kind) {
  WT_ASSIGN(const ResourceInfo* resource, Find(kind));
  if (resource->index >= lists_.size()) lists_.resize(resource->index + 1);
  Value& list = lists_[resource->index];
  if (list.is_null()) {
    state_.ForEach(*resource, "", [&](const wavetank::Object& object) { making_.Add(object.value()); });
    list = making_.Build();
  }
  return list;
}

Result<Value> InvariantChecker::Object(std::string_view kind, std::string_view ns, std::string_view name) {
  WT_ASSIGN(const ResourceInfo* resource, Find(kind));
  String scope = resource->namespaced ? String(ns.empty() ? std::string_view("default") : ns) : String();
  return state_.Get(*resource, ObjectKey(std::move(scope), String(name))).value();
}

std::span<const cel::Val> InvariantChecker::History(std::string_view kind) {
  const Result<const ResourceInfo*> resource = Find(kind);
  if (!resource.ok() || (*resource)->index >= history_.size()) return {};
  return history_[(*resource)->index];
}

}  // namespace wavetank::sim
