#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "runtime/api/quantity.h"
#include "runtime/api/schema_check.h"
#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/wire/protobuf_message.h"
#include "runtime/wire/protobuf_time.h"
#include "runtime/wire/protobuf_wire.h"

namespace wavetank {
namespace internal {
namespace {

// Texts that are not UTF-8 are printed by Go with U+FFFD for each bad byte.
Value Text(std::string_view bytes) {
  size_t good = 0;
  while (good < bytes.size()) {
    const size_t n = Utf8Length(bytes, good);
    if (n == 0) break;
    good += n;
  }
  if (good == bytes.size()) return bytes;
  std::string fixed(bytes.substr(0, good));
  for (size_t i = good; i < bytes.size();) {
    const size_t n = Utf8Length(bytes, i);
    fixed += n == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(i, n);
    i += std::max<size_t>(n, 1);
  }
  return fixed;
}

constexpr TypeRef kTextRef{Shape::kString, nullptr, nullptr};

WireType WireTypeOf(const TypeRef& ref) {
  switch (ref.shape) {
    case Shape::kBool:
    case Shape::kInt32:
    case Shape::kInt64: return WireType::kVarint;
    case Shape::kDouble: return WireType::kFixed64;
    default: return WireType::kBytes;
  }
}

// The pieces of a message, joined. A joined message knows only where its last piece began.
struct Pieces {
  std::string_view bytes;
  size_t offset = 0;
  std::string joined;

  void Add(const WireField& field) {
    if (bytes.empty()) {
      bytes = field.bytes;
    } else if (!field.bytes.empty()) {
      if (joined.empty()) joined = bytes;
      joined += field.bytes;
      bytes = joined;
    }
    offset = field.offset;
  }
};

class Reader {
 public:
  Reader(const ProtobufLimits& limits, RawJson raw) : limits_(limits), raw_(raw) {}

  Result<Value> Message(const TypeInfo& type, std::string_view bytes, size_t offset, int depth) {
    if (type.special != Special::kNone) return SpecialMessage(type, bytes, offset, depth);
    if (type.no_proto) return Status(Code::kNotAcceptable, type.name + " has no protobuf form");
    if (depth > limits_.max_depth) return WireError(offset, "nested too deep");
    ObjectBuilder out(type.by_proto.size());
    WT_RETURN_IF_ERROR(Fields(type, bytes, offset, depth, out));
    return out.Build();
  }

 private:
  // A field of the message as it was met.
  struct Met {
    size_t index;  // in by_proto
    WireField field;
  };

  Status Fields(const TypeInfo& type, std::string_view bytes, size_t offset, int depth, ObjectBuilder& out);
  Status AddField(const FieldInfo& info, size_t first, size_t last, int depth, ObjectBuilder& out);
  Result<Value> FieldValue(const FieldInfo& info, size_t first, size_t last, int depth);
  Result<Value> List(const FieldInfo& info, size_t first, size_t last, int depth);
  Result<Value> Map(const FieldInfo& info, size_t first, size_t last, int depth);
  Status Entry(const FieldInfo& info, const WireField& entry, int depth, ObjectBuilder& out);
  Result<Value> Scalar(const TypeRef& ref, const WireField& field, std::string_view name);
  Result<Value> Single(const TypeRef& ref, const WireField& field, std::string_view name, int depth);
  Result<Value> Zero(const TypeRef& ref, int depth);

  Result<Value> SpecialMessage(const TypeInfo& type, std::string_view bytes, size_t offset, int depth);
  // Of a message with one field, number 1, of bytes: those, and their offset. Both stay as they are when it is absent.
  static Status OnlyField(std::string_view bytes, std::string_view name, std::string_view& out, size_t& offset);
  Result<Value> RawMessage(std::string_view bytes, size_t offset, int depth);
  Result<Value> TimeMessage(std::string_view bytes, size_t offset, bool micro);
  Result<Value> IntOrString(std::string_view bytes, size_t offset);
  Result<Value> Schema(const TypeInfo& type, std::string_view bytes, size_t offset, int depth);
  Result<Value> Texts(uint32_t number, std::string_view bytes, size_t offset);

  static Status WrongType(const WireField& field, std::string_view name) {
    return WireError(field.offset, "wrong wire type " + std::to_string(static_cast<int>(field.type)) + " for field " +
                                       std::string(name));
  }

