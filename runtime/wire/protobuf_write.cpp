#include <bit>

#include "runtime/api/schema.h"
#include "runtime/api/wire_text.h"
#include "runtime/value/json.h"
#include "runtime/wire/protobuf_message.h"
#include "runtime/wire/protobuf_time.h"
#include "runtime/wire/protobuf_wire.h"

namespace wavetank {
namespace {

// Fields by rising number. What is no pointer, list, map or bytes is always written, even empty or zero (kinds/README.md).
// Recursion is bounded by the depth of the document.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Message(const TypeInfo& type, const Value& v) {
    if (type.special != Special::kNone) {
      SpecialMessage(type, v);
      return;
    }
    if (type.no_proto && status.ok()) status = Status(Code::kNotAcceptable, type.name + " has no protobuf form");
    for (const FieldInfo* f : type.by_proto) AddField(*f, v);
  }

  Status status;

 private:
  static uint32_t Number(const FieldInfo& f) { return static_cast<uint32_t>(f.proto); }

  void AddField(const FieldInfo& f, const Value& parent) {
    if (f.inlined) {
      const NestedMessage nested(Number(f), out_);
      Message(*f.type.type, parent);
      return;
    }
    const Value& v = parent[f.name];
    switch (f.type.shape) {
      case Shape::kList:
        for (const Value& element : v.elements()) Single(Number(f), *f.type.element, element);
        return;
      case Shape::kMap:
        for (const Field& entry : v.fields()) Entry(f, entry);
        return;
      case Shape::kBytes:
        if (!v.is_null()) Single(Number(f), f.type, v);
        return;
      default:
        if (!f.pointer || !v.is_null()) Single(Number(f), f.type, v);
    }
  }

  void Entry(const FieldInfo& f, const Field& entry) {
    const NestedMessage nested(Number(f), out_);
    AppendBytes(1, entry.key.view(), out_);
    if (f.type.element->shape != Shape::kBytes || !entry.value.is_null()) Single(2, *f.type.element, entry.value);
  }

  // One field with a value, null standing for the type's zero.
  void Single(uint32_t number, const TypeRef& ref, const Value& v) {
    switch (ref.shape) {
      case Shape::kString: AppendBytes(number, v.AsString(), out_); return;
      case Shape::kBool: AppendNumber(number, v.AsBool() ? 1 : 0); return;
      case Shape::kInt32:
      case Shape::kInt64: AppendNumber(number, static_cast<uint64_t>(v.AsInt())); return;
      case Shape::kDouble: {
        AppendTag(number, WireType::kFixed64, out_);
        const auto bits = std::bit_cast<uint64_t>(v.AsDouble());
        for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(bits >> shift);
        return;
      }
      case Shape::kBytes: {
        const Result<std::string> bytes = DecodeBase64(v.AsString());
        if (!bytes.ok() && status.ok()) status = bytes.status();
        AppendBytes(number, bytes.value_or(""), out_);
        return;
      }
      case Shape::kStruct: {
        const NestedMessage nested(number, out_);
        Message(*ref.type, v);
        return;
      }
      default:
        if (status.ok()) status = Status(Code::kNotAcceptable, "a list of lists has no protobuf form");
    }
  }

  void AppendNumber(uint32_t number, uint64_t value) {
    AppendTag(number, WireType::kVarint, out_);
    AppendVarint(value, out_);
  }

  void SpecialMessage(const TypeInfo& type, const Value& v) {
    switch (type.special) {
      case Special::kQuantity: AppendBytes(1, v.AsString("0"), out_); return;
      case Special::kIntOrString:
        AppendNumber(1, v.is_string() ? 1 : 0);
        AppendNumber(2, static_cast<uint64_t>(v.AsInt()));
        AppendBytes(3, v.AsString(), out_);
        return;
      case Special::kTime:
      case Special::kMicroTime: {
        if (!v.is_string()) return;  // the zero time
        const ProtobufTime time = TimeOf(v.AsString());
        AppendNumber(1, static_cast<uint64_t>(time.seconds));
        AppendNumber(2, static_cast<uint64_t>(time.nanos));
        return;
      }
      case Special::kFieldsV1:
      case Special::kRawExtension:
      case Special::kJson:
        if (v.is_null()) return;
        AppendBytes(1, internal::IsRawText(v) ? std::string(v.AsString()) : WriteJson(v), out_);
        return;
      case Special::kStringList: Texts(1, v); return;
      default: Schema(type, v);
    }
  }

  void Texts(uint32_t number, const Value& list) {
    for (const Value& text : list.elements()) AppendBytes(number, text.AsString(), out_);
  }

  void Schema(const TypeInfo& type, const Value& v) {
    const bool or_bool = type.special == Special::kSchemaOrBool;
    const TypeRef schema{Shape::kStruct, type.alternative, nullptr};
    if (or_bool) AppendNumber(1, v.is_object() || v.AsBool() ? 1 : 0);
    if (v.is_object()) {
      Single(or_bool ? 2 : 1, schema, v);
    } else if (type.special == Special::kSchemaOrArray) {
      for (const Value& one : v.elements()) Single(2, schema, one);
    } else {
      Texts(2, v);
    }
  }

  std::string& out_;
};

}  // namespace

Status AppendMessage(const TypeInfo& type, const Value& document, std::string& out) {
  Writer writer(out);
  writer.Message(type, document);
  return writer.status;
}

}  // namespace wavetank
