#include "sim/apiserver/stored_form.h"

#include <memory>
#include <vector>

#include "runtime/api/quantity.h"
#include "runtime/api/schema.h"

namespace wavetank::sim {
namespace {

// The fields of a type that storage may change, here or further down; empty for most types.
struct Plan {
  std::vector<const FieldInfo*> fields;
};

bool IsList(const TypeRef& ref) { return ref.shape == Shape::kList || ref.shape == Shape::kMap; }

bool HoldsAmounts(const TypeRef& ref) {
  return ref.shape == Shape::kMap && ref.element->shape == Shape::kStruct &&
         ref.element->type->special == Special::kQuantity;
}

// Amounts of resources are whole thousandths, rounded up (API-025).
Value InMillis(const Value& amounts) {
  Value result = amounts;
  for (const Field& amount : amounts.fields()) {
    const std::string_view text = amount.value.AsString();
    if (!text.ends_with('u') && !text.ends_with('n')) continue;
    result = result.Set(amount.key, Quantity::FromMilli(Quantity::Of(amount.value).milli_value()).ToString());
  }
  return result;
}

const TypeInfo* StructBelow(const TypeRef& ref) {
  const TypeRef* at = &ref;
  while (IsList(*at)) at = at->element;
  return at->shape == Shape::kStruct && at->type->special == Special::kNone ? at->type : nullptr;
}

// A table filled as types are met: results of a pure function, one entry a type.
const Plan& PlanOf(const TypeInfo& type) {
  static std::vector<std::unique_ptr<Plan>>* table = new std::vector<std::unique_ptr<Plan>>();
  if (type.id >= table->size()) table->resize(type.id + 1);
  if ((*table)[type.id] != nullptr) return *(*table)[type.id];
  (*table)[type.id] = std::make_unique<Plan>();  // a type on the way to itself finds it empty
  std::vector<const FieldInfo*> fields;
  for (const FieldInfo& field : type.fields) {
    const TypeInfo* below = StructBelow(field.type);
    const bool null_when_empty = IsList(field.type) && field.has_zero && field.zero.is_null();
    if (null_when_empty || HoldsAmounts(field.type) || (below != nullptr && !PlanOf(*below).fields.empty()))
      fields.push_back(&field);
  }
  (*table)[type.id]->fields = std::move(fields);
  return *(*table)[type.id];
}

Value Walk(const TypeRef& ref, const Value& value);

Value WalkStruct(const TypeInfo& type, const Value& value) {
  const Plan& plan = PlanOf(type);
  if (plan.fields.empty() || !value.is_object() || HasMark(value, type, kMarkStored)) return value;
  Value result = value;
  for (const FieldInfo* field : plan.fields) {
    const Value& before = value[field->name];
    if (before.is_null()) continue;
    Value after = before;
    if (IsList(field->type) && before.empty() && field->has_zero) {
      after = field->zero;
    } else if (HoldsAmounts(field->type)) {
      after = InMillis(before);
    } else if (StructBelow(field->type) != nullptr) {
      after = Walk(field->type, before);
    }
    if (after.identity() != before.identity()) result = result.Set(field->name, std::move(after));
  }
  if (result.identity() != value.identity() && HasMark(value, type, kMarkDecoded)) AddMark(result, type, kMarkDecoded);
  AddMark(result, type, kMarkStored);
  return result;
}

Value Walk(const TypeRef& ref, const Value& value) {
  if (ref.shape == Shape::kStruct) return WalkStruct(*ref.type, value);
  if (ref.shape == Shape::kList) {
    std::vector<Value> elements;
    bool changed = false;
    for (const Value& element : value.elements()) {
      elements.push_back(Walk(*ref.element, element));
      changed = changed || elements.back().identity() != element.identity();
    }
    return changed ? Value::Array(std::move(elements)) : value;
  }
  Value result = value;
  for (const Field& entry : value.fields()) {
    Value after = Walk(*ref.element, entry.value);
    if (after.identity() != entry.value.identity()) result = result.Set(entry.key, std::move(after));
  }
  return result;
}

}  // namespace

Value StoredForm(const TypeInfo& type, const Value& object) { return WalkStruct(type, object); }

}  // namespace wavetank::sim
