#include "tools/gen/kinds_table.h"

#include <map>
#include <vector>

#include "runtime/value/json.h"
#include "tools/gen/text.h"

namespace wavetank::gen {
namespace {

struct Words {
  std::string_view from;
  std::string_view to;
};
constexpr Words kShapes[] = {{"string", "kString"},  {"bool", "kBool"},   {"int32", "kInt32"}, {"int64", "kInt64"},
                             {"float64", "kDouble"}, {"bytes", "kBytes"}, {"any", "kAny"}};
constexpr Words kSpecials[] = {
    {"quantity", "kQuantity"},
    {"int-or-string", "kIntOrString"},
    {"time", "kTime"},
    {"micro-time", "kMicroTime"},
    {"fields-v1", "kFieldsV1"},
    {"raw-extension", "kRawExtension"},
    {"json", "kJson"},
    {"schema-or-bool", "kSchemaOrBool"},
    {"schema-or-array", "kSchemaOrArray"},
    {"schema-or-string-array", "kSchemaOrStringArray"},
    {"list", "kStringList"},
};

template <size_t N>
std::string_view Lookup(const Words (&words)[N], std::string_view from) {
  for (const Words& w : words) {
    if (w.from == from) return w.to;
  }
  return {};
}

// "io.k8s.api.core.v1.PullPolicy" -> "v1.PullPolicy", as Go's messages name a type.
std::string GoName(std::string_view openapi) {
  const size_t last = openapi.rfind('.');
  if (last == std::string_view::npos) return std::string(openapi);
  const size_t before = openapi.rfind('.', last - 1);
  return std::string(openapi.substr(before == std::string_view::npos ? 0 : before + 1));
}

std::string Number(size_t n) { return std::to_string(n); }

class Writer {
 public:
  Writer(const Value& types, const Value& resources) : types_(types), resources_(resources) {}

  Result<std::string> Write() {
    for (const Field& type : types_.fields()) index_.emplace(type.key.str(), index_.size());
    for (const Field& type : types_.fields()) WT_RETURN_IF_ERROR(AddType(type.key.view(), type.value));
    for (const Value& resource : resources_["resources"].elements()) WT_RETURN_IF_ERROR(AddResource(resource));
    for (const Value& group : resources_["groups"].elements()) {
      groups_ += "    {" + Literal(group["name"].AsString()) + ", " + Literal(Joined(group["versions"])) + ", " +
                 Literal(group["preferred"].AsString()) + "},\n";
    }
    return Text();
  }

 private:
  // A row number of the type named as types.json does ("[]map[string]T").
  Result<int> TypeRef(std::string_view type) {
    if (const auto found = ref_index_.find(type); found != ref_index_.end()) return found->second;
    std::string row;
    if (type.starts_with("[]")) {
      WT_ASSIGN(const int element, TypeRef(type.substr(2)));
      row = "kList, " + std::to_string(element);
    } else if (type.starts_with("map[string]")) {
      WT_ASSIGN(const int element, TypeRef(type.substr(11)));
      row = "kMap, " + std::to_string(element);
    } else if (const std::string_view shape = Lookup(kShapes, type); !shape.empty()) {
      row = std::string(shape) + ", -1";
    } else if (const auto found = index_.find(type); found != index_.end()) {
      row = "kStruct, " + Number(found->second);
    } else {
      return Status(Code::kInvalidArgument, "unknown type " + std::string(type));
    }
    refs_ += "    {Shape::" + row + "},\n";
    const int at = static_cast<int>(ref_index_.size());
    ref_index_.emplace(type, at);
    return at;
  }

