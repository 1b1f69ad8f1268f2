// Evaluate, EvaluateBool: an Evaluator's values become Results.

#include <array>

#include "sim/cel/evaluator.h"
#include "sim/cel/operators.h"
#include "sim/cel/source.h"

namespace wavetank::cel {
namespace {

constexpr size_t kInlineLocals = 8;
// Constants that the compiler makes stay small: a hostile expression has many.
constexpr Limits kFoldLimits = {.max_steps = 10'000, .max_string_bytes = 4096, .max_list_elements = 1024};

Status CostError(const Program& program, uint32_t at, uint64_t max_steps) {
  const std::string sentence =
      "cost limit exceeded: the expression takes more than " + std::to_string(max_steps) + " steps";
  return Status(Code::kTooLarge, MessageAt(program.text, at, sentence));
}

Result<Val> Run(const Program& program, uint32_t root, Activation& activation, std::span<Val> locals) {
  Evaluator evaluator(program, activation, locals);
  Val result = evaluator.Eval(root);
  activation.set_last_cost(evaluator.meter().used());
  if (evaluator.meter().exceeded()) {
    const uint32_t at = evaluator.cost_at() == kNowhere ? program.nodes[root].at : evaluator.cost_at();
    return CostError(program, at, activation.limits().max_steps);
  }
  if (result.is_error()) {
    return Status(result.error().code, MessageAt(program.text, result.error().at, result.ErrorMessage()));
  }
  return result;
}

}  // namespace

Result<Val> Evaluate(const Program& program, Activation& activation) {
  if (program.locals <= kInlineLocals) {
    std::array<Val, kInlineLocals> locals;
    return Run(program, program.root, activation, std::span(locals).first(program.locals));
  }
  std::vector<Val> locals(program.locals);
  return Run(program, program.root, activation, locals);
}

Result<bool> EvaluateBool(const Program& program, Activation& activation) {
  WT_ASSIGN(const Val result, Evaluate(program, activation));
  if (result.is_bool()) return result.AsBool();
  return Status(Code::kInvalid, MessageAt(program.text, program.nodes[program.root].at,
                                          "the expression gives " + std::string(ShortTypeName(result)) +
                                              ", but true or false is needed"));
}

std::optional<Val> EvaluateConstant(const Program& program, uint32_t node) {
  Activation none(nullptr, kFoldLimits);
  Result<Val> result = Run(program, node, none, {});
  if (!result.ok()) return std::nullopt;
  return *std::move(result);
}

}  // namespace wavetank::cel
