#include "sim/scenario/format.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/scenario_test_util.h"

namespace wavetank::sim {
namespace {

// A judge of the part of JSON Schema 2020-12 that our schema uses; unknown words fail the test.
class SchemaJudge {
 public:
  explicit SchemaJudge(Value schema) : root_(std::move(schema)) {}
  bool Accepts(const Value& document) const { return Judge(root_, document); }

 private:
  bool Judge(const Value& schema, const Value& document) const {
    for (const Field& word : schema.fields()) {
      if (!JudgeWord(word.key.view(), word.value, schema, document)) return false;
    }
    return true;
  }
  int Count(const Value& schemas, const Value& document) const {
    int count = 0;
    for (const Value& schema : schemas.elements()) count += Judge(schema, document) ? 1 : 0;
    return count;
  }
  bool JudgeWord(std::string_view word, const Value& value, const Value& schema, const Value& document) const {
    static const std::set<std::string_view> kNotes = {"$schema", "$id", "$defs", "title", "description"};
    if (kNotes.contains(word)) return true;
    if (word == "$ref") {
      const Value* target = Resolve(root_, value.AsString().substr(1));
      EXPECT_NE(target, nullptr) << value.AsString();
      return target != nullptr && Judge(*target, document);
    }
    if (word == "type") return JudgeType(value.AsString(), document);
    if (word == "const") return document == value;
    if (word == "enum") {
      bool found = false;
      for (const Value& allowed : value.elements()) found = found || allowed == document;
      return found;
    }
    if (word == "minimum") return !document.is_int() || document.AsInt() >= value.AsInt();
    if (word == "maximum") return !document.is_int() || document.AsInt() <= value.AsInt();
    if (word == "minLength") return !document.is_string() || document.AsString().size() >= value.AsUint();
    if (word == "maxLength") return !document.is_string() || document.AsString().size() <= value.AsUint();
    if (word == "pattern") return true;  // held against the loader below
    if (word == "required") {
      for (const Value& name : value.elements()) {
        if (document.is_object() && !document.Has(name.AsString())) return false;
      }
      return true;
    }
    if (word == "properties") {
      for (const Field& field : document.fields()) {
        const Value* of_field = value.Find(field.key.view());
        if (of_field != nullptr && !Judge(*of_field, field.value)) return false;
      }
      return true;
    }
    if (word == "additionalProperties") {
      for (const Field& field : document.fields()) {
        if (schema["properties"].Has(field.key.view())) continue;
        if (value.is_bool() ? !value.AsBool() : !Judge(value, field.value)) return false;
      }
      return true;
    }
    if (word == "items") {
      for (const Value& element : document.elements()) {
        if (!Judge(value, element)) return false;
      }
      return true;
    }
    if (word == "allOf") return Count(value, document) == static_cast<int>(value.size());
    if (word == "anyOf") return Count(value, document) > 0;
    if (word == "oneOf") return Count(value, document) == 1;
    if (word == "not") return !Judge(value, document);
    ADD_FAILURE() << "the schema uses a word that this judge does not know: " << word;
    return false;
  }
  static bool JudgeType(std::string_view type, const Value& document) {
    if (type == "object") return document.is_object();
    if (type == "array") return document.is_array();
    if (type == "string") return document.is_string();
    if (type == "integer") return document.is_int();
    if (type == "boolean") return document.is_bool();
    ADD_FAILURE() << "unknown type " << type;
    return false;
  }

