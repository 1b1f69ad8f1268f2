#include "runtime/net/connection.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "runtime/base/strings.h"
#include "runtime/net/event_loop_impl.h"
#include "runtime/net/http_head.h"

namespace wavetank {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr size_t kReadAhead = 4096;
constexpr size_t kReadBody = 64 << 10;
constexpr size_t kMaxReadAhead = 64 << 10;  // what a client sends before its answer
constexpr size_t kWriteSlice = 256 << 10;   // progress is seen at this grain
constexpr size_t kMaxDrain = 64 << 20;

std::string PeerName(const asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "";
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

// --- ConnectionExchange ---

ConnectionExchange::~ConnectionExchange() {
  const auto connection = connection_.lock();
  if (connection == nullptr || stage_ == Stage::kEnded) return;
  connection->Abandon();
}

void ConnectionExchange::Respond(HttpResponse response) {
  WT_CHECK(stage_ == Stage::kNew, "an exchange is answered once");
  stage_ = Stage::kEnded;
  if (const auto connection = connection_.lock()) connection->Respond(std::move(response));
}

void ConnectionExchange::Begin(HttpResponse head) {
  WT_CHECK(stage_ == Stage::kNew, "an exchange is answered once");
  stage_ = Stage::kBegun;
  if (const auto connection = connection_.lock()) connection->Begin(std::move(head));
}

void ConnectionExchange::Write(std::string piece) {
  WT_CHECK(stage_ == Stage::kBegun, "pieces come between Begin and End");
  if (const auto connection = connection_.lock()) connection->Write(piece);
}

void ConnectionExchange::End() {
  WT_CHECK(stage_ == Stage::kBegun, "what ends has begun");
  stage_ = Stage::kEnded;
  if (const auto connection = connection_.lock()) connection->End();
}

size_t ConnectionExchange::unsent() const {
  const auto connection = connection_.lock();
  return connection == nullptr ? 0 : connection->unsent();
}

// --- Connection: reading ---

Connection::Connection(ConnectionHost& host, uint64_t id, asio::ip::tcp::socket socket, asio::ssl::context& tls)
    : host_(host),
      id_(id),
      stream_(std::move(socket), tls),
      peer_(PeerName(stream_.next_layer())),
      buffer_(host.options().max_head + kMaxReadAhead + kReadBody) {}

void Connection::Start() {
  SetDeadline(host_.options().handshake_timeout);
  stream_.async_handshake(asio::ssl::stream_base::server,
                          [self = shared_from_this()](const Error& error) { self->OnHandshake(error); });
}

void Connection::OnHandshake(const Error& error) {
  if (state_ == State::kClosed) return;
  if (!error) return AwaitRequest();
  const bool plain = error.category() == asio::error::get_ssl_category() &&
                     ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
  if (!plain) return Cut();
  static constexpr std::string_view kAnswer =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
  state_ = State::kClosing;
  SetDeadline(host_.options().linger_timeout);
  asio::async_write(stream_.next_layer(), asio::buffer(kAnswer.data(), kAnswer.size()),
                    [self = shared_from_this()](const Error&, size_t) {
                      self->drain_after_ = true;
                      self->SayGoodBye();
                    });
}

void Connection::AwaitRequest() {
  state_ = State::kWaiting;
  SetDeadline(host_.options().idle_timeout);
  Advance();
}

void Connection::Read() {
  if (reading_) return;
  // A client that has sent so much ahead of its answer is not listened to until it got it; nor is its leaving noticed.
  if (state_ == State::kHandling && buffer_.size() >= kMaxReadAhead) return;
  reading_ = true;
  const auto room = buffer_.prepare(state_ == State::kBody ? kReadBody : kReadAhead);
  stream_.async_read_some(
      room, [self = shared_from_this()](const Error& error, size_t bytes) { self->OnRead(error, bytes); });
}

void Connection::OnRead(const Error& error, size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed || state_ == State::kClosing) return;
  // A client that ends its side while it waits has given up, as far as HTTP goes.
  if (error) return Cut();
  buffer_.commit(bytes);
  state_ == State::kHandling ? Read() : Advance();
}

// As far as the bytes that are here lead.
void Connection::Advance() {
  if (state_ == State::kWaiting) {
    if (buffer_.size() == 0) return Read();
    state_ = State::kHead;
    SetDeadline(host_.options().head_timeout);
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(host_.options().max_head));
    parser_->body_limit(boost::none);  // BoundedBody has its own
    parser_->get().body().limit = host_.options().max_body;
  }
  if (state_ == State::kHead) {
    const Error error = Parse();
    if (error == http::error::need_more) return Read();
    if (error) return RefuseHead(error);
    if (!OnHead()) return;
  }
  if (state_ != State::kBody) return;
  const Error error = Parse();
  if (error == http::error::need_more) return Read();
  if (error && error != http::error::body_limit) return Refuse(400, "400 Bad Request");
  drain_after_ = static_cast<bool>(error);
  Handle();
}

