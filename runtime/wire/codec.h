// Codec: how documents stand in bodies, one row of a table a media type.
//
//   const Codec* json = FindCodec("application/json");
//   std::string body;
//   json->encode(WireDocument{pod, pods->type}, kinds, false, body);
//   Result<Value> value = json->decode(body, hint, source);
//
// A new format is a new row in codec.cpp: the negotiation, the front and the watch streams read the table and nothing else.
// Pure functions; O(size).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/transport/request.h"
#include "runtime/value/value.h"

namespace wavetank {

// What is written: a whole document, of a known Go type or of none (custom resources: keys sorted).
struct WireDocument {
  const Value& value;
  const TypeInfo* type = nullptr;
};

// What the endpoint expects to read. The bytes may name another kind; who reads them judges that.
struct ExpectedBody {
  const TypeInfo* type = nullptr;  // null: a custom resource
  std::string_view api_version;    // of a body that names none (protobuf needs to know its type)
  std::string_view kind;
};

struct Codec {
  std::string_view media_type;         // "application/json"
  std::string_view stream_media_type;  // of watches: what Content-Type says; "" when it cannot be streamed
  // Whether whole custom resources, and Tables, can be written so.
  bool custom_resources = true;
  bool tables = true;

  // Appends the document. An error is a 406 with its text (a document that has no such form).
  Status (*encode)(const WireDocument& document, const KindRegistry& kinds, bool pretty, std::string& out);
  // The body as a document. What was there before (bytes, duplicate keys, why it is no document) goes to `source`.
  // An error stands in source.error too, with the text that the server puts behind "(must be of type X): ".
  Result<Value> (*decode)(std::string_view bytes, const ExpectedBody& expected, const KindRegistry& kinds,
                          BodySource& source);
  // Appends one watch event: the object is encoded already.
  void (*frame)(std::string_view event_type, std::string_view object, std::string& out);
  // The reverse: takes whole frames off the front of `buffer`. `each` gets type and object's bytes. kTooLarge for a frame
  // beyond the limit, kInvalidArgument for no frame at all.
  Status (*unframe)(std::string& buffer, std::vector<std::pair<std::string, std::string>>& events);
};

// All formats, the default one first. JSON, YAML, protobuf.
std::span<const Codec> Codecs();
const Codec* FindCodec(std::string_view media_type);  // exact; null when there is none
const Codec& JsonCodec();

// "application/json, application/yaml, application/vnd.kubernetes.protobuf": as the texts of 406 and 415 say.
std::string CodecNames();

// The Go type of a document by its apiVersion and kind: kinds, their lists, Status, Scale, options, Tables. Null for custom
// kinds and unknown ones. O(log types).
const TypeInfo* TypeOfDocument(const KindRegistry& kinds, std::string_view api_version, std::string_view kind);

// Go's own indentation of compact JSON: two spaces, nothing inside empty brackets, no newline at the end.
std::string IndentJson(std::string_view compact);

}  // namespace wavetank
