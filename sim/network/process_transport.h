// What is between a process and the server: its requests under way, and the transport that carries them.
// Internal to sim/network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/pool.h"
#include "sim/network/network.h"

namespace wavetank::sim {

// A request on its way: sent, applied, answered. It lives on when its caller is gone, until it is applied.
struct Network::Exchange : Pooled<Network::Exchange> {
  enum class State : uint8_t { kHeld, kSent, kWaiting, kResuming, kAnswered };

  Exchange(ApiRequest request, Call& call, ProcessTransport& owner)
      : request(std::move(request)), call(&call), owner(&owner) {}

  ApiRequest request;
  Call* call;  // null when the caller is gone
  ProcessTransport* owner;
  State state = State::kSent;
  uint64_t key = 0;
  Verdict verdict;
  Result<ApiResponse> answer{ApiResponse()};  // once kAnswered
  std::unique_ptr<Continuation> continuation;
  uint64_t wait_revision = 0;
  std::optional<TimerQueue::Ticket> timer;
  bool aside = false;  // an Event about an object, which nobody waits for (RT-295)
  HashCell cell;
  // The body's resourceVersion, 0 without one, and how many writes to the object it has missed.
  uint64_t precondition = 0;
  uint64_t behind = 0;
};

// The transport of one process, and the source of its exchanges' events.
class ProcessTransport final : public Transport, public EventSource, public IdSource, public Pooled<ProcessTransport> {
 public:
  ProcessTransport(Network& network, Process& process)
      : network_(network),
        process_(process),
        user_(process.name()),
        ids_(network.kernel().seed(), process.name(), "server-ids"),
        aside_(network.kernel().seed(), process.name()) {}
  ~ProcessTransport() override {
    for (Network::Exchange* exchange : exchanges_) {
      Unschedule(*exchange);
      if (exchange->call != nullptr) exchange->call->pending = false;
      delete exchange;
    }
  }

  Process& process() { return process_; }
  const String& user() const { return user_; }  // as the server knows the process
  int replica() const { return replica_; }
  void set_replica(int replica) { replica_ = replica; }
  std::vector<Network::Exchange*>& exchanges() { return exchanges_; }

  void Start(Call& call) override;
  void Forget(Call& call) override;

  void Fire(const Option& option) override;
  void Due(void* what) override;
  std::string Describe(void* what) const override;
  Footprint FootprintOf(void* what) const override;

  // Where the server takes the names and uids of an exchange from.
  IdSource& IdsFor(const Network::Exchange& exchange) { return exchange.aside ? static_cast<IdSource&>(aside_) : *this; }

  String Uid() override { return ids_.Uuid(); }
  String Suffix() override { return ids_.Suffix(5); }

  void Enable(Network::Exchange& exchange, EventKind kind);
  void Unschedule(Network::Exchange& exchange);
  void Remove(Network::Exchange& exchange);
  void OnCrash();
  void UpdateCell(Network::Exchange& exchange);

 private:
  // What is drawn for requests that are aside.
  struct Aside final : IdSource {
    Aside(uint64_t seed, const std::string& process) : random(seed, process, "events") {}
    String Uid() override { return random.Uuid(); }
    String Suffix() override { return random.Suffix(5); }
    Random random;
  };

  Network& network_;
  Process& process_;
  const String user_;
  int replica_ = 0;
  Random ids_;
  Aside aside_;
  std::vector<Network::Exchange*> exchanges_;  // few; in the order of sending
};

}  // namespace wavetank::sim
