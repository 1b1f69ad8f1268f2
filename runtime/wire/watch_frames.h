// Watch streams: events <-> frames (API-320, API-321).
//
//   std::string chunk;
//   Status s = EncodeEvent(event, kinds, format, chunk);      // {"type":"ADDED","object":{...}}\n
//   FrameReader reader(codec, kinds);
//   reader.Feed(bytes, events);                               // whole frames only; the rest waits
//
// Bounds: FrameReader keeps at most one unfinished frame (kMaxFrameBytes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/transport/request.h"
#include "runtime/wire/media_type.h"

namespace wavetank {

inline constexpr size_t kMaxFrameBytes = 64u << 20;

// Appends one frame. Transforms are the front's: it hands over the document that shall stand there.
Status EncodeEvent(WatchEvent::Type type, const Value& object, const KindRegistry& kinds, const AnswerFormat& format,
                   std::string& out);

class FrameReader {
 public:
  FrameReader(const Codec& codec, const KindRegistry& kinds) : codec_(codec), kinds_(kinds) {}
  // An error: what came is no watch stream. Nothing can be read after it.
  Status Feed(std::string_view bytes, std::vector<WatchEvent>& events);

 private:
  const Codec& codec_;
  const KindRegistry& kinds_;
  std::string buffer_;
};

}  // namespace wavetank
