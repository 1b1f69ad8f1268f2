// Tables: objects as rows of cells, as `kubectl get` prints them (API-385..391).
//
//   Value table = TableOf(pods, response_items, {.now = now, .include = IncludeObject::kNone});
//   table["rows"][0]["cells"]  ->  ["frontend-x7k2p", "1/1", "Running", "3 (5m ago)", "2d4h", ...]
//
// Columns are facts of the kind table; what stands in the cells says one function a kind (table_printers.h). A kind without
// one gets its name and the time of its creation; a custom kind its name and age. Cells hold ages, so the same list makes
// another table a second later. Pure functions; O(objects).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// What stands beside a row's cells.
enum class IncludeObject : uint8_t { kMetadata, kObject, kNone };
// The query's includeObject; the error is a 400 with the server's text (API-386).
Result<IncludeObject> ParseIncludeObject(std::string_view text);

struct TableOptions {
  Time now;
  IncludeObject include = IncludeObject::kMetadata;
  std::string_view version = "v1";  // of meta.k8s.io: "v1" or "v1beta1"
  bool headers = true;              // a watch shows them once
};

// A list. `metadata`: the list's own, of which a Table keeps resourceVersion, continue and remainingItemCount. Objects have
// kind and apiVersion.
Value TableOfList(const ResourceInfo& resource, std::span<const Object> items, const Value& metadata,
                  const TableOptions& options);
// One document: an object, or what a subresource answers (Scale).
Value TableOfOne(const ResourceInfo& resource, const Value& document, const TableOptions& options);

// {"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{...}} of an object (API-392).
Value PartialMetadata(const Value& object, std::string_view version);
Value PartialMetadataList(std::span<const Object> items, const Value& metadata, std::string_view version);

// "5m", "3d4h": two or three digits of a duration, for people (API-387).
std::string HumanDuration(Duration duration);

}  // namespace wavetank::sim
