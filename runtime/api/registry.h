// The kind table: what every kind and every type of Kubernetes is, as data.
//
//   KindRegistry kinds = KindRegistry::BuiltIn();            // v1.36, generated from the recorded facts (tools/gen)
//   const ResourceInfo* pods = kinds.Find(Gvr("", "v1", "pods"));
//   KindRegistry mine = kinds.With(widget);                  // a copy with one more kind; `kinds` does not see it
//
// A registry is a value: a shared immutable base and an overlay. Copies are cheap; a kind added in one world is not seen
// in its sibling. Pointers to ResourceInfo and TypeInfo live as long as any registry that knows them.
// TypeInfo::id is unique in the process (overlays draw fresh numbers), so that it can mark a Value's node.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

enum class Shape : uint8_t { kString, kBool, kInt32, kInt64, kDouble, kBytes, kAny, kStruct, kList, kMap };

// Types whose JSON is not what their Go struct says (kinds/README: special).
enum class Special : uint8_t {
  kNone,
  kQuantity,
  kIntOrString,
  kTime,
  kMicroTime,
  kFieldsV1,
  kRawExtension,
  kJson,
  kSchemaOrBool,
  kSchemaOrArray,
  kSchemaOrStringArray,
  kStringList,
};

struct TypeInfo;

// The type of a field, an element or a map value. Maps have string keys.
struct TypeRef {
  Shape shape = Shape::kAny;
  const TypeInfo* type = nullptr;    // of kStruct (special types included)
  const TypeRef* element = nullptr;  // of kList and kMap
};

enum class ListKind : uint8_t { kAtomic, kSet, kMap };  // x-kubernetes-list-type

struct FieldInfo {
  explicit FieldInfo(Name name) : name(name) {}
  Name name;
  TypeRef type;
  bool inlined = false;  // its fields stand in the parent; never looked up by name
  bool pointer = false;  // absent differs from zero
  bool omitempty = false;
  bool required = false;  // OpenAPI
  bool has_zero = false;  // printed even when nobody set it, as `zero`
  Value zero;
  Value default_value;  // OpenAPI's explicit default; null: none
  std::vector<std::string> enum_values;
  ListKind list = ListKind::kAtomic;
  bool has_list_kind = false;  // `list` is said, not assumed: all lists but `items`
  std::vector<Name> list_keys;
  bool map_atomic = false;
  bool map_granular = false;       // although the type says atomic: the field wins
  bool patch_merge = false;        // patchStrategy merge
  bool patch_retain_keys = false;  // patchStrategy retainKeys
  bool patch_replace = false;      // patchStrategy replace
  std::string patch_merge_key;     // empty: a set of primitives
  int proto = 0;                   // field number; 0: none
  std::string named;               // Go's name of a named scalar ("v1.PullPolicy"); empty: a plain one
};

struct TypeInfo {
  uint32_t id = 0;   // 1 .. 2^20-1
  std::string name;  // "io.k8s.api.core.v1.PodSpec"
  std::string go;    // "k8s.io/api/core/v1.PodSpec"
  Special special = Special::kNone;
  bool map_atomic = false;
  bool in_openapi = true;
  bool no_proto = false;  // has no protobuf form (Table, version.Info)
  std::vector<Gvk> gvks;  // x-kubernetes-group-version-kind
  Value unions;           // x-kubernetes-unions, null for most
  // Of kSchemaOrBool and its like: the schema's type.
  const TypeInfo* alternative = nullptr;
  std::vector<FieldInfo> fields;  // Go order, inlined ones in place
  // Every field that can stand in JSON, those of inlined types included; sorted by name for Find.
  std::vector<const FieldInfo*> by_name;
  // Those of by_name that are printed even when nobody set them.
  std::vector<const FieldInfo*> always;
  // The fields of the protobuf message, by rising number; an inlined field is a message of its own there.
  std::vector<const FieldInfo*> by_proto;
  const FieldInfo* Find(std::string_view field) const { return Find(field, HashBytes(field) | 1); }
  // O(1): one probe of a table by the name's hash, one pointer comparison.
  const FieldInfo* Find(Name field) const;
  const FieldInfo* FindKey(const String& field) const;  // the key of an object

