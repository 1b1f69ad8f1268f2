#include "sim/apiserver/internal_form.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

#include "runtime/api/typed_json.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kPrefix = "io.k8s.api.";
constexpr std::string_view kMeta = "io.k8s.apimachinery.";

struct Member {
  std::string name;
  const FieldInfo* field = nullptr;  // null: never on the wire
  bool of_parent = false;
};

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

const FieldInfo* FindAnyCase(const TypeInfo& type, std::string_view name) {
  for (const FieldInfo* field : type.by_name) {
    if (SameLetters(field->name.view(), name)) return field;
  }
  return nullptr;
}

void AddPlain(const TypeInfo& type, std::vector<Member>& members) {
  for (const FieldInfo& field : type.fields) {
    if (field.inlined) {
      if (field.type.type != nullptr) AddPlain(*field.type.type, members);
      continue;
    }
    std::string name(field.name.view());
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    members.push_back({std::move(name), &field, false});
  }
}

std::vector<Member> FromRow(const TypeInfo& type, const TypeInfo* parent, std::string_view names) {
  std::vector<Member> members;
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    std::string_view word = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    Member member;
    if (word.ends_with('^')) {
      word.remove_suffix(1);
      member.of_parent = true;
      member.field = parent == nullptr ? nullptr : FindAnyCase(*parent, word);
    } else if (const size_t equals = word.find('='); equals != word.npos) {
      member.field = type.Find(word.substr(equals + 1));
      word = word.substr(0, equals);
    } else {
      member.field = FindAnyCase(type, word);
    }
    member.name = word;
    members.push_back(std::move(member));
  }
  return members;
}

std::vector<Member> MembersOf(const TypeInfo& type, const TypeInfo* parent) {
  const std::string_view name = std::string_view(type.name).substr(kPrefix.size());
  for (const InternalNames& row : InternalNameTable()) {
    if (row.type == name) return FromRow(type, parent, row.names);
  }
  std::vector<Member> members;
  AddPlain(type, members);
  return members;
}

class Writer {
 public:
  explicit Writer(bool lines) : lines_(lines) {}

  void Struct(const TypeInfo& type, const Value& value, const TypeInfo* parent_type, const Value& parent) {
    const bool wire = type.name.starts_with(kMeta) || !type.name.starts_with(kPrefix);
    if (lines_ && wire && type.special == Special::kNone && value.is_object()) return Wire(type, value);
    if (type.special != Special::kNone || wire) {
      Text(value.is_null() ? ZeroOf(type) : WriteTypedJson(type, value));
      return;
    }
    Open('{');
    for (const Member& member : MembersOf(type, parent_type)) {
      const Value& holder = member.of_parent ? parent : value;
      if (member.field != nullptr && member.field->name.view() == "metadata") {
        Metadata(*member.field, value["metadata"]);
        continue;
      }
      Key(member.name);
      if (member.field == nullptr) {
        Text("null");
      } else {
        Typed(member.field->type, holder[member.field->name], member.field->pointer, &type, value);
      }
    }
    Close('}');
  }

  void Field(const TypeRef& ref, const Value& value) { Typed(ref, value, true, nullptr, Value()); }

  std::string Take() { return std::move(out_); }

 private:
  // A struct that is written as it is on the wire: what is there, in Go's order.
  void Wire(const TypeInfo& type, const Value& value) {
    Open('{');
    for (const FieldInfo& field : type.fields) {
      if (!value.Has(field.name)) continue;
      Key(field.name.view());
      Typed(field.type, value[field.name], true, nullptr, Value());
    }
    Close('}');
  }

  static std::string ZeroOf(const TypeInfo& type) {
    switch (type.special) {
      case Special::kQuantity: return "\"0\"";
      case Special::kIntOrString: return "0";
      case Special::kNone: return "{}";
      default: return "null";
    }
  }

  // An embedded ObjectMeta: its fields stand in the struct itself, under their wire names.
  void Metadata(const FieldInfo& field, const Value& metadata) {
    for (const FieldInfo& inner : field.type.type->fields) {
      const Value* value = metadata.Find(inner.name);
      if (value == nullptr || value->is_null()) continue;
      Key(inner.name.view());
      const bool map = inner.type.shape == Shape::kMap || inner.type.shape == Shape::kList;
      if (map) {
        Typed(inner.type, *value, false, nullptr, Value());
      } else {
        Text(WriteJson(*value));
      }
    }
  }

  void Typed(const TypeRef& ref, const Value& value, bool pointer, const TypeInfo* parent_type, const Value& parent) {
    const bool nothing = value.is_null();
    switch (ref.shape) {
      case Shape::kStruct: {
        // The wire may leave out a struct that the internal type always has.
        const bool always = ref.type->name == "io.k8s.api.core.v1.PodSecurityContext";
        if (nothing && pointer && !always) return Text("null");
        return Struct(*ref.type, value, parent_type, parent);
      }
      case Shape::kList:
        if (nothing) return Text("null");
        Open('[');
        for (const Value& element : value.elements()) {
          Separate();
          Typed(*ref.element, element, false, nullptr, Value());
        }
        return Close(']');
      case Shape::kMap:
        if (nothing) return Text("null");
        Open('{');
        for (const wavetank::Field& field : value.fields()) {
          Key(field.key.view());
          Typed(*ref.element, field.value, false, nullptr, Value());
        }
        return Close('}');
      case Shape::kString: return Text(nothing && !pointer ? "\"\"" : WriteJson(value));
      case Shape::kBool: return Text(nothing && !pointer ? "false" : WriteJson(value));
      case Shape::kInt32:
      case Shape::kInt64:
      case Shape::kDouble: return Text(nothing && !pointer ? "0" : WriteJson(value));
      default: return Text(WriteJson(value));
    }
  }

  void Text(std::string_view text) { out_ += text; }
  void Open(char bracket) {
    out_ += bracket;
    ++level_;
    fresh_ = true;
  }
  void Close(char bracket) {
    --level_;
    if (!fresh_) NewLine();
    fresh_ = false;
    out_ += bracket;
  }
  void Separate() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
    NewLine();
  }
  void Key(std::string_view name) {
    Separate();
    out_ += WriteJson(Value(name));
    out_ += lines_ ? ": " : ":";
  }
  void NewLine() {
    if (!lines_) return;
    out_ += '\n';
    out_.append(level_, ' ');
  }

  const bool lines_;
  std::string out_;
  size_t level_ = 0;
  bool fresh_ = true;
};

std::string Write(const TypeInfo& type, const Value& value, bool lines) {
  if (value.is_null()) return "null";
  Writer writer(lines);
  writer.Struct(type, value, nullptr, Value());
  return writer.Take();
}

}  // namespace

std::string InternalText(const TypeInfo& type, const Value& value) { return Write(type, value, false); }
std::string InternalText(const TypeRef& ref, const Value& value) {
  Writer writer(false);
  writer.Field(ref, value);
  return writer.Take();
}
std::string InternalLines(const TypeInfo& type, const Value& value) { return Write(type, value, true); }

}  // namespace wavetank::sim
