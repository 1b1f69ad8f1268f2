// Types of the kind table as OpenAPI schemas (kinds/README.md, "OpenAPI from this table").
//
//   Value pod = SchemaOf(*pods->type, SchemaStyle::kV3, "", "v1");   // {"type":"object","properties":{...},...}
//
// Descriptions are left out. O(fields).
#pragma once

#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

enum class SchemaStyle : uint8_t {
  kV2,  // #/definitions, no defaults
  kV3,  // #/components/schemas, defaults, references wrapped where something stands beside them
};

// `group` and `version`: of the document. Options of every group version name only theirs there; none: all of them (v2).
Value SchemaOf(const TypeInfo& type, SchemaStyle style, std::string_view group, std::string_view version);
Value Reference(std::string_view type, SchemaStyle style);
// The schemas of `types`, where null stands for none, and of all that they refer to; by name.
Value SchemasOf(std::vector<const TypeInfo*> types, SchemaStyle style, std::string_view group,
                std::string_view version);

}  // namespace wavetank::sim
