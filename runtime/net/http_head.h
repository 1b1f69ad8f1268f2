// The text of an answer's head, as it goes over the wire. Internal to runtime/net.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/base/time.h"
#include "runtime/transport/http.h"

namespace wavetank {

enum class Framing : uint8_t {
  kLength,   // content-length
  kChunked,  // transfer-encoding: chunked
  kClose,    // the body ends with the connection
  kNone,     // statuses without a body: 1xx, 204, 304
};

// "HTTP/1.1 200 OK\r\nDate: ...\r\n...\r\n\r\n". A control character in a header becomes a blank: nobody can smuggle a line in.
std::string FormatHead(const HttpResponse& response, Framing framing, size_t length, bool close, Time now);
// "Mon, 02 Jan 2006 15:04:05 GMT"
std::string FormatHttpDate(Time time);
// Appends `piece` as one chunk; an empty piece, which would end the body, appends nothing.
void AppendChunk(std::string_view piece, std::string& out);

}  // namespace wavetank
