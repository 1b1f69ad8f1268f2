#include "sim/scenario/check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/oracle/invariants.h"
#include "sim/scenario/format.h"

namespace wavetank::sim {
namespace {

bool Fits(const FieldType& type, const Value& value) {
  switch (type.shape) {
    case FieldShape::kString: return value.is_string();
    case FieldShape::kInt: return value.is_int();
    case FieldShape::kBool: return value.is_bool();
    case FieldShape::kList: return value.is_array();
    case FieldShape::kStruct:
    case FieldShape::kFree: return value.is_object();
    case FieldShape::kOneOf: break;
  }
  return std::any_of(type.choices.begin(), type.choices.end(), [&](const FieldType* c) { return Fits(*c, value); });
}

bool IsDnsLabel(std::string_view text) {
  if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

class Checker {
 public:
  Checker(const Value& document, LoadContext& context) : context_(context), processes_(ProcessNames(document)) {}

  void Struct(const StructType& type, const Value& value, const Cursor& at);

 private:
  void Check(const FieldType& type, const Value& value, const Cursor& at);
  // Returns the field that was probably meant; empty when none is near.
  std::string_view Unknown(const StructType& type, std::string_view name, const Cursor& at);
  void Group(const StructType& type, const FieldGroup& group, const Value& value, const Cursor& at);
  void Text(const FieldType& type, const std::string& text, const Cursor& at);
  void Number(const FieldType& type, int64_t number, const Cursor& at);
  void Free(const FieldType& type, const Value& value, const Cursor& at);

  void Duration(const std::string& text, const Cursor& at);
  void Kind(const std::string& text, const Cursor& at);
  void Expression(const std::string& text, const Cursor& at);
  void Controller(const std::string& text, const Cursor& at);

  LoadContext& context_;
  const std::vector<std::string> processes_;
};

std::string_view Checker::Unknown(const StructType& type, std::string_view name, const Cursor& at) {
  const std::vector<std::string_view> names = type.names();
  std::string message = "unknown field " + Quote(name);
  const std::string near = Suggestion(name, names);
  message += !near.empty() ? near : "; a " + std::string(type.name) + " has " + Join(names, ", ");
  context_.ErrorAtKey(at, name, std::move(message));
  return NearestName(name, names);
}

void Checker::Struct(const StructType& type, const Value& value, const Cursor& at) {
  if (!value.is_object()) {
    context_.Error(at, "an object is expected, found " + FoundText(value));
    return;
  }
  bool unknown = false;
  std::vector<std::string_view> meant;
  for (const Field& field : value.fields()) {
    const FieldSpec* spec = type.Find(field.key.view());
    if (spec == nullptr || !spec->unavailable.empty()) {
      unknown = true;
      if (spec == nullptr) {
        meant.push_back(Unknown(type, field.key.view(), at));
      } else {
        context_.ErrorAtKey(
            at, field.key.view(),
            "\"" + std::string(spec->name) + "\" cannot be used yet: " + std::string(spec->unavailable));
      }
      continue;
    }
    Check(*spec->type, field.value, at.Child(field.key.view()));
  }
  for (const FieldSpec& spec : type.fields) {
    const bool misspelt = std::find(meant.begin(), meant.end(), spec.name) != meant.end();
    if (spec.required && !misspelt && !value.Has(spec.name)) {
      context_.Error(at, "field " + Quote(spec.name) + " is missing (" + spec.type->expected + ")");
    }
  }
  if (unknown) return;  // a misspelt field may be the one that the group misses
  for (const FieldGroup& group : type.groups) Group(type, group, value, at);
}

void Checker::Group(const StructType& type, const FieldGroup& group, const Value& value, const Cursor& at) {
  std::vector<std::string_view> found;
  for (const std::string_view field : group.fields) {
    if (value.Has(field)) found.push_back(field);
  }
  const auto count = static_cast<int>(found.size());
  if (count < group.at_least) {
    context_.Error(at, "a " + std::string(type.name) + " has " +
                           (group.at_most == 1 ? "exactly one of " : "at least one of ") + Join(group.fields, ", "));
  } else if (count > group.at_most) {
    // The one that was written last is the one too many.
    std::string_view last = found[0];
    for (const std::string_view field : found) {
      if (context_.IsBefore(at.Child(last), at.Child(field))) last = field;
    }
    context_.ErrorAtKey(at, last, Join(found, " and ") + " exclude each other");
  }
}

void Checker::Check(const FieldType& type, const Value& value, const Cursor& at) {
  if (!Fits(type, value)) {
    context_.Error(at, type.expected + " is expected, found " + FoundText(value));
    return;
  }
  switch (type.shape) {
    case FieldShape::kString: return Text(type, std::string(value.AsString()), at);
    case FieldShape::kInt: return Number(type, value.AsInt(), at);
    case FieldShape::kBool: return;
    case FieldShape::kStruct: return Struct(*type.object, value, at);
    case FieldShape::kFree: return Free(type, value, at);
    case FieldShape::kList:
      for (size_t i = 0; i < value.size(); ++i) Check(*type.element, value[i], at.Item(i));
      return;
    case FieldShape::kOneOf:
      for (const FieldType* choice : type.choices) {
        if (Fits(*choice, value)) return Check(*choice, value, at);
      }
  }
}

void Checker::Number(const FieldType& type, int64_t number, const Cursor& at) {
  if (!type.numbers.empty()) {
    if (std::find(type.numbers.begin(), type.numbers.end(), number) != type.numbers.end()) return;
    std::vector<std::string> allowed;
    for (const int64_t n : type.numbers) allowed.push_back(std::to_string(n));
    const bool one = allowed.size() == 1;
    context_.Error(at,
                   std::to_string(number) + " is not supported; only " + Join(allowed, ", ") + (one ? " is" : " are"));
    return;
  }
  if (number < type.minimum) context_.Error(at, "must be at least " + std::to_string(type.minimum));
  if (number > type.maximum) context_.Error(at, "must be at most " + std::to_string(type.maximum));
}

void Checker::Free(const FieldType& type, const Value& value, const Cursor& at) {
  if (type.manifest) {
    (void)context_.InlineManifest(value, at);
    return;
  }
  if (!type.labels) return;
  for (const Field& field : value.fields()) {
    const Cursor label = at.Child(field.key.view());
    if (!field.value.is_string()) {
      context_.Error(label, "a string is expected, found " + FoundText(field.value));
    } else if (const std::string text = std::string(field.key.view()) + "=" + std::string(field.value.AsString());
               !LabelSelector::Parse(text).ok()) {
      context_.Error(label, Quote(text) + " is no label");
    }
  }
}

void Checker::Text(const FieldType& type, const std::string& text, const Cursor& at) {
  if (!type.allowed.empty()) {
    if (std::find(type.allowed.begin(), type.allowed.end(), text) != type.allowed.end()) return;
    const std::string near = Suggestion(text, type.allowed);
    std::vector<std::string> allowed;
    for (const std::string_view word : type.allowed) allowed.push_back(Quote(word));
    context_.Error(
        at, Quote(text) + " is not allowed here" +
                (!near.empty() ? near
                               : "; it is " + std::string(allowed.size() > 1 ? "one of " : "") + Join(allowed, ", ")));
    return;
  }
  switch (type.format) {
    case TextFormat::kPlain: return;
    case TextFormat::kDuration: return Duration(text, at);
    case TextFormat::kKind: return Kind(text, at);
    case TextFormat::kExpression: return Expression(text, at);
    case TextFormat::kController: return Controller(text, at);
    case TextFormat::kProgram:
      if (const ControllerRegistry* programs = context_.options().programs;
          programs != nullptr && programs->Find(text) == nullptr) {
        context_.Error(at, programs->UnknownText(text));
      }
      return;
    case TextFormat::kFile: (void)context_.ManifestsOf(text, at); return;
    case TextFormat::kSelector:
      if (const auto selector = LabelSelector::Parse(text); !selector.ok()) {
        context_.Error(at, selector.status().message());
      }
      return;
    case TextFormat::kName:
      if (!IsDnsLabel(text)) {
        context_.Error(at,
                       Quote(text) + " is no name: lower-case letters, digits and '-', at most 63, no '-' at the ends");
      }
      return;
  }
}

void Checker::Duration(const std::string& text, const Cursor& at) {
  const auto duration = ParseDuration(text);
  if (!duration.has_value()) {
    context_.Error(at, Quote(text) + " is no duration; write it like \"30s\", \"1h15m\" or \"200ms\"");
  } else if (*duration < wavetank::Duration::zero()) {
    context_.Error(at, "a duration must not be negative");
  }
}

void Checker::Kind(const std::string& text, const Cursor& at) {
  if (context_.kinds().Lookup(text) != nullptr) return;
  const std::string near = context_.kinds().Nearest(text);
  context_.Error(at, "unknown kind " + Quote(text) + (near.empty() ? "" : "; did you mean " + Quote(near) + "?"));
}

void Checker::Expression(const std::string& text, const Cursor& at) {
  const std::array<RuleSpec, 1> spec = {RuleSpec{at.field, text, false}};
  const Result<RuleSet> compiled = RuleSet::Compile(spec, context_.kinds());
  if (!compiled.ok()) context_.ErrorInExpression(at, text, compiled.status().message());
}

void Checker::Controller(const std::string& text, const Cursor& at) {
  if (std::find(processes_.begin(), processes_.end(), text) != processes_.end()) return;
  const std::vector<std::string_view> names(processes_.begin(), processes_.end());
  const std::string near = Suggestion(text, names);
  context_.Error(at, "unknown controller " + Quote(text) +
                         (!near.empty()   ? near
                          : names.empty() ? "; this scenario has none"
                                          : "; this scenario has " + Join(names, ", ")));
}

}  // namespace

std::vector<std::string> ProcessNames(const Value& document) {
  std::vector<std::string> out;
  const Value& spec = document["spec"];
  for (const Value& controller : spec["controllers"].elements()) {
    const Value& name = controller.Has("name") ? controller["name"] : controller["use"];
    if (!name.is_string()) continue;
    const std::string base(name.AsString());
    out.push_back(base);
    const int64_t replicas = std::clamp<int64_t>(controller["replicas"].AsInt(1), 1, 9);
    for (int64_t i = 1; replicas > 1 && i <= replicas; ++i) out.push_back(base + "-" + std::to_string(i));
  }
  const Value& cluster = spec["cluster"];
  const int64_t nodes = std::clamp<int64_t>(cluster["nodes"].AsInt(), 0, 10'000);
  if (nodes > 0 && cluster["scheduler"].AsBool(true)) out.emplace_back("scheduler");
  if (cluster["garbageCollector"].AsBool(true)) out.emplace_back("garbage-collector");
  for (const Value& part : cluster["controllers"].elements()) out.emplace_back(part.AsString());
  for (int64_t i = 1; cluster["kubelets"].AsBool(true) && i <= nodes; ++i) {
    out.push_back("kubelet-node-" + std::to_string(i));
  }
  return out;
}

void CheckDocument(const Value& document, LoadContext& context) {
  Checker(document, context).Struct(ScenarioFormat(), document, Cursor());
}

}  // namespace wavetank::sim
