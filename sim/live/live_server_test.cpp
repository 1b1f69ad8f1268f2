#include "sim/live/live_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "runtime/exec/sleep.h"
#include "sim/cluster/cluster.h"

namespace wavetank::sim {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Turns by hand.
class ManualClockwork final : public Clockwork {
 public:
  Time Now() override { return now_; }
  void Soon(std::function<void()> work) override { soon_.push_back(std::move(work)); }
  void WakeAt(Time at, std::function<void()> work) override {
    alarm_ = at;
    ring_ = std::move(work);
  }
  void RunSoon() {
    while (!soon_.empty()) {
      const auto work = std::move(soon_.front());
      soon_.pop_front();
      work();
    }
  }
  void Pass(Duration duration) {
    RunSoon();
    for (const Time end = now_ + duration; now_ < end;) {
      now_ = std::min(end, std::max(alarm_, now_));
      if (alarm_ > now_) break;
      alarm_ = Time::Max();
      std::exchange(ring_, nullptr)();
      RunSoon();
    }
  }
  Time alarm() const { return alarm_; }

 private:
  Time now_ = Kernel::kStart;
  std::deque<std::function<void()>> soon_;
  Time alarm_ = Time::Max();
  std::function<void()> ring_;
};

// What a client has got.
struct Received {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  bool ended = false;
  bool reads = true;  // else what is written stays unsent
  size_t unsent = 0;
};

class FakeExchange final : public HttpExchange {
 public:
  explicit FakeExchange(Received& received) : received_(received) {}
  void Respond(HttpResponse response) override {
    Begin(std::move(response));
    End();
  }
  void Begin(HttpResponse head) override {
    received_.status = head.status;
    received_.headers = std::move(head.headers);
    received_.body = std::move(head.body);
  }
  void Write(std::string piece) override {
    received_.body += piece;
    if (!received_.reads) received_.unsent += piece.size();
  }
  void End() override { received_.ended = true; }
  size_t unsent() const override { return received_.unsent; }

 private:
  Received& received_;
};

class LiveServerTest : public ::testing::Test {
 protected:
  void Begin(std::vector<LiveProgram> programs = {}) {
    world_ = std::make_unique<LiveWorld>(LiveOptions{.programs = std::move(programs)});
    server_ = std::make_unique<LiveServer>(*world_, clockwork_, FrontOptions{.token = "t0ken"});
    world_->Start();
    server_->Wake();
    clockwork_.RunSoon();
  }

