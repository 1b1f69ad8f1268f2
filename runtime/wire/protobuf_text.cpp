#include "runtime/wire/protobuf_text.h"

#include <algorithm>

#include "runtime/api/typed_json.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/wire/protobuf_message.h"

namespace wavetank {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool HoldsRawJson(Special special) {
  return special == Special::kFieldsV1 || special == Special::kRawExtension || special == Special::kJson;
}

// Walks valid JSON text beside the Value that was parsed from it.
class RawKeeper {
 public:
  explicit RawKeeper(std::string_view text) : rest_(text) {}

  Value Struct(const TypeInfo& type, const Value& v) {
    SkipSpace();
    if (HoldsRawJson(type.special)) return Raw(v);
    const TypeInfo& inner = type.alternative != nullptr && v.is_object() ? *type.alternative : type;
    if (type.special == Special::kSchemaOrArray && v.is_array()) {
      const TypeRef schema{Shape::kStruct, type.alternative, nullptr};
      return List(schema, v);
    }
    return Object(v, [&](std::string_view key) {
      const FieldInfo* f = inner.Find(key);
      return f == nullptr ? nullptr : &f->type;
    });
  }

 private:
  Value Typed(const TypeRef* ref, const Value& v) {
    SkipSpace();
    if (ref != nullptr) {
      if (ref->shape == Shape::kStruct) return Struct(*ref->type, v);
      if (ref->shape == Shape::kList) return List(*ref->element, v);
      if (ref->shape == Shape::kMap) return Object(v, [&](std::string_view) { return ref->element; });
    }
    Skip();
    return v;
  }

  template <typename TypeOf>
  Value Object(const Value& v, TypeOf type_of) {
    if (!rest_.starts_with('{')) {
      Skip();
      return v;
    }
    rest_.remove_prefix(1);
    Value out = v;
    for (SkipSpace(); !rest_.starts_with('}'); SkipSpace()) {
      if (rest_.starts_with(',')) rest_.remove_prefix(1);
      SkipSpace();
      const std::string_view quoted = Token();
      SkipSpace();
      rest_.remove_prefix(1);  // the colon
      const Result<Value> key = ParseJson(quoted);
      WT_CHECK(key.ok(), "the text was parsed before");
      // Of a key that stands twice the last counts; what is made of the others is overwritten.
      Value kept = Typed(type_of(key->AsString()), v[key->AsString()]);
      out = out.Set(key->AsString(), std::move(kept));
    }
    rest_.remove_prefix(1);
    return out;
  }

  Value List(const TypeRef& element, const Value& v) {
    if (!rest_.starts_with('[')) {
      Skip();
      return v;
    }
    rest_.remove_prefix(1);
    std::vector<Value> elements;
    for (SkipSpace(); !rest_.starts_with(']'); SkipSpace()) {
      if (rest_.starts_with(',')) rest_.remove_prefix(1);
      elements.push_back(Typed(&element, v[elements.size()]));
    }
    rest_.remove_prefix(1);
    return Value::Array(std::move(elements));
  }

  Value Raw(const Value& v) {
    const std::string_view text = Skip();
    if (text == "null" || WriteJson(v) == text) return v;
    return internal::RawText(std::string(text));
  }

  // A string, number or word.
  std::string_view Token() {
    size_t end = 0;
    if (rest_.starts_with('"')) {
      for (end = 1; rest_[end] != '"'; ++end) end += rest_[end] == '\\' ? 1 : 0;
      ++end;
    } else {
      end = std::min(rest_.find_first_of(",]} \t\r\n"), rest_.size());
    }
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return token;
  }

  // Steps over a whole value and answers its text.
  std::string_view Skip() {
    const std::string_view from = rest_;
    int depth = 0;
    do {
      const char c = rest_.front();
      if (c == '{' || c == '[' || c == '}' || c == ']') {
        depth += c == '{' || c == '[' ? 1 : -1;
        rest_.remove_prefix(1);
      } else if (c == ',' || c == ':' || IsSpace(c)) {
        rest_.remove_prefix(1);
      } else {
        Token();
      }
    } while (depth > 0);
    return from.substr(0, from.size() - rest_.size());
  }

  void SkipSpace() {
    while (!rest_.empty() && IsSpace(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

}  // namespace

Value internal::RawText(std::string text) {
  Value value(text);
  // A text that somebody interned as a field's name has a node that all share; raw JSON is none of those.
  value.set_mark(kMarkRawText);
  return value;
}

std::string internal::CompactJson(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!quoted && IsSpace(c)) continue;
    if (c == '"') quoted = !quoted;
    const std::string_view rest = text.substr(i);
    if (quoted && c == '\\' && rest.size() > 1) {
      out += c;
      out += text[++i];
    } else if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
      out += rest.starts_with("\xe2\x80\xa8") ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

Value KeepRawJson(const TypeInfo& type, std::string_view text, const Value& value) {
  return RawKeeper(text).Struct(type, value);
}

Result<std::string> ProtobufToJson(const KindRegistry& kinds, std::string_view bytes, const ProtobufLimits& limits) {
  WT_ASSIGN(const ProtobufDocument document,
            internal::ParseProtobuf(kinds, bytes, nullptr, limits, internal::RawJson::kKeepText));
  return WriteTypedJson(*document.type, document.value);
}

Result<std::string> JsonToProtobuf(const KindRegistry& kinds, std::string_view json) {
  WT_ASSIGN(const Value value, ParseJson(json));
  WT_ASSIGN(const TypeInfo* const type, internal::ProtobufTypeOf(kinds, value));
  WT_ASSIGN(const Decoded decoded, Decode(*type, KeepRawJson(*type, json, value)));
  return internal::WriteProtobuf(*type, decoded.value);
}

Result<std::string> WatchFrameToJson(const KindRegistry& kinds, const WatchFrame& frame) {
  WT_ASSIGN(const std::string object, ProtobufToJson(kinds, frame.body));
  std::string out = R"({"type":)";
  AppendJsonString(frame.type, out);
  return out + R"(,"object":)" + object + "}";
}

Status AppendWatchFrameOfJson(const KindRegistry& kinds, std::string_view type, std::string_view object,
                              std::string& out) {
  WT_ASSIGN(const std::string body, JsonToProtobuf(kinds, object));
  AppendWatchFrame(type, body, out);
  return {};
}

}  // namespace wavetank
