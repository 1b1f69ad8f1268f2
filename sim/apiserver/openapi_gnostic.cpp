// OpenAPI v2 as protobuf: the messages of openapi.v2 as tables of fields, and one function that walks them.
#include <span>

#include "runtime/value/json.h"
#include "runtime/wire/protobuf_wire.h"
#include "sim/apiserver/openapi.h"

namespace wavetank::sim {
namespace {

enum class Form : uint8_t {
  kText,
  kTexts,
  kFlag,
  kMessage,
  kMessages,
  kNamed,       // an object as a list of {1 name, 2 message}
  kTextList,    // a text or several, in a message {1 text...}
  kWrapped,     // the message in one that has nothing but it, as field 1
  kParameters,  // a list of Parameter, each in its kind of wrapper
};

struct Message;
struct GnosticField {
  std::string_view name;
  uint32_t number;
  Form form;
  const Message* message = nullptr;
};
struct Message {
  std::span<const GnosticField> fields;
  uint32_t extensions = 0;  // where what begins with "x-" goes
};

extern const Message kSchema;
extern const Message kDefinitions;

constexpr GnosticField kSchemaFields[] = {{"$ref", 1, Form::kText},
                                          {"format", 2, Form::kText},
                                          {"required", 19, Form::kTexts},
                                          {"additionalProperties", 21, Form::kWrapped, &kSchema},
                                          {"type", 22, Form::kTextList},
                                          {"items", 23, Form::kWrapped, &kSchema},
                                          {"properties", 25, Form::kMessage, &kDefinitions}};
constexpr Message kSchema{kSchemaFields, 31};

constexpr GnosticField kBodyFields[] = {{"name", 2, Form::kText},
                                        {"in", 3, Form::kText},
                                        {"required", 4, Form::kFlag},
                                        {"schema", 5, Form::kMessage, &kSchema}};
constexpr Message kBody{kBodyFields};
constexpr GnosticField kQueryFields[] = {
    {"in", 2, Form::kText}, {"name", 4, Form::kText}, {"type", 6, Form::kText}, {"uniqueItems", 20, Form::kFlag}};
constexpr Message kQuery{kQueryFields};
constexpr GnosticField kPathParameterFields[] = {{"required", 1, Form::kFlag},
                                                 {"in", 2, Form::kText},
                                                 {"name", 4, Form::kText},
                                                 {"type", 5, Form::kText},
                                                 {"uniqueItems", 19, Form::kFlag}};
constexpr Message kPathParameter{kPathParameterFields};

constexpr GnosticField kAnswerFields[] = {{"description", 1, Form::kText}, {"schema", 2, Form::kWrapped, &kSchema}};
constexpr Message kAnswer{kAnswerFields};
constexpr GnosticField kResponseValueFields[] = {{"", 1, Form::kMessage, &kAnswer}};
constexpr Message kResponseValue{kResponseValueFields};
constexpr GnosticField kResponsesFields[] = {{"", 1, Form::kNamed, &kResponseValue}};
constexpr Message kResponses{kResponsesFields};

constexpr GnosticField kOperationFields[] = {
    {"tags", 1, Form::kTexts},     {"operationId", 5, Form::kText},      {"produces", 6, Form::kTexts},
    {"consumes", 7, Form::kTexts}, {"parameters", 8, Form::kParameters}, {"responses", 9, Form::kMessage, &kResponses},
    {"schemes", 10, Form::kTexts}};
constexpr Message kOperation{kOperationFields, 13};
constexpr GnosticField kPathFields[] = {
    {"get", 2, Form::kMessage, &kOperation},     {"put", 3, Form::kMessage, &kOperation},
    {"post", 4, Form::kMessage, &kOperation},    {"delete", 5, Form::kMessage, &kOperation},
    {"options", 6, Form::kMessage, &kOperation}, {"head", 7, Form::kMessage, &kOperation},
    {"patch", 8, Form::kMessage, &kOperation},   {"parameters", 9, Form::kParameters}};
constexpr Message kPath{kPathFields};
constexpr GnosticField kPathsFields[] = {{"", 2, Form::kNamed, &kPath}};
constexpr Message kPaths{kPathsFields};
constexpr GnosticField kDefinitionsFields[] = {{"", 1, Form::kNamed, &kSchema}};
constexpr Message kDefinitions{kDefinitionsFields};

constexpr GnosticField kKeyFields[] = {{"type", 1, Form::kText}, {"name", 2, Form::kText}, {"in", 3, Form::kText}};
constexpr Message kKey{kKeyFields};
constexpr GnosticField kSecurityItemFields[] = {{"", 2, Form::kMessage, &kKey}};
constexpr Message kSecurityItem{kSecurityItemFields};
constexpr GnosticField kSecurityFields[] = {{"", 1, Form::kNamed, &kSecurityItem}};
constexpr Message kSecurity{kSecurityFields};
constexpr Message kNothing{};
constexpr GnosticField kRequirementFields[] = {{"", 1, Form::kNamed, &kNothing}};
constexpr Message kRequirement{kRequirementFields};

constexpr GnosticField kInfoFields[] = {{"title", 1, Form::kText}, {"version", 2, Form::kText}};
constexpr Message kInfo{kInfoFields};
constexpr GnosticField kDocumentFields[] = {{"swagger", 1, Form::kText},
                                            {"info", 2, Form::kMessage, &kInfo},
                                            {"paths", 8, Form::kMessage, &kPaths},
                                            {"definitions", 9, Form::kMessage, &kDefinitions},
                                            {"security", 12, Form::kMessages, &kRequirement},
                                            {"securityDefinitions", 13, Form::kMessage, &kSecurity}};
constexpr Message kDocument{kDocumentFields};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Write(const Message& message, const Value& v) {
    for (const GnosticField& field : message.fields) {
      // A field without a name is the value itself: maps and wrappers.
      const Value& value = field.name.empty() ? v : v[field.name];
      if (!value.is_null()) Add(field, value);
    }
    if (message.extensions == 0) return;
    for (const Field& f : v.fields()) {
      if (!f.key.view().starts_with("x-")) continue;
      const NestedMessage named(message.extensions, out_);
      AppendBytes(1, f.key.view(), out_);
      const NestedMessage any(2, out_);
      AppendBytes(2, WriteJson(f.value) + "\n", out_);  // JSON is YAML
    }
  }

