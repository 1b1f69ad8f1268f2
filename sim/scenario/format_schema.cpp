// The format's table as JSON Schema and as a reference for people.

#include <string>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/scenario/format.h"

namespace wavetank::sim {
namespace {

Value Strings(const std::vector<std::string_view>& texts) {
  ArrayBuilder out;
  for (const std::string_view text : texts) out.Add(text);
  return out.Build();
}

Value Required(std::string_view field) {
  return ObjectBuilder().Add("required", ArrayBuilder().Add(field).Build()).Build();
}

Value SchemaOf(const FieldType& type);

Value TextSchema(const FieldType& type) {
  ObjectBuilder out;
  out.Add("type", "string");
  if (type.allowed.size() == 1) {
    out.Add("const", type.allowed[0]);
  } else if (!type.allowed.empty()) {
    out.Add("enum", Strings(type.allowed));
  }
  if (type.format == TextFormat::kDuration) {
    out.Add("pattern",
            "^-?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|"
            "h))*$|^0$");
  }
  if (type.format == TextFormat::kName) {
    out.Add("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$").Add("maxLength", 63);
  }
  if (type.format == TextFormat::kKind || type.format == TextFormat::kExpression || type.format == TextFormat::kFile) {
    out.Add("minLength", 1);
  }
  return out.Build();
}

Value IntSchema(const FieldType& type) {
  ObjectBuilder out;
  out.Add("type", "integer");
  if (!type.numbers.empty()) {
    ArrayBuilder numbers;
    for (const int64_t number : type.numbers) numbers.Add(number);
    out.Add("enum", numbers.Build());
  }
  if (type.minimum != INT64_MIN) out.Add("minimum", type.minimum);
  if (type.maximum != INT64_MAX) out.Add("maximum", type.maximum);
  return out.Build();
}

Value FreeSchema(const FieldType& type) {
  ObjectBuilder out;
  out.Add("type", "object");
  if (type.labels) out.Add("additionalProperties", ObjectBuilder().Add("type", "string").Build());
  if (type.manifest) out.Add("required", Strings({"apiVersion", "kind", "metadata"}));
  return out.Build();
}

Value SchemaOf(const FieldType& type) {
  switch (type.shape) {
    case FieldShape::kString: return TextSchema(type);
    case FieldShape::kInt: return IntSchema(type);
    case FieldShape::kBool: return ObjectBuilder().Add("type", "boolean").Build();
    case FieldShape::kStruct: return ObjectBuilder().Add("$ref", "#/$defs/" + std::string(type.object->name)).Build();
    case FieldShape::kList: return ObjectBuilder().Add("type", "array").Add("items", SchemaOf(*type.element)).Build();
    case FieldShape::kFree: return FreeSchema(type);
    case FieldShape::kOneOf: break;
  }
  ArrayBuilder choices;
  for (const FieldType* choice : type.choices) choices.Add(SchemaOf(*choice));
  return ObjectBuilder().Add("anyOf", choices.Build()).Build();
}

// So many of the group's fields, as a condition on `required`.
Value GroupSchema(const FieldGroup& group) {
  ArrayBuilder alternatives;
  for (const std::string_view field : group.fields) alternatives.Add(Required(field));
  const Value any = alternatives.Build();
  const auto fields = static_cast<int>(group.fields.size());
  if (group.at_least == 1 && group.at_most == 1) return ObjectBuilder().Add("oneOf", any).Build();
  if (group.at_least == 1 && group.at_most == fields) return ObjectBuilder().Add("anyOf", any).Build();
  // At most one: no two together.
  ArrayBuilder pairs;
  for (size_t i = 0; i < group.fields.size(); ++i) {
    for (size_t j = i + 1; j < group.fields.size(); ++j) {
      pairs.Add(ObjectBuilder().Add("required", Strings({group.fields[i], group.fields[j]})).Build());
    }
  }
  return ObjectBuilder().Add("not", ObjectBuilder().Add("anyOf", pairs.Build()).Build()).Build();
}

Value StructSchema(const StructType& type) {
  ObjectBuilder properties;
  std::vector<std::string_view> required;
  for (const FieldSpec& field : type.fields) {
    if (!field.unavailable.empty()) continue;
    std::string doc(field.doc);
    if (!field.otherwise.empty()) doc += " Default: " + std::string(field.otherwise) + ".";
    properties.Add(field.name, SchemaOf(*field.type).Set(std::string_view("description"), doc));
    if (field.required) required.push_back(field.name);
  }
  ObjectBuilder out;
  out.Add("type", "object").Add("description", type.doc).Add("properties", properties.Build());
  out.Add("additionalProperties", false);
  if (!required.empty()) out.Add("required", Strings(required));
  ArrayBuilder groups;
  for (const FieldGroup& group : type.groups) groups.Add(GroupSchema(group));
  if (groups.size() > 0) out.Add("allOf", groups.Build());
  return out.Build();
}

std::string TypeText(const FieldType& type) {
  switch (type.shape) {
    case FieldShape::kStruct: return "[" + std::string(type.object->name) + "]";
    case FieldShape::kList: return "list of " + TypeText(*type.element);
    case FieldShape::kOneOf: {
      std::string out;
      for (const FieldType* choice : type.choices) out += (out.empty() ? "" : " or ") + TypeText(*choice);
      return out;
    }
    default: break;
  }
  if (!type.allowed.empty()) {
    std::string out;
    for (const std::string_view text : type.allowed) out += (out.empty() ? "" : ", ") + Quote(text);
    return out;
  }
  std::string out;
  for (const int64_t number : type.numbers) out += (out.empty() ? "" : ", ") + std::to_string(number);
  return out.empty() ? type.expected : out;
}

std::string GroupText(const FieldGroup& group) {
  const std::string fields = "`" + Join(group.fields, "`, `") + "`";
  if (group.at_least == 0) return "At most one of " + fields + ".";
  return (group.at_most == 1 ? "Exactly one of " : "At least one of ") + fields + ".";
}

}  // namespace

Value JsonSchema() {
  ObjectBuilder definitions;
  for (const StructType* type : ScenarioFormatTypes()) definitions.Add(type->name, StructSchema(*type));
  return ObjectBuilder()
      .Add("$schema", "https://json-schema.org/draft/2020-12/schema")
      .Add("$id", "https://wavetank.dev/schemas/v1alpha1/scenario.json")
      .Add("title", "Wavetank scenario")
      .Add("$ref", "#/$defs/" + std::string(ScenarioFormat().name))
      .Add("$defs", definitions.Build())
      .Build();
}

std::string FormatReference() {
  std::string out;
  for (const StructType* type : ScenarioFormatTypes()) {
    out += "## " + std::string(type->name) + "\n\n" + std::string(type->doc) + "\n";
    for (const FieldGroup& group : type->groups) out += GroupText(group) + "\n";
    out += "\n| field | type | what it is |\n| --- | --- | --- |\n";
    for (const FieldSpec& field : type->fields) {
      if (!field.unavailable.empty()) continue;
      out += "| `" + std::string(field.name) + "`" + (field.required ? " (required)" : "") + " | " +
             TypeText(*field.type) + " | " + std::string(field.doc);
      if (!field.otherwise.empty()) out += " Default: " + std::string(field.otherwise) + ".";
      out += " |\n";
    }
    out += "\n";
  }
  return out;
}

}  // namespace wavetank::sim
