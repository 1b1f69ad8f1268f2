#include "sim/apiserver/fields.h"

#include "runtime/base/check.h"

namespace wavetank::sim {
namespace {

bool Same(const Value& a, const Value& b) {
  return a.identity() != nullptr ? a.identity() == b.identity() : b.identity() == nullptr && a == b;
}

}  // namespace

Value WithFields(const Value& object, std::initializer_list<FieldChange> changes) {
  const std::span<const Field> fields = object.fields();
  ObjectBuilder builder(fields.size() + changes.size());
  bool changed = !object.is_object();
  size_t at = 0;
  const FieldChange* previous = nullptr;
  for (const FieldChange& change : changes) {
    const std::string_view name = change.name.view();
    WT_CHECK(previous == nullptr || previous->name.view() < name, "changes come in the order of names");
    previous = &change;
    while (at < fields.size() && fields[at].key.view() < name) {
      builder.Add(fields[at].key, fields[at].value);
      ++at;
    }
    const bool present = at < fields.size() && fields[at].key.view() == name;
    if (present) {
      changed = changed || !Same(fields[at].value, change.value);
      ++at;
    } else {
      changed = changed || !change.value.is_null();
    }
    if (!change.value.is_null()) builder.Add(String(change.name), change.value);
  }
  if (!changed) return object;
  for (; at < fields.size(); ++at) builder.Add(fields[at].key, fields[at].value);
  return builder.Build();
}

}  // namespace wavetank::sim
