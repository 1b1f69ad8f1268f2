#include "sim/cel/evaluator.h"

#include <array>
#include <utility>

#include "sim/cel/operators.h"
#include "sim/cel/source.h"

namespace wavetank::cel {

Val Evaluator::Eval(uint32_t index) {
  const Node& node = program_.nodes[index];
  meter_.Charge(1);
  if (meter_.exceeded()) [[unlikely]] {
    if (cost_at_ == kNowhere) cost_at_ = node.at;
    return Val::Error(ErrorKind::kCost);
  }
  switch (node.op) {
    case Op::kConstant: return program_.constants[node.data];
    case Op::kLocal: return locals_[node.data];
    case Op::kVariable: {
      Val scratch;
      return VariableOf(node, scratch);
    }
    case Op::kPath: return EvalPath(node);
    case Op::kHas: return EvalHas(node);
    case Op::kBuiltin:
    case Op::kHostCall: return EvalCall(node);
    case Op::kMatches: return EvalMatches(node);
    case Op::kIndex:
    case Op::kArithmetic:
    case Op::kRelation:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kIn: return EvalBinary(node);
    case Op::kNot: return EvalNot(node);
    case Op::kNegate: return EvalNegate(node);
    case Op::kAnd: return EvalLogic(node, false);
    case Op::kOr: return EvalLogic(node, true);
    case Op::kConditional: return EvalConditional(node);
    case Op::kList: return EvalList(node);
    case Op::kMap: return EvalMap(node);
    case Op::kAll: return EvalQuantifier(node, false);
    case Op::kExists: return EvalQuantifier(node, true);
    case Op::kExistsOne: return EvalExistsOne(node);
    case Op::kFilter: return EvalFilter(node);
    case Op::kCount: return EvalCount(node);
    case Op::kTransform: return EvalTransform(node);
    case Op::kBind: return EvalBind(node);
  }
  return Val::Error(ErrorKind::kText, "unknown operation", node.at);
}

const Val& Evaluator::Borrow(uint32_t index, Val& scratch) {
  const Node& node = program_.nodes[index];
  switch (node.op) {
    case Op::kConstant: meter_.Charge(1); return program_.constants[node.data];
    case Op::kLocal: meter_.Charge(1); return locals_[node.data];
    case Op::kVariable: meter_.Charge(1); return VariableOf(node, scratch);
    default: scratch = Eval(index); return scratch;
  }
}

const Val& Evaluator::VariableOf(const Node& node, Val& scratch) const {
  if (const Val* value = activation_.Find(node.data); value != nullptr) return *value;
  scratch = Val::Error(ErrorKind::kUnset, String(program_.variables[node.data]), node.at);
  return scratch;
}

// Fills in the place of an error that has none yet.
Val Evaluator::At(Val value, uint32_t at) const {
  if (value.is_error() && value.error().at == kNowhere) [[unlikely]] {
    if (value.error().refs == 1) {
      value.error().at = at;
      return value;
    }
    Val copy = Val::Error(value.error().kind, value.error().detail, at);
    copy.error().code = value.error().code;
    return copy;
  }
  return value;
}

// Takes the first `steps` steps of a path.
Val Evaluator::Walk(const Node& node, uint32_t steps) {
  Val scratch;
  const Val& base = Borrow(Child(node, 0), scratch);
  if (base.is_error()) return base;
  meter_.Charge(steps);
  const PathStep* step = &program_.steps[node.data];
  const PathStep* const end = step + steps;
  Val made;  // a map of the expression on the way
  const Val* at = &base;
  while (step != end) {
    if (const Value* json = at->json(); json != nullptr) {
      // Through a document without touching a count.
      for (; step != end && json->is_object(); ++step) {
        const Value* next = json->Find(step->name);
        if (next == nullptr) return Val::Error(ErrorKind::kNoSuchKey, String(step->name), step->at);
        json = next;
      }
      if (step == end) return *json;
      return Val::Error(ErrorKind::kNoSuchOverload,
                        String(std::string(ShortTypeName(*json)) + "." + std::string(step->name.view())), step->at);
    }
    if (!at->is_map()) {
      return Val::Error(ErrorKind::kNoSuchOverload,
                        String(std::string(ShortTypeName(*at)) + "." + std::string(step->name.view())), step->at);
    }
    Val next = Lookup(*at, Val::Text(String(step->name)), meter_);
    if (next.is_unset()) return Val::Error(ErrorKind::kNoSuchKey, String(step->name), step->at);
    made = std::move(next);
    at = &made;
    ++step;
  }
  return *at;
}

Val Evaluator::EvalPath(const Node& node) { return Walk(node, node.extra); }

Val Evaluator::EvalHas(const Node& node) {
  const PathStep& last = program_.steps[node.data + node.extra - 1];
  const Val map = Walk(node, node.extra - 1u);
  if (map.is_error()) return map;
  if (!map.is_map()) return At(NoOverload("has", std::span(&map, 1)), last.at);
  if (const Value* json = map.json(); json != nullptr) return Val::Bool(json->Has(last.name));
  return Val::Bool(!Lookup(map, Val::Text(String(last.name)), meter_).is_unset());
}

Val Evaluator::Call(const Node& node, std::span<const Val> arguments) {
  for (const Val& argument : arguments) {
    if (argument.is_error()) return argument;
  }
  if (node.op == Op::kBuiltin) {
    const Builtin& builtin = *program_.builtins[node.data];
    CallContext context{meter_, builtin.name};
    return At(builtin.call(arguments, context), node.at);
  }
  Result<Val> result = program_.host_functions[node.data].call(arguments, activation_);
  if (!result.ok()) [[unlikely]]
    return At(Val::Error(result.status()), node.at);
  meter_.Charge(result->boxed_elements().size());
  if (result->is_unset()) return At(Val::Error(ErrorKind::kText, "the function gave no value"), node.at);
  return At(*std::move(result), node.at);
}

template <size_t kCount>
Val Evaluator::EvalCallWith(const Node& node) {
  std::array<Val, kCount> arguments;
  for (size_t i = 0; i < kCount; ++i) {
    arguments[i] = Eval(Child(node, i));
    if (arguments[i].is_error()) return std::move(arguments[i]);
  }
  return Call(node, arguments);
}

Val Evaluator::EvalCall(const Node& node) {
  switch (node.child_count) {
    case 0: return Call(node, {});
    case 1: {
      Val scratch;
      return Call(node, std::span(&Borrow(Child(node, 0), scratch), 1));
    }
    case 2: return EvalCallWith<2>(node);
    case 3: return EvalCallWith<3>(node);
    case 4: return EvalCallWith<4>(node);
    default: break;
  }
  std::vector<Val> arguments;
  for (const uint32_t child : program_.ChildrenOf(node)) arguments.push_back(Eval(child));
  return Call(node, arguments);
}

Val Evaluator::EvalMatches(const Node& node) {
  Val scratch;
  const Val& text = Borrow(Child(node, 0), scratch);
  if (text.is_error()) return text;
  if (!text.is_string()) return At(NoOverload("matches", std::span(&text, 1)), node.at);
  const Pattern& pattern = program_.patterns[node.data];
  meter_.Charge(pattern.Cost(text.AsString()));
  if (meter_.exceeded()) return Val::Error(ErrorKind::kCost);
  return Val::Bool(pattern.Search(text.AsString()));
}

Val Evaluator::EvalBinary(const Node& node) {
  Val left_scratch;
  const Val& left = Borrow(Child(node, 0), left_scratch);
  if (left.is_error()) return left;
  Val right_scratch;
  const Val& right = Borrow(Child(node, 1), right_scratch);
  if (right.is_error()) return right;
  switch (node.op) {
    case Op::kEqual: return Val::Bool(Equal(left, right, meter_));
    case Op::kNotEqual: return Val::Bool(!Equal(left, right, meter_));
    case Op::kRelation: return At(Relate(static_cast<Relation>(node.operation), left, right, meter_), node.at);
    case Op::kArithmetic: return At(Calculate(static_cast<Arithmetic>(node.operation), left, right, meter_), node.at);
    case Op::kIn: return At(Contains(left, right, meter_), node.at);
    default: return At(Index(left, right, meter_), node.at);
  }
}

Val Evaluator::EvalNot(const Node& node) {
  Val scratch;
  const Val& operand = Borrow(Child(node, 0), scratch);
  if (operand.is_bool()) return Val::Bool(!operand.AsBool());
  return operand.is_error() ? operand : At(NoOverload("!", std::span(&operand, 1)), node.at);
}

Val Evaluator::EvalNegate(const Node& node) {
  Val scratch;
  const Val& operand = Borrow(Child(node, 0), scratch);
  return operand.is_error() ? operand : At(Negate(operand), node.at);
}

// `decisive`: the operand that decides alone, true for ||. It also decides against errors of the others.
Val Evaluator::EvalLogic(const Node& node, bool decisive) {
  Val error = Val::Unset();
  for (const uint32_t child : program_.ChildrenOf(node)) {
    Val operand = Eval(child);
    if (operand.is_bool()) {
      if (operand.AsBool() == decisive) return operand;
    } else if (error.is_unset()) {
      error = operand.is_error() ? std::move(operand)
                                 : At(NoOverload(decisive ? "||" : "&&", std::span(&operand, 1)), node.at);
    }
  }
  return error.is_unset() ? Val::Bool(!decisive) : error;
}

Val Evaluator::EvalConditional(const Node& node) {
  Val scratch;
  const Val& condition = Borrow(Child(node, 0), scratch);
  if (condition.is_bool()) return Eval(Child(node, condition.AsBool() ? 1 : 2));
  return condition.is_error() ? condition : At(NoOverload("?:", std::span(&condition, 1)), node.at);
}

Val Evaluator::EvalList(const Node& node) {
  ListBuilder list(node.child_count);
  for (const uint32_t child : program_.ChildrenOf(node)) {
    Val element = Eval(child);
    if (element.is_error()) return element;
    list.Add(std::move(element));
  }
  return std::move(list).Build();
}

Val Evaluator::EvalMap(const Node& node) {
  const auto is_key = [](const Val& key) {
    return key.is_string() || key.is_bool() || key.type() == Type::kInt || key.type() == Type::kUint;
  };
  std::vector<Entry> entries;
  entries.reserve(node.child_count / 2);
  for (size_t i = 0; i < node.child_count; i += 2) {
    Val key = Eval(Child(node, i));
    if (key.is_error()) return key;
    const uint32_t at = program_.nodes[Child(node, i)].at;
    if (!is_key(key)) {
      return Val::Error(ErrorKind::kText, String("a map key cannot be " + std::string(ShortTypeName(key))), at);
    }
    for (const Entry& entry : entries) {
      if (Equal(entry.key, key, meter_)) {
        return Val::Error(ErrorKind::kText, String("duplicate map key: " + key.ToString()), at);
      }
    }
    Val value = Eval(Child(node, i + 1));
    if (value.is_error()) return value;
    entries.push_back({std::move(key), std::move(value)});
  }
  return Val::Map(std::move(entries));
}

Val Evaluator::EvalBind(const Node& node) {
  Val value = Eval(Child(node, 0));
  if (value.is_error()) return value;
  locals_[node.data] = std::move(value);
  return Eval(Child(node, 1));
}

}  // namespace wavetank::cel