  static std::string Flags(const Value& f) {
    int flags = 0;
    if (f["ptr"].AsBool()) flags |= 1;
    if (f["omitempty"].AsBool()) flags |= 2;
    if (f["required"].AsBool()) flags |= 4;
    if (f["list"] == "set") flags |= 8;
    if (f["list"] == "map") flags |= 16;
    if (f["list"] == "atomic") flags |= 512;
    if (f["map"] == "granular") flags |= 1024;
    if (f["map"] == "atomic") flags |= 32;
    const std::string_view strategy = f["patchStrategy"].AsString();
    if (strategy.find("merge") != strategy.npos) flags |= 64;
    if (strategy.find("retainKeys") != strategy.npos) flags |= 128;
    if (strategy == "replace") flags |= 256;
    return std::to_string(flags);
  }

  // The number of a row in a table of distinct texts.
  static int Unique(std::map<std::string, int, std::less<>>& seen, std::string& table, std::string text) {
    const auto [at, inserted] = seen.emplace(std::move(text), static_cast<int>(seen.size()));
    if (inserted) table += "    " + at->first + ",\n";
    return at->second;
  }

  int Options(const Value& f) {
    if (!f.Has("default") && !f.Has("enum") && !f.Has("keys") && !f.Has("patchMergeKey") && !f.Has("named")) return -1;
    std::string row = "{";
    row += f.Has("default") ? Literal(WriteJson(f["default"])) : "nullptr";
    row += ", " + LiteralOrNull(Joined(f["enum"])) + ", " + LiteralOrNull(Joined(f["keys"]));
    row +=
        ", " + LiteralOrNull(f["patchMergeKey"].AsString()) + ", " + LiteralOrNull(GoName(f["named"].AsString())) + "}";
    return Unique(option_index_, options_, std::move(row));
  }

  Status AddType(std::string_view name, const Value& type) {
    std::string gvks;
    for (const Value& gvk : type["gvk"].elements()) {
      if (!gvks.empty()) gvks += ',';
      gvks.append(gvk["group"].AsString()).append("/").append(gvk["version"].AsString());
      gvks.append("/").append(gvk["kind"].AsString());
    }
    std::string_view special = "kNone";
    if (type.Has("special")) special = Lookup(kSpecials, type["special"].AsString());
    if (special.empty()) return Status(Code::kInvalidArgument, "unknown special type " + std::string(name));
    const auto yes = [](bool b) { return b ? ", true" : ", false"; };
    types_text_ += "    {" + Literal(name) + ", " + Literal(type["go"].AsString()) + ", " + LiteralOrNull(gvks) + ", " +
                   (type.Has("unions") ? Literal(WriteJson(type["unions"])) : "nullptr") +
                   ", Special::" + std::string(special) + yes(type["map"] == "atomic") +
                   yes(type["openapi"].AsBool(true)) + yes(type["noProto"].AsBool()) + ", " +
                   Number(type["fields"].size()) + "},\n";
    for (const Value& f : type["fields"].elements()) WT_RETURN_IF_ERROR(AddField(f));
    return {};
  }

  Status AddField(const Value& f) {
    WT_ASSIGN(const int ref, TypeRef(f["type"].AsString()));
    const int zero = f.Has("zero") ? Unique(zero_index_, zeros_, Literal(WriteJson(f["zero"]))) : -1;
    const int options = Options(f);
    fields_ += "    {" + LiteralOrNull(f["name"].AsString()) + ", " + std::to_string(ref) + ", " + Flags(f) + ", " +
               std::to_string(f["proto"].AsInt()) + ", " + std::to_string(zero) + ", " + std::to_string(options) +
               "},\n";
    return {};
  }

  Result<std::string> TypeIndex(const Value& name) {
    if (name.is_null()) return std::string("-1");
    const auto found = index_.find(name.AsString());
    if (found == index_.end()) return Status(Code::kInvalidArgument, "unknown type " + std::string(name.AsString()));
    return Number(found->second);
  }

