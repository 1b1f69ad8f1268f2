#include "sim/scenario/format.h"

#include <algorithm>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/scenario/format_table.h"

namespace wavetank::sim {
namespace {

struct FormatExpectation {
  TextFormat format;
  std::string_view expected;
};
constexpr FormatExpectation kFormats[] = {
    {TextFormat::kPlain, "a string"},
    {TextFormat::kDuration, "a duration such as \"30s\""},
    {TextFormat::kKind, "the name of a kind"},
    {TextFormat::kExpression, "an expression"},
    {TextFormat::kController, "the name of a controller"},
    {TextFormat::kProgram, "the name of a program"},
    {TextFormat::kFile, "the path of a manifest"},
    {TextFormat::kSelector, "a label selector"},
    {TextFormat::kName, "a name"},
};

void Collect(const StructType& type, std::vector<const StructType*>& out);

void Collect(const FieldType& type, std::vector<const StructType*>& out) {
  if (type.object != nullptr) Collect(*type.object, out);
  if (type.element != nullptr) Collect(*type.element, out);
  for (const FieldType* choice : type.choices) Collect(*choice, out);
}

void Collect(const StructType& type, std::vector<const StructType*>& out) {
  if (std::find(out.begin(), out.end(), &type) != out.end()) return;
  out.push_back(&type);
  for (const FieldSpec& field : type.fields) Collect(*field.type, out);
}

}  // namespace

FieldType& FormatTypes::Add(FieldShape shape, std::string_view expected) {
  FieldType& type = types_.emplace_back();
  type.shape = shape;
  type.expected = expected;
  return type;
}

const FieldType* FormatTypes::Text(TextFormat format) {
  FieldType& type = Add(FieldShape::kString, "");
  type.format = format;
  for (const FormatExpectation& entry : kFormats) {
    if (entry.format == format) type.expected = entry.expected;
  }
  return &type;
}

const FieldType* FormatTypes::OneOfTexts(std::vector<std::string_view> allowed) {
  FieldType& type = Add(FieldShape::kString, allowed.size() == 1 ? Quote(allowed[0]) : "a string");
  type.allowed = std::move(allowed);
  return &type;
}

const FieldType* FormatTypes::Bool() { return &Add(FieldShape::kBool, "true or false"); }

const FieldType* FormatTypes::Int(int64_t minimum, int64_t maximum) {
  FieldType& type = Add(FieldShape::kInt, "a whole number");
  type.minimum = minimum;
  type.maximum = maximum;
  return &type;
}

const FieldType* FormatTypes::OneOfNumbers(std::vector<int64_t> numbers) {
  FieldType& type = Add(FieldShape::kInt, "a whole number");
  type.numbers = std::move(numbers);
  return &type;
}

const FieldType* FormatTypes::Of(const StructType& object) {
  FieldType& type = Add(FieldShape::kStruct, "an object");
  type.object = &object;
  return &type;
}

const FieldType* FormatTypes::ListOf(const FieldType* element) {
  FieldType& type = Add(FieldShape::kList, "a list");
  type.element = element;
  return &type;
}

const FieldType* FormatTypes::ManifestObject() {
  FieldType& type = Add(FieldShape::kFree, "an object of Kubernetes");
  type.manifest = true;
  return &type;
}

const FieldType* FormatTypes::Labels() {
  FieldType& type = Add(FieldShape::kFree, "an object of labels");
  type.labels = true;
  return &type;
}

const FieldType* FormatTypes::AnyObject() { return &Add(FieldShape::kFree, "an object"); }

const FieldType* FormatTypes::OneOf(std::vector<const FieldType*> choices) {
  std::string expected;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) expected += i + 1 == choices.size() ? " or " : ", ";
    expected += choices[i]->expected;
  }
  FieldType& type = Add(FieldShape::kOneOf, expected);
  type.choices = std::move(choices);
  return &type;
}

StructType& FormatTypes::Struct(std::string_view name, std::string_view doc) {
  StructType& type = structs_.emplace_back();
  type.name = name;
  type.doc = doc;
  return type;
}

const FieldSpec* StructType::Find(std::string_view field) const {
  for (const FieldSpec& spec : fields) {
    if (spec.name == field) return &spec;
  }
  return nullptr;
}

std::vector<std::string_view> StructType::names() const {
  std::vector<std::string_view> out;
  for (const FieldSpec& field : fields) {
    if (field.unavailable.empty()) out.push_back(field.name);
  }
  return out;
}

const StructType& ScenarioFormat() {
  static FormatTypes types;
  static const StructType& root = MakeScenarioFormat(types);
  return root;
}

std::vector<const StructType*> ScenarioFormatTypes() {
  std::vector<const StructType*> out;
  Collect(ScenarioFormat(), out);
  return out;
}

}  // namespace wavetank::sim
