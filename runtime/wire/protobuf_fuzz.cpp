// Any bytes: no crash, an error names its offset, and what was read survives a round trip. Frames of a watch too.
#include <cstdint>

#include "runtime/api/schema.h"
#include "runtime/base/check.h"
#include "runtime/wire/protobuf.h"
#include "runtime/wire/protobuf_text.h"

using namespace wavetank;

namespace {

void Frames(std::string_view bytes) {
  WatchFrameReader reader(1 << 16);
  const size_t half = bytes.size() / 2;
  for (const std::string_view piece : {bytes.substr(0, half), bytes.substr(half)}) {
    reader.Feed(piece);
    while (true) {
      const auto frame = reader.Next();
      if (!frame.ok()) return;
      if (!frame->has_value()) break;
    }
  }
}

void Document(std::string_view bytes) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const Result<ProtobufDocument> document =
      ParseProtobuf(kinds, bytes, nullptr, {.max_bytes = 1 << 20, .max_depth = 100});
  if (!document.ok()) return;
  WT_CHECK(document->value.depth() <= 102, "the depth is bounded");
  const Result<std::string> written = WriteProtobuf(kinds, document->value);
  WT_CHECK(written.ok(), "what was read can be written");
  const Result<ProtobufDocument> again = ParseProtobuf(kinds, *written);
  WT_CHECK(again.ok() && again->value == Decode(*document->type, document->value)->value, "reading undoes writing");
  const Result<std::string> text = ProtobufToJson(kinds, bytes);
  WT_CHECK(text.ok(), "what was read can be printed");
  WT_CHECK(JsonToProtobuf(kinds, *text).ok(), "what was printed can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Frames(bytes);
  Document(bytes);
  // Most random bytes are no envelope: one around them, for a kind whose schemas nest.
  std::string enveloped("k8s\0", 4);
  constexpr std::string_view kMeta =
      "\x0a\x33\x0a\x17"
      "apiextensions.k8s.io/v1"
      "\x12\x18"
      "CustomResourceDefinition"
      "\x12";
  enveloped += kMeta;
  enveloped += static_cast<char>(size & 0x7f);
  enveloped += bytes.substr(0, size & 0x7f);
  Document(enveloped);
  return 0;
}
