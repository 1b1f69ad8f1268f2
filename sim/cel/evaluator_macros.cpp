// The loops of an expression.

#include <algorithm>

#include "sim/cel/evaluator.h"
#include "sim/cel/operators.h"
#include "sim/cel/source.h"

namespace wavetank::cel {

// The list or map that a macro runs over, or an error. Stays in place while the loop runs: the slots that an inner
// expression may write are never those of an outer one.
const Val& Evaluator::BorrowRange(const Node& node, Val& scratch) {
  const Val& range = Borrow(Child(node, 0), scratch);
  if (range.is_error() || range.is_list() || range.is_map()) return range;
  const std::string detail = "a macro over " + std::string(ShortTypeName(range)) + ": a list or a map is needed";
  scratch = Val::Error(ErrorKind::kNoSuchOverload, String(detail), node.at);
  return scratch;
}

void Evaluator::BindElement(const Node& node, const Val& range, size_t index) {
  Val& first = locals_[node.data];
  if (node.operation == 0) {
    first = range.is_list() ? range.ElementAt(index) : range.KeyAt(index);
    return;
  }
  Val& second = locals_[node.data + 1];
  if (range.is_list()) {
    first = Val::Int(static_cast<int64_t>(index));
    second = range.ElementAt(index);
  } else {
    first = range.KeyAt(index);
    second = range.ValueAt(index);
  }
}

// What a condition that is no bool makes of the macro.
Val Evaluator::NotBool(const Node& node, const Val& value) const {
  if (value.is_error()) return value;
  const std::string detail = "a condition that is " + std::string(ShortTypeName(value)) + ", not bool";
  return Val::Error(ErrorKind::kNoSuchOverload, String(detail), node.at);
}

// all and exists: the && or || of the conditions, with its handling of errors.
Val Evaluator::EvalQuantifier(const Node& node, bool decisive) {
  Val scratch;
  const Val& range = BorrowRange(node, scratch);
  if (range.is_error()) return range;
  Val error = Val::Unset();
  const size_t size = range.size();
  for (size_t i = 0; i < size && !meter_.exceeded(); ++i) {
    BindElement(node, range, i);
    const Val condition = Eval(Child(node, 1));
    if (condition.is_bool()) {
      if (condition.AsBool() == decisive) return condition;
    } else if (error.is_unset()) {
      error = NotBool(node, condition);
    }
  }
  return error.is_unset() ? Val::Bool(!decisive) : error;
}

Val Evaluator::EvalExistsOne(const Node& node) {
  const Val count = EvalCount(node);
  return count.is_error() ? count : Val::Bool(count.AsInt() == 1);
}

Val Evaluator::EvalCount(const Node& node) {
  Val scratch;
  const Val& range = BorrowRange(node, scratch);
  if (range.is_error()) return range;
  int64_t count = 0;
  const size_t size = range.size();
  for (size_t i = 0; i < size && !meter_.exceeded(); ++i) {
    BindElement(node, range, i);
    const Val condition = Eval(Child(node, 1));
    if (!condition.is_bool()) return NotBool(node, condition);
    if (condition.AsBool()) ++count;
  }
  return Val::Int(count);
}

Val Evaluator::EvalFilter(const Node& node) {
  Val scratch;
  const Val& range = BorrowRange(node, scratch);
  if (range.is_error()) return range;
  const size_t size = range.size();
  ListBuilder kept(std::min<size_t>(size, 16));
  for (size_t i = 0; i < size && !meter_.exceeded(); ++i) {
    BindElement(node, range, i);
    const Val condition = Eval(Child(node, 1));
    if (!condition.is_bool()) return NotBool(node, condition);
    if (!condition.AsBool()) continue;
    if (kept.size() >= meter_.limits().max_list_elements) return At(TooLongList(meter_), node.at);
    kept.Add(locals_[node.data]);
  }
  return std::move(kept).Build();
}

// map(x, result) and map(x, condition, result).
Val Evaluator::EvalTransform(const Node& node) {
  Val scratch;
  const Val& range = BorrowRange(node, scratch);
  if (range.is_error()) return range;
  const bool conditional = node.child_count == 3;
  const size_t size = range.size();
  ListBuilder made(conditional ? std::min<size_t>(size, 16) : std::min(size, meter_.limits().max_list_elements));
  for (size_t i = 0; i < size && !meter_.exceeded(); ++i) {
    BindElement(node, range, i);
    if (conditional) {
      const Val condition = Eval(Child(node, 1));
      if (!condition.is_bool()) return NotBool(node, condition);
      if (!condition.AsBool()) continue;
    }
    if (made.size() >= meter_.limits().max_list_elements) return At(TooLongList(meter_), node.at);
    Val result = Eval(Child(node, conditional ? 2 : 1));
    if (result.is_error()) return result;
    made.Add(std::move(result));
  }
  return std::move(made).Build();
}

}  // namespace wavetank::cel
