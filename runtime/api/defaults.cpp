// ApplyDefaults: walks a document by its type and applies the rules of defaults_rules.cpp, parents before children.
//
// Compiled once: the rules by type, and which fields lead to a type that has any. What is done for a node is remembered
// twice: as a mark on the result, and in a small memo from node to result, so that the thousandth Pod made of one
// template shares the first one's spec.
#include "runtime/api/defaults.h"

#include <algorithm>
#include <array>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace defaults {

const Value& Edit::Get(Name field) const {
  for (const auto& [name, value] : changes_) {
    if (name == field) return value;
  }
  return base_[field];
}

bool Edit::Unset(Name field) const {
  const Value& value = Get(field);
  if (value.is_null()) return true;
  const FieldInfo* info = type_.Find(field);
  if (info == nullptr || info->pointer) return false;
  switch (info->type.shape) {
    case Shape::kString:
    case Shape::kList:
    case Shape::kMap: return value.empty();
    case Shape::kInt32:
    case Shape::kInt64: return value.AsInt() == 0;
    case Shape::kBool: return !value.AsBool();
    default: return false;
  }
}

bool Edit::OnlyHas(Name field) const { return changes_.empty() && base_.size() == (base_.Has(field) ? 1u : 0u); }

void Edit::Set(Name field, Value value) {
  const Value& old = Get(field);
  if (old.type() == value.type() && (old.identity() != nullptr ? old.identity() == value.identity() : old == value))
    return;
  for (auto& [name, change] : changes_) {
    if (name == field) {
      change = std::move(value);
      return;
    }
  }
  changes_.emplace_back(field, std::move(value));
}

Value Edit::Finish() {
  std::ranges::sort(changes_, [](const auto& a, const auto& b) { return a.first.view() < b.first.view(); });
  ObjectBuilder merged(base_.size() + changes_.size());
  auto change = changes_.begin();
  for (const Field& f : base_.fields()) {
    while (change != changes_.end() && change->first.view() < f.key.view()) {
      if (!change->second.is_null()) merged.Add(change->first, std::move(change->second));
      ++change;
    }
    if (change == changes_.end() || f.key != change->first.view()) {
      merged.Add(f.key, f.value);
    } else {
      if (!change->second.is_null()) merged.Add(change->first, std::move(change->second));
      ++change;
    }
  }
  for (; change != changes_.end(); ++change) {
    if (!change->second.is_null()) merged.Add(change->first, std::move(change->second));
  }
  return merged.Build();
}