  Value root_;
};

TEST(FormatTest, TheSchemaAcceptsWhatTheLoaderAcceptsAndNothingElse) {
  const std::pair<std::string_view, bool> specs[] = {
      {"steps: []", true},
      {"steps: [{wait: 5s}, {until: converged}, {until: {that: 'true', within: 5s}}]", true},
      {"steps: [{scale: {replicaset: a, to: 3}}, {scale: {object: {kind: Deployment, name: a}, to: 0}}]", true},
      {"steps: [{apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}}]", true},
      {"steps: [{delete: {kind: Pod, selector: {a: b}}}, {delete: {kind: Pod, selector: 'a=b'}}]", true},
      {"{controllers: [{use: a}], steps: [{crash: {after: 5s}}, {crash: {after: {request: get}}}]}", true},
      {"{controllers: [{use: a}], steps: [{fail: {with: drop}}, {fail: {with: {code: 409}, count: 0}}]}", true},
      {"{steps: [], expect: [{count: {kind: Pod, atLeast: 1, atMost: 3}}], limits: {calm: 1m}}", true},
      {"{steps: [], faults: {allow: [crash], atMost: 2}, explore: {schedules: 1, seed: 0}}", true},
      {"{}", false},
      {"steps: {}", false},
      {"steps: [{}]", false},
      {"steps: [{wait: 5s, until: quiet}]", false},
      {"steps: [{wait: 5}]", false},
      {"steps: [{until: later}]", false},
      {"steps: [{until: {within: 5s}}]", false},
      {"steps: [{scale: {to: 3}}]", false},
      {"steps: [{scale: {replicaset: a, deployment: b, to: 3}}]", false},
      {"steps: [{scale: {replicaset: a, to: -3}}]", false},
      {"steps: [{sync: {}}]", false},
      {"{controllers: [{use: a}], steps: [{crash: {after: 5s, atStep: 3}}]}", false},
      {"{controllers: [{use: a}], steps: [{fail: {with: {code: 418}}}]}", false},
      {"{controllers: [{use: a}], steps: [{fail: {with: {code: 500, delay: 3s}}}]}", false},
      {"{steps: [], expect: [{count: {kind: Pod}}]}", false},
      {"{steps: [], faults: {allow: [crsh], atMost: 2}}", false},
      {"{steps: [], cluster: {nodes: many}}", false},
      {"{steps: [], unknown: 1}", false},
  };
  const SchemaJudge judge(JsonSchema());
  for (const auto& [spec, good] : specs) {
    const std::string text = "apiVersion: wavetank.dev/v1alpha1\nkind: Scenario\nmetadata: {name: a}\nspec: " +
                             (spec.starts_with('{') ? std::string(spec) : "{" + std::string(spec) + "}") + "\n";
    const LoadResult loaded = LoadScenarios(text, "a.yaml");
    EXPECT_EQ(loaded.ok(), good) << spec << "\n" << FormatDiagnostics(loaded.errors);
    const auto documents = ParseYamlValues(text);
    ASSERT_TRUE(documents.ok());
    EXPECT_EQ(judge.Accepts(documents->front()), good) << spec;
  }
}

TEST(FormatTest, TheTableIsComplete) {
  std::set<std::string_view> names;
  for (const StructType* type : ScenarioFormatTypes()) {
    EXPECT_TRUE(names.insert(type->name).second) << type->name;
    EXPECT_FALSE(type->doc.empty()) << type->name;
    std::set<std::string_view> fields;
    for (const FieldSpec& field : type->fields) {
      EXPECT_TRUE(fields.insert(field.name).second) << type->name << "." << field.name;
      EXPECT_FALSE(field.doc.empty() && field.unavailable.empty()) << type->name << "." << field.name;
      EXPECT_FALSE(field.type->expected.empty());
    }
    for (const FieldGroup& group : type->groups) {
      for (const std::string_view field : group.fields)
        EXPECT_TRUE(fields.contains(field)) << type->name << "." << field;
    }
  }
  EXPECT_EQ(JsonSchema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
  // Every field that can be used stands in the reference.
  const std::string reference = FormatReference();
  for (const StructType* type : ScenarioFormatTypes()) {
    EXPECT_NE(reference.find("## " + std::string(type->name) + "\n"), std::string::npos);
    for (const std::string_view field : type->names()) {
      EXPECT_NE(reference.find("| `" + std::string(field) + "`"), std::string::npos) << type->name << "." << field;
    }
  }
}

}  // namespace
}  // namespace wavetank::sim