  const ProtobufLimits& limits_;
  const RawJson raw_;
  std::vector<Met> met_;  // of all messages that are being read, the innermost last
};

Status Reader::Fields(const TypeInfo& type, std::string_view bytes, size_t offset, int depth, ObjectBuilder& out) {
  const std::vector<const FieldInfo*>& fields = type.by_proto;
  const size_t base = met_.size();
  bool ordered = true;
  size_t at = 0;
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    // Writers go by rising number: look from where the last one was.
    if (at >= fields.size() || static_cast<uint32_t>(fields[at]->proto) > field.number) at = 0;
    while (at < fields.size() && static_cast<uint32_t>(fields[at]->proto) < field.number) ++at;
    if (at == fields.size() || static_cast<uint32_t>(fields[at]->proto) != field.number) continue;
    if (met_.size() > base && met_.back().index > at) ordered = false;
    met_.push_back({at, field});
  }
  if (!ordered)
    std::stable_sort(met_.begin() + base, met_.end(), [](const Met& a, const Met& b) { return a.index < b.index; });
  size_t next = base;
  const size_t end = met_.size();
  for (size_t i = 0; i < fields.size(); ++i) {
    const size_t first = next;
    while (next < end && met_[next].index == i) ++next;
    WT_RETURN_IF_ERROR(AddField(*fields[i], first, next, depth, out));
  }
  met_.resize(base);
  return {};
}

Status Reader::AddField(const FieldInfo& info, size_t first, size_t last, int depth, ObjectBuilder& out) {
  if (info.inlined) {
    Pieces pieces;
    for (size_t i = first; i < last; ++i) {
      if (met_[i].field.type != WireType::kBytes) return WrongType(met_[i].field, "(inlined)");
      pieces.Add(met_[i].field);
    }
    return Fields(*info.type.type, pieces.bytes, pieces.offset, depth, out);
  }
  if (first == last) {
    if (info.has_zero) out.Add(info.name, info.zero);
    return {};
  }
  WT_ASSIGN(Value value, FieldValue(info, first, last, depth));
  if (info.pointer) {
    out.Add(info.name, std::move(value));
  } else if (value.is_null()) {
    if (info.has_zero) out.Add(info.name, info.zero);
  } else if (info.has_zero || !info.omitempty || !IsEmptyField(info, value)) {
    out.Add(info.name, std::move(value));
  }
  return {};
}

Result<Value> Reader::FieldValue(const FieldInfo& info, size_t first, size_t last, int depth) {
  const TypeRef& ref = info.type;
  if (ref.shape == Shape::kList) return List(info, first, last, depth + 1);
  if (ref.shape == Shape::kMap) return Map(info, first, last, depth + 1);
  if (ref.shape != Shape::kStruct) return Scalar(ref, met_[last - 1].field, info.name.view());
  Pieces pieces;
  for (size_t i = first; i < last; ++i) {
    if (met_[i].field.type != WireType::kBytes) return WrongType(met_[i].field, info.name.view());
    pieces.Add(met_[i].field);
  }
  return Message(*ref.type, pieces.bytes, pieces.offset, depth + 1);
}

Result<Value> Reader::List(const FieldInfo& info, size_t first, size_t last, int depth) {
  if (depth > limits_.max_depth) return WireError(met_[first].field.offset, "nested too deep");
  const TypeRef& element = *info.type.element;
  std::vector<Value> elements;
  elements.reserve(last - first);
  for (size_t i = first; i < last; ++i) {
    const WireField field = met_[i].field;
    if (WireTypeOf(element) == WireType::kVarint && field.type == WireType::kBytes) {  // packed
      for (WireReader in(field.bytes, field.offset); !in.done();) {
        WireField one{.number = field.number, .offset = in.offset()};
        WT_ASSIGN(one.varint, in.Varint());
        WT_ASSIGN(Value value, Scalar(element, one, info.name.view()));
        elements.push_back(std::move(value));
      }
      continue;
    }
    WT_ASSIGN(Value value, Single(element, field, info.name.view(), depth));
    elements.push_back(std::move(value));
  }
  if (elements.empty()) return Value();
  return Value::Array(std::move(elements));
}

Result<Value> Reader::Map(const FieldInfo& info, size_t first, size_t last, int depth) {
  if (depth > limits_.max_depth) return WireError(met_[first].field.offset, "nested too deep");
  ObjectBuilder out(last - first);
  for (size_t i = first; i < last; ++i) {
    const WireField entry = met_[i].field;
    if (entry.type != WireType::kBytes) return WrongType(entry, info.name.view());
    WT_RETURN_IF_ERROR(Entry(info, entry, depth, out));
  }
  return out.Build();
}

Status Reader::Entry(const FieldInfo& info, const WireField& entry, int depth, ObjectBuilder& out) {
  std::string_view key;
  std::optional<WireField> value;
  for (WireReader in(entry.bytes, entry.offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number == 1) {
      if (field.type != WireType::kBytes) return WrongType(field, info.name.view());
      key = field.bytes;
    } else if (field.number == 2) {
      value = field;
    }
  }
  auto read = value ? Single(*info.type.element, *value, info.name.view(), depth) : Zero(*info.type.element, depth);
  if (!read.ok()) return read.status();
  out.Add(Text(key).ToSharedString(), *std::move(read));
  return {};
}

// An element of a list or the value of a map.
Result<Value> Reader::Single(const TypeRef& ref, const WireField& field, std::string_view name, int depth) {
  if (ref.shape != Shape::kStruct) return Scalar(ref, field, name);
  if (field.type != WireType::kBytes) return WrongType(field, name);
  return Message(*ref.type, field.bytes, field.offset, depth + 1);
}

Result<Value> Reader::Zero(const TypeRef& ref, int depth) {
  switch (ref.shape) {
    case Shape::kString:
    case Shape::kBytes: return Value("");
    case Shape::kBool: return Value(false);
    case Shape::kStruct: return Message(*ref.type, "", 0, depth + 1);
    case Shape::kList:
    case Shape::kMap:
    case Shape::kAny: return Value();
    default: return Value(0);
  }
}

Result<Value> Reader::Scalar(const TypeRef& ref, const WireField& field, std::string_view name) {
  if (field.type != WireTypeOf(ref)) return WrongType(field, name);
  switch (ref.shape) {
    case Shape::kString: return Text(field.bytes);
    case Shape::kBytes: return Value(EncodeBase64(field.bytes));
    case Shape::kBool: return Value(field.varint != 0);
    case Shape::kInt32: return Value(static_cast<int32_t>(field.varint));
    case Shape::kInt64: return Value(static_cast<int64_t>(field.varint));
    case Shape::kDouble: {
      const double d = std::bit_cast<double>(field.varint);
      if (!std::isfinite(d))
        return WireError(field.offset, "a number that JSON cannot print for field " + std::string(name));
      constexpr double kExact = 9007199254740992.0;  // as Decode: whole numbers have no point
      if (std::trunc(d) == d && std::abs(d) < kExact && !(d == 0 && std::signbit(d)))
        return Value(static_cast<int64_t>(d));
      return Value(d);
    }
    default: return WireError(field.offset, "field " + std::string(name) + " has no protobuf form");
  }
}

// ---- Special types (kinds/README.md)

Result<Value> Reader::SpecialMessage(const TypeInfo& type, std::string_view bytes, size_t offset, int depth) {
  switch (type.special) {
    case Special::kQuantity: {
      std::string_view text = "0";
      WT_RETURN_IF_ERROR(OnlyField(bytes, "string", text, offset));
      Result<std::string> canonical = CanonicalQuantity(text);
      if (!canonical.ok()) return WireError(offset, canonical.status().message());
      return Value(*std::move(canonical));
    }
    case Special::kIntOrString: return IntOrString(bytes, offset);
    case Special::kTime: return TimeMessage(bytes, offset, false);
    case Special::kMicroTime: return TimeMessage(bytes, offset, true);
    case Special::kFieldsV1:
    case Special::kRawExtension:
    case Special::kJson: return RawMessage(bytes, offset, depth);
    case Special::kStringList: return Texts(1, bytes, offset);
    default: return Schema(type, bytes, offset, depth);
  }
}

Status Reader::OnlyField(std::string_view bytes, std::string_view name, std::string_view& out, size_t& offset) {
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number != 1) continue;
    if (field.type != WireType::kBytes) return WrongType(field, name);
    out = field.bytes;
    offset = field.offset;
  }
  return {};
}

