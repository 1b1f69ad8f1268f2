#include "sim/apiserver/stored_form.h"

#include <memory>
#include <vector>

#include "runtime/api/quantity.h"
#include "runtime/api/schema.h"
#include "sim/apiserver/struct_walk.h"

namespace wavetank::sim {
namespace {

// The fields of a type that storage may change, here or further down; empty for most types.
struct Plan {
  std::vector<const FieldInfo*> fields;
};

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

// A table filled as types are met: results of a pure function, one entry a type.
const Plan& PlanOf(const TypeInfo& type) {
  static std::vector<std::unique_ptr<Plan>>* table = new std::vector<std::unique_ptr<Plan>>();
  if (type.id >= table->size()) table->resize(type.id + 1);
  if ((*table)[type.id] != nullptr) return *(*table)[type.id];
  (*table)[type.id] = std::make_unique<Plan>();  // a type on the way to itself finds it empty
  std::vector<const FieldInfo*> fields;
  for (const FieldInfo& field : type.fields) {
    const TypeInfo* below = StructBelow(field.type);
    const bool null_when_empty = IsListOrMap(field.type) && field.has_zero && field.zero.is_null();
    if (null_when_empty || HoldsAmounts(field.type) || (below != nullptr && !PlanOf(*below).fields.empty()))
      fields.push_back(&field);
  }
  (*table)[type.id]->fields = std::move(fields);
  return *(*table)[type.id];
}

Value WalkStruct(const TypeInfo& type, const Value& value);

Value WalkField(const FieldInfo& field, const Value& value) {
  if (IsListOrMap(field.type) && value.empty() && field.has_zero) return field.zero;
  if (HoldsAmounts(field.type)) return InMillis(value);
  return StructBelow(field.type) == nullptr ? value : MapStructs(field.type, value, WalkStruct);
}

Value WalkBeside(const TypeInfo& type, const Value& value, const Value& known) {
  const Plan& plan = PlanOf(type);
  if (plan.fields.empty() || !value.is_object() || HasMark(value, type, kMarkStored)) return value;
  const bool stored = HasMark(known, type, kMarkStored);
  Value result = value;
  for (const FieldInfo* field : plan.fields) {
    const Value& before = value[field->name];
    if (before.is_null() || IsMarkedStruct(field->type, before, kMarkStored)) continue;
    if (stored && before.identity() == known[field->name].identity()) continue;
    Value after = WalkField(*field, before);
    if (after.identity() != before.identity()) result = result.Set(field->name, std::move(after));
  }
  if (result.identity() != value.identity() && HasMark(value, type, kMarkDecoded)) AddMark(result, type, kMarkDecoded);
  AddMark(result, type, kMarkStored);
  return result;
}

Value WalkStruct(const TypeInfo& type, const Value& value) { return WalkBeside(type, value, Value()); }

}  // namespace

Value StoredForm(const TypeInfo& type, const Value& object, const Value& before) {
  return WalkBeside(type, object, before);
}

}  // namespace wavetank::sim
