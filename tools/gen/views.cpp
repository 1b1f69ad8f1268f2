#include "tools/gen/views.h"

#include <algorithm>
#include <set>

#include "tools/gen/text.h"

namespace wavetank::gen {
namespace {

// Words of View and KindView that a field's getter must not hide by accident.
constexpr std::string_view kReserved[] = {"json", "present", "key", "to_object"};

std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }

// "io.k8s.api.core.v1.Pod" -> "core_v1".
std::string NamespaceOf(std::string_view type, const std::string& own) {
  if (!type.starts_with("io.k8s.")) return own;
  const size_t name = type.rfind('.');
  const size_t version = type.rfind('.', name - 1);
  const size_t group = type.rfind('.', version - 1);
  return std::string(type.substr(group + 1, version - group - 1)) + "_" +
         std::string(type.substr(version + 1, name - version - 1));
}

struct Mapping {
  std::string_view from;
  std::string_view to;
};
constexpr Mapping kScalars[] = {{"string", "String"},  {"bool", "bool"},   {"int32", "int32_t"}, {"int64", "int64_t"},
                                {"float64", "double"}, {"bytes", "Bytes"}, {"any", "Value"}};
constexpr Mapping kSpecials[] = {{"quantity", "Quantity"},
                                 {"int-or-string", "IntOrString"},
                                 {"fields-v1", "Value"},
                                 {"raw-extension", "Value"},
                                 {"json", "Value"},
                                 {"schema-or-bool", "Value"},
                                 {"schema-or-array", "Value"},
                                 {"schema-or-string-array", "Value"},
                                 {"list", "ListView<String>"}};

template <size_t N>
std::string_view Find(const Mapping (&table)[N], std::string_view from) {
  for (const Mapping& m : table) {
    if (m.from == from) return m.to;
  }
  return {};
}

// A scalar from zero to nothing, as `omitempty` sees it.
std::string EmptyTest(std::string_view cpp, const std::string& v) {
  if (cpp == "String") return v + ".empty()";
  if (cpp == "bool") return "!" + v;
  if (cpp == "int32_t" || cpp == "int64_t" || cpp == "double") return v + " == 0";
  if (cpp == "Bytes") return v + ".data.empty()";
  return "false";
}

class Writer {
 public:
  Writer(const Value& types, const std::vector<ViewKind>& kinds, const ViewHeader& own)
      : types_(types), kinds_(kinds), own_(own) {}

  Result<std::map<std::string, std::string>> Write() {
    for (const ViewKind& kind : kinds_) WT_RETURN_IF_ERROR(AddType(kind.type));
    std::map<std::string, std::string> files;
    for (auto& [ns, unit] : units_) {
      files[ns + ".h"] = HeaderText(ns, unit);
      if (!own_.header_only) files[ns + ".cpp"] = SourceText(ns, unit);
    }
    return files;
  }

 private:
  struct Unit {
    std::set<std::string> includes;
    std::map<std::string, std::string> names;  // identifier -> JSON name
    std::string classes;
  };

  // The fields that stand in JSON, inlined ones in place.
  std::vector<Value> FieldsOf(std::string_view type) const {
    std::vector<Value> out;
    for (const Value& f : types_[type]["fields"].elements()) {
      if (!f["inline"].AsBool()) {
        if (!f["typeMeta"].AsBool()) out.push_back(f);
        continue;
      }
      for (Value& inner : FieldsOf(f["type"].AsString())) out.push_back(std::move(inner));
    }
    return out;
  }

  // The C++ type of a type's name; makes sure that its class is written first.
  Result<std::string> Cpp(std::string_view type, Unit& unit, const std::string& ns) {
    if (type.starts_with("[]")) {
      WT_ASSIGN(const std::string element, Cpp(type.substr(2), unit, ns));
      return "ListView<" + element + ">";
    }
    if (type.starts_with("map[string]")) {
      WT_ASSIGN(const std::string element, Cpp(type.substr(11), unit, ns));
      return "MapView<" + element + ">";
    }
    if (const std::string_view scalar = Find(kScalars, type); !scalar.empty()) return std::string(scalar);
    if (const std::string_view special = types_[type]["special"].AsString(); !special.empty()) {
      if (special == "time" || special == "micro-time") return std::string(special);
      return std::string(Find(kSpecials, special));
    }
    WT_RETURN_IF_ERROR(AddType(type));
    const std::string other = NamespaceOf(type, own_.ns);
    if (other == ns) return std::string(LastPart(type));
    unit.includes.insert(other);
    return other + "::" + std::string(LastPart(type));
  }

