// What an expression may name, and what it is evaluated with.
//
//   Environment environment;
//   const int replicas = environment.AddVariable("replicas");
//   environment.AddFunction({"double", 1, 1, [](std::span<const Val> args, Activation&) -> Result<Val> { ... }});
//   WT_ASSIGN(Program program, Compile("double(replicas) < 10", environment));
//
//   Activation activation;                       // one for many evaluations, if the host likes
//   activation.Set(replicas, Val::Int(3));
//   WT_ASSIGN(bool holds, EvaluateBool(program, activation));
//
// A Program keeps what it needs of its Environment: slots and pointers to functions. The Environment may go.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "sim/cel/meter.h"
#include "sim/cel/val.h"

namespace wavetank::cel {

// What the functions of a host find in the Activation. A host derives its own and knows the type it gave.
class Host {
 public:
  virtual ~Host() = default;
};

class Activation {
 public:
  explicit Activation(Host* host = nullptr, const Limits& limits = {}) : host_(host), limits_(limits) {}

  // REQUIRES: slot came from AddVariable.
  void Set(int slot, Val value) {
    if (static_cast<size_t>(slot) >= variables_.size()) variables_.resize(static_cast<size_t>(slot) + 1, Val::Unset());
    variables_[static_cast<size_t>(slot)] = std::move(value);
  }
  // Null when nobody set it.
  const Val* Find(uint32_t slot) const {
    return slot < variables_.size() && !variables_[slot].is_unset() ? &variables_[slot] : nullptr;
  }

  Host* host() const { return host_; }
  const Limits& limits() const { return limits_; }
  // Steps of the last evaluation: what it cost.
  uint64_t last_cost() const { return last_cost_; }
  void set_last_cost(uint64_t steps) { last_cost_ = steps; }

 private:
  Host* host_;
  Limits limits_;
  uint64_t last_cost_ = 0;
  std::vector<Val> variables_;
};

// No argument is an error: errors of arguments are the call's result.
using HostCallback = Result<Val> (*)(std::span<const Val> arguments, Activation& activation);

struct HostFunction {
  std::string name;  // may have dots: "math.greatest"
  int min_arguments = 0;
  int max_arguments = 0;
  HostCallback call = nullptr;
};

class Environment {
 public:
  // The slot for Activation::Set. REQUIRES: the name is new.
  int AddVariable(std::string name);
  // Called as name(...), never as a method. REQUIRES: the name is new, and no built-in function has it.
  void AddFunction(HostFunction function);
  // Read as a variable, computed by a call without arguments whenever it is read: `now`.
  void AddComputedVariable(std::string name, HostCallback call);

  // -1 when there is none.
  int FindVariable(std::string_view name) const;
  // Null when there is none.
  const HostFunction* FindFunction(std::string_view name) const;
  const HostFunction* FindComputedVariable(std::string_view name) const;
  const std::vector<std::string>& variables() const { return variables_; }
  const std::vector<HostFunction>& functions() const { return functions_; }
  const std::vector<HostFunction>& computed_variables() const { return computed_variables_; }

 private:
  std::vector<std::string> variables_;
  std::vector<HostFunction> functions_;
  std::vector<HostFunction> computed_variables_;
};

}  // namespace wavetank::cel
