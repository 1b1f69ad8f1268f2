#include "tools/gen/crd.h"

#include <algorithm>

#include "tools/gen/text.h"

namespace wavetank::gen {
namespace {

constexpr std::string_view kObjectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
constexpr std::string_view kTime = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
constexpr std::string_view kIntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

bool Contains(const Value& list, std::string_view text) {
  return std::ranges::any_of(list.elements(), [&](const Value& v) { return v == text; });
}

class Reader {
 public:
  // The built-in types have headers already; their names are enough.
  Reader() {
    const auto special = [](std::string_view what) { return ObjectBuilder().Add("special", what).Build(); };
    types_ = ObjectBuilder()
                 .Add(kObjectMeta, Value::EmptyObject())
                 .Add(kTime, special("time"))
                 .Add(kIntOrString, special("int-or-string"))
                 .Build();
  }

  // Adds the struct and all below it.
  void AddStruct(const std::string& name, const Value& schema, bool top) {
    ArrayBuilder fields;
    for (const Field& p : schema["properties"].fields()) {
      const std::string_view field = p.key.view();
      if (top && (field == "apiVersion" || field == "kind" || field == "metadata")) continue;
      fields.Add(FieldOf(name, field, p.value, Contains(schema["required"], field)));
    }
    if (top) {
      fields.Add(ObjectBuilder().Add("name", "metadata").Add("type", kObjectMeta).Build());
    }
    types_ = types_.Set(String(name), ObjectBuilder().Add("fields", fields.Build()).Build());
  }

  const Value& types() const { return types_; }

 private:
  Value FieldOf(const std::string& parent, std::string_view name, const Value& schema, bool required) {
    const std::string type = TypeOf(parent + CamelCase(name), schema);
    ObjectBuilder f;
    f.Add("name", name).Add("type", type).Add("omitempty", !required);
    const bool scalar = type == "string" || type == "bool" || type == "int32" || type == "int64" || type == "float64" ||
                        type == "bytes" || type == kIntOrString;
    if (scalar && !required && !schema.Has("default")) f.Add("ptr", true);
    return f.Build();
  }

  // The name of the schema's type; `name` is that of a class that it may need.
  std::string TypeOf(const std::string& name, const Value& schema) {
    if (schema["x-kubernetes-int-or-string"].AsBool()) return std::string(kIntOrString);
    const std::string_view type = schema["type"].AsString();
    const std::string_view format = schema["format"].AsString();
    if (type == "string") return format == "date-time" ? std::string(kTime) : format == "byte" ? "bytes" : "string";
    if (type == "boolean") return "bool";
    if (type == "integer") return format == "int32" ? "int32" : "int64";
    if (type == "number") return "float64";
    if (type == "array" && schema["items"].is_object()) return "[]" + TypeOf(name, schema["items"]);
    if (type == "object" && !schema["properties"].empty()) {
      AddStruct(name, schema, false);
      return name;
    }
    if (type == "object" && schema["additionalProperties"].is_object()) {
      return "map[string]" + TypeOf(name, schema["additionalProperties"]);
    }
    return "any";
  }

  Value types_;
};

}  // namespace

std::string NamespaceFor(std::string_view group, std::string_view version) {
  return SnakeCase(group.substr(0, group.find('.'))) + "_" + SnakeCase(version);
}

Result<CrdModel> ReadCrd(const Value& crd, std::string_view version) {
  if (!(crd["kind"] == "CustomResourceDefinition")) {
    return Status(Code::kInvalidArgument, "this is no CustomResourceDefinition");
  }
  const Value& spec = crd["spec"];
  const Value* chosen = nullptr;
  for (const Value& v : spec["versions"].elements()) {
    if (version.empty() ? v["storage"].AsBool() : v["name"] == version) chosen = &v;
  }
  if (chosen == nullptr) {
    return Status(Code::kInvalidArgument,
                  version.empty() ? "no version is the stored one" : "there is no version " + std::string(version));
  }
  const std::string kind(spec["names"]["kind"].AsString());
  if (kind.empty() || spec["group"].empty() || spec["names"]["plural"].empty()) {
    return Status(Code::kInvalidArgument, "spec.group, spec.names.kind and spec.names.plural are required");
  }
  Reader reader;
  reader.AddStruct(kind, (*chosen)["schema"]["openAPIV3Schema"], true);
  CrdModel model;
  model.types = reader.types();
  model.kind = {kind, std::string(spec["group"].AsString()),           std::string((*chosen)["name"].AsString()),
                kind, std::string(spec["names"]["plural"].AsString()), !(spec["scope"] == "Cluster")};
  return model;
}

}  // namespace wavetank::gen
