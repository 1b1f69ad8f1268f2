#include "sim/apiserver/validate_rules.h"

#include <algorithm>
#include <memory>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kPrefix = "io.k8s.api.";

using Table = std::span<const TypeRules> (*)();
constexpr Table kTables[] = {
    PodRules,      ContainerRules, EnvironmentRules, WindowsRules, SchedulingRules, VolumeRules,
    WorkloadRules, JobRules,       NetworkRules,     ServiceRules, StorageRules,    ConfigRules,
    PolicyRules,   AccessRules,    AdmissionRules,   FlowRules,    DeviceRules,
};

std::span<const Rule> RowsOf(std::string_view type_name) {
  const std::string_view short_name = type_name.starts_with(kPrefix) ? type_name.substr(kPrefix.size()) : type_name;
  for (const Table table : kTables) {
    for (const TypeRules& row : table()) {
      if (row.type == short_name) return row.rules;
    }
  }
  return {};
}

enum class Reach : uint8_t { kStruct, kField, kElements, kEntries };

struct Compiled {
  const Rule* rule;  // null: only go below
  Reach reach = Reach::kField;
  const FieldInfo* field = nullptr;
};

// The rules of one type, made once.
struct Plan {
  const TypeInfo* type = nullptr;
  std::vector<Compiled> rules;
  bool any = false;                 // some rule lies here or below
  const FieldInfo* spec = nullptr;  // of an object; null when it has none
  const FieldInfo* status = nullptr;
};

const Plan& PlanOf(const TypeInfo& type);

const TypeInfo* StructBelow(const TypeRef& ref) {
  const TypeRef* at = &ref;
  while (at->shape == Shape::kList || at->shape == Shape::kMap) at = at->element;
  return at->shape == Shape::kStruct && at->type->special == Special::kNone ? at->type : nullptr;
}

bool LeadsToRules(const TypeRef& ref, const TypeInfo& from) {
  const TypeInfo* below = StructBelow(ref);
  return below != nullptr && below != &from && PlanOf(*below).any;
}

Compiled CompileRule(const TypeInfo& type, const Rule& rule) {
  if (rule.field.empty()) return {&rule, Reach::kStruct, nullptr};
  std::string_view name = rule.field;
  Reach reach = Reach::kField;
  if (name.ends_with("[]")) reach = Reach::kElements;
  if (name.ends_with("{}")) reach = Reach::kEntries;
  if (reach != Reach::kField) name.remove_suffix(2);
  const FieldInfo* field = type.Find(name);
  WT_CHECK(field != nullptr, "a validation rule names a field of its type");
  return {&rule, reach, field};
}

bool Mentions(const Rule& rule, const FieldInfo& field) {
  if (rule.check == Below || rule.check == Skip) return rule.field == field.name.view();
  if (rule.check != OneOf) return false;
  const std::vector<std::string_view> words = SplitWords(rule.words.substr(rule.words.find(':') + 1));
  return std::ranges::any_of(words, [&](std::string_view word) { return MemberOf(word).field == field.name.view(); });
}

void Compile(const TypeInfo& type, Plan& plan) {
  plan.type = &type;
  plan.spec = type.Find(names::kSpec);
  plan.status = type.Find(names::kStatus);
  const std::span<const Rule> rows = RowsOf(type.name);
  for (const Rule& rule : rows) {
    // The way down is worth going only to where rules are.
    const Compiled compiled = CompileRule(type, rule);
    if (rule.check == Skip || (rule.check == Below && !LeadsToRules(compiled.field->type, type))) continue;
    plan.rules.push_back(compiled);
  }
  const auto add = [&](const FieldInfo& field) {
    if (std::ranges::any_of(rows, [&](const Rule& rule) { return Mentions(rule, field); })) return;
    if (LeadsToRules(field.type, type)) plan.rules.push_back({nullptr, Reach::kField, &field});
  };
  const auto add_all = [&](const TypeInfo& of, const auto& self) -> void {
    for (const FieldInfo& field : of.fields) {
      if (!field.inlined) {
        add(field);
      } else if (field.type.type != nullptr) {
        self(*field.type.type, self);
      }
    }
  };
  add_all(type, add_all);
  plan.any = !plan.rules.empty();
}

// A table filled as types are met: results of a pure function, one entry a type.
const Plan& PlanOf(const TypeInfo& type) {
  static std::vector<std::unique_ptr<Plan>>* table = new std::vector<std::unique_ptr<Plan>>();
  if (type.id >= table->size()) table->resize(type.id + 1);
  if ((*table)[type.id] == nullptr) {
    (*table)[type.id] = std::make_unique<Plan>();  // a type on the way to itself finds it empty
    auto plan = std::make_unique<Plan>();
    Compile(type, *plan);
    (*table)[type.id] = std::move(plan);
  }
  return *(*table)[type.id];
}

void Walk(const Plan& plan, const Value& value, const Path& path, FieldErrors& errors);

