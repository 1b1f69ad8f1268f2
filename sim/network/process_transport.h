// What is between a process and the server: its requests under way, and the transport that carries them.
// Internal to sim/network.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/pool.h"
#include "sim/network/network.h"

namespace wavetank::sim {

// A request on its way: sent, applied, answered. It lives on when its caller is gone, until it is applied.
struct Network::Exchange : Pooled<Network::Exchange> {
  enum class State : uint8_t { kHeld, kSent, kWaiting, kResuming, kAnswered };

  Exchange(Call& call, ProcessTransport& owner) : request(&call.request), call(&call), owner(&owner) {}

  const ApiRequest* request;         // the call's own; `left` when the caller is gone
  std::unique_ptr<ApiRequest> left;
  Call* call;                        // null when the caller is gone
  ProcessTransport* owner;
  State state = State::kSent;
  uint64_t key = 0;
  Verdict verdict;
  std::optional<Result<ApiResponse>> answer;  // once kAnswered
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
class ProcessTransport final : public Transport, public EventSource, public Pooled<ProcessTransport> {
 public:
  ProcessTransport(Network& network, Process& process)
      : network_(network),
        process_(process),
        user_(process.name()),
        ids_(*this, "server-ids"),
        aside_(*this, "events") {}
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
  std::span<Network::Exchange* const> exchanges() const { return exchanges_; }

  void Start(Call& call) override;
  void Forget(Call& call) override;

  void Fire(const Option& option) override;
  void Due(void* what) override;
  std::string Describe(void* what) const override;
  Footprint FootprintOf(void* what) const override;

  // Where the server takes the names and uids of an exchange from.
  IdSource& IdsFor(const Network::Exchange& exchange) { return exchange.aside ? aside_ : ids_; }

  void Enable(Network::Exchange& exchange, EventKind kind);
  void Unschedule(Network::Exchange& exchange);
  void Remove(Network::Exchange& exchange);
  void OnCrash();
  void UpdateCell(Network::Exchange& exchange);

 private:
  // Draws from a stream of the process's own, which is made with the first draw: few processes create anything.
  class Ids final : public IdSource {
   public:
    Ids(const ProcessTransport& owner, std::string_view purpose) : owner_(owner), purpose_(purpose) {}
    String Uid() override { return random().Uuid(); }
    String Suffix() override { return random().Suffix(5); }
    Random& random() {
      if (!random_.has_value()) random_.emplace(owner_.network_.kernel().seed(), owner_.process_.name(), purpose_);
      return *random_;
    }

   private:
    const ProcessTransport& owner_;
    const std::string_view purpose_;
    std::optional<Random> random_;
  };

  Network& network_;
  Process& process_;
  const String user_;
  int replica_ = 0;
  Ids ids_;
  Ids aside_;  // what is drawn for requests that are aside
  std::vector<Network::Exchange*, PoolAllocator<Network::Exchange*>> exchanges_;  // few; in the order of sending
};

}  // namespace wavetank::sim
