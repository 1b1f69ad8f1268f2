// HTTP as values: what runtime/wire reads and writes, and what a server or a client of runtime/net carries.
//
//   HttpRequest request{.method = "GET", .target = "/api/v1/pods?limit=5"};
//   request.headers.push_back({"accept", "application/json"});
//   HttpResponse response = ...;
//   response.Find("Content-Type");                     // names are compared without case
//
// No IO and no framing: a body is whole, whatever its transfer coding was on the wire; content-length,
// transfer-encoding, connection and date belong to whoever writes the bytes and do not stand here.
// Invariant: the order of headers is that of the wire, and repeated ones stay apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank {

struct HttpHeader {
  std::string name;
  std::string value;
  bool operator==(const HttpHeader&) const = default;
};

using HttpHeaders = std::vector<HttpHeader>;

// The first header of that name (ASCII case does not count), or null. O(headers).
const std::string* FindHeader(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string target;  // path and query, as sent: "/api/v1/pods?limit=5"
  HttpHeaders headers;
  std::string body;
  // The body went on beyond what the server takes; `body` is its beginning. The answer is 413 (API-054).
  bool body_too_large = false;
  std::string peer;  // "127.0.0.1:51234"; empty when there is no socket

  const std::string* Find(std::string_view name) const { return FindHeader(headers, name); }
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;

  const std::string* Find(std::string_view name) const { return FindHeader(headers, name); }
};

}  // namespace wavetank
