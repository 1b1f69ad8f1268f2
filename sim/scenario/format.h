// The scenario format as one table: fields, types, what is required, what is allowed, and what it is for.
//
// The table drives three things: the loader's checks, the JSON Schema that editors use, and the reference for people.
// A field that is not in the table does not exist.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/value.h"

namespace wavetank::sim {

inline constexpr std::string_view kScenarioApiVersion = "wavetank.dev/v1alpha1";
inline constexpr std::string_view kScenarioKind = "Scenario";

enum class FieldShape : uint8_t { kString, kInt, kBool, kStruct, kList, kFree, kOneOf };

// What a string must be, beside being a string.
enum class TextFormat : uint8_t {
  kPlain,
  kDuration,    // "30s", "1h15m"
  kKind,        // "Pod", "replicasets.apps"
  kExpression,  // CEL over the cluster
  kController,  // a program of this scenario, or a part of the cluster
  kProgram,     // a registered program
  kFile,        // a manifest, relative to the scenario
  kSelector,    // a label selector as text
  kName,        // a DNS label
};

struct StructType;

struct FieldType {
  FieldShape shape = FieldShape::kString;
  TextFormat format = TextFormat::kPlain;
  const StructType* object = nullptr;     // of kStruct
  const FieldType* element = nullptr;     // of kList
  std::vector<const FieldType*> choices;  // of kOneOf: told apart by their JSON type
  std::vector<std::string_view> allowed;  // of kString; empty: anything
  std::vector<int64_t> numbers;           // of kInt; empty: anything in range
  int64_t minimum = INT64_MIN;
  int64_t maximum = INT64_MAX;
  bool manifest = false;  // of kFree: an object of Kubernetes
  bool labels = false;    // of kFree: an object of strings
  // "a duration", "a list of strings or objects": what messages say was expected.
  std::string expected;
};

struct FieldSpec {
  std::string_view name;
  const FieldType* type = nullptr;
  bool required = false;
  std::string_view doc = {};
  std::string_view otherwise = {};    // the default, as people read it
  std::string_view unavailable = {};  // not empty: the field has a meaning but cannot be used yet; says why
};

// So many of these fields stand in an object.
struct FieldGroup {
  std::vector<std::string_view> fields;
  int at_least = 0;
  int at_most = 1;
};

struct StructType {
  std::string_view name;  // "Scale"
  std::string_view doc = {};
  std::vector<FieldSpec> fields;
  std::vector<FieldGroup> groups;
  const FieldSpec* Find(std::string_view field) const;
  std::vector<std::string_view> names() const;  // of the fields that can be used
};

// The root of the table.
const StructType& ScenarioFormat();
// All struct types that the root leads to, the root first, each once.
std::vector<const StructType*> ScenarioFormatTypes();

// JSON Schema, draft 2020-12: what `wavetank schema` prints.
Value JsonSchema();
// The reference for people, in Markdown.
std::string FormatReference();

}  // namespace wavetank::sim
