#include "runtime/net/https_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/net/test_client_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Get(std::string_view target, std::string_view headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

TEST(HttpsServer, AnswersOverTls) {
  TestServer test;
  ASSERT_TRUE(test.started.ok()) << test.started.ToString();
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake()) << client.error().message();
  const auto answer = client.Ask(Get("/api?x=%20"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->result_int(), 200u);
  EXPECT_EQ(answer->body(), "GET /api?x=%20 ");
  EXPECT_EQ((*answer)["Content-Type"], "text/plain");
  EXPECT_EQ((*answer)["Date"].size(), 29u);
  EXPECT_TRUE(answer->keep_alive());
}

TEST(HttpsServer, TheCertificateIsGoodForItsNamesOnly) {
  TestServer test;
  for (const std::string name : {"localhost", "127.0.0.1", "::1"}) {
    TestClient client(test.loop, test.server->address(), test.ca, name);
    EXPECT_TRUE(client.Handshake()) << name << ": " << client.error().message();
  }
  TestClient other(test.loop, test.server->address(), test.ca, "example.com");
  EXPECT_FALSE(other.Handshake());
  const Result<ServerIdentity> stranger = MakeServerIdentity({}, test.loop.Now());
  TestClient untrusting(test.loop, test.server->address(), stranger->ca_pem);
  EXPECT_FALSE(untrusting.Handshake());
}

TEST(HttpsServer, AClientThatOffersHttp2GetsHttp11) {
  TestServer test;
  TestClient client(test.loop, test.server->address(), test.ca, "localhost", {"h2", "http/1.1"});
  ASSERT_TRUE(client.Handshake());
  EXPECT_EQ(client.protocol(), "http/1.1");
  TestClient insists(test.loop, test.server->address(), test.ca, "localhost", {"h2"});
  EXPECT_FALSE(insists.Handshake());
  TestClient presumes(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(presumes.Handshake());
  const auto answer = presumes.Ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->result_int(), 505u);
  EXPECT_FALSE(answer->keep_alive());
}

TEST(HttpsServer, AClientWithoutTlsIsTold) {
  TestServer test;
  TestClient client(test.loop, test.server->address(), test.ca);
  client.SendPlain(Get("/"));
  EXPECT_THAT(client.ReadPlain(), StartsWith("HTTP/1.0 400 Bad Request\r\n"));
}

TEST(HttpsServer, OneConnectionCarriesManyRequests) {
  TestServer test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  for (int i = 0; i < 100; ++i) {
    const auto answer = client.Ask(Get("/" + std::to_string(i)));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body(), "GET /" + std::to_string(i) + " ");
  }
  EXPECT_EQ(test.server->connections(), 1u);
}

TEST(HttpsServer, PipelinedRequestsAreAnsweredInOrderWhoeverIsReadyFirst) {
  TestServer test;
  std::vector<std::unique_ptr<HttpExchange>> waiting;
  test.handler.answer = [&](HttpRequest request, std::unique_ptr<HttpExchange> exchange) {
    if (request.target == "/0") {
      waiting.push_back(std::move(exchange));
      return;
    }
    exchange->Respond({.body = request.target});
  };
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  std::string all;
  for (int i = 0; i < 20; ++i) all += Get("/" + std::to_string(i));
  client.Send(all);
  test.loop.RunUntil([&] { return !waiting.empty(); });
  EXPECT_EQ(test.handler.requests, 1);
  waiting[0]->Respond({.body = "/0"});
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.Read();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body(), "/" + std::to_string(i));
  }
}

TEST(HttpsServer, BodiesArriveWholeHoweverTheyAreSent) {
  TestServer test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  auto answer = client.Ask("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "POST /a hello");
  answer = client.Ask(
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "POST /b abc0123456789");
  client.Send("PUT /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n"));
  answer = client.Ask("ok");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "PUT /c ok");
}

TEST(HttpsServer, ABodyBeyondTheLimitReachesTheHandlerMarkedAndItsAnswerReachesTheClient) {
  TestServer test({.max_body = 1000});
  test.handler.answer = [&](HttpRequest request, std::unique_ptr<HttpExchange> exchange) {
    exchange->Respond({.status = request.body_too_large ? 413 : 200, .body = std::to_string(request.body.size())});
  };
  const std::string announced = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ";
  const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n";
  {
    TestClient client(test.loop, test.server->address(), test.ca);
    ASSERT_TRUE(client.Handshake());
    auto answer = client.Ask(announced + "1000\r\n\r\n" + std::string(1000, 'a'));
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->result_int(), 200u);
    // Far more than the sockets hold: the client sends on while it is answered.
    client.SendLater(announced + "8000000\r\n\r\n" + std::string(8'000'000, 'a'));
    answer = client.Read();
    ASSERT_TRUE(answer.has_value()) << client.error().message();
    EXPECT_EQ(answer->result_int(), 413u);
    EXPECT_FALSE(answer->keep_alive());
  }
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  const auto answer = client.Ask(chunked + std::string(1001, 'a'));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->result_int(), 413u);
  EXPECT_EQ(answer->body(), "1000");
}

TEST(HttpsServer, WhatIsNoRequestIsRefused) {
  struct Case {
    std::string text;
    unsigned status;
  };
  const Case cases[] = {
      {"GARBAGE\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},  // no Host
      {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(3000, 'a') + "\r\n\r\n", 431},
      {"GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
      {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
  };
  TestServer test({.max_head = 2000});
  for (const Case& wrong : cases) {
    TestClient client(test.loop, test.server->address(), test.ca);
    ASSERT_TRUE(client.Handshake());
    const auto answer = client.Ask(wrong.text);
    ASSERT_TRUE(answer.has_value()) << wrong.text.substr(0, 100);
    EXPECT_EQ(answer->result_int(), wrong.status) << wrong.text.substr(0, 100);
    EXPECT_FALSE(client.Read().has_value());
  }
  EXPECT_EQ(test.handler.requests, 0);
}

TEST(HttpsServer, HeadGetsTheHeadAndOldClientsAClosedConnection) {
  TestServer test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  auto answer = client.Read(true);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ((*answer)["Content-Length"], "8");
  answer = client.Ask("GET /b HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "GET /b ");
  EXPECT_FALSE(client.Read().has_value());
}

TEST(HttpsServer, ALineInAHeaderCannotBecomeAHeader) {
  TestServer test;
  test.handler.answer = [&](HttpRequest, std::unique_ptr<HttpExchange> exchange) {
    exchange->Respond({.headers = {{"Warning", "299 - \"a\r\nEvil: 1\""}}});
  };
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  const auto answer = client.Ask(Get("/"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ((*answer)["Warning"], "299 - \"a  Evil: 1\"");
  EXPECT_EQ(answer->count("Evil"), 0u);
}

TEST(HttpsServer, PortInUseIsAClearError) {
  TestServer first;
  const std::string address = first.server->address();
  HttpsServerOptions options;
  options.port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  TestServer second(options);
  EXPECT_EQ(second.started.code(), Code::kFailedPrecondition);
  EXPECT_EQ(second.started.message(), address + ": Address already in use");
  EXPECT_EQ(TestServer({.address = "localhost"}).started.code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace wavetank
