// Ast -> Program: names become slots, functions pointers, macros loops, constant parts constants.

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/cel/evaluator.h"
#include "sim/cel/macros.h"
#include "sim/cel/program.h"
#include "sim/cel/source.h"

namespace wavetank::cel {
namespace {

struct NamedType {
  std::string_view name;
  Type type;
};
constexpr NamedType kTypes[] = {
    {"bool", Type::kBool},
    {"int", Type::kInt},
    {"uint", Type::kUint},
    {"double", Type::kDouble},
    {"string", Type::kString},
    {"bytes", Type::kBytes},
    {"list", Type::kList},
    {"map", Type::kMap},
    {"null_type", Type::kNull},
    {"type", Type::kType},
    {"google.protobuf.Timestamp", Type::kTimestamp},
    {"google.protobuf.Duration", Type::kDuration},
};

// A compiled pattern may take a MiB.
constexpr size_t kMaxPatterns = 64;
constexpr std::string_view kBind = "cel.bind";

std::string Arguments(int min, int max) {
  std::string text = std::to_string(min);
  if (max != min) text += " to " + std::to_string(max);
  return text + (min == max && min == 1 ? " argument" : " arguments");
}

class Compiler {
 public:
  Compiler(std::string_view text, const Environment& environment, const Ast& ast)
      : environment_(environment), ast_(ast) {
    program_.text = text;
    program_.variables = environment.variables();
  }

  Result<Program> Run() {
    WT_ASSIGN(program_.root, Visit(ast_.root));
    return std::move(program_);
  }

 private:
  using Compiled = Result<uint32_t>;

  Status Fail(uint32_t at, std::string_view message) const { return ErrorAt(program_.text, at, message); }

  uint32_t Add(Node node, std::span<const uint32_t> children = {}) {
    node.first_child = static_cast<uint32_t>(program_.children.size());
    node.child_count = static_cast<uint32_t>(children.size());
    program_.children.insert(program_.children.end(), children.begin(), children.end());
    program_.nodes.push_back(node);
    return static_cast<uint32_t>(program_.nodes.size() - 1);
  }
  uint32_t AddConstant(Val value, uint32_t at) {
    program_.constants.push_back(std::move(value));
    return Add({.op = Op::kConstant, .at = at, .data = static_cast<uint32_t>(program_.constants.size() - 1)});
  }
  bool IsConstant(uint32_t node) const { return program_.nodes[node].op == Op::kConstant; }
  const Val& ConstantOf(uint32_t node) const { return program_.constants[program_.nodes[node].data]; }

  // A node whose operands are all constant is computed now. Errors stay: they may never be reached.
  uint32_t Fold(uint32_t node) {
    for (const uint32_t child : program_.ChildrenOf(program_.nodes[node])) {
      if (!IsConstant(child)) return node;
    }
    std::optional<Val> value = EvaluateConstant(program_, node);
    return value.has_value() ? AddConstant(*std::move(value), program_.nodes[node].at) : node;
  }

  Compiled Visit(uint32_t index) {
    const AstNode& node = ast_[index];
    switch (node.kind) {
      case AstKind::kConstant: return AddConstant(node.constant, node.at);
      case AstKind::kIdentifier: return VisitIdentifier(node);
      case AstKind::kSelect: return VisitSelect(index, Op::kPath);
      case AstKind::kCall: return VisitCall(node);
      case AstKind::kMethod: return VisitMethod(node);
      case AstKind::kIndex: return VisitPlain(node, Op::kIndex);
      case AstKind::kList: return VisitPlain(node, Op::kList);
      case AstKind::kMap: return VisitPlain(node, Op::kMap);
      case AstKind::kNot: return VisitPlain(node, Op::kNot);
      case AstKind::kNegate: return VisitPlain(node, Op::kNegate);
      case AstKind::kArithmetic: return VisitPlain(node, Op::kArithmetic);
      case AstKind::kRelation: return VisitPlain(node, Op::kRelation);
      case AstKind::kEqual: return VisitPlain(node, Op::kEqual);
      case AstKind::kNotEqual: return VisitPlain(node, Op::kNotEqual);
      case AstKind::kIn: return VisitPlain(node, Op::kIn);
      case AstKind::kAnd: return VisitPlain(node, Op::kAnd);
      case AstKind::kOr: return VisitPlain(node, Op::kOr);
      case AstKind::kConditional: return VisitPlain(node, Op::kConditional);
    }
    return Fail(node.at, "unknown syntax");
  }

