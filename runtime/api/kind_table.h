// The kind table as tools/gen writes it: plain constant rows that compile fast and cost nothing at start-up.
//
// KindRegistry::BuiltIn() turns them into TypeInfo and ResourceInfo at its first call. Nobody else reads this file.
// Lists of words are one text, joined with commas; JSON is text.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/api/registry.h"

namespace wavetank::kind_table {

// A field's, an element's or a map value's type. `target`: of kStruct the type, of kList and kMap another TypeRefRow.
struct TypeRefRow {
  Shape shape;
  int16_t target;
};

enum FieldFlag : uint16_t {
  kPointer = 1,
  kOmitEmpty = 2,
  kRequired = 4,
  kListSet = 8,
  kListMap = 16,
  kMapAtomic = 32,
  kPatchMerge = 64,
  kPatchRetainKeys = 128,
  kPatchReplace = 256,
  kListAtomic = 512,
  kMapGranular = 1024,
};

struct OptionsRow {
  const char* default_json;  // or null, as the others
  const char* enum_values;
  const char* list_keys;
  const char* merge_key;
  const char* named;
};

struct FieldRow {
  const char* name;  // null: inlined
  int16_t type;
  uint16_t flags;
  int16_t proto;
  int16_t zero;     // index into zeros(), -1: none
  int16_t options;  // index into options(), -1: none
};

struct TypeRow {
  const char* name;
  const char* go;
  const char* gvks;    // "group/version/Kind,..." or null
  const char* unions;  // JSON or null
  Special special;
  bool map_atomic;
  bool in_openapi;
  bool no_proto;
  uint16_t fields;  // how many of the field rows that follow those of the type before
};

struct SubresourceRow {
  const char* name;
  const char* group;
  const char* version;
  const char* kind;
  const char* verbs;
  int16_t type;
};

struct ColumnRow {
  const char* name;
  const char* type;
  const char* format;
  int8_t priority;
};

enum ResourceFlag : uint8_t { kNamespaced = 1, kStored = 2, kPreferred = 4, kHasStatus = 8, kHasScale = 16 };

struct ResourceRow {
  const char* group;
  const char* version;
  const char* kind;
  const char* plural;
  const char* singular;
  const char* list_kind;
  const char* short_names;
  const char* categories;
  const char* verbs;
  const char* hash;
  const char* field_selectors;
  const char* field_selector_error;
  uint8_t flags;
  int16_t type;
  int16_t list_type;
  uint8_t subresources;  // how many, as TypeRow::fields
  uint8_t columns;
};

struct GroupRow {
  const char* name;
  const char* versions;
  const char* preferred;
};

std::span<const TypeRefRow> type_refs();
std::span<const char* const> zeros();
std::span<const OptionsRow> options();
std::span<const FieldRow> fields();
std::span<const TypeRow> types();
std::span<const SubresourceRow> subresources();
std::span<const ColumnRow> columns();
std::span<const ResourceRow> resources();
std::span<const GroupRow> groups();

}  // namespace wavetank::kind_table