 private:
  void Add(const GnosticField& field, const Value& v) {
    switch (field.form) {
      case Form::kText: AppendBytes(field.number, v.AsString(), out_); return;
      case Form::kTexts:
        for (const Value& text : v.elements()) AppendBytes(field.number, text.AsString(), out_);
        return;
      case Form::kFlag:
        AppendTag(field.number, WireType::kVarint, out_);
        AppendVarint(v.AsBool() ? 1 : 0, out_);
        return;
      case Form::kMessage: Nested(field.number, *field.message, v); return;
      case Form::kMessages:
        for (const Value& one : v.elements()) Nested(field.number, *field.message, one);
        return;
      case Form::kNamed:
        for (const Field& entry : v.fields()) {
          const NestedMessage named(field.number, out_);
          AppendBytes(1, entry.key.view(), out_);
          Nested(2, *field.message, entry.value);
        }
        return;
      case Form::kTextList: {
        const NestedMessage list(field.number, out_);
        AppendBytes(1, v.AsString(), out_);
        return;
      }
      case Form::kWrapped: {
        const NestedMessage wrapper(field.number, out_);
        Nested(1, *field.message, v);
        return;
      }
      case Form::kParameters:
        for (const Value& one : v.elements()) Parameter(field.number, one);
        return;
    }
  }

  void Nested(uint32_t number, const Message& message, const Value& v) {
    const NestedMessage nested(number, out_);
    Write(message, v);
  }

  // ParametersItem {1 Parameter {1 body | 2 NonBodyParameter {3 query | 4 path}}}
  void Parameter(uint32_t number, const Value& v) {
    const NestedMessage item(number, out_);
    const NestedMessage parameter(1, out_);
    if (v["in"] == "body") {
      Nested(1, kBody, v);
      return;
    }
    const NestedMessage other(2, out_);
    const bool path = v["in"] == "path";
    Nested(path ? 4 : 3, path ? kPathParameter : kQuery, v);
  }

  std::string& out_;
};

}  // namespace

std::string GnosticDocument(const Value& v2) {
  std::string out;
  Writer(out).Write(kDocument, v2);
  return out;
}

}  // namespace wavetank::sim
