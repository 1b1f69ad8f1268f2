// Rules by type and field: the part of validation that is a table.
//
//   ValidateTree(*pods->type->Find("spec")->type.type, pod.spec(), path, errors);
//
// A row says what one field of one type must be; a type may also have a function for rules over several of its fields.
// The walk follows the fields in the order of the type, skips subtrees that no rule is about, and remembers on each node
// that it was found valid (kMarkValid).
#pragma once

#include "sim/apiserver/validation.h"

namespace wavetank::sim {

void ValidateTree(const TypeInfo& type, const Value& value, const Path& path, FieldErrors& errors);

// Rules over several fields of one type (validate_pod.cpp).
using TypeCheck = void (*)(const Value& value, const Path& path, FieldErrors& errors);
// Null when the type has none.
TypeCheck TypeCheckOf(std::string_view type_name);

// A port by number or by name.
void CheckPortOrName(const Value& port, const Path& path, FieldErrors& errors);

}  // namespace wavetank::sim
