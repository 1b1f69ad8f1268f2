#include "sim/apiserver/openapi_schema.h"

#include <map>

namespace wavetank::sim {
namespace {

// The schemas of types whose JSON is not their struct's.
struct SpecialSchema {
  Special special;
  std::string_view type, format;
  std::string_view one_of;  // the second of two types in v3, where `type` is the first; empty: just `type`
};
constexpr SpecialSchema kSpecials[] = {
    {Special::kQuantity, "string", "", "number"}, {Special::kIntOrString, "integer", "int-or-string", "string"},
    {Special::kTime, "string", "date-time", ""},  {Special::kMicroTime, "string", "date-time", ""},
    {Special::kFieldsV1, "object", "", ""},       {Special::kRawExtension, "object", "", ""},
};

Value TypeOnly(std::string_view type) { return ObjectBuilder().Add("type", type).Build(); }

Value SpecialSchemaOf(Special special, SchemaStyle style) {
  for (const SpecialSchema& row : kSpecials) {
    if (row.special != special) continue;
    ObjectBuilder out;
    if (!row.format.empty()) out.Add("format", row.format);
    if (row.one_of.empty()) {
      out.Add("type", row.type);
    } else if (style == SchemaStyle::kV3) {
      out.Add("oneOf", Value::Array({TypeOnly(row.type), TypeOnly(row.one_of)}));
    } else {
      out.Add("type", "string");
    }
    return out.Build();
  }
  return Value::EmptyObject();  // json and its like: anything
}

// Fields that nobody has described, so that their references stand alone.
bool IsUndescribed(const TypeInfo& owner, const FieldInfo& field) {
  if (owner.name.ends_with(".apiextensions.v1.JSONSchemaProps")) return field.name.view() != "default";
  return owner.name.ends_with(".IngressRule") || owner.name.ends_with(".IngressRuleValue");
}

struct ScalarSchema {
  Shape shape;
  std::string_view type, format;
};
constexpr ScalarSchema kScalars[] = {{Shape::kString, "string", ""},       {Shape::kBool, "boolean", ""},
                                     {Shape::kInt32, "integer", "int32"},  {Shape::kInt64, "integer", "int64"},
                                     {Shape::kDouble, "number", "double"}, {Shape::kBytes, "string", "byte"}};

Value ZeroOf(Shape shape) {
  switch (shape) {
    case Shape::kString: return "";
    case Shape::kBool: return false;
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble: return 0;
    default: return {};
  }
}

class SchemaBuilder {
 public:
  explicit SchemaBuilder(SchemaStyle style) : style_(style) {}

  void Properties(const TypeInfo& type, ObjectBuilder& properties, ArrayBuilder& required) {
    for (const FieldInfo& f : type.fields) {
      if (f.inlined) {
        Properties(*f.type.type, properties, required);
        continue;
      }
      properties.Add(f.name, Property(type, f));
      if (f.required) required.Add(f.name);
    }
  }

 private:
  bool v3() const { return style_ == SchemaStyle::kV3; }

  Value Property(const TypeInfo& owner, const FieldInfo& f) {
    ObjectBuilder out;
    Value standard = f.default_value;
    if (standard.is_null() && !f.pointer) {
      if (IsPlainStruct(f.type)) standard = Value::EmptyObject();
      if (!f.omitempty) standard = standard.is_null() ? ZeroOf(f.type.shape) : standard;
    }
    if (f.type.shape == Shape::kStruct && v3()) {
      AddReference(*f.type.type, standard, !IsUndescribed(owner, f), out);
    } else {
      AddType(f.type, f.enum_values, out);
    }
    if (v3() && !standard.is_null()) out.Add("default", standard);
    const bool plain = f.type.shape != Shape::kList && f.type.shape != Shape::kMap;
    if (plain && !f.enum_values.empty()) AddEnum(f.enum_values, out);
    AddListKind(f, out);
    AddPatchStrategy(f, out);
    return out.Build();
  }

  static bool IsPlainStruct(const TypeRef& ref) {
    return ref.shape == Shape::kStruct && ref.type->special == Special::kNone;
  }

  // A reference with something beside it is wrapped in v3.
  void AddReference(const TypeInfo& type, const Value& standard, bool described, ObjectBuilder& out) {
    if (type.special == Special::kStringList) {
      AddStrings(out);
      return;
    }
    const Value reference = Reference(type.name, style_);
    if (v3() && (described || !standard.is_null())) {
      out.Add("allOf", Value::Array({reference}));
    } else {
      out.Add("$ref", reference["$ref"]);
    }
  }

  void AddStrings(ObjectBuilder& out) {
    out.Add("type", "array");
    out.Add("items", v3() ? TypeOnly("string").Set("default", "") : TypeOnly("string"));
  }

  void AddEnum(const std::vector<std::string>& values, ObjectBuilder& out) {
    if (!v3()) return;
    ArrayBuilder list;
    for (const std::string& value : values) list.Add(value);
    out.Add("enum", list.Build());
  }

  void AddType(const TypeRef& ref, const std::vector<std::string>& enum_values, ObjectBuilder& out) {
    for (const ScalarSchema& row : kScalars) {
      if (row.shape != ref.shape) continue;
      out.Add("type", row.type);
      if (!row.format.empty()) out.Add("format", row.format);
    }
    switch (ref.shape) {
      case Shape::kStruct: AddReference(*ref.type, Value(), false, out); return;
      case Shape::kList:
        out.Add("type", "array");
        out.Add("items", Element(*ref.element, enum_values));
        return;
      case Shape::kMap:
        out.Add("type", "object");
        out.Add("additionalProperties", Element(*ref.element, enum_values));
        return;
      default: return;
    }
  }

