#include "runtime/net/https_server.h"

#include <boost/asio/ip/address.hpp>
#include <map>

#include "runtime/net/connection.h"
#include "runtime/net/event_loop_impl.h"

namespace wavetank {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr Duration kSweep = std::chrono::seconds(1);
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

// Chooses http/1.1 among what the client offers, or ends the handshake.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof kHttp11, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Status NetError(const std::string& what, const Error& error) {
  return Status(Code::kFailedPrecondition, what + ": " + error.message());
}

std::string EndpointText(const Tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

class HttpsServer final : public HttpServer, public ConnectionHost {
 public:
  HttpsServer(EventLoop& loop, HttpsServerOptions options)
      : loop_(loop),
        options_(std::move(options)),
        tls_(asio::ssl::context::tls_server),
        acceptor_(loop.impl().io),
        sweep_(loop),
        pause_(loop),
        grace_(loop) {}
  ~HttpsServer() override {
    *alive_ = false;
    CutAll();
  }

  Status Start(HttpHandler& handler) override;
  std::string address() const override { return EndpointText(endpoint_); }
  void Stop(Duration grace, std::function<void()> done) override;
  size_t connections() const override { return connections_.size(); }

  // ConnectionHost.
  EventLoop& loop() override { return loop_; }
  const HttpsServerOptions& options() const override { return options_; }
  HttpHandler& handler() override { return *handler_; }
  void OnClosed(uint64_t id) override;

 private:
  Status PrepareTls();
  Status Listen();
  void Accept();
  void OnAccept(const Error& error, Tcp::socket socket);
  void Sweep();
  void CutAll();
  void StoppedWhenEmpty();

  EventLoop& loop_;
  const HttpsServerOptions options_;
  HttpHandler* handler_ = nullptr;
  asio::ssl::context tls_;
  Tcp::acceptor acceptor_;
  Tcp::endpoint endpoint_;
  bool accepting_ = false;
  bool stopping_ = false;
  std::function<void()> on_stopped_;
  std::map<uint64_t, std::shared_ptr<Connection>> connections_;
  uint64_t next_id_ = 1;
  Alarm sweep_;
  bool sweeping_ = false;
  Alarm pause_;
  Alarm grace_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for the accept that outlives the server
};

Status HttpsServer::PrepareTls() {
  Error error;
  SSL_CTX* context = tls_.native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle watch costs little
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  const ServerIdentity& identity = options_.identity;
  tls_.use_certificate_chain(asio::buffer(identity.certificate_pem), error);
  if (error) return NetError("the server's certificate", error);
  tls_.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem, error);
  if (error) return NetError("the server's key", error);
  return {};
}

Status HttpsServer::Listen() {
  Error error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) return Status(Code::kInvalidArgument, options_.address + " is no IP address");
  const Tcp::endpoint wanted(address, options_.port);
  acceptor_.open(wanted.protocol(), error);
  if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(wanted, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) endpoint_ = acceptor_.local_endpoint(error);
  if (!error) return {};
  Error ignored;
  acceptor_.close(ignored);
  return NetError(EndpointText(wanted), error);
}

Status HttpsServer::Start(HttpHandler& handler) {
  WT_CHECK(handler_ == nullptr, "a server is started once");
  WT_RETURN_IF_ERROR(PrepareTls());
  WT_RETURN_IF_ERROR(Listen());
  handler_ = &handler;
  Accept();
  return {};
}

void HttpsServer::Accept() {
  if (accepting_ || stopping_ || connections_.size() >= options_.max_connections) return;
  accepting_ = true;
  acceptor_.async_accept([this, alive = alive_](const Error& error, Tcp::socket socket) {
    if (*alive) OnAccept(error, std::move(socket));
  });
}

void HttpsServer::OnAccept(const Error& error, Tcp::socket socket) {
  accepting_ = false;
  if (stopping_) return;
  if (error) {
    // Out of descriptors, most likely: they come back as connections end.
    pause_.Set(loop_.Now() + kAcceptPause, [this] { Accept(); });
    return;
  }
  Error ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  const uint64_t id = next_id_++;
  const auto connection = std::make_shared<Connection>(*this, id, std::move(socket), tls_);
  connections_.emplace(id, connection);
  connection->Start();
  if (!std::exchange(sweeping_, true)) Sweep();
  Accept();
}

void HttpsServer::Sweep() {
  const Time now = loop_.Now();
  std::vector<std::shared_ptr<Connection>> late;
  for (const auto& [id, connection] : connections_) {
    if (connection->deadline() <= now) late.push_back(connection);
  }
  for (const auto& connection : late) connection->Cut();
  sweeping_ = !connections_.empty();
  if (sweeping_) sweep_.Set(now + kSweep, [this] { Sweep(); });
}

void HttpsServer::OnClosed(uint64_t id) {
  connections_.erase(id);
  if (stopping_) return StoppedWhenEmpty();
  Accept();
}

void HttpsServer::StoppedWhenEmpty() {
  if (!connections_.empty() || !on_stopped_) return;
  grace_.Cancel();
  // In a turn of its own: `done` may destroy the server.
  loop_.Post(std::exchange(on_stopped_, nullptr));
}

void HttpsServer::Stop(Duration grace, std::function<void()> done) {
  on_stopped_ = std::move(done);
  if (stopping_) return CutAll();
  stopping_ = true;
  Error ignored;
  acceptor_.close(ignored);
  std::vector<std::shared_ptr<Connection>> open;
  for (const auto& [id, connection] : connections_) open.push_back(connection);
  for (const auto& connection : open) connection->CloseSoon();
  if (!connections_.empty()) grace_.Set(loop_.Now() + grace, [this] { CutAll(); });
  StoppedWhenEmpty();
}

void HttpsServer::CutAll() {
  for (const auto& [id, connection] : std::exchange(connections_, {})) connection->Cut(false);
  StoppedWhenEmpty();
}

}  // namespace

std::unique_ptr<HttpServer> MakeHttpsServer(EventLoop& loop, HttpsServerOptions options) {
  return std::make_unique<HttpsServer>(loop, std::move(options));
}

}  // namespace wavetank