Result<Value> Reader::RawMessage(std::string_view bytes, size_t offset, int depth) {
  std::string_view raw;
  WT_RETURN_IF_ERROR(OnlyField(bytes, "raw", raw, offset));
  if (raw.empty()) return Value();
  Result<Value> value = ParseJson(raw, {.max_bytes = limits_.max_bytes, .max_depth = limits_.max_depth - depth});
  if (!value.ok()) return WireError(offset, "raw JSON: " + value.status().message());
  if (raw_ == RawJson::kKeepText) {
    std::string text = CompactJson(raw);
    if (text != WriteJson(*value)) return RawText(std::move(text));
  }
  return value;
}

Result<Value> Reader::TimeMessage(std::string_view bytes, size_t offset, bool micro) {
  if (bytes.empty()) return Value();
  ProtobufTime time;
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 2) continue;
    if (field.type != WireType::kVarint) return WrongType(field, field.number == 1 ? "seconds" : "nanos");
    if (field.number == 1) time.seconds = static_cast<int64_t>(field.varint);
    if (field.number == 2 && micro) time.nanos = static_cast<int32_t>(field.varint);
  }
  const std::optional<std::string> text = TimeText(time, micro);
  if (!text) return WireError(offset, "a time outside the years 0 to 9999");
  return text->empty() ? Value() : Value(*text);
}

