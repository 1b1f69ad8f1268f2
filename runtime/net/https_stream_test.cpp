// Answers in pieces, clients that go, slow ones, and the end of a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/net/http_head.h"
#include "runtime/net/https_server.h"
#include "runtime/net/test_client_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr std::string_view kGet = "GET /watch HTTP/1.1\r\nHost: x\r\n\r\n";

// A server whose exchanges the test keeps.
struct Kept : TestServer {
  explicit Kept(HttpsServerOptions options = {}) : TestServer(std::move(options)) {
    handler.answer = [this](HttpRequest, std::unique_ptr<HttpExchange> exchange) {
      exchange->on_gone = [this] { ++gone; };
      exchanges.push_back(std::move(exchange));
    };
  }
  HttpExchange& Await() {
    const size_t before = exchanges.size();
    loop.RunUntil([&] { return exchanges.size() > before; });
    return *exchanges.back();
  }
  ~Kept() { exchanges.clear(); }
  std::vector<std::unique_ptr<HttpExchange>> exchanges;
  int gone = 0;
};

TEST(HttpsStream, PiecesArriveAsTheyAreWritten) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({.headers = {{"Content-Type", "application/json"}}});
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  exchange.Write("{}\n");
  EXPECT_THAT(client.ReadUntil("{}\n"), HasSubstr("\r\n\r\n3\r\n{}\n\r\n"));
  exchange.Write("");
  exchange.Write("one");
  exchange.Write("two");
  exchange.End();
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), EndsWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"));
  // The connection goes on.
  test.exchanges.clear();
  client.Send(std::string(kGet));
  test.Await().Respond({.body = "again"});
  EXPECT_THAT(client.ReadUntil("again"), EndsWith("again"));
  EXPECT_EQ(test.gone, 0);
}

TEST(HttpsStream, AnEndWithoutAPieceIsAnEmptyBody) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({.body = "first;"});
  exchange.Write("second");
  exchange.End();
  const auto answer = client.Read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "first;second");
}

TEST(HttpsStream, AClientThatGoesIsNoticed) {
  Kept test;
  auto client = std::make_unique<TestClient>(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client->Handshake());
  client->Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({});
  client->ReadUntil("\r\n\r\n");
  client->Close();
  test.loop.RunUntil([&] { return test.gone == 1; });
  EXPECT_EQ(test.server->connections(), 0u);
  exchange.Write("nobody reads this");
  EXPECT_EQ(exchange.unsent(), 0u);
  exchange.End();
}

TEST(HttpsStream, AClientThatGoesBeforeItsAnswerIsNoticedToo) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  test.Await().on_gone = [&] {
    ++test.gone;
    test.exchanges.clear();  // from its own callback
  };
  client.Close();
  test.loop.RunUntil([&] { return test.gone == 1; });
}

TEST(HttpsStream, AnExchangeThatIsDroppedBreaksTheConnection) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  test.Await().Begin({.body = "half"});
  client.ReadUntil("half");
  test.exchanges.clear();
  EXPECT_FALSE(client.Read().has_value());
  EXPECT_EQ(test.gone, 0);  // the handler knew
}

TEST(HttpsStream, AWriterHearsWhenAllIsSent) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({});
  client.ReadUntil("\r\n\r\n");
  int sent = 0;
  exchange.on_sent = [&] { ++sent; };
  exchange.Write(std::string(8'000'000, 'x'));
  EXPECT_GT(exchange.unsent(), 7'999'999u);
  while (sent == 0) ASSERT_TRUE(client.ReadSome());
  EXPECT_EQ(exchange.unsent(), 0u);
}

