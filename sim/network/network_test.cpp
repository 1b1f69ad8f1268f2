// A request lives in its caller's frame, and longer when it must; a watch keeps its order however much waits in it.
#include "sim/network/network.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/value/json.h"
#include "sim/kernel/strategies.h"

namespace wavetank::sim {
namespace {

const Gvk kNamespace("", "v1", "Namespace");

Object NamespaceNamed(std::string_view name) {
  return Object(
      *ParseJson(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + std::string(name) + "\"}}"));
}

// Users' steps first, then what came last.
class LastFirst final : public Strategy {
 public:
  size_t Choose(ChoicePoint, std::span<const Option> options) override { return options.size() - 1; }
};

struct Bench {
  Bench(Strategy& strategy, Process::Main main, NetworkOptions options = {})
      : kernel(strategy, 1), network(kernel, server, options), process(kernel, "client", std::move(main)) {
    network.Attach(process);
  }
  bool Has(std::string_view name) {
    return static_cast<bool>(server.Get(*server.kinds().Find(kNamespace), ObjectKey(String(), String(name))));
  }
  void Add(std::string_view name) {
    ApiRequest create(Verb::kCreate, server.kinds().Find(kNamespace)->gvr);
    create.body = NamespaceNamed(name).value();
    ASSERT_EQ(network.ApplyNow(std::move(create), "setup").code, 201);
  }

  ApiServer server;
  Kernel kernel;
  Network network;
  Process process;
};

Task<void> CreateNamespace(Client client, std::string name) {
  Result<Object> made = co_await client.Create(NamespaceNamed(name));
  static_cast<void>(made);
}

Task<void> ReadNamespace(Client client) {
  Result<Object> read = co_await client.Get(kNamespace, ObjectKey(String(), "left"));
  static_cast<void>(read);
}

// Sends a write and a read, and drops both before they are applied.
Task<Status> SendAndLeave(Environment& env) {
  Client client(&env, KindRegistry::BuiltIn());
  TaskGroup group(env.executor());
  group.Spawn(CreateNamespace(client, "left"));
  group.Spawn(ReadNamespace(client));
  co_await OfferTurn(env.executor(), {EventKind::kUser, 1});
  group.Clear();
  Bell never(env.executor());
  co_await never.Wait();
  co_return Status();
}

TEST(NetworkTest, AWriteIsAppliedWhenItsCallerIsGoneAndAReadIsNot) {  // RT-282
  LastFirst strategy;
  Bench t(strategy, SendAndLeave);
  t.process.Start();
  ASSERT_TRUE(t.kernel.Step());
  EXPECT_EQ(t.kernel.enabled().size(), 1u);
  EXPECT_FALSE(t.Has("left"));
  EXPECT_EQ(t.kernel.Pending(1).front(), "client: create namespaces left");
  t.kernel.RunUntilQuiet();
  EXPECT_TRUE(t.Has("left"));
}

// Says 503 to the first requests, with a time to wait.
class Refuse final : public NetworkRule {
 public:
  explicit Refuse(int times) : left_(times) {}
  Verdict OnSend(const ApiRequest& request, Process&) override {
    seen.push_back(request.Describe());
    Verdict verdict;
    if (left_-- <= 0) return verdict;
    verdict.kind = Verdict::Kind::kAnswer;
    verdict.code = 503;
    verdict.body = *ParseJson(R"({"kind":"Status","code":503,"details":{"retryAfterSeconds":1}})");
    return verdict;
  }
  std::vector<std::string> seen;

 private:
  int left_;
};

Task<Status> CreateOne(Environment& env) {
  Client client(&env, KindRegistry::BuiltIn());
  Result<Object> made = co_await client.Create(NamespaceNamed("again"));
  co_return made.status();
}

TEST(NetworkTest, ACallThatIsTriedAgainSendsTheSameRequest) {  // RT-281
  FifoStrategy strategy;
  Bench t(strategy, CreateOne);
  Refuse refuse(3);
  t.network.AddRule(&refuse);
  t.process.Start();
  t.kernel.RunUntilQuiet();
  EXPECT_EQ(refuse.seen, std::vector<std::string>(4, "create namespaces again"));
  EXPECT_EQ(t.process.state(), Process::State::kExited);
  EXPECT_TRUE(t.process.exit_status().ok()) << t.process.exit_status().ToString();
  EXPECT_TRUE(t.Has("again"));
}

Task<Status> CollectNames(Environment& env, std::vector<std::string>* out) {
  Client client(&env, KindRegistry::BuiltIn());
  ListOptionsBuilder from;
  from.AtResourceVersion("1");
  Result<std::unique_ptr<WatchStream>> stream = co_await client.Watch(kNamespace, from);
  CO_RETURN_IF_ERROR(stream.status());
  for (;;) {
    Result<std::optional<WatchEvent>> event = co_await (*stream)->Next();
    CO_RETURN_IF_ERROR(event.status());
    if (!event->has_value()) co_return Status();
    out->push_back((*event)->object.name().str());
  }
}

TEST(NetworkTest, AWatchDeliversInOrderHoweverMuchWaits) {
  std::vector<std::string> seen;
  FifoStrategy strategy;
  Bench t(strategy, [&](Environment& env) { return CollectNames(env, &seen); });
  t.process.Start();
  t.kernel.RunUntilQuiet();
  std::vector<std::string> made;
  for (int i = 0; i < 300; ++i) {
    made.push_back("n" + std::to_string(i));
    t.Add(made.back());
    if (i % 3 == 0) t.kernel.Step();  // it falls behind
  }
  EXPECT_EQ(seen.size(), 100u);
  t.kernel.RunUntilQuiet();
  EXPECT_EQ(seen, made);
}

TEST(NetworkTest, AStateHashThatIsNotKeptIsNotRead) {
  FifoStrategy strategy;
  Bench with(strategy, SendAndLeave, {.state_hash = true});
  with.process.Start();
  EXPECT_NE(with.kernel.StateHash(), 0u);
  Bench without(strategy, SendAndLeave);
  EXPECT_DEATH(static_cast<void>(without.kernel.StateHash()), "not kept");
}

}  // namespace
}  // namespace wavetank::sim