Result<Value> Reader::IntOrString(std::string_view bytes, size_t offset) {
  bool string = false;
  int32_t number = 0;
  std::string_view text;
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 3) continue;
    if (field.type != (field.number == 3 ? WireType::kBytes : WireType::kVarint))
      return WrongType(field, "IntOrString");
    if (field.number == 1) string = field.varint == 1;
    if (field.number == 2) number = static_cast<int32_t>(field.varint);
    if (field.number == 3) text = field.bytes;
  }
  return string ? Text(text) : Value(number);
}

// A schema or its alternative: {1 allows, 2 schema}, {1 schema, 2 list of schemas}, {1 schema, 2 strings}.
Result<Value> Reader::Schema(const TypeInfo& type, std::string_view bytes, size_t offset, int depth) {
  const bool or_bool = type.special == Special::kSchemaOrBool;
  const uint32_t schema_number = or_bool ? 2 : 1;
  Pieces schema;
  bool has_schema = false;
  bool allows = false;
  std::vector<Value> list;
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 2) continue;
    if (field.type != (or_bool && field.number == 1 ? WireType::kVarint : WireType::kBytes)) {
      return WrongType(field, "schema");
    }
    if (field.number == schema_number) {
      schema.Add(field);
      has_schema = true;
    } else if (or_bool) {
      allows = field.varint != 0;
    } else if (type.special == Special::kSchemaOrArray) {
      WT_ASSIGN(Value one, Message(*type.alternative, field.bytes, field.offset, depth + 1));
      list.push_back(std::move(one));
    } else {
      list.push_back(Text(field.bytes));
    }
  }
  if (!list.empty()) return Value::Array(std::move(list));
  if (has_schema) return Message(*type.alternative, schema.bytes, schema.offset, depth);
  return or_bool ? Value(allows) : Value();
}

Result<Value> Reader::Texts(uint32_t number, std::string_view bytes, size_t offset) {
  std::vector<Value> texts;
  for (WireReader in(bytes, offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number != number) continue;
    WT_ASSIGN(Value text, Scalar(kTextRef, field, "items"));
    texts.push_back(std::move(text));
  }
  return texts.empty() ? Value() : Value::Array(std::move(texts));
}

}  // namespace

Result<Value> ReadMessage(const TypeInfo& type, std::string_view bytes, size_t offset, const ProtobufLimits& limits,
                          RawJson raw) {
  if (bytes.size() > limits.max_bytes)
    return Status(Code::kTooLarge, "a message of " + std::to_string(bytes.size()) + " bytes");
  return Reader(limits, raw).Message(type, bytes, offset, 1);
}

}  // namespace internal

Result<Value> ReadMessage(const TypeInfo& type, std::string_view bytes, const ProtobufLimits& limits) {
  return internal::ReadMessage(type, bytes, 0, limits, internal::RawJson::kParse);
}

}  // namespace wavetank