  Received& Send(std::string method, std::string target, const std::string& body = "", bool reads = true) {
    received_.emplace_back();
    received_.back().reads = reads;
    auto exchange = std::make_unique<FakeExchange>(received_.back());
    last_ = exchange.get();
    HttpRequest request{.method = std::move(method), .target = std::move(target), .body = body};
    request.headers = {{"Authorization", "Bearer t0ken"}, {"Accept", "application/json"}};
    if (!body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    server_->Handle(std::move(request), std::move(exchange));
    return received_.back();
  }
  json Body(const Received& received) { return json::parse(received.body); }
  // The types of the events that a watch got.
  static std::vector<std::string> Events(const Received& received) {
    std::vector<std::string> events;
    for (size_t at = 0; at < received.body.size();) {
      const size_t end = std::min(received.body.find('\n', at), received.body.size());
      const json event = json::parse(received.body.substr(at, end - at));
      events.push_back(event["type"].get<std::string>() + " " + event["object"]["metadata"].value("name", ""));
      at = end + 1;
    }
    return events;
  }
  void CreateConfigMap(const std::string& name, const std::string& data = "") {
    const json body = {{"metadata", {{"name", name}}}, {"data", {{"text", data}}}};
    ASSERT_EQ(Send("POST", "/api/v1/namespaces/default/configmaps", body.dump()).status, 201);
  }

  ManualClockwork clockwork_;
  std::unique_ptr<LiveWorld> world_;
  std::unique_ptr<LiveServer> server_;
  std::deque<Received> received_;
  FakeExchange* last_ = nullptr;
};

TEST_F(LiveServerTest, AnswersAtOnceWithTheTimeOutside) {
  Begin();
  clockwork_.Pass(90s);
  CreateConfigMap("settings");
  const Received& got = Send("GET", "/api/v1/namespaces/default/configmaps/settings");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(Body(got)["metadata"]["creationTimestamp"], "2026-01-01T00:01:30Z");
}

TEST_F(LiveServerTest, WhoHasNoTokenIsRefused) {
  Begin();
  received_.emplace_back();
  server_->Handle({.method = "GET", .target = "/api/v1/pods", .headers = {{"Authorization", "Bearer wrong"}}},
                  std::make_unique<FakeExchange>(received_.back()));
  EXPECT_EQ(received_.back().status, 401);
}

TEST_F(LiveServerTest, AWatchGetsWhatIsWrittenAndEndsInItsTime) {
  Begin();
  CreateConfigMap("before");
  const Received& watch = Send("GET", "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=60");
  EXPECT_EQ(watch.status, 200);
  EXPECT_THAT(Events(watch), ElementsAre("ADDED before"));
  CreateConfigMap("after");
  clockwork_.RunSoon();
  EXPECT_THAT(Events(watch), ElementsAre("ADDED before", "ADDED after"));
  EXPECT_EQ(server_->watches(), 1u);
  clockwork_.Pass(59s);
  EXPECT_FALSE(watch.ended);
  clockwork_.Pass(1s);
  EXPECT_TRUE(watch.ended);
  EXPECT_EQ(server_->watches(), 0u);
}

// API-329: who allows bookmarks can go on from them after the log has forgotten its own last event.
TEST_F(LiveServerTest, AWatchThatAllowsBookmarksGetsOneEachMinute) {
  Begin();
  CreateConfigMap("before");
  const std::string at = Body(received_.back())["metadata"]["resourceVersion"];
  const std::string query = "?watch=true&allowWatchBookmarks=true&resourceVersion=" + at;
  const Received& watch = Send("GET", "/api/v1/secrets" + query);
  const Received& plain = Send("GET", "/api/v1/secrets?watch=true&resourceVersion=" + at);
  CreateConfigMap("after");
  clockwork_.Pass(59s);
  EXPECT_THAT(Events(watch), ElementsAre());
  clockwork_.Pass(1s);
  ASSERT_THAT(Events(watch), ElementsAre("BOOKMARK "));
  EXPECT_EQ(Body(watch)["object"]["metadata"]["resourceVersion"], std::to_string(world_->server().revision()));
  clockwork_.Pass(60s);
  EXPECT_THAT(Events(watch), ElementsAre("BOOKMARK ", "BOOKMARK "));
  EXPECT_THAT(Events(plain), ElementsAre());
}

TEST_F(LiveServerTest, AClientThatGoesTakesItsWatchAlong) {
  Begin();
  Send("GET", "/api/v1/configmaps?watch=true");
  last_->on_gone();
  clockwork_.RunSoon();
  EXPECT_EQ(server_->watches(), 0u);
}

TEST_F(LiveServerTest, ASlowReaderGetsNoMoreBeforeItHasReadWhatItGot) {
  Begin();
  Received& watch = Send("GET", "/api/v1/namespaces/default/configmaps?watch=true", "", false);
  FakeExchange& exchange = *last_;
  for (int i = 0; i < 3; ++i) CreateConfigMap("large-" + std::to_string(i), std::string(600'000, 'x'));
  clockwork_.RunSoon();
  EXPECT_EQ(Events(watch).size(), 3u);
  CreateConfigMap("late");
  clockwork_.RunSoon();
  EXPECT_EQ(Events(watch).size(), 3u);
  watch.unsent = 0;
  exchange.on_sent();
  clockwork_.RunSoon();
  EXPECT_EQ(Events(watch).size(), 4u);
}

TEST_F(LiveServerTest, AReadOfTheFutureWaitsForIt) {
  Begin();
  CreateConfigMap("a");
  const std::string now = Body(received_.back())["metadata"]["resourceVersion"];
  const std::string next = std::to_string(std::stoull(now) + 1);
  const Received& list = Send("GET", "/api/v1/namespaces/default/configmaps?resourceVersion=" + next);
  clockwork_.RunSoon();
  EXPECT_EQ(list.status, 0);
  CreateConfigMap("b");
  clockwork_.RunSoon();
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(Body(list)["items"].size(), 2u);
  // One that never comes ends with an error, and one whose client goes with nothing.
  const Received& never = Send("GET", "/api/v1/namespaces/default/configmaps?resourceVersion=1000000");
  const Received& gone = Send("GET", "/api/v1/namespaces/default/configmaps?resourceVersion=1000000");
  last_->on_gone();
  clockwork_.Pass(10s);
  EXPECT_EQ(never.status, 504);
  EXPECT_EQ(gone.status, 0);
}

Task<Status> Ticker(Environment& env) {
  while (true) {
    co_await Sleep(env.executor(), 10s);
    env.logger().Info("tick");
  }
}

TEST_F(LiveServerTest, TimersFireInTheirTime) {
  Begin({{"ticker", Ticker}});
  clockwork_.Pass(25s);
  EXPECT_LE(clockwork_.alarm(), Kernel::kStart + 30s);
  EXPECT_TRUE(world_->EndedPrograms().empty());
}

TEST_F(LiveServerTest, ControllersLiveBehindIt) {
  Begin(
      {{"scheduler", SchedulerMain}, {"kubelet-node-1", [](Environment& env) { return KubeletMain(env, "node-1"); }}});
  const json pod = {{"metadata", {{"name", "web"}}}, {"spec", {{"containers", {{{"name", "c"}, {"image", "nginx"}}}}}}};
  ASSERT_EQ(Send("POST", "/api/v1/namespaces/default/pods", pod.dump()).status, 201);
  clockwork_.Pass(1s);
  const json got = Body(Send("GET", "/api/v1/namespaces/default/pods/web"));
  EXPECT_EQ(got["spec"]["nodeName"], "node-1");
  EXPECT_EQ(got["status"]["phase"], "Running");
}

TEST_F(LiveServerTest, CloseEndsWatchesAndRefusesTheRest) {
  Begin();
  const Received& watch = Send("GET", "/api/v1/configmaps?watch=true");
  const Received& waits = Send("GET", "/api/v1/configmaps?resourceVersion=1000000");
  server_->Close();
  EXPECT_TRUE(watch.ended);
  EXPECT_EQ(waits.status, 503);
  EXPECT_EQ(Send("GET", "/api/v1/configmaps").status, 503);
  EXPECT_THAT(received_.back().body, HasSubstr("shutting down"));
  clockwork_.RunSoon();
}

TEST_F(LiveServerTest, TwoWorldsOfOneSeedGiveTheSameIds) {
  Begin();
  CreateConfigMap("a");
  const std::string uid = Body(received_.back())["metadata"]["uid"];
  clockwork_.RunSoon();
  server_.reset();
  Begin();
  CreateConfigMap("a");
  EXPECT_EQ(Body(received_.back())["metadata"]["uid"], uid);
}

}  // namespace
}  // namespace wavetank::sim