  Status AddType(std::string_view type) {
    const std::string name(type);
    if (done_.contains(name)) return {};
    if (!types_.Has(type)) return Status(Code::kInvalidArgument, "unknown type " + name);
    if (!open_.insert(name).second)
      return Status(Code::kUnimplemented, name + " contains itself; views of such types cannot be written");
    const std::string ns = NamespaceOf(type, own_.ns);
    Unit& unit = units_[ns];  // a map's nodes stay where they are
    const auto kind = std::ranges::find(kinds_, type, &ViewKind::type);
    const std::string class_name(LastPart(type));
    std::string body;
    for (const Value& f : FieldsOf(type)) {
      WT_ASSIGN(const std::string member, Member(f, class_name, unit, ns));
      body += member;
    }
    unit.classes += ClassText(class_name, kind == kinds_.end() ? nullptr : &*kind, body);
    open_.erase(name);
    done_.insert(name);
    return {};
  }

  static std::string ClassText(const std::string& name, const ViewKind* kind, const std::string& body) {
    std::string out = "class " + name + " : public ";
    if (kind == nullptr) {
      out += "View {\n public:\n  using View::View;\n";
    } else {
      const std::string gv = Literal(kind->group) + ", " + Literal(kind->version) + ", ";
      out += "KindView<" + name + "> {\n public:\n";
      out += "  inline static const Gvk kGvk{" + gv + Literal(kind->kind) + "};\n";
      out += "  inline static const Gvr kGvr{" + gv + Literal(kind->plural) + "};\n";
      out += std::string("  static constexpr bool kNamespaced = ") + (kind->namespaced ? "true" : "false") + ";\n";
    }
    return out + body + "};\n\n";
  }

  // An identifier for the JSON name: kNodeName; a name that starts with a capital gets an underscore ("Port").
  static std::string NameOf(std::string_view json, Unit& unit) {
    std::string id = "k" + CamelCase(json);
    if (!json.empty() && json[0] >= 'A' && json[0] <= 'Z') id += '_';
    while (unit.names.contains(id) && unit.names[id] != json) id += '_';
    unit.names[id] = json;
    return "field::" + id;
  }

  Result<std::string> Member(const Value& f, const std::string& self, Unit& unit, const std::string& ns) {
    const std::string_view json = f["name"].AsString();
    const std::string_view type = f["type"].AsString();
    std::string name = SnakeCase(json);
    if (std::ranges::find(kReserved, name) != std::end(kReserved)) name += '_';
    const std::string n = NameOf(json, unit);
    WT_ASSIGN(const std::string cpp, Cpp(type, unit, ns));
    const std::string get = "json()[" + n + "]";
    const bool pointer = f["ptr"].AsBool();
    const bool drop = f["omitempty"].AsBool();
    if (cpp == "time" || cpp == "micro-time")
      return TimeMember(name, n, self, cpp == "time" ? "WriteTime" : "WriteMicroTime");
    if (type.starts_with("[]") || cpp == "ListView<String>") return ListMember(name, n, self, cpp, drop);
    if (type.starts_with("map[")) return MapMember(name, n, self, cpp, drop);
    const bool is_scalar = !Find(kScalars, type).empty() || types_[type].Has("special");
    if (!is_scalar) return StructMember(name, n, self, cpp);
    if (cpp == "Value") {
      return "  const Value& " + name + "() const { return " + get + "; }\n" +
             Setter(self, name, "const Value& v", n, "v", "v.is_null()");
    }
    if (pointer) {
      const std::string optional = "std::optional<" + cpp + ">";
      return "  " + optional + " " + name + "() const { return json::ReadOptional<" + cpp + ">(" + get + "); }\n" +
             Setter(self, name, "const " + optional + "& v", n, "json::WriteOptional(v)", "!v");
    }
    const bool by_value = cpp == "bool" || cpp == "int32_t" || cpp == "int64_t" || cpp == "double";
    const std::string parameter = by_value ? cpp + " v" : "const " + cpp + "& v";
    return "  " + cpp + " " + name + "() const { return json::Read<" + cpp + ">(" + get + "); }\n" +
           Setter(self, name, parameter, n, "json::Write(v)", drop ? EmptyTest(cpp, "v") : "false");
  }

