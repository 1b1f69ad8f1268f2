// Validation as data: for each type the rules in the order in which the real server looks at them.
//
//   constexpr Rule kProbe[] = {
//       {"", OneOf, "handler type:exec,httpGet,tcpSocket,grpc"},   // the struct itself
//       {"initialDelaySeconds", NonNegative},                      // a field
//       {"headers[]", Trimmed},                                    // each element; "labels{}" each value of a map
//   };
//   constexpr TypeRules kTypes[] = {{"core.v1.Probe", kProbe}};
//
// A rule names a checker (validate_checks.h, or a function beside the table) and what the checker needs to know. After a
// complaint about a field, later rules of the same field are left out (unless `even_so`). `Below` says when the structs in a field have their
// turn; those that no rule mentions come last, in the order of the type.
//
// A struct that was found valid is marked (kMarkValid), so that the template of a thousand Pods is walked once; hence a
// rule of a type may only look at the struct itself. What depends on the whole object is a rule of the kind's type: that
// one is never marked. Complexity: O(nodes not yet marked).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/apiserver/validation.h"

namespace wavetank::sim {

struct Rule;

// What a checker looks at.
struct Site {
  const TypeInfo& type;    // of the struct
  const FieldInfo* field;  // null: the rule is about the struct itself
  const TypeRef* ref;      // of the value; null when the value is the struct
  const Value& parent;     // the struct
  const Value& value;      // the field's value, one of its elements, or the struct; null when absent
  const Path& parent_path;
  const Path& path;  // of the value
  FieldErrors& errors;

  // Absent, or what Go calls the zero value of a field that is no pointer.
  bool Unset() const;
  // The value as messages print it: Go's zero for an absent one.
  Value Shown() const;
  // The same as text, structs as the server's own types print them.
  std::string ShownText() const;
  void Invalid(std::string_view detail) const { errors.Add(field::InvalidText(path.ToString(), ShownText(), detail)); }
};

using Checker = void (*)(const Site&, const Rule&);

struct Rule {
  std::string_view field;
  Checker check;
  std::string_view words = {};
  int64_t low = 0;
  int64_t high = 0;
  bool even_so = false;  // also after a complaint about the same field
};

struct TypeRules {
  std::string_view type;  // "core.v1.Probe"; other prefixes than io.k8s.api in full
  std::span<const Rule> rules;
};

// The tables, one file a group of kinds.
std::span<const TypeRules> PodRules();
std::span<const TypeRules> ContainerRules();
std::span<const TypeRules> EnvironmentRules();
std::span<const TypeRules> WindowsRules();
std::span<const TypeRules> SchedulingRules();
std::span<const TypeRules> VolumeRules();
std::span<const TypeRules> WorkloadRules();
std::span<const TypeRules> JobRules();
std::span<const TypeRules> NetworkRules();
std::span<const TypeRules> ServiceRules();
std::span<const TypeRules> StorageRules();
std::span<const TypeRules> ConfigRules();
std::span<const TypeRules> PolicyRules();
std::span<const TypeRules> AccessRules();
std::span<const TypeRules> AdmissionRules();
std::span<const TypeRules> FlowRules();
std::span<const TypeRules> DeviceRules();

// All of them, for tests.
std::vector<TypeRules> AllRules();

// The checks of validate_kind.cpp: of new objects, of changes, and fields that stay as they are; for the same test.
struct KindCheck {
  const void* id;  // as ServerOptions::broken_rules has it
  std::string_view kind;
  std::string_view what;  // "new", "changed" or the field
};
std::vector<KindCheck> AllKindChecks();

// The rules of a type and of what lies below.
void ValidateTree(const TypeInfo& type, const Value& value, const Path& path, FieldErrors& errors);
// The same for a whole object: the rules of its type but for those of the status, those of the status, or of the spec.
enum class Part : uint8_t { kAllButStatus, kStatus, kSpec };
void ValidateObject(const TypeInfo& type, const Value& object, Part part, FieldErrors& errors);
// What lies in the value of a site: through lists and maps to structs.
void ValidateBelow(const Site& site);

}  // namespace wavetank::sim
