// Messages <-> decoded Values: what protobuf.h and protobuf_text.h share.
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/schema.h"
#include "runtime/wire/protobuf.h"

namespace wavetank::internal {

// What becomes of raw JSON inside a message: part of the document, or, when its text is not what WriteJson would print of
// it, a string that is marked as raw text (kMarkRawText).
enum class RawJson : uint8_t { kParse, kKeepText };

// `offset`: of the message in the body. The document has no kind and apiVersion: the envelope knows them.
Result<Value> ReadMessage(const TypeInfo& type, std::string_view bytes, size_t offset, const ProtobufLimits& limits,
                          RawJson raw);

Result<ProtobufDocument> ParseProtobuf(const KindRegistry& kinds, std::string_view bytes, const TypeInfo* unnamed,
                                       const ProtobufLimits& limits, RawJson raw);
// The type that a document's kind and apiVersion name. kNotAcceptable when it has no protobuf form.
Result<const TypeInfo*> ProtobufTypeOf(const KindRegistry& kinds, const Value& document);
// The envelope around a decoded document.
Result<std::string> WriteProtobuf(const TypeInfo& type, const Value& document);

// A string node that holds the text of raw JSON.
Value RawText(std::string text);
inline bool IsRawText(const Value& value) { return value.is_string() && value.mark() == kMarkRawText; }
// The text without the white space around its tokens, and with < > & U+2028 U+2029 escaped, as Go prints raw JSON.
// REQUIRES: valid JSON.
std::string CompactJson(std::string_view text);

}  // namespace wavetank::internal
