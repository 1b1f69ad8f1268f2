// BoundedBody: a body for Beast's parser that is a string and knows its limit. Internal to runtime/net.
//
// A body beyond the limit ends the reading with error::body_limit, with its beginning kept: the handler gives the answer.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>

namespace wavetank {

struct BoundedBody {
  struct value_type {
    std::string data;
    size_t limit = 0;
  };

  class reader {
   public:
    template <bool is_request, typename Fields>
    reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<uint64_t>& length, boost::system::error_code& error) {
      error = {};
      if (!length) return;
      if (*length > body_.limit) {
        error = boost::beast::http::error::body_limit;
        return;
      }
      body_.data.reserve(std::min<size_t>(static_cast<size_t>(*length), kReserve));
    }

    template <typename Buffers>
    size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error = {};
      size_t taken = 0;
      for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
        const size_t room = body_.limit - body_.data.size();
        const size_t size = std::min(buffer.size(), room);
        body_.data.append(static_cast<const char*>(buffer.data()), size);
        taken += size;
        if (size == buffer.size()) continue;
        error = boost::beast::http::error::body_limit;
        break;
      }
      return taken;
    }

    void finish(boost::system::error_code& error) { error = {}; }

   private:
    static constexpr size_t kReserve = 64 << 10;  // a length that is only announced costs no more
    value_type& body_;
  };
};

}  // namespace wavetank
