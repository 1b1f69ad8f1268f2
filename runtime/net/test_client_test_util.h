// A TLS client for the tests of this folder, in the same loop as the server: each call turns the loop until it has what it
// wants.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <string>

#include "runtime/net/event_loop_impl.h"
#include "runtime/net/https_server.h"

namespace wavetank {

class TestClient final {
 public:
  using Error = boost::system::error_code;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  // `server` is "127.0.0.1:PORT"; its certificate must be valid for `name`.
  TestClient(EventLoop& loop, const std::string& server, const std::string& ca, std::string name = "127.0.0.1",
             std::vector<std::string> protocols = {})
      : loop_(loop), tls_(Trusting(ca)), stream_(loop.impl().io, tls_) {
    namespace asio = boost::asio;
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification(name));
    std::string offered;
    for (const std::string& protocol : protocols) offered += static_cast<char>(protocol.size()) + protocol;
    if (!offered.empty()) {
      SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
    }
    const size_t colon = server.rfind(':');
    std::string host = server.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(host),
                                           static_cast<uint16_t>(std::stoi(server.substr(colon + 1))));
    Wait([&](auto done) { stream_.next_layer().async_connect(endpoint, done); });
  }

  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  // What is still being sent ends first: Asio's operations point into the stream.
  ~TestClient() {
    Close();
    loop_.RunUntil([this] { return sent_; });
  }

  // Without TLS when it is not called.
  bool Handshake() {
    return Wait([&](auto done) { stream_.async_handshake(boost::asio::ssl::stream_base::client, done); });
  }
  const Error& error() const { return error_; }
  std::string protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
  }

  // Begins to send; the loop does the rest. `text` is kept until the next Send.
  void SendLater(std::string text) {
    sending_ = std::make_shared<std::string>(std::move(text));
    sent_ = false;
    boost::asio::async_write(stream_, boost::asio::buffer(*sending_),
                             [this, kept = sending_](const Error&, size_t) { sent_ = true; });
  }
  void Send(std::string text) {
    SendLater(std::move(text));
    loop_.RunUntil([this] { return sent_; });
  }
  void SendPlain(std::string text) {
    sending_ = std::make_shared<std::string>(std::move(text));
    Wait([&](auto done) {
      boost::asio::async_write(stream_.next_layer(), boost::asio::buffer(*sending_),
                               [done](const Error& error, size_t) { done(error); });
    });
  }
  // All until the end, without TLS.
  std::string ReadPlain() {
    std::string text(4096, '\0');
    size_t size = 0;
    while (Wait([&](auto done) {
      stream_.next_layer().async_read_some(boost::asio::buffer(text.data() + size, text.size() - size),
                                           [&, done](const Error& error, size_t bytes) {
                                             size += bytes;
                                             done(error);
                                           });
    })) {
    }
    return text.substr(0, size);
  }

  // The next whole answer; nothing when the connection broke instead.
  std::optional<Response> Read(bool to_head = false) {
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.body_limit(boost::none);
    parser.header_limit(1 << 20);
    parser.skip(to_head);
    if (!Wait([&](auto done) {
          boost::beast::http::async_read(stream_, buffer_, parser, [done](const Error& error, size_t) { done(error); });
        })) {
      return std::nullopt;
    }
    return parser.release();
  }
  std::optional<Response> Ask(std::string text) {
    Send(std::move(text));
    return Read();
  }

  // Raw bytes until they contain `wanted`, or the end.
  std::string ReadUntil(std::string_view wanted) {
    while (raw_.find(wanted) == std::string::npos) {
      if (!ReadSome()) break;
    }
    return raw_;
  }
  // Reads what comes; false at the end.
  bool ReadSome() {
    std::array<char, 65536> piece;
    size_t got = 0;
    const bool good = Wait([&](auto done) {
      stream_.async_read_some(boost::asio::buffer(piece), [&, done](const Error& error, size_t bytes) {
        got = bytes;
        done(error);
      });
    });
    raw_.append(piece.data(), got);
    return good;
  }
  const std::string& raw() const { return raw_; }
  void Close() {
    Error ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

  static boost::asio::ssl::context Trusting(const std::string& ca) {
    boost::asio::ssl::context tls(boost::asio::ssl::context::tls_client);
    Error error;
    tls.add_certificate_authority(boost::asio::buffer(ca), error);
    return tls;
  }

  // Starts something and turns the loop until it has ended. False: it failed, see error().
  template <typename Start>
  bool Wait(Start start) {
    struct Outcome {
      bool done = false;
      Error error;
    };
    const auto outcome = std::make_shared<Outcome>();
    start([outcome](const Error& error, auto&&...) {
      outcome->done = true;
      outcome->error = error;
    });
    loop_.RunUntil([&] { return outcome->done; });
    error_ = outcome->error;
    return !error_;
  }

  EventLoop& loop_;
  boost::asio::ssl::context tls_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<std::string> sending_;
  bool sent_ = true;
  std::string raw_;
  Error error_;
};

// Answers what a test says, keeps what it was asked.
class TestHandler final : public HttpHandler {
 public:
  using Answer = std::function<void(HttpRequest, std::unique_ptr<HttpExchange>)>;

  void Handle(HttpRequest request, std::unique_ptr<HttpExchange> exchange) override {
    ++requests;
    if (answer) return answer(std::move(request), std::move(exchange));
    std::string body = request.method + " " + request.target + " " + request.body;
    exchange->Respond({.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)});
  }

  Answer answer;
  int requests = 0;
};

// A loop, a handler and a running server.
struct TestServer {
  explicit TestServer(HttpsServerOptions options = {}) {
    Result<ServerIdentity> identity = MakeServerIdentity({}, loop.Now());
    options.identity = *identity;
    ca = identity->ca_pem;
    server = MakeHttpsServer(loop, std::move(options));
    started = server->Start(handler);
  }

  EventLoop loop;
  TestHandler handler;
  std::string ca;
  std::unique_ptr<HttpServer> server;
  Status started;
};

}  // namespace wavetank