  Status AddResource(const Value& r) {
    WT_ASSIGN(const std::string type, TypeIndex(r["type"]));
    WT_ASSIGN(const std::string list_type, TypeIndex(r["listType"]));
    std::string row = "    {";
    for (const char* text : {"group", "version", "kind", "plural", "singular", "listKind"}) {
      row += Literal(r[text].AsString()) + ", ";
    }
    for (const char* words : {"shortNames", "categories", "verbs"}) row += Literal(Joined(r[words])) + ", ";
    row += Literal(r["storageVersionHash"].AsString()) + ", " + Literal(Joined(r["fieldSelectors"])) + ", " +
           Literal(r["fieldSelectorError"].AsString()) + ", ";
    const int flags = (r["namespaced"].AsBool() ? 1 : 0) | (r["storage"].AsBool() ? 2 : 0) |
                      (r["preferred"].AsBool() ? 4 : 0) | (r["status"].AsBool() ? 8 : 0) |
                      (r["scale"].AsBool() ? 16 : 0);
    row += std::to_string(flags) + ", " + type + ", " + list_type + ", " + Number(r["subresources"].size()) + ", " +
           Number(r["columns"].size()) + "},\n";
    resources_text_ += row;
    for (const Value& s : r["subresources"].elements()) {
      WT_ASSIGN(const std::string sub_type, TypeIndex(s["type"]));
      subresources_ += "    {" + Literal(s["name"].AsString()) + ", " + Literal(s["group"].AsString()) + ", " +
                       Literal(s["version"].AsString()) + ", " + Literal(s["kind"].AsString()) + ", " +
                       Literal(Joined(s["verbs"])) + ", " + sub_type + "},\n";
    }
    for (const Value& c : r["columns"].elements()) {
      columns_ += "    {" + Literal(c["name"].AsString()) + ", " + Literal(c["type"].AsString()) + ", " +
                  Literal(c["format"].AsString()) + ", " + std::to_string(c["priority"].AsInt()) + "},\n";
    }
    return {};
  }

  std::string Text() const {
    std::string out =
        "// Written by tools/gen from tools/gen/kinds. Do not edit.\n#include \"runtime/api/kind_table.h\"\n\n";
    out += "namespace wavetank::kind_table {\nnamespace {\n\n";
    const auto table = [&](std::string_view type, std::string_view name, const std::string& rows) {
      out.append("constexpr ").append(type).append(" ").append(name).append("[] = {\n").append(rows).append("};\n\n");
    };
    table("TypeRefRow", "kTypeRefs", refs_);
    table("const char*", "kZeros", zeros_);
    table("OptionsRow", "kOptions", options_);
    table("FieldRow", "kFields", fields_);
    table("TypeRow", "kTypes", types_text_);
    table("SubresourceRow", "kSubresources", subresources_);
    table("ColumnRow", "kColumns", columns_);
    table("ResourceRow", "kResources", resources_text_);
    table("GroupRow", "kGroups", groups_);
    out += "}  // namespace\n\n";
    out += "std::span<const TypeRefRow> type_refs() { return kTypeRefs; }\n";
    out += "std::span<const char* const> zeros() { return kZeros; }\n";
    out += "std::span<const OptionsRow> options() { return kOptions; }\n";
    out += "std::span<const FieldRow> fields() { return kFields; }\n";
    out += "std::span<const TypeRow> types() { return kTypes; }\n";
    out += "std::span<const SubresourceRow> subresources() { return kSubresources; }\n";
    out += "std::span<const ColumnRow> columns() { return kColumns; }\n";
    out += "std::span<const ResourceRow> resources() { return kResources; }\n";
    out += "std::span<const GroupRow> groups() { return kGroups; }\n\n";
    return out + "}  // namespace wavetank::kind_table\n";
  }

  const Value& types_;
  const Value& resources_;
  std::map<std::string, size_t, std::less<>> index_;  // type name -> row
  std::map<std::string, int, std::less<>> ref_index_, zero_index_, option_index_;
  std::string refs_, zeros_, options_, fields_, types_text_, subresources_, columns_, resources_text_, groups_;
};

}  // namespace

Result<std::string> WriteKindTable(const Value& types, const Value& resources) {
  return Writer(types, resources).Write();
}

}  // namespace wavetank::gen