// Until the end of the head, or of the body; need_more when the bytes do not reach so far.
Connection::Error Connection::Parse() {
  while (state_ == State::kHead ? !parser_->is_header_done() : !parser_->is_done()) {
    if (buffer_.size() == 0) return http::error::need_more;
    Error error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error) return error;
  }
  return {};
}

// False: the request has ended here, or goes on when the client was told to go on.
bool Connection::OnHead() {
  const auto& head = parser_->get();
  http10_ = head.version() < 11;
  if (!http10_ && head.count(http::field::host) == 0) {
    Refuse(400, "400 Bad Request: missing required Host header");
    return false;
  }
  state_ = State::kBody;
  SetDeadline(host_.options().body_timeout);
  if (parser_->is_done() || !beast::iequals(head[http::field::expect], "100-continue")) return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()),
                    [self = shared_from_this()](const Error& failed, size_t) {
                      if (self->state_ != State::kBody) return;
                      failed ? self->Cut() : self->Advance();
                    });
  return false;
}

void Connection::Handle() {
  auto& message = parser_->get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message)
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  request.body = std::move(message.body().data);
  request.body_too_large = drain_after_;
  request.peer = peer_;

  head_only_ = message.method() == http::verb::head;
  close_after_ = close_after_ || drain_after_ || !message.keep_alive();
  complete_ = chunked_ = false;
  parser_.reset();
  state_ = State::kHandling;
  deadline_ = Time::Max();
  auto exchange = std::make_unique<ConnectionExchange>(weak_from_this());
  exchange_ = exchange.get();
  const auto self = shared_from_this();  // the handler may answer, and the answer may end everything
  host_.handler().Handle(std::move(request), std::move(exchange));
  if (state_ == State::kHandling && !complete_ && !drain_after_) Read();
}

void Connection::RefuseHead(const Error& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Refuse(431, "431 Request Header Fields Too Large");
  }
  if (error == http::error::bad_version) {
    // "PRI * HTTP/2.0" is the first line of a client that takes HTTP/2 for granted.
    return Refuse(505, "505 HTTP Version Not Supported: this server speaks HTTP/1.1");
  }
  if (error == http::error::body_limit) {
    // The length was announced in the head; the handler says what it thinks of it.
    http10_ = parser_->get().version() < 11;
    drain_after_ = true;
    return Handle();
  }
  Refuse(400, "400 Bad Request");
}

void Connection::Refuse(int status, std::string text) {
  state_ = State::kHandling;
  deadline_ = Time::Max();
  close_after_ = drain_after_ = true;
  head_only_ = complete_ = chunked_ = false;
  HttpResponse response{
      .status = status, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = std::move(text)};
  Respond(std::move(response));
}

// --- Connection: answering ---

Framing Connection::FramingFor(int status) const {
  return status < 200 || status == 204 || status == 304 ? Framing::kNone : Framing::kLength;
}

void Connection::Respond(HttpResponse response) {
  if (state_ != State::kHandling) return;
  pending_ += FormatHead(response, FramingFor(response.status), response.body.size(), close_after_, host_.loop().Now());
  if (!head_only_ && FramingFor(response.status) == Framing::kLength) pending_ += response.body;
  Finish();
  Flush();
}

void Connection::Begin(HttpResponse head) {
  if (state_ != State::kHandling) return;
  chunked_ = !http10_;
  if (!chunked_) close_after_ = true;
  pending_ += FormatHead(head, chunked_ ? Framing::kChunked : Framing::kClose, 0, close_after_, host_.loop().Now());
  Write(head.body);
  Flush();
}