  Result<std::vector<uint32_t>> VisitAll(std::span<const uint32_t> nodes) {
    std::vector<uint32_t> out;
    out.reserve(nodes.size());
    for (const uint32_t node : nodes) {
      WT_ASSIGN(const uint32_t compiled, Visit(node));
      out.push_back(compiled);
    }
    return out;
  }

  Compiled VisitPlain(const AstNode& node, Op op) {
    WT_ASSIGN(const std::vector<uint32_t> children, VisitAll(ast_.ChildrenOf(node)));
    return Fold(Add({.op = op, .operation = node.operation, .at = node.at}, children));
  }

  // Names.

  // The innermost macro variable of this name, or -1.
  int LocalSlot(std::string_view name) const {
    for (size_t i = scope_.size(); i-- > 0;) {
      if (scope_[i] == name) return static_cast<int>(i);
    }
    return -1;
  }

  // The node a plain name stands for; nothing when the name is unknown.
  std::optional<uint32_t> Resolve(std::string_view name, uint32_t at) {
    if (const int slot = LocalSlot(name); slot >= 0) {
      return Add({.op = Op::kLocal, .at = at, .data = static_cast<uint32_t>(slot)});
    }
    if (const int slot = environment_.FindVariable(name); slot >= 0) {
      return Add({.op = Op::kVariable, .at = at, .data = static_cast<uint32_t>(slot)});
    }
    if (const HostFunction* computed = environment_.FindComputedVariable(name); computed != nullptr) {
      return AddHostCall(*computed, {}, at);
    }
    for (const NamedType& type : kTypes) {
      if (type.name == name) return AddConstant(Val::OfType(type.type), at);
    }
    return std::nullopt;
  }

  Compiled VisitIdentifier(const AstNode& node) {
    const std::optional<uint32_t> resolved = Resolve(node.text, node.at);
    return resolved.has_value() ? Compiled(*resolved) : UnknownVariable(node);
  }

  Status UnknownVariable(const AstNode& node) const {
    if (environment_.FindFunction(node.text) != nullptr || IsBuiltinName(node.text, false)) {
      return Fail(node.at, node.text + " is a function: write " + node.text + "(...)");
    }
    std::vector<std::string_view> names(scope_.begin(), scope_.end());
    for (const std::string& name : environment_.variables()) names.push_back(name);
    for (const HostFunction& computed : environment_.computed_variables()) names.push_back(computed.name);
    return Fail(node.at, "unknown variable " + node.text + DidYouMean(node.text, names));
  }

  // "a.b.c" of a chain of selects from an identifier; empty for every other operand.
  std::string DottedName(uint32_t index) const {
    const AstNode& node = ast_[index];
    if (node.kind == AstKind::kIdentifier) return node.text;
    if (node.kind != AstKind::kSelect) return {};
    const std::string prefix = DottedName(ast_.Child(node, 0));
    return prefix.empty() ? prefix : prefix + "." + node.text;
  }

  // a.b.c: one node. REQUIRES: `index` is a select.
  Compiled VisitSelect(uint32_t index, Op op) {
    if (op == Op::kPath) {
      const std::string name = DottedName(index);
      const NamedType* type = std::ranges::find(kTypes, std::string_view(name), &NamedType::name);
      if (type != std::end(kTypes)) return AddConstant(Val::OfType(type->type), ast_[index].at);
    }
    std::vector<PathStep> steps;
    uint32_t base = index;
    for (; ast_[base].kind == AstKind::kSelect; base = ast_.Child(ast_[base], 0)) {
      steps.push_back({Name(ast_[base].text), ast_[base].at});
    }
    std::ranges::reverse(steps);
    WT_ASSIGN(const uint32_t child, Visit(base));
    const auto first = static_cast<uint32_t>(program_.steps.size());
    program_.steps.insert(program_.steps.end(), steps.begin(), steps.end());
    return Add({.op = op, .extra = static_cast<uint16_t>(steps.size()), .at = ast_[index].at, .data = first},
               std::array{child});
  }

