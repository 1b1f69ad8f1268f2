// An HttpServer over TLS: HTTP/1.1 (and 1.0) with keep-alive, pipelining, chunked bodies both ways, and answers that go on
// for hours.
//
//   auto server = MakeHttpsServer(loop, {.identity = std::move(*identity)});
//   WT_RETURN_IF_ERROR(server->Start(handler));        // FailedPrecondition: "127.0.0.1:6443: Address already in use"
//   loop.Run();
//
// One request of a connection is handled at a time, in the order of arrival; what a client sends ahead waits in a bounded
// buffer. HTTP/2 is not spoken: clients that offer it are told so in the TLS handshake and use 1.1, those that insist get 505.
// A request that is no HTTP gets 400, a head beyond its limit 431, a body beyond its limit reaches the handler marked so.
// A client that speaks no TLS is told in plain text.
//
// Bounds: HttpsServerOptions. Slow or silent clients are cut off by the timeouts there, looked at once a second.
// Ownership: the loop outlives the server; destroying the server cuts its connections.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "runtime/net/event_loop.h"
#include "runtime/net/identity.h"
#include "runtime/transport/http_server.h"

namespace wavetank {

struct HttpsServerOptions {
  std::string address = "127.0.0.1";  // to listen at; no host name
  uint16_t port = 0;                  // 0: any that is free
  ServerIdentity identity;

  size_t max_head = size_t{1} << 20;
  size_t max_body = size_t{3} << 20;
  size_t max_unsent = size_t{16} << 20;  // of an answer in pieces; more cuts the client off
  size_t max_connections = 10'000;       // more wait in the system's queue

  Duration handshake_timeout = std::chrono::seconds(10);
  Duration idle_timeout = std::chrono::seconds(180);  // between two requests
  Duration head_timeout = std::chrono::seconds(32);   // from its first byte to its last
  Duration body_timeout = std::chrono::seconds(60);   // all of it
  Duration write_timeout = std::chrono::seconds(60);  // without any progress
  Duration linger_timeout = std::chrono::seconds(2);  // of a connection's good-bye
};

std::unique_ptr<HttpServer> MakeHttpsServer(EventLoop& loop, HttpsServerOptions options);

}  // namespace wavetank
