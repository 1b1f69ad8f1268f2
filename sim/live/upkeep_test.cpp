// What a world that lives for days may not remember (sim/live/live_world.h, Memory).
#include "sim/live/upkeep.h"

#include <gtest/gtest.h>

#include "runtime/api/names.h"
#include "runtime/value/json.h"
#include "sim/cluster/cluster.h"
#include "sim/live/live_world.h"

namespace wavetank::sim {
namespace {

using namespace std::chrono_literals;

const Gvr kPods("", "v1", "pods");
const Gvr kConfigMaps("", "v1", "configmaps");
const Gvr kEvents("", "v1", "events");

class UpkeepTest : public ::testing::Test {
 protected:
  void Begin(LiveOptions options = {}) {
    world_.emplace(std::move(options));
    world_->Start();
    Pass(0s);
  }
  // In small portions, as a clock does; a world that wants to be looked at earlier than it is gets what it wants.
  void Pass(Duration duration) {
    const Time end = world_->now() + duration;
    while (world_->Advance(std::min(end, std::max(world_->now(), world_->next_event())), 1000) || world_->now() < end) {
    }
  }
  ApiResponse Apply(Verb verb, const Gvr& resource, std::string_view name, std::string_view body = "",
                    std::string_view version = "") {
    ApiRequest request(verb, resource);
    request.ns = "default";
    request.name = name;
    if (!body.empty()) request.body = *ParseJson(body);
    if (verb == Verb::kList) {
      request.list = std::make_unique<ListOptions>();
      request.list->resource_version = version;
      if (!version.empty()) request.list->resource_version_match = "Exact";
    }
    Outcome outcome = world_->Apply(std::move(request), "test");
    return std::get<ApiResponse>(std::move(outcome));
  }
  void WriteConfigMap(int i) {
    const std::string name = "c" + std::to_string(i);
    ASSERT_EQ(Apply(Verb::kCreate, kConfigMaps, "", R"({"metadata":{"name":")" + name + "\"}}").code, 201);
    ASSERT_EQ(Apply(Verb::kDelete, kConfigMaps, name).code, 200);
  }
  void WriteEvent(const std::string& name) {
    const std::string body = R"({"metadata":{"name":")" + name +
                             R"("},"involvedObject":{"namespace":"default","kind":"Pod","name":"p"},"reason":"R"})";
    ASSERT_EQ(Apply(Verb::kCreate, kEvents, "", body).code, 201);
  }
  int CodeOfListAt(uint64_t revision) { return Apply(Verb::kList, kConfigMaps, "", "", std::to_string(revision)).code; }
  size_t Count(const Gvr& resource) { return world_->server().Count(*world_->server().kinds().Find(resource)); }

  std::optional<LiveWorld> world_;
};

TEST_F(UpkeepTest, VersionsAreForgottenAfterFiveMinutes) {
  Begin();
  WriteConfigMap(0);
  const uint64_t early = world_->server().revision();
  WriteConfigMap(1);
  Pass(5min);  // the first compaction: of what was there when the world began
  EXPECT_EQ(CodeOfListAt(early), 200);
  Pass(5min);
  EXPECT_EQ(CodeOfListAt(early), 410);
  // Of a quiet world the log still has everything: who watched goes on where it was (observed.md 323).
  EXPECT_LE(world_->server().log_floor(), early);
}

TEST_F(UpkeepTest, TheLogOfABusyWorldIsForgottenTooAllButTheNewest) {
  Begin();
  for (int i = 0; i < 3000; ++i) WriteConfigMap(i);
  Pass(10min);
  const ApiServer& server = world_->server();
  EXPECT_EQ(server.log_floor(), server.revision() - Upkeep::kKeepForWatches);
}

TEST_F(UpkeepTest, EventsGoAnHourAfterTheirLastWrite) {
  Begin();
  WriteEvent("early");
  WriteEvent("lively");
  Pass(30min);
  ASSERT_EQ(Apply(Verb::kPatch, kEvents, "lively", R"({"count":2})").code, 200);
  Pass(30min);
  EXPECT_EQ(Apply(Verb::kGet, kEvents, "early").code, 404);
  EXPECT_EQ(Apply(Verb::kGet, kEvents, "lively").code, 200);
  // Its watchers were told.
  const LogEntry& last = world_->server().LogSince(world_->server().revision() - 1).front();
  EXPECT_EQ(last.type, WatchEvent::Type::kDeleted);
  EXPECT_EQ(last.object.name(), "early");
  Pass(30min);
  EXPECT_EQ(Count(kEvents), 0u);
  EXPECT_EQ(world_->upkeep().event_writes(), 0u);
}

