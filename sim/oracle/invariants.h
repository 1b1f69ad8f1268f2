// Invariants: rules in CEL that hold after every write.
//
//   WT_ASSIGN(RuleSet rules, RuleSet::Compile({{"at-most-3", "objects('Pod').size() <= 3", false}}, kinds));
//   InvariantChecker checker(rules, state);
//   checker.OnWrite(record);                      // after each write
//   if (checker.violation()) ...
//
// A rule is evaluated after a write that touches a kind it reads (or after any, when it reads time or a computed kind).
// A rule that names an object that does not exist says nothing at that moment: it neither holds nor fails. A rule that
// never once said anything is reported by `silent()`, so that a misspelt name is no passed test. Any other error of
// evaluation is a violation: the rule cannot be judged.
// Bounds: one violation (the first); history as long as the run's writes to kinds that a rule asks history() for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "sim/cel/cluster_functions.h"
#include "sim/cel/program.h"
#include "sim/oracle/feed.h"

namespace wavetank::sim {

struct RuleSpec {
  std::string name;
  std::string expression;
  bool never = false;  // the expression must be false
};

// Compiled once, shared by every schedule.
class RuleSet {
 public:
  struct Rule {
    RuleSpec spec;
    cel::Program program;
    std::vector<const ResourceInfo*> reads;
    bool reads_all = false;  // a computed kind, or time
    bool reads_history = false;
  };

  // The first error is of one rule, and its Status names it; `failed`, when given, gets its index.
  static Result<RuleSet> Compile(std::span<const RuleSpec> specs, const KindRegistry& kinds, size_t* failed = nullptr);
  const std::vector<Rule>& rules() const { return rules_; }

  // Remembers what the kinds that a further expression names are; those of the rules are known. A registry searches long.
  void LearnKinds(const cel::Program& program, const KindRegistry& kinds);
  // Null: nobody has learnt it, which says nothing about whether there is one.
  const ResourceInfo* KnownKind(std::string_view word) const;

 private:
  struct Kind {
    std::string word;
    const ResourceInfo* resource;
  };
  std::vector<Rule> rules_;
  std::vector<Kind> kinds_;  // few
};

struct Violation {
  std::string rule;
  std::string found;  // what the rule said
  uint64_t step = 0;
  Time time;
};

class InvariantChecker final : private cel::ClusterView {
 public:
  // Both outlive the checker.
  InvariantChecker(const RuleSet& rules, const StateReader& state);

  // For expressions that Evaluate is given: without a rule that reads it no history is kept. Before the first write.
  void KeepHistory() { keeps_history_ = true; }

  // The state is already the one after the write.
  void OnWrite(const WriteRecord& record);
  const std::optional<Violation>& violation() const { return violation_; }
  // Rules that never said true or false, with the last reason why.
  std::vector<std::string> silent() const;
  // Whether an expression holds now: `expect` and `until` use the checker's view for their own rules.
  Result<bool> Evaluate(const cel::Program& program);

 private:
  Result<Value> Objects(std::string_view kind) override;
  Result<Value> Object(std::string_view kind, std::string_view ns, std::string_view name) override;
  std::span<const cel::Val> History(std::string_view kind) override;
  Time Now() override { return state_.Now(); }
  void Judge(size_t index, const WriteRecord& record);
  Result<const ResourceInfo*> Find(std::string_view kind) const;

  const RuleSet& rules_;
  const StateReader& state_;
  std::optional<Violation> violation_;
  std::vector<bool> spoke_;
  std::vector<std::string> last_error_;
  bool keeps_history_ = false;
  std::vector<std::vector<cel::Val>> history_;  // by ResourceInfo::index
  // The lists rules have asked for, by ResourceInfo::index; null after a write to the kind.
  std::vector<Value> lists_;
  ArrayBuilder making_;  // a list; kept for its memory
};

}  // namespace wavetank::sim
