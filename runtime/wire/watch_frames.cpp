#include "runtime/wire/watch_frames.h"

#include "runtime/api/names.h"

namespace wavetank {
namespace {

constexpr WatchEvent::Type kTypes[] = {WatchEvent::Type::kAdded, WatchEvent::Type::kModified,
                                       WatchEvent::Type::kDeleted, WatchEvent::Type::kBookmark,
                                       WatchEvent::Type::kError};

}  // namespace

Status EncodeEvent(WatchEvent::Type type, const Value& object, const KindRegistry& kinds, const AnswerFormat& format,
                   std::string& out) {
  const TypeInfo* document_type =
      TypeOfDocument(kinds, object[names::kApiVersion].AsString(), object[names::kKind].AsString());
  std::string bytes;
  WT_RETURN_IF_ERROR(format.codec->encode({object, document_type}, kinds, false, bytes));
  format.codec->frame(WatchEventTypeName(type), bytes, out);
  return {};
}

Status FrameReader::Feed(std::string_view bytes, std::vector<WatchEvent>& events) {
  buffer_.append(bytes);
  std::vector<std::pair<std::string, std::string>> frames;
  WT_RETURN_IF_ERROR(codec_.unframe(buffer_, frames));
  if (buffer_.size() > kMaxFrameBytes) return Status(Code::kTooLarge, "a watch event is larger than 64 MiB");
  for (const auto& [name, object] : frames) {
    BodySource source;
    WT_ASSIGN(Value value, codec_.decode(object, {}, kinds_, source));
    bool known = false;
    for (const WatchEvent::Type type : kTypes) {
      if (WatchEventTypeName(type) != name) continue;
      known = true;
      const bool error = type == WatchEvent::Type::kError;
      if (!error && !value.is_object()) return Status(Code::kInvalidArgument, "a watch event without an object");
      events.push_back({type, error ? Object() : Object(value), error ? value : Value()});
    }
    if (!known) return Status(Code::kInvalidArgument, "a watch event of unknown type \"" + name + "\"");
  }
  return {};
}

}  // namespace wavetank