  // Calls.

  Compiled VisitCall(const AstNode& node) {
    if (node.text == "has") return VisitHas(node);
    return CallFunction(node, node.text, ast_.ChildrenOf(node));
  }

  Compiled VisitHas(const AstNode& node) {
    if (node.child_count != 1 || ast_[ast_.Child(node, 0)].kind != AstKind::kSelect) {
      return Fail(node.at, "has() takes one field, as in has(pod.status)");
    }
    return VisitSelect(ast_.Child(node, 0), Op::kHas);
  }

  Compiled CallFunction(const AstNode& node, const std::string& name, std::span<const uint32_t> arguments) {
    if (const HostFunction* host = environment_.FindFunction(name); host != nullptr) {
      if (std::cmp_less(arguments.size(), host->min_arguments) ||
          std::cmp_greater(arguments.size(), host->max_arguments)) {
        return Fail(node.at, name + "() takes " + Arguments(host->min_arguments, host->max_arguments) + ", not " +
                                 std::to_string(arguments.size()));
      }
      WT_ASSIGN(const std::vector<uint32_t> children, VisitAll(arguments));
      return AddHostCall(*host, children, node.at);
    }
    const Builtin* builtin = FindBuiltin(name, false, arguments.size());
    if (builtin == nullptr) return UnknownFunction(node, name, false, arguments.size());
    return AddBuiltin(node, *builtin, arguments);
  }

  uint32_t AddHostCall(const HostFunction& host, std::span<const uint32_t> children, uint32_t at) {
    HostCall call{host.name, {}};
    for (const uint32_t child : children) {
      call.arguments.push_back(IsConstant(child) ? std::optional(ConstantOf(child)) : std::nullopt);
    }
    program_.host_calls.push_back(std::move(call));
    program_.host_functions.push_back(host);
    return Add({.op = Op::kHostCall, .at = at, .data = static_cast<uint32_t>(program_.host_functions.size() - 1)},
               children);
  }

  Compiled AddBuiltin(const AstNode& node, const Builtin& builtin, std::span<const uint32_t> arguments) {
    WT_ASSIGN(const std::vector<uint32_t> children, VisitAll(arguments));
    Node& last = program_.nodes[children.back()];
    if (builtin.name == "size" && last.op == Op::kFilter && children.back() + 1 == program_.nodes.size()) {
      last.op = Op::kCount;
      return children.back();
    }
    if (builtin.name == "matches" && IsConstant(children[1]) && ConstantOf(children[1]).is_string()) {
      return AddMatches(node, children);
    }
    program_.builtins.push_back(&builtin);
    return Fold(Add({.op = Op::kBuiltin, .at = node.at, .data = static_cast<uint32_t>(program_.builtins.size() - 1)},
                    children));
  }

  Compiled AddMatches(const AstNode& node, std::span<const uint32_t> children) {
    Result<Pattern> pattern = Pattern::Compile(ConstantOf(children[1]).AsString());
    if (!pattern.ok()) return Fail(program_.nodes[children[1]].at, pattern.status().message());
    if (program_.patterns.size() == kMaxPatterns) {
      return Fail(node.at, "the expression has more than " + std::to_string(kMaxPatterns) + " patterns");
    }
    program_.patterns.push_back(*std::move(pattern));
    return Fold(Add({.op = Op::kMatches, .at = node.at, .data = static_cast<uint32_t>(program_.patterns.size() - 1)},
                    children.first(1)));
  }

