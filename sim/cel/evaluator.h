// A walk over the nodes of a Program. Users want Evaluate of program.h.
//
// Errors are values on the way up: && and || absorb them, everything else passes them on. The first error that reaches
// the top wins. When the meter is exceeded, the result is that error, whatever was absorbed.
#pragma once

#include <optional>
#include <span>

#include "sim/cel/meter.h"
#include "sim/cel/program.h"

namespace wavetank::cel {

class Evaluator {
 public:
  Evaluator(const Program& program, Activation& activation, std::span<Val> locals)
      : program_(program), activation_(activation), meter_(activation.limits()), locals_(locals) {}

  Val Eval(uint32_t node);
  const Meter& meter() const { return meter_; }
  // Where the meter was exceeded, kNowhere if it was not.
  uint32_t cost_at() const { return cost_at_; }

 private:
  // The value of a node without a copy where it is kept anywhere; `scratch` holds it otherwise.
  const Val& Borrow(uint32_t node, Val& scratch);
  const Val& VariableOf(const Node& node, Val& scratch) const;
  uint32_t Child(const Node& node, size_t index) const { return program_.children[node.first_child + index]; }
  Val At(Val value, uint32_t at) const;

  Val EvalPath(const Node& node);
  Val EvalHas(const Node& node);
  // The map before the last `untaken` steps. An error, when the way leads nowhere.
  Val Walk(const Node& node, uint32_t steps);
  Val EvalCall(const Node& node);
  template <size_t kCount>
  Val EvalCallWith(const Node& node);
  Val Call(const Node& node, std::span<const Val> arguments);
  Val EvalMatches(const Node& node);
  Val EvalBinary(const Node& node);
  Val EvalNot(const Node& node);
  Val EvalNegate(const Node& node);
  Val EvalLogic(const Node& node, bool decisive);
  Val EvalConditional(const Node& node);
  Val EvalList(const Node& node);
  Val EvalMap(const Node& node);
  Val EvalBind(const Node& node);

  // Macros (evaluator_macros.cpp).
  Val EvalQuantifier(const Node& node, bool decisive);
  Val EvalExistsOne(const Node& node);
  Val EvalFilter(const Node& node);
  Val EvalCount(const Node& node);
  Val EvalTransform(const Node& node);
  const Val& BorrowRange(const Node& node, Val& scratch);
  void BindElement(const Node& node, const Val& range, size_t index);
  Val NotBool(const Node& node, const Val& value) const;

  const Program& program_;
  Activation& activation_;
  Meter meter_;
  const std::span<Val> locals_;
  uint32_t cost_at_ = UINT32_MAX;
};

// The value of a node whose children are constants; nothing when that is an error. For the compiler.
std::optional<Val> EvaluateConstant(const Program& program, uint32_t node);

}  // namespace wavetank::cel