  Value Element(const TypeRef& ref, const std::vector<std::string>& enum_values) {
    ObjectBuilder out;
    const Value standard = IsPlainStruct(ref) ? Value::EmptyObject() : ZeroOf(ref.shape);
    if (ref.shape == Shape::kStruct) {
      AddReference(*ref.type, v3() ? standard : Value(), false, out);
    } else {
      AddType(ref, {}, out);
    }
    if (v3() && !standard.is_null()) out.Add("default", standard);
    if (!enum_values.empty()) AddEnum(enum_values, out);
    return out.Build();
  }

  static void AddListKind(const FieldInfo& f, ObjectBuilder& out) {
    if (f.map_atomic || f.map_granular) out.Add("x-kubernetes-map-type", f.map_atomic ? "atomic" : "granular");
    if (!f.has_list_kind) return;
    constexpr std::string_view kWords[] = {"atomic", "set", "map"};
    out.Add("x-kubernetes-list-type", kWords[static_cast<size_t>(f.list)]);
    if (f.list_keys.empty()) return;
    ArrayBuilder keys;
    for (const wavetank::Name key : f.list_keys) keys.Add(key);
    out.Add("x-kubernetes-list-map-keys", keys.Build());
  }

  static void AddPatchStrategy(const FieldInfo& f, ObjectBuilder& out) {
    std::string strategy = f.patch_merge ? "merge" : f.patch_replace ? "replace" : "";
    if (f.patch_retain_keys) strategy += strategy.empty() ? "retainKeys" : ",retainKeys";
    if (!strategy.empty()) out.Add("x-kubernetes-patch-strategy", strategy);
    if (!f.patch_merge_key.empty()) out.Add("x-kubernetes-patch-merge-key", f.patch_merge_key);
  }

  const SchemaStyle style_;
};

// Options and watch events are of every group version; a v3 document names core's and its own.
Value GroupVersionKinds(const TypeInfo& type, SchemaStyle style, std::string_view group, std::string_view version) {
  const bool everywhere = type.name.ends_with(".DeleteOptions") || type.name.ends_with(".WatchEvent");
  ArrayBuilder out;
  for (const Gvk& gvk : type.gvks) {
    const bool core = gvk.group.view().empty();
    const bool own = gvk.group.view() == group && gvk.version.view() == version;
    if (style == SchemaStyle::kV3 && everywhere && !core && !own) continue;
    out.Add(ObjectBuilder().Add("group", gvk.group).Add("kind", gvk.kind).Add("version", gvk.version).Build());
  }
  return out.Build();
}

void Collect(const TypeRef& ref, std::vector<const TypeInfo*>& out) {
  if (ref.element != nullptr) Collect(*ref.element, out);
  if (ref.type != nullptr && ref.type->special != Special::kStringList) out.push_back(ref.type);
}

// What `type` refers to, itself not among them unless it does.
std::vector<const TypeInfo*> ReferredTypes(const TypeInfo& type) {
  std::vector<const TypeInfo*> out;
  if (type.special != Special::kNone) return out;
  for (const FieldInfo& f : type.fields) {
    if (!f.inlined) {
      Collect(f.type, out);
      continue;
    }
    const std::vector<const TypeInfo*> inner = ReferredTypes(*f.type.type);
    out.insert(out.end(), inner.begin(), inner.end());
  }
  return out;
}

}  // namespace

Value Reference(std::string_view type, SchemaStyle style) {
  const std::string_view root = style == SchemaStyle::kV3 ? "#/components/schemas/" : "#/definitions/";
  return ObjectBuilder().Add("$ref", std::string(root) + std::string(type)).Build();
}

Value SchemaOf(const TypeInfo& type, SchemaStyle style, std::string_view group, std::string_view version) {
  if (type.special != Special::kNone) return SpecialSchemaOf(type.special, style);
  ObjectBuilder properties;
  ArrayBuilder required;
  SchemaBuilder(style).Properties(type, properties, required);
  ObjectBuilder out;
  out.Add("type", "object");
  if (properties.size() > 0) out.Add("properties", properties.Build());
  if (required.size() > 0) out.Add("required", required.Build());
  if (type.map_atomic) out.Add("x-kubernetes-map-type", "atomic");
  if (!type.unions.is_null()) out.Add("x-kubernetes-unions", type.unions);
  if (!type.gvks.empty()) out.Add("x-kubernetes-group-version-kind", GroupVersionKinds(type, style, group, version));
  return out.Build();
}

Value SchemasOf(std::vector<const TypeInfo*> types, SchemaStyle style, std::string_view group,
                std::string_view version) {
  std::map<std::string, const TypeInfo*> found;
  while (!types.empty()) {
    const TypeInfo* type = types.back();
    types.pop_back();
    if (type == nullptr || !found.emplace(type->name, type).second) continue;
    const std::vector<const TypeInfo*> referred = ReferredTypes(*type);
    types.insert(types.end(), referred.begin(), referred.end());
  }
  ObjectBuilder out(found.size());
  for (const auto& [name, type] : found) out.Add(name, SchemaOf(*type, style, group, version));
  return out.Build();
}

}  // namespace wavetank::sim