  // Fills by_name, always, by_proto and the look-up table from `fields`. Whoever makes a TypeInfo calls it once, last, after the
  // types of its inlined fields are sealed.
  void Seal();

 private:
  const FieldInfo* Find(std::string_view field, uint64_t hash) const;
  std::vector<uint16_t> slots_;  // open addressing; index into by_name plus one
};

// A fresh TypeInfo::id for a type that is not built in. Ids are never given again (nodes may still carry one as a mark)
// and there are 2^20 of them: keep the types of a custom kind and use them in every world, do not make them per world.
uint32_t NewTypeId();

struct ColumnInfo {
  std::string name;
  std::string type;
  std::string format;
  int priority = 0;
};

struct SubresourceInfo {
  std::string name;  // "status", "scale", "eviction", ...
  Gvk gvk;
  std::vector<std::string> verbs;
  const TypeInfo* type = nullptr;
};

struct ResourceInfo {
  ResourceInfo(Gvr gvr, Gvk gvk) : gvr(gvr), gvk(gvk) {}
  Gvr gvr;
  Gvk gvk;
  std::string singular;
  std::string list_kind;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  std::vector<std::string> verbs;
  std::string storage_version_hash;
  bool namespaced = true;
  bool stored = true;     // has storage; false: a review or a binding
  bool preferred = true;  // of the group's preferred version
  bool has_status = false;
  bool has_scale = false;
  const TypeInfo* type = nullptr;  // null: a kind without schema, everything is kept
  const TypeInfo* list_type = nullptr;
  std::shared_ptr<const void> owner;  // keeps the types of a custom kind alive; null for built-in ones
  std::vector<SubresourceInfo> subresources;
  std::vector<ColumnInfo> columns;
  std::vector<std::string> field_selectors;
  std::string field_selector_error;
  // Dense and unique within a registry and all made of it by With; for arrays beside the registry. A sibling may have
  // another kind at the same index, as may a registry after Without.
  uint32_t index = 0;

  bool HasVerb(std::string_view verb) const;
  const SubresourceInfo* FindSubresource(std::string_view name) const;
};

struct GroupInfo {
  std::string name;
  std::vector<std::string> versions;
  std::string preferred;
};

class KindRegistry {
 public:
  // An empty registry knows nothing.
  KindRegistry() = default;
  static const KindRegistry& BuiltIn();

  const ResourceInfo* Find(const Gvr& gvr) const;
  const ResourceInfo* Find(const Gvk& gvk) const;
  // By text of a request; interns nothing.
  const ResourceInfo* FindResource(std::string_view group, std::string_view version, std::string_view plural) const;
  const ResourceInfo* FindKind(std::string_view api_version, std::string_view kind) const;
  // As people write it: kind, plural, singular or short name in any letter case, optionally ".group"; the preferred
  // version wins. For scenario files and command lines.
  const ResourceInfo* Lookup(std::string_view word) const;
  // Names near `word`, best first, for "did you mean".
  std::string Nearest(std::string_view word) const;

  const TypeInfo* FindType(std::string_view name) const;
  // The built-in types, by rising and gapless id.
  std::vector<const TypeInfo*> Types() const;
  // All resources, in the order of discovery; overlay last.
  std::vector<const ResourceInfo*> Resources() const;
  const std::vector<GroupInfo>& Groups() const;

  // This registry with one more resource (a custom kind). Replaces an overlay resource of the same Gvr.
  // InvalidArgument when a built-in one has it.
  Result<KindRegistry> With(ResourceInfo resource) const;
  // This registry without a resource of the overlay; the same registry when there is none.
  KindRegistry Without(const Gvr& gvr) const;

  struct Base;
  struct Overlay;

 private:
  template <typename Match>
  const ResourceInfo* FindInOverlay(Match match) const;
  std::shared_ptr<const Base> base_;
  std::shared_ptr<const Overlay> overlay_;
};

}  // namespace wavetank
