// Protobuf bodies <-> the JSON text that Go's encoder writes of the same object, letter by letter.
//
//   ProtobufToJson(kinds, body)       -> {"kind":"Pod","apiVersion":"v1","metadata":{...
//   JsonToProtobuf(kinds, text)       -> body
//
// Where a Value would sort the keys of raw JSON (managed fields, runtime.RawExtension, a schema's defaults) and print its
// numbers its own way, these keep the text as it came, less its white space. For tools and tests; servers and clients work on
// Values (protobuf.h). Errors as there, and those of ParseJson and Decode. O(size).
#pragma once

#include <string>
#include <string_view>

#include "runtime/wire/protobuf.h"

namespace wavetank {

Result<std::string> ProtobufToJson(const KindRegistry& kinds, std::string_view bytes,
                                   const ProtobufLimits& limits = {});
Result<std::string> JsonToProtobuf(const KindRegistry& kinds, std::string_view json);

// One event of a watch: {"type":"ADDED","object":{...}}.
Result<std::string> WatchFrameToJson(const KindRegistry& kinds, const WatchFrame& frame);
// `object`: the text of the event's object. Appends a frame.
Status AppendWatchFrameOfJson(const KindRegistry& kinds, std::string_view type, std::string_view object,
                              std::string& out);

// `value`, which ParseJson made of `text`, with raw JSON replaced by strings that hold its text (kMarkRawText), wherever
// WriteJson would print it otherwise. For Decode, WriteTypedJson and AppendMessage; nothing else knows such strings.
Value KeepRawJson(const TypeInfo& type, std::string_view text, const Value& value);

}  // namespace wavetank
