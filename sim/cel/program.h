// A compiled expression: names resolved to slots, functions to pointers, field names interned, constants folded.
//
//   WT_ASSIGN(Program program, Compile("p.spec.replicas <= 3 || has(p.spec.paused)", environment));
//   WT_ASSIGN(Val result, Evaluate(program, activation));
//
// A Program never changes; it is evaluated as often as one likes. Copies share nothing but counted constants, so it
// belongs to one thread like every Value. Evaluation allocates nothing but the lists, maps and strings it makes.
// Errors read `line:column: message`; Explain (source.h) adds the line and a caret.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/string.h"
#include "sim/cel/environment.h"
#include "sim/cel/functions.h"
#include "sim/cel/parser.h"
#include "sim/cel/pattern.h"
#include "sim/cel/val.h"

namespace wavetank::cel {

enum class Op : uint8_t {
  kConstant,  // data: constant
  kVariable,  // data: slot of the activation
  kLocal,     // data: slot of a macro's variable
  kPath,      // child; data: first step, extra: number of steps (a.b.c is one node)
  kHas,       // the same, with the last step tested
  kIndex,     // container, key
  kBuiltin,   // arguments; data: function
  kHostCall,  // arguments; data: function
  kMatches,   // text; data: pattern
  kList,      // elements
  kMap,       // key, value, ...
  kNot,
  kNegate,
  kArithmetic,  // operation: Arithmetic
  kRelation,    // operation: Relation
  kEqual,
  kNotEqual,
  kIn,
  kAnd,
  kOr,
  kConditional,
  // Macros. Children: range, condition, (for kTransform: condition or the result itself) result. data: local slot.
  kAll,
  kExists,
  kExistsOne,
  kFilter,
  kCount,      // size() of a filter, without making the list
  kTransform,  // map()
  kBind,       // cel.bind: value, body
};

struct Node {
  Op op;
  uint8_t operation = 0;  // Arithmetic or Relation; for macros 1 when there are two variables (index or key, value)
  uint16_t extra = 0;
  uint32_t at = 0;
  uint32_t data = 0;
  uint32_t first_child = 0;
  uint32_t child_count = 0;
};

// One field of a path.
struct PathStep {
  Name name;
  uint32_t at;
};

// A call of a host function as written, for analyses such as KindsRead.
struct HostCall {
  std::string function;
  std::vector<std::optional<Val>> arguments;  // the constant ones have their value
};

struct Program {
  std::string text;
  uint32_t root = 0;
  uint32_t locals = 0;  // slots that macros need
  std::vector<Node> nodes;
  std::vector<uint32_t> children;
  std::vector<Val> constants;
  std::vector<PathStep> steps;
  std::vector<const Builtin*> builtins;
  std::vector<HostFunction> host_functions;
  std::vector<Pattern> patterns;
  std::vector<std::string> variables;  // of the Environment, for messages
  std::vector<HostCall> host_calls;    // also those of computed variables

  std::span<const uint32_t> ChildrenOf(const Node& node) const {
    return std::span(children).subspan(node.first_child, node.child_count);
  }
};

Result<Program> Compile(std::string_view text, const Environment& environment, const ParseLimits& limits = {});

Result<Val> Evaluate(const Program& program, Activation& activation);
// The same for expressions that must say true or false.
Result<bool> EvaluateBool(const Program& program, Activation& activation);

}  // namespace wavetank::cel