namespace {

struct Condition {
  Name field;
  bool set;                         // or else unset; only without values
  std::vector<std::string> values;  // one of them
};

struct Compiled {
  const Rule* rule;
  Name field;
  Value value;  // of kValue
  Name copied;  // of kCopy
  std::vector<Condition> conditions;
};

struct Child {
  Name name;
  TypeRef type;
  std::vector<Compiled> here;  // rules for structs in this place only
};

struct Plan {
  std::vector<Compiled> rules;
  std::vector<Child> children;
  bool any = false;  // rules here or below
};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Compiled Compile(const Rule& rule) {
  Compiled c{&rule, Name(rule.field), {}, Name(rule.form == Form::kCopy ? rule.text : ""), {}};
  if (rule.form == Form::kValue) {
    Result<Value> value = ParseJson(rule.text);
    WT_CHECK(value.ok(), "a default is JSON");
    c.value = *std::move(value);
  }
  for (std::string_view text : Split(rule.when, ',')) {
    const bool set = !text.starts_with('!');
    if (!set) text.remove_prefix(1);
    const size_t equals = text.find('=');
    Condition condition{Name(text.substr(0, equals)), set, {}};
    if (equals != text.npos) {
      for (const std::string_view v : Split(text.substr(equals + 1), '|')) condition.values.emplace_back(v);
    }
    c.conditions.push_back(std::move(condition));
  }
  return c;
}

bool Holds(const Condition& c, const Edit& edit) {
  if (c.values.empty()) return edit.Unset(c.field) != c.set;
  const Value& value = edit.Get(c.field);
  const std::string_view text = value.is_bool() ? (value.AsBool() ? "true" : "false") : value.AsString();
  return std::ranges::find(c.values, text) != c.values.end();
}

void Run(const std::vector<Compiled>& rules, Edit& edit) {
  for (const Compiled& c : rules) {
    const bool fills = c.rule->form == Form::kValue || c.rule->form == Form::kCopy;
    if (fills && !edit.Unset(c.field)) continue;
    if (!std::ranges::all_of(c.conditions, [&](const Condition& when) { return Holds(when, edit); })) continue;
    switch (c.rule->form) {
      case Form::kValue: edit.Set(c.field, c.value); break;
      case Form::kCopy:
        if (!edit.Unset(c.copied)) edit.Set(c.field, edit.Get(c.copied));
        break;
      case Form::kRemove: edit.Remove(c.field); break;
      case Form::kCompute: c.rule->function(edit); break;
    }
  }
}

// The plans of all built-in types.
class Plans {
 public:
  Plans() {
    const KindRegistry& kinds = KindRegistry::BuiltIn();
    types_ = kinds.Types();
    plans_.resize(types_.size());
    first_id_ = types_.front()->id;
    for (const Rule& rule : Rules()) Place(rule, kinds);
    while (Spread()) {
    }
    for (size_t i = 0; i < plans_.size(); ++i) LinkChildren(*types_[i], plans_[i]);
  }

  // Null for a type that is not built in.
  const Plan* Of(const TypeInfo& type) const {
    const size_t at = type.id - first_id_;
    return at < plans_.size() ? &plans_[at] : nullptr;
  }

 private:
  static const TypeInfo& Named(std::string_view name, const KindRegistry& kinds) {
    const TypeInfo* type = kinds.FindType("io.k8s.api." + std::string(name));
    if (type == nullptr) type = kinds.FindType("io.k8s." + std::string(name));
    WT_CHECK(type != nullptr, "a defaulting rule names a type of the kind table");
    return *type;
  }

  void Place(const Rule& rule, const KindRegistry& kinds) {
    const TypeInfo& type = Named(rule.type, kinds);
    Plan& plan = plans_[type.id - first_id_];
    plan.any = true;
    const TypeInfo* about = &type;
    if (!rule.under.empty()) about = type.Find(rule.under)->type.type;
    WT_CHECK(rule.field.empty() || about->Find(rule.field) != nullptr, "a defaulting rule names a field of its type");
    if (rule.under.empty()) {
      plan.rules.push_back(Compile(rule));
      return;
    }
    const Name under(rule.under);
    auto child = std::ranges::find(plan.children, under, &Child::name);
    if (child == plan.children.end()) {
      child = plan.children.insert(child, Child{under, type.Find(under)->type, {}});
    }
    child->here.push_back(Compile(rule));
  }

  bool Leads(const TypeRef& ref) const {
    if (ref.shape == Shape::kList || ref.shape == Shape::kMap) return Leads(*ref.element);
    return ref.shape == Shape::kStruct && plans_[ref.type->id - first_id_].any;
  }

  // One more step up from types with rules; false when nothing changed.
  bool Spread() {
    bool changed = false;
    for (size_t i = 0; i < plans_.size(); ++i) {
      if (plans_[i].any) continue;
      plans_[i].any = std::ranges::any_of(types_[i]->by_name, [&](const FieldInfo* f) { return Leads(f->type); });
      changed |= plans_[i].any;
    }
    return changed;
  }

  void LinkChildren(const TypeInfo& type, Plan& plan) {
    for (const FieldInfo* f : type.by_name) {
      if (!Leads(f->type) || std::ranges::find(plan.children, f->name, &Child::name) != plan.children.end()) continue;
      plan.children.push_back(Child{f->name, f->type, {}});
    }
  }