void WalkBelow(const TypeRef& ref, const Value& value, const Path& path, FieldErrors& errors) {
  switch (ref.shape) {
    case Shape::kStruct: return Walk(PlanOf(*ref.type), value, path, errors);
    case Shape::kList:
      for (size_t i = 0; i < value.elements().size(); ++i) WalkBelow(*ref.element, value[i], Path(&path, i), errors);
      return;
    case Shape::kMap:
      for (const Field& f : value.fields()) {
        WalkBelow(*ref.element, f.value, Path(&path, Path::Key{f.key.view()}), errors);
      }
      return;
    default: return;
  }
}

void Run(const Compiled& compiled, const TypeInfo& type, const Value& value, const Path& path, FieldErrors& errors) {
  if (compiled.reach == Reach::kStruct) {
    compiled.rule->check(Site{type, nullptr, nullptr, value, value, path, path, errors}, *compiled.rule);
    return;
  }
  const FieldInfo& info = *compiled.field;
  const Value& field = value[info.name];
  const Path at(&path, info.name.view());
  if (compiled.rule == nullptr) {
    if (!field.is_null()) WalkBelow(info.type, field, at, errors);
    return;
  }
  const Rule& rule = *compiled.rule;
  switch (compiled.reach) {
    case Reach::kElements:
      for (size_t i = 0; i < field.elements().size(); ++i) {
        rule.check(Site{type, &info, info.type.element, value, field[i], path, at / i, errors}, rule);
      }
      return;
    case Reach::kEntries:
      for (const Field& f : field.fields()) {
        rule.check(Site{type, &info, info.type.element, value, f.value, path, at / Path::Key{f.key.view()}, errors},
                   rule);
      }
      return;
    default: rule.check(Site{type, &info, &info.type, value, field, path, at, errors}, rule); return;
  }
}

void RunAll(const Plan& plan, const Value& value, const Path& path, FieldErrors& errors) {
  const FieldInfo* complained = nullptr;
  for (const Compiled& compiled : plan.rules) {
    if (complained != nullptr && compiled.field == complained && compiled.rule != nullptr &&
        compiled.rule->check != Below && !compiled.rule->even_so) {
      continue;
    }
    const size_t before = errors.size();
    Run(compiled, *plan.type, value, path, errors);
    if (errors.size() == before) continue;
    complained = compiled.field;
    if (errors.broken != nullptr && compiled.rule != nullptr) errors.broken->push_back(compiled.rule);
  }
}

void Walk(const Plan& plan, const Value& value, const Path& path, FieldErrors& errors) {
  if (!plan.any || !value.is_object() || (!errors.look_again && HasMark(value, *plan.type, kMarkValid))) return;
  const size_t before = errors.size();
  RunAll(plan, value, path, errors);
  if (errors.size() == before) AddMark(value, *plan.type, kMarkValid);
}

}  // namespace

std::vector<TypeRules> AllRules() {
  std::vector<TypeRules> all;
  for (const Table table : kTables) all.insert(all.end(), table().begin(), table().end());
  return all;
}

bool Site::Unset() const {
  if (value.is_null()) return true;
  if (field != nullptr && field->pointer) return false;  // what is pointed to is set, even when it is empty
  if (value.is_string() || value.is_array()) return value.empty();
  if (value.is_object()) return value.empty() && (ref == nullptr || ref->shape == Shape::kMap);
  if (value.is_number()) return value.is_int() && value.AsInt() == 0;
  return value.is_bool() && !value.AsBool();
}

Value Site::Shown() const {
  if (!value.is_null() || ref == nullptr || (field != nullptr && field->pointer)) return value;
  switch (ref->shape) {
    case Shape::kString: return Value("");
    case Shape::kBool: return Value(false);
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble: return Value(0);
    case Shape::kStruct:
      if (ref->type->special == Special::kIntOrString) return Value(0);
      if (ref->type->special == Special::kQuantity) return Value("0");
      return value;
    default: return value;
  }
}

std::string Site::ShownText() const {
  const bool compound = value.is_object() || value.is_array();
  if (!compound) return FieldValueText(Shown());
  return ref == nullptr ? InternalText(type, value) : InternalText(*ref, value);
}

void ValidateTree(const TypeInfo& type, const Value& value, const Path& path, FieldErrors& errors) {
  Walk(PlanOf(type), value, path, errors);
}

void ValidateObject(const TypeInfo& type, const Value& object, Part part, FieldErrors& errors) {
  const Plan& plan = PlanOf(type);
  const FieldInfo* only = part == Part::kStatus ? plan.status : plan.spec;
  for (const Compiled& compiled : plan.rules) {
    const bool wanted = part == Part::kAllButStatus ? compiled.field == nullptr || compiled.field != plan.status
                                                    : compiled.field != nullptr && compiled.field == only;
    if (!wanted) continue;
    const size_t before = errors.size();
    Run(compiled, type, object, Path(), errors);
    if (errors.size() != before && errors.broken != nullptr && compiled.rule != nullptr)
      errors.broken->push_back(compiled.rule);
  }
}

void ValidateBelow(const Site& site) {
  if (site.ref != nullptr && !site.value.is_null()) WalkBelow(*site.ref, site.value, site.path, site.errors);
}

}  // namespace wavetank::sim
