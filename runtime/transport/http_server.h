// HttpServer: takes HTTP requests from somewhere and hands each to a handler, which answers now or later.
//
//   class Hello final : public HttpHandler {
//     void Handle(HttpRequest request, std::unique_ptr<HttpExchange> exchange) override {
//       exchange->Respond({.status = 200, .headers = {{"content-type", "text/plain"}}, .body = "ok"});
//     }
//   };
//
// runtime/net has one over TLS (https_server.h). A handler runs in the server's event loop and never blocks.
//
// An exchange is answered in one of two ways:
//   Respond(response)                          whole
//   Begin(head), Write(piece)..., End()        in pieces, as long as it takes: a watch
// Ownership: the handler owns the exchange, for as long as it likes; the connection under it may be gone before. Dropping an
// exchange that is not answered to its end breaks the connection: the client must not take half an answer for a whole one.
// Invariants: one answer an exchange; nothing is called back after the exchange was destroyed.
// Bound: what was written and not yet sent is unsent(); a client that lets it grow beyond the server's limit is cut off.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/transport/http.h"

namespace wavetank {

class HttpExchange {
 public:
  HttpExchange() = default;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  virtual ~HttpExchange() = default;

  // The whole answer.
  virtual void Respond(HttpResponse response) = 0;
  // An answer in pieces; `head.body` is its first one.
  virtual void Begin(HttpResponse head) = 0;
  virtual void Write(std::string piece) = 0;
  virtual void End() = 0;

  // Bytes written that the client has not taken yet.
  virtual size_t unsent() const = 0;
  // Called when unsent() has come down to nothing.
  std::function<void()> on_sent;
  // Called once when the client has gone before the answer ended; what is written from then on goes nowhere.
  std::function<void()> on_gone;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void Handle(HttpRequest request, std::unique_ptr<HttpExchange> exchange) = 0;
};

class HttpServer {
 public:
  HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  virtual ~HttpServer() = default;

  // Takes connections from now on; `handler` outlives the server.
  virtual Status Start(HttpHandler& handler) = 0;
  // Where clients find it: "127.0.0.1:6443".
  virtual std::string address() const = 0;
  // Takes no more; answers under way may still end. `done` is called when the last connection has closed. Connections
  // that are still there after `grace` are cut. A second call cuts them at once.
  virtual void Stop(Duration grace, std::function<void()> done) = 0;
  virtual size_t connections() const = 0;
};

}  // namespace wavetank