  std::vector<const TypeInfo*> types_;
  std::vector<Plan> plans_;
  uint32_t first_id_ = 0;
};

const Plans& ThePlans() {
  static const Plans* plans = new Plans();
  return *plans;
}

// From (node, rules) to result. Bounded; keeps its nodes alive, so that an address means one node. Only speed depends
// on what it holds.
class Memo {
 public:
  const Value* Find(const Value& in, const void* rules) const {
    const Entry& e = entries_[Slot(in, rules)];
    return e.rules == rules && e.in.identity() == in.identity() ? &e.out : nullptr;
  }
  void Keep(const Value& in, const void* rules, const Value& out) { entries_[Slot(in, rules)] = Entry{in, out, rules}; }

 private:
  struct Entry {
    Value in;
    Value out;
    const void* rules = nullptr;
  };
  static constexpr size_t kEntries = 512;
  static size_t Slot(const Value& in, const void* rules) {
    const uint64_t a = reinterpret_cast<uintptr_t>(in.identity()) >> 4;
    return HashMix(a ^ reinterpret_cast<uintptr_t>(rules)) % kEntries;
  }
  std::array<Entry, kEntries> entries_;
};

Memo& TheMemo() {
  static Memo* memo = new Memo();
  return *memo;
}

Value Apply(const TypeInfo& type, const Value& in, const std::vector<Compiled>* here);

Value ApplyRef(const TypeRef& ref, const Value& in, const std::vector<Compiled>* here) {
  switch (ref.shape) {
    case Shape::kStruct: return in.is_object() ? Apply(*ref.type, in, here) : in;
    case Shape::kList: {
      Value out = in;
      for (size_t i = 0; i < in.size(); ++i) out = out.SetAt(i, ApplyRef(*ref.element, in[i], nullptr));
      return out;
    }
    case Shape::kMap: {
      Value out = in;
      for (const Field& f : in.fields()) out = out.Set(f.key, ApplyRef(*ref.element, f.value, nullptr));
      return out;
    }
    default: return in;
  }
}

Value Apply(const TypeInfo& type, const Value& in, const std::vector<Compiled>* here) {
  const bool extra = here != nullptr && !here->empty();
  if (!extra && HasMark(in, type, kMarkDefaulted)) return in;
  const Plan* plan = ThePlans().Of(type);
  if (plan == nullptr || (!plan->any && !extra)) return in;
  const void* rules = extra ? static_cast<const void*>(here) : plan;
  if (const Value* known = TheMemo().Find(in, rules); known != nullptr) return *known;

  // Nothing of its own to do, and nothing to do below: most objects, most of the time.
  if (!extra && plan->rules.empty() && std::ranges::all_of(plan->children, [&](const Child& child) {
        const Value& value = in[child.name];
        const bool marked = child.here.empty() && child.type.shape == Shape::kStruct &&
                            HasMark(value, *child.type.type, kMarkDefaulted);
        return marked || value.is_null() || ApplyRef(child.type, value, &child.here).identity() == value.identity();
      })) {
    AddMark(in, type, kMarkDefaulted);
    return in;
  }

  Edit edit(type, in);
  if (extra) Run(*here, edit);
  Run(plan->rules, edit);
  for (const Child& child : plan->children) {
    const Value& value = edit.Get(child.name);
    if (!value.is_null()) edit.Set(child.name, ApplyRef(child.type, value, &child.here));
  }
  const Value out = edit.changed() ? edit.Finish() : in;
  AddMark(out, type, kMarkDefaulted);
  // Decoding a decoded document that defaulting completed finds nothing to do.
  if (HasMark(in, type, kMarkDecoded)) AddMark(out, type, kMarkDecoded);
  if (extra || edit.changed()) TheMemo().Keep(in, rules, out);
  return out;
}

}  // namespace
}  // namespace defaults

Value ApplyDefaults(const TypeInfo& type, const Value& document) {
  return document.is_object() ? defaults::Apply(type, document, nullptr) : document;
}

}  // namespace wavetank