void Connection::Write(std::string_view piece) {
  if (state_ != State::kHandling || head_only_) return;
  if (chunked_) {
    AppendChunk(piece, pending_);
  } else {
    pending_ += piece;
  }
  if (unsent() > host_.options().max_unsent) {
    // Not under the writer's feet.
    host_.loop().Post([self = shared_from_this()] { self->Cut(); });
    return;
  }
  if (writing_ || flush_posted_ || pending_.empty()) return;
  // The pieces of one turn leave together.
  flush_posted_ = true;
  host_.loop().Post([self = shared_from_this()] {
    self->flush_posted_ = false;
    self->Flush();
  });
}

void Connection::End() {
  if (state_ != State::kHandling) return;
  if (chunked_ && !head_only_) pending_ += "0\r\n\r\n";
  Finish();
  Flush();
  if (!writing_) OnAllWritten();
}

void Connection::Abandon() {
  exchange_ = nullptr;
  if (state_ != State::kHandling) return;
  // Nobody else holds it if it was told to go in its own callback.
  host_.loop().Post([self = shared_from_this()] { self->Cut(); });
}

void Connection::Finish() {
  exchange_ = nullptr;
  complete_ = true;
}

void Connection::Flush() {
  if (writing_ || pending_.empty() || state_ == State::kClosed) return;
  in_flight_ = std::exchange(pending_, std::string());
  sent_ = 0;
  writing_ = true;
  WriteSome();
}

void Connection::WriteSome() {
  SetDeadline(host_.options().write_timeout);
  const size_t slice = std::min(in_flight_.size() - sent_, kWriteSlice);
  asio::async_write(stream_, asio::buffer(in_flight_.data() + sent_, slice),
                    [self = shared_from_this()](const Error& error, size_t bytes) { self->OnWritten(error, bytes); });
}

void Connection::OnWritten(const Error& error, size_t bytes) {
  if (state_ == State::kClosed) return;
  if (error) return Cut();
  sent_ += bytes;
  if (sent_ < in_flight_.size()) return WriteSome();
  writing_ = false;
  in_flight_ = std::string();
  sent_ = 0;
  if (!pending_.empty()) return Flush();
  OnAllWritten();
}

void Connection::OnAllWritten() {
  if (state_ != State::kHandling) return;
  deadline_ = Time::Max();
  if (!complete_) {
    if (exchange_ == nullptr || !exchange_->on_sent) return;
    const auto on_sent = exchange_->on_sent;  // it may destroy the exchange
    on_sent();
    return;
  }
  if (close_after_) return SayGoodBye();
  AwaitRequest();
}

// --- Connection: the end ---

void Connection::CloseSoon() {
  close_after_ = true;
  if (state_ == State::kHandshake) return Cut();
  if (state_ == State::kWaiting) SayGoodBye();
}

void Connection::SayGoodBye() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosing;
  SetDeadline(host_.options().linger_timeout);
  if (drain_after_) {
    Error ignored;
    stream_.next_layer().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    return Drain();
  }
  // A read under way ends with the peer's answer.
  stream_.async_shutdown([self = shared_from_this()](const Error&) { self->Cut(); });
}

// Closing a socket with unread bytes in it resets the connection, and the client may lose the answer with it. So the rest of
// what it sends is read and forgotten, within bounds.
void Connection::Drain() {
  if (state_ == State::kClosed) return;
  if (sent_ > kMaxDrain) return Cut();
  in_flight_.resize(kMaxReadAhead);
  stream_.next_layer().async_read_some(asio::buffer(in_flight_.data(), in_flight_.size()),
                                       [self = shared_from_this()](const Error& error, size_t bytes) {
                                         self->sent_ += bytes;
                                         error ? self->Cut() : self->Drain();
                                       });
}

void Connection::Cut(bool tell_host) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  deadline_ = Time::Max();
  Error ignored;
  stream_.next_layer().close(ignored);
  if (ConnectionExchange* exchange = std::exchange(exchange_, nullptr); exchange != nullptr && exchange->on_gone) {
    const auto on_gone = std::move(exchange->on_gone);  // it may destroy the exchange
    exchange->on_gone = nullptr;
    on_gone();
  }
  if (tell_host) host_.OnClosed(id_);
}

}  // namespace wavetank
