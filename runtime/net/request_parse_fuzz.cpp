// Any bytes as HTTP/1.1 requests of one connection, in pieces: the parser that connections use (Beast's, with our body) does
// not crash, and no body is larger than its limit.
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <cstdint>

#include "runtime/base/check.h"
#include "runtime/net/bounded_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = boost::beast::http;
  if (size < 1) return 0;
  constexpr size_t kLimit = 100;
  const size_t piece = 1 + data[0];
  const uint8_t* at = data + 1;
  const uint8_t* const end = data + size;
  for (int request = 0; request < 10 && at < end; ++request) {
    http::request_parser<wavetank::BoundedBody> parser;
    parser.header_limit(300);
    parser.body_limit(boost::none);
    parser.get().body().limit = kLimit;
    // What was not taken is offered again, with more behind it.
    const uint8_t* offered = at;
    while (!parser.is_done()) {
      if (offered == end) return 0;
      offered += std::min<size_t>(piece, static_cast<size_t>(end - offered));
      for (size_t taken = 1; taken > 0 && at < offered && !parser.is_done();) {
        boost::system::error_code error;
        taken = parser.put(boost::asio::buffer(at, static_cast<size_t>(offered - at)), error);
        at += taken;
        WT_CHECK(parser.get().body().data.size() <= kLimit, "a body knows its limit");
        if (error && error != http::error::need_more) return 0;
        if (error == http::error::need_more) break;
      }
    }
  }
  return 0;
}
