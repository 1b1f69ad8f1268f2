// Protobuf bodies of Kubernetes <-> Value, driven by the kind table.
//
//   WT_ASSIGN(ProtobufDocument pod, ParseProtobuf(kinds, body));      // what a typed client of Go or C++ sends
//   pod.value["spec"]["containers"][0]["image"] == "nginx"
//   WT_ASSIGN(std::string bytes, WriteProtobuf(kinds, pod.value));    // the same bytes
//
// A body is the magic "k8s\0" and an envelope (apiVersion, kind, and the object's message; kinds/README.md, API-009). The
// Value is what Go would print of the object as JSON, zero fields included, so it is decoded already (runtime/api/schema.h).
// Raw JSON inside (managed fields, runtime.RawExtension) becomes part of the document, its keys sorted as in every Value;
// protobuf_text.h keeps it letter by letter.
//
// Reading follows Go's: unknown fields are skipped, the last scalar wins, a message in pieces is merged. Texts that are not
// UTF-8 get U+FFFD, as when Go prints them. Hostile bytes are refused with their offset; depth and size are bounded.
// Errors: InvalidArgument for bytes that are no such object; NotAcceptable for a kind without protobuf (Table, custom kinds).
// Pure functions; O(bytes), or O(bytes x depth) for messages in pieces.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

struct ProtobufLimits {
  size_t max_bytes = 64u << 20;
  int max_depth = 500;  // of the Value, as ParseLimits
};

// Whether the bytes begin with the magic.
bool IsProtobuf(std::string_view bytes);

struct ProtobufEnvelope {
  std::string_view api_version;
  std::string_view kind;
  std::string_view raw;
  size_t raw_offset = 0;
  std::string_view content_encoding;
  std::string_view content_type;
};
Result<ProtobufEnvelope> ParseProtobufEnvelope(std::string_view bytes);

struct ProtobufDocument {
  Value value;
  const TypeInfo* type = nullptr;
};
// `unnamed`: the type of a body whose envelope names no kind (a request's path says it); its document has no kind either.
Result<ProtobufDocument> ParseProtobuf(const KindRegistry& kinds, std::string_view bytes,
                                       const TypeInfo* unnamed = nullptr, const ProtobufLimits& limits = {});

// A document with apiVersion and kind. What its type does not know is left out, as Go would.
Result<std::string> WriteProtobuf(const KindRegistry& kinds, const Value& document);

// The type of a body: of a resource, of a list, of Status, DeleteOptions and the like. Null when nobody has that kind.
const TypeInfo* FindProtobufType(const KindRegistry& kinds, std::string_view api_version, std::string_view kind);

// A message alone, without envelope.
Result<Value> ReadMessage(const TypeInfo& type, std::string_view bytes, const ProtobufLimits& limits = {});
// REQUIRES: a decoded document. Appends.
Status AppendMessage(const TypeInfo& type, const Value& document, std::string& out);

// ---- Watches: application/vnd.kubernetes.protobuf;stream=watch
//
// A stream of frames: four bytes of length, big end first, and a WatchEvent whose object is a whole body.

void AppendWatchFrame(std::string_view type, std::string_view body, std::string& out);

struct WatchFrame {
  std::string type;  // "ADDED"
  std::string body;
};
// Cuts a stream into events as bytes come in.
//   reader.Feed(bytes);
//   while (true) { WT_ASSIGN(auto frame, reader.Next()); if (!frame) break; ... }
// Holds at most one frame of `max_frame` bytes beyond what was fed and not yet asked for.
class WatchFrameReader {
 public:
  explicit WatchFrameReader(size_t max_frame = 16u << 20) : max_frame_(max_frame) {}
  void Feed(std::string_view bytes) { buffer_ += bytes; }
  // Nothing: more bytes are needed. After an error the stream is worthless.
  Result<std::optional<WatchFrame>> Next();
  // Whether the stream may end here.
  bool between_frames() const { return at_ == buffer_.size(); }

 private:
  const size_t max_frame_;
  std::string buffer_;
  size_t at_ = 0;
};

}  // namespace wavetank
