// A user's own kind: a CustomResourceDefinition as the description that views are written from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"
#include "tools/gen/views.h"

namespace wavetank::gen {

struct CrdModel {
  Value types;  // those of the kind, and stand-ins for the built-in ones it uses
  ViewKind kind;
};

// The description of one version (the stored one when `version` is empty). Nested objects become classes named after
// their path: WidgetSpec, WidgetSpecParts. A scalar that is neither required nor defaulted is optional.
Result<CrdModel> ReadCrd(const Value& crd, std::string_view version);

// "example.com", "v1" -> "example_v1".
std::string NamespaceFor(std::string_view group, std::string_view version);

}  // namespace wavetank::gen