  static std::string Setter(const std::string& self, const std::string& name, const std::string& parameter,
                            const std::string& n, const std::string& value, const std::string& drop) {
    return "  " + self + "& set_" + name + "(" + parameter + ") {\n    Put(" + n + ", " + value + ", " + drop +
           ");\n    return *this;\n  }\n";
  }

  static std::string TimeMember(const std::string& name, const std::string& n, const std::string& self,
                                const std::string& write) {
    return "  std::optional<Time> " + name + "() const { return json::ReadTime(json()[" + n + "]); }\n" +
           Setter(self, name, "std::optional<Time> v", n, "json::" + write + "(v)", "!v");
  }

  static std::string StructMember(const std::string& name, const std::string& n, const std::string& self,
                                  const std::string& cpp) {
    return "  " + cpp + " " + name + "() const { return " + cpp + "(json()[" + n + "]); }\n" + "  bool has_" + name +
           "() const { return !json()[" + n + "].is_null(); }\n" +
           Setter(self, name, "const " + cpp + "& v", n, "v.json()", "!v.present()") +
           "  template <typename Edit>\n  " + self + "& edit_" + name + "(Edit edit) {\n    " + cpp + " v = " + name +
           "();\n    edit(v);\n    return set_" + name + "(v);\n  }\n";
  }

  static std::string ListMember(const std::string& name, const std::string& n, const std::string& self,
                                const std::string& cpp, bool drop) {
    const std::string element = cpp.substr(9, cpp.size() - 10);
    return "  " + cpp + " " + name + "() const { return " + cpp + "(json()[" + n + "]); }\n" +
           Setter(self, name, "const " + cpp + "& v", n, "v.json()", drop ? "v.empty()" : "v.json().is_null()") + "  " +
           self + "& add_" + name + "(const " + element + "& v) {\n    Put(" + n + ", json()[" + n +
           "].Append(json::Write(v)), false);\n    return *this;\n  }\n";
  }

  static std::string MapMember(const std::string& name, const std::string& n, const std::string& self,
                               const std::string& cpp, bool drop) {
    const std::string element = cpp.substr(8, cpp.size() - 9);
    return "  " + cpp + " " + name + "() const { return " + cpp + "(json()[" + n + "]); }\n" +
           Setter(self, name, "const " + cpp + "& v", n, "v.json()", drop ? "v.empty()" : "v.json().is_null()") + "  " +
           self + "& put_" + name + "(const String& key, const " + element + "& v) {\n    Put(" + n + ", json()[" + n +
           "].Set(key, json::Write(v)), false);\n    return *this;\n  }\n" + "  " + self + "& remove_" + name +
           "(std::string_view key) {\n    return set_" + name + "(" + cpp + "(json()[" + n + "].Without(key)));\n  }\n";
  }

  std::string FirstLine() const { return "// Written by tools/gen from " + own_.source + ". Do not edit.\n"; }

  std::string SourceText(const std::string& ns, const Unit& unit) const {
    std::string out =
        FirstLine() + "#include \"runtime/api/" + ns + ".h\"\n\nnamespace wavetank::" + ns + "::field {\n\n";
    for (const auto& [id, json] : unit.names) out += "const Name " + id + "(" + Literal(json) + ");\n";
    return out + "\n}  // namespace wavetank::" + ns + "::field\n";
  }

  std::string HeaderText(const std::string& ns, const Unit& unit) const {
    std::string out = FirstLine() + "#pragma once\n\n";
    for (const std::string& other : unit.includes) out += "#include \"runtime/api/" + other + ".h\"\n";
    out += "#include \"runtime/api/view.h\"\n\nnamespace wavetank::" + ns + " {\n\nnamespace field {\n";
    for (const auto& [id, json] : unit.names) {
      out += own_.header_only ? "inline const Name " + id + "(" + Literal(json) + ");\n"
                              : "extern const Name " + id + ";\n";
    }
    return out + "}  // namespace field\n\n" + unit.classes + "}  // namespace wavetank::" + ns + "\n";
  }

  const Value& types_;
  const std::vector<ViewKind>& kinds_;
  const ViewHeader& own_;
  std::map<std::string, Unit> units_;
  std::set<std::string> open_, done_;
};

}  // namespace

Result<std::map<std::string, std::string>> WriteViews(const Value& types, const std::vector<ViewKind>& kinds,
                                                      const ViewHeader& own) {
  return Writer(types, kinds, own).Write();
}

}  // namespace wavetank::gen
