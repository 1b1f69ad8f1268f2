#include "sim/cel/environment.h"

#include "runtime/base/check.h"
#include "sim/cel/functions.h"

namespace wavetank::cel {
namespace {

const HostFunction* FindIn(const std::vector<HostFunction>& functions, std::string_view name) {
  for (const HostFunction& function : functions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace

int Environment::AddVariable(std::string name) {
  WT_CHECK(FindVariable(name) < 0 && FindComputedVariable(name) == nullptr, "a CEL variable is declared once");
  variables_.push_back(std::move(name));
  return static_cast<int>(variables_.size()) - 1;
}

void Environment::AddFunction(HostFunction function) {
  WT_CHECK(FindFunction(function.name) == nullptr, "a CEL function is declared once");
  WT_CHECK(!IsBuiltinName(function.name, false), "a CEL function has the name of a built-in one");
  functions_.push_back(std::move(function));
}

void Environment::AddComputedVariable(std::string name, HostCallback call) {
  WT_CHECK(FindVariable(name) < 0 && FindComputedVariable(name) == nullptr, "a CEL variable is declared once");
  computed_variables_.push_back({std::move(name), 0, 0, call});
}

int Environment::FindVariable(std::string_view name) const {
  for (size_t i = 0; i < variables_.size(); ++i) {
    if (variables_[i] == name) return static_cast<int>(i);
  }
  return -1;
}

const HostFunction* Environment::FindFunction(std::string_view name) const { return FindIn(functions_, name); }

const HostFunction* Environment::FindComputedVariable(std::string_view name) const {
  return FindIn(computed_variables_, name);
}

}  // namespace wavetank::cel