TEST_F(UpkeepTest, ThereIsAnEndToTheNumberOfEvents) {
  Begin();
  for (size_t i = 0; i < Upkeep::kMaxEventWrites + 10; ++i) WriteEvent("e" + std::to_string(i));
  Pass(0s);
  EXPECT_EQ(Count(kEvents), Upkeep::kMaxEventWrites);
  EXPECT_EQ(Apply(Verb::kGet, kEvents, "e9").code, 404);
  EXPECT_EQ(Apply(Verb::kGet, kEvents, "e10").code, 200);
}

// Pods that come and go leave nothing behind, but for Events and a log with an end.
TEST_F(UpkeepTest, ABusyWorldRemembersNoMoreThanAQuietOne) {
  LiveOptions options{.programs = {{"scheduler", SchedulerMain},
                                   {"kubelet", [](Environment& env) { return KubeletMain(env, "node-1"); }},
                                   {"gc", GarbageCollectorMain}}};
  options.server.keep_log = 2000;
  Begin(std::move(options));
  const auto churn = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      const std::string name = "p" + std::to_string(i);
      const std::string body =
          R"({"metadata":{"name":")" + name +
          R"("},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i"}]}})";
      ASSERT_EQ(Apply(Verb::kCreate, kPods, "", body).code, 201);
      Pass(2s);
      ASSERT_LT(Apply(Verb::kDelete, kPods, name).code, 300);
      Pass(2s);
    }
  };
  churn(0, 10);
  EXPECT_EQ(Count(kPods), 0u);
  const size_t timers = world_->kernel().timers();
  churn(10, 1000);
  EXPECT_EQ(Count(kPods), 0u);
  EXPECT_EQ(world_->kernel().remembered(), 0u);
  EXPECT_LE(world_->kernel().timers(), timers + 1);
  const ApiServer& server = world_->server();
  EXPECT_LE(server.revision() - server.log_floor(), 2000u + 1024u);  // one segment more at most
  EXPECT_LE(Count(kEvents), world_->upkeep().event_writes());
  Pass(2h);
  EXPECT_EQ(Count(kEvents), 0u);
}

TEST_F(UpkeepTest, TheServersOwnServiceComesBack) {
  Begin();
  const Gvr services("", "v1", "services");
  const Gvr slices("discovery.k8s.io", "v1", "endpointslices");
  const String uid = Apply(Verb::kGet, services, "kubernetes").object.uid();
  ASSERT_EQ(Apply(Verb::kDelete, services, "kubernetes").code, 200);
  ASSERT_EQ(Apply(Verb::kDelete, slices, "kubernetes").code, 200);
  Pass(9s);
  EXPECT_EQ(Apply(Verb::kGet, services, "kubernetes").code, 404);
  Pass(2s);
  const ApiResponse service = Apply(Verb::kGet, services, "kubernetes");
  ASSERT_EQ(service.code, 200);
  EXPECT_EQ(service.object.spec()["clusterIP"], "10.0.0.1");
  EXPECT_NE(service.object.uid(), uid);
  EXPECT_EQ(Apply(Verb::kGet, slices, "kubernetes").code, 200);
  EXPECT_EQ(Apply(Verb::kGet, Gvr("", "v1", "endpoints"), "kubernetes").code, 200);

  // Somebody else took the address: as soon as it is free the service is there.
  ASSERT_EQ(Apply(Verb::kDelete, services, "kubernetes").code, 200);
  const std::string squatter = R"({"metadata":{"name":"s"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}})";
  ASSERT_EQ(Apply(Verb::kCreate, services, "", squatter).code, 201);
  Pass(60s);
  EXPECT_EQ(Apply(Verb::kGet, services, "kubernetes").code, 404);
  ASSERT_EQ(Apply(Verb::kDelete, services, "s").code, 200);
  Pass(11s);
  EXPECT_EQ(Apply(Verb::kGet, services, "kubernetes").code, 200);
}

}  // namespace
}  // namespace wavetank::sim