  Status UnknownFunction(const AstNode& node, std::string_view name, bool method, size_t given) const {
    const std::string shown = (method ? "." : "") + std::string(name) + "()";
    const Macro* macro = FindMacro(name);
    if (IsBuiltinName(name, method) || (method && macro != nullptr)) {
      return Fail(node.at, shown + " does not take " + Arguments(static_cast<int>(given), static_cast<int>(given)));
    }
    if (IsBuiltinName(name, !method) || (!method && macro != nullptr)) {
      return Fail(node.at,
                  std::string(name) + "() is called " +
                      (method ? "as " + std::string(name) + "(...)" : "as value." + std::string(name) + "(...)"));
    }
    if (method && environment_.FindFunction(name) != nullptr) {
      return Fail(node.at, std::string(name) + "() is called as " + std::string(name) + "(...)");
    }
    std::vector<std::string_view> names = BuiltinNames(method);
    if (method) {
      for (const Macro& known : Macros()) names.push_back(known.name);
    } else {
      names.push_back("has");
      for (const HostFunction& host : environment_.functions()) names.push_back(host.name);
    }
    return Fail(node.at, "unknown function " + shown + DidYouMean(name, names));
  }

  Compiled VisitMethod(const AstNode& node) {
    const std::span<const uint32_t> children = ast_.ChildrenOf(node);
    const std::string prefix = DottedName(children[0]);
    if (!prefix.empty()) {
      const std::string qualified = prefix + "." + node.text;
      if (qualified == kBind) return VisitBind(node, children.subspan(1));
      if (environment_.FindFunction(qualified) != nullptr) return CallFunction(node, qualified, children.subspan(1));
    }
    if (const Macro* macro = FindMacro(node.text); macro != nullptr) {
      if (const auto form = FormOf(*macro, children.size() - 1); form.has_value()) {
        return VisitMacro(node, *macro, *form);
      }
    }
    const Builtin* builtin = FindBuiltin(node.text, true, children.size());
    if (builtin == nullptr) return UnknownFunction(node, node.text, true, children.size() - 1);
    return AddBuiltin(node, *builtin, children);
  }

  // Macros.

  // A variable of a macro; its slot is its depth.
  Status OpenScope(uint32_t index) {
    const AstNode& node = ast_[index];
    if (node.kind != AstKind::kIdentifier) return Fail(node.at, "the name of a variable is expected");
    scope_.push_back(node.text);
    program_.locals = std::max(program_.locals, static_cast<uint32_t>(scope_.size()));
    return {};
  }

  Compiled VisitMacro(const AstNode& node, const Macro& macro, const MacroForm& form) {
    const std::span<const uint32_t> children = ast_.ChildrenOf(node);
    const auto variables = static_cast<size_t>(form.variables);
    WT_ASSIGN(const uint32_t range, Visit(children[0]));
    const size_t outer = scope_.size();
    for (size_t i = 1; i <= variables; ++i) WT_RETURN_IF_ERROR(OpenScope(children[i]));
    WT_ASSIGN(std::vector<uint32_t> parts, VisitAll(children.subspan(1 + variables)));
    scope_.resize(outer);
    parts.insert(parts.begin(), range);
    return Add({.op = macro.op,
                .operation = static_cast<uint8_t>(variables - 1),
                .at = node.at,
                .data = static_cast<uint32_t>(outer)},
               parts);
  }

  // cel.bind(name, value, body)
  Compiled VisitBind(const AstNode& node, std::span<const uint32_t> arguments) {
    if (arguments.size() != 3) return Fail(node.at, "cel.bind() takes a name, a value and an expression");
    WT_ASSIGN(const uint32_t value, Visit(arguments[1]));
    const size_t outer = scope_.size();
    WT_RETURN_IF_ERROR(OpenScope(arguments[0]));
    WT_ASSIGN(const uint32_t body, Visit(arguments[2]));
    scope_.resize(outer);
    return Add({.op = Op::kBind, .at = node.at, .data = static_cast<uint32_t>(outer)}, std::array{value, body});
  }

  const Environment& environment_;
  const Ast& ast_;
  std::vector<std::string> scope_;
  Program program_;
};

}  // namespace

Result<Program> Compile(std::string_view text, const Environment& environment, const ParseLimits& limits) {
  WT_ASSIGN(const Ast ast, Parse(text, limits));
  return Compiler(text, environment, ast).Run();
}

}  // namespace wavetank::cel