TEST(HttpsStream, AClientThatDoesNotReadIsCutOffAtTheLimit) {
  Kept test({.max_unsent = 1 << 20});
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({});
  for (int i = 0; i < 1000 && test.gone == 0; ++i) {
    exchange.Write(std::string(100'000, 'x'));
    bool turned = false;
    test.loop.Post([&] { turned = true; });
    test.loop.RunUntil([&] { return turned; });
  }
  EXPECT_EQ(test.gone, 1);
}

TEST(HttpsStream, ASilentClientIsCutOff) {
  struct Case {
    HttpsServerOptions options;
    bool tls;
    std::string sends;
  };
  const Case cases[] = {
      {{.handshake_timeout = 1ms}, false, ""},
      {{.idle_timeout = 1ms}, true, ""},
      {{.head_timeout = 1ms}, true, "GET / HT"},
      {{.body_timeout = 1ms}, true, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"},
  };
  for (const Case& silent : cases) {
    TestServer test(silent.options);
    TestClient client(test.loop, test.server->address(), test.ca);
    if (silent.tls) {
      ASSERT_TRUE(client.Handshake());
    }
    if (!silent.sends.empty()) client.Send(silent.sends);
    EXPECT_EQ(client.ReadPlain().find("HTTP"), std::string::npos);
    EXPECT_EQ(test.server->connections(), 0u);
  }
}

TEST(HttpsStream, AWatchIsNoSilentClient) {
  Kept test({.idle_timeout = 1ms, .head_timeout = 1ms, .write_timeout = 1ms});
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  exchange.Begin({});
  client.ReadUntil("\r\n\r\n");
  Alarm alarm(test.loop);
  bool rung = false;
  alarm.Set(test.loop.Now() + 1500ms, [&] { rung = true; });  // the sweep comes once a second
  test.loop.RunUntil([&] { return rung; });
  EXPECT_EQ(test.gone, 0);
}

TEST(HttpsStop, IdleConnectionsCloseAndAnswersUnderWayEnd) {
  Kept test;
  TestClient idle(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(idle.Handshake());
  TestClient busy(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(busy.Handshake());
  busy.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  bool stopped = false;
  test.server->Stop(10s, [&] { stopped = true; });
  EXPECT_FALSE(idle.ReadSome());
  exchange.Respond({.body = "late"});
  const auto answer = busy.Read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body(), "late");
  EXPECT_FALSE(answer->keep_alive());
  busy.Close();
  idle.Close();
  test.loop.RunUntil([&] { return stopped; });
  TestClient refused(test.loop, test.server->address(), test.ca);
  EXPECT_TRUE(refused.error());
}

TEST(HttpsStop, AnEmptyServerStopsAtOnceAndASecondStopCuts) {
  TestServer empty;
  bool stopped = false;
  empty.server->Stop(10s, [&] { stopped = true; });
  empty.loop.RunUntil([&] { return stopped; });

  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  test.Await().Begin({});
  stopped = false;
  test.server->Stop(1h, [&] { stopped = true; });
  EXPECT_EQ(test.gone, 0);
  test.server->Stop(1h, [&] { stopped = true; });
  test.loop.RunUntil([&] { return stopped; });
  EXPECT_EQ(test.gone, 1);
}

TEST(HttpsStop, WhatIsThereAfterTheGraceIsCut) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  test.Await();
  bool stopped = false;
  test.server->Stop(1ms, [&] { stopped = true; });
  test.loop.RunUntil([&] { return stopped; });
  EXPECT_EQ(test.gone, 1);
}

TEST(HttpsStop, AnExchangeOutlivesItsServer) {
  Kept test;
  TestClient client(test.loop, test.server->address(), test.ca);
  ASSERT_TRUE(client.Handshake());
  client.Send(std::string(kGet));
  HttpExchange& exchange = test.Await();
  test.server.reset();
  EXPECT_EQ(test.gone, 1);
  exchange.Respond({.body = "into the void"});
  EXPECT_FALSE(client.Read().has_value());
}

TEST(HttpsServer, ManyConnections) {
  TestServer test({.max_connections = 100});
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<TestClient>(test.loop, test.server->address(), test.ca));
    ASSERT_TRUE(clients.back()->Handshake());
  }
  for (auto& client : clients) {
    const auto answer = client->Ask(std::string(kGet));
    ASSERT_TRUE(answer.has_value());
  }
  EXPECT_EQ(test.server->connections(), 100u);
  // One more waits until one goes.
  TestClient waits(test.loop, test.server->address(), test.ca);
  clients.pop_back();
  EXPECT_TRUE(waits.Handshake());
}

TEST(HttpHead, DatesAreThoseOfHttp) {
  EXPECT_EQ(FormatHttpDate(Time::FromSeconds(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(Time::FromSeconds(1709164800)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace wavetank
