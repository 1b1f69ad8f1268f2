// Connection: one client of an HTTPS server, from handshake to good-bye. Internal to runtime/net.
//
// States: handshake, waiting (for the next request), head, body, handling (the handler has it), closing, closed. At most one
// read and one write are under way. The read goes on while a request is handled, so that a client's leaving is noticed; what
// it brings waits in the buffer for the next request.
// Ownership: callbacks under way keep it alive, beside the server's list. Its exchange knows it weakly.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/net/bounded_body.h"
#include "runtime/net/http_head.h"
#include "runtime/net/https_server.h"

namespace wavetank {

class Connection;

// The server, as a connection sees it.
class ConnectionHost {
 public:
  virtual EventLoop& loop() = 0;
  virtual const HttpsServerOptions& options() const = 0;
  virtual HttpHandler& handler() = 0;
  virtual void OnClosed(uint64_t id) = 0;

 protected:
  ~ConnectionHost() = default;
};

class ConnectionExchange final : public HttpExchange {
 public:
  explicit ConnectionExchange(std::weak_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~ConnectionExchange() override;

  void Respond(HttpResponse response) override;
  void Begin(HttpResponse head) override;
  void Write(std::string piece) override;
  void End() override;
  size_t unsent() const override;

 private:
  enum class Stage : uint8_t { kNew, kBegun, kEnded };
  std::weak_ptr<Connection> connection_;
  Stage stage_ = Stage::kNew;
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ConnectionHost& host, uint64_t id, boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls);

  void Start();
  // Now when it is between requests, otherwise after the present one.
  void CloseSoon();
  // At once. The host is told, unless it is the one who asks.
  void Cut(bool tell_host = true);
  // When it has been silent too long; Max() while the handler thinks.
  Time deadline() const { return deadline_; }

  // For the exchange.
  void Respond(HttpResponse response);
  void Begin(HttpResponse head);
  void Write(std::string_view piece);
  void End();
  void Abandon();  // the exchange dies unanswered
  void Detach() { exchange_ = nullptr; }
  size_t unsent() const { return in_flight_.size() - sent_ + pending_.size(); }

 private:
  enum class State : uint8_t { kHandshake, kWaiting, kHead, kBody, kHandling, kClosing, kClosed };
  using Error = boost::system::error_code;

  void OnHandshake(const Error& error);
  void AwaitRequest();
  void Read();
  void OnRead(const Error& error, size_t bytes);
  void Advance();
  Error Parse();
  bool OnHead();
  void Handle();
  // An answer of the server itself; the connection ends with it.
  void Refuse(int status, std::string text);
  void RefuseHead(const Error& error);

  void Flush();
  void WriteSome();
  void OnWritten(const Error& error, size_t bytes);
  void OnAllWritten();
  void Finish();  // the answer is complete, though not yet sent
  void SayGoodBye();
  void Drain();

  void SetDeadline(Duration timeout) { deadline_ = host_.loop().Now() + timeout; }
  Framing FramingFor(int status) const;

  ConnectionHost& host_;
  const uint64_t id_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::string peer_;
  State state_ = State::kHandshake;
  Time deadline_ = Time::Max();

  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<BoundedBody>> parser_;
  bool reading_ = false;

  ConnectionExchange* exchange_ = nullptr;  // null when the answer is complete, or nobody will give one
  bool head_only_ = false;                  // the request was HEAD
  bool http10_ = false;
  bool close_after_ = false;
  bool drain_after_ = false;  // the client still sends; see Drain
  bool chunked_ = false;
  bool complete_ = false;  // the answer has ended

  std::string pending_;    // waits for in_flight_ to leave
  std::string in_flight_;  // from sent_ on
  size_t sent_ = 0;
  bool writing_ = false;
  bool flush_posted_ = false;
};

}  // namespace wavetank
