// Network: carries requests, answers and watch events between processes and the simulated API server, as events of the
// kernel.
//
//   Network network(kernel, server);
//   network.Attach(controller);          // gives the process its Transport
//   network.AddRule(&crash_after_second_create);
//
// A request that was sent is in flight until the strategy picks it: it may overtake others, and it outlives its sender.
// Events of one watch keep their order. Nothing takes time unless a rule says so.
//
// API-server replicas: requests of a process go to its replica. Writes and consistent reads see the store; a replica that
// was held serves lists with resourceVersion "0" and watches from the past, until it is let go (DESIGN section 8).
//
// Invariants: an exchange is in flight, waiting or gone; a stream delivers each entry at most once, in order.
// Bounds: exchanges by what processes have under way; a stream's queue by the writes since its last delivery.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/transport/transport.h"
#include "sim/apiserver/ids.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/server.h"
#include "sim/apiserver/watch.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/process.h"
#include "sim/network/rule.h"

namespace wavetank::sim {

class SimStream;
class ProcessTransport;

// Told of every write to the store, in order: invariants, histories, traces.
class WriteHook {
 public:
  // `process` is null for writes of rules and of set-up.
  virtual void OnWrite(const LogEntry& entry, const Process* process) = 0;

 protected:
  ~WriteHook() = default;
};

// Told of every request that a process sends, before any rule.
class SendHook {
 public:
  virtual void OnSend(const ApiRequest& request, const Process& process) = 0;

 protected:
  ~SendHook() = default;
};

struct NetworkOptions {
  int replicas = 1;
  bool state_hash = false;        // keep the kernel's state hash (StateHash) up to date
  bool batched_delivery = false;  // a reader takes all events that are there in one step
};

class Network {
 public:
  Network(Kernel& kernel, ApiServer& server, NetworkOptions options = {});
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Gives the process a transport. The process dies, or this network is destroyed, before the other may be used again.
  void Attach(Process& process);

  Kernel& kernel() { return kernel_; }
  ApiServer& server() { return server_; }
  const NetworkOptions& options() const { return options_; }

  void AddRule(NetworkRule* rule) { rules_.push_back(rule); }
  void RemoveRule(NetworkRule* rule) { std::erase(rules_, rule); }
  void AddWriteHook(WriteHook* hook) { write_hooks_.push_back(hook); }
  void RemoveWriteHook(WriteHook* hook) { std::erase(write_hooks_, hook); }

  void AddSendHook(SendHook* hook) { send_hooks_.push_back(hook); }
  void RemoveSendHook(SendHook* hook) { std::erase(send_hooks_, hook); }

  // Applies a request here and now, as `user`; watchers are told. For set-up and concurrent writers.
  ApiResponse ApplyNow(ApiRequest request, std::string_view user);

  // The same for who has ids of their own and can wait: a server's HTTP face. Watchers are told of what was written.
  Outcome ApplyAs(ApiRequest request, const RequestInfo& info);
  Outcome ResumeAs(Continuation next, const CallAnswer& answer, const RequestInfo& info);

  // --- Faults ---
  // Which streams: of one process and one resource; empty names mean all.
  struct StreamFilter {
    const Process* process = nullptr;
    std::string resource;
  };
  enum class Close : uint8_t { kClean, kBroken, kExpired };
  // Ends matching watches; returns how many. kExpired: with an ERROR event 410, so that the watcher lists again.
  size_t CloseStreams(const StreamFilter& filter, Close how);
  // Matching watches deliver nothing (the cache lags) until released. Also applies to watches opened later.
  void HoldStreams(const StreamFilter& filter);
  void ReleaseStreams(const StreamFilter& filter);
  // The replica stops following the store / catches up.
  void HoldReplica(int replica);
  void ReleaseReplica(int replica);
  // The process's connections break; its next requests go to `replica`.
  void SwitchReplica(const Process& process, int replica);
  int replica_of(const Process& process) const;

  // A webhook's answer, by target (DESIGN section 6: NeedsCall).
  using Hook = std::function<CallAnswer(const Value& body)>;
  void SetHook(std::string target, Hook hook) { hooks_[std::move(target)] = std::move(hook); }

 private:
  friend class ProcessTransport;
  friend class SimStream;
  struct Exchange;

  void Apply(Exchange& exchange);
  void Finish(Exchange& exchange, Outcome&& outcome);
  void FinishWatch(Exchange& exchange);
  // A watch that ends with `error` as its only event.
  WatchStart RefusedWatch(const ApiRequest& request, WatchEvent error) const;
  void Respond(Exchange& exchange);
  // `answer`: an ApiResponse, or a Status when there is none.
  template <typename Answer>
  void EnableRespond(Exchange& exchange, Answer&& answer);
  // Tells watchers, hooks and waiting reads what was written since `revision`.
  void FanOut(uint64_t revision, const Process* process);
  void FanOutToReplica(int replica, uint64_t from, uint64_t to);
  void WakeWaiting();
  bool Held(const SimStream& stream) const;
  template <typename F>
  void ForEachStream(const StreamFilter& filter, F visit);

  Kernel& kernel_;
  ApiServer& server_;
  const NetworkOptions options_;
  template <typename T>
  using Pool = std::vector<T, PoolAllocator<T>>;  // small, and made anew with every world
  std::vector<Replica> replicas_;
  Pool<NetworkRule*> rules_;
  Pool<WriteHook*> write_hooks_;
  std::vector<SendHook*> send_hooks_;
  Pool<std::unique_ptr<ProcessTransport>> transports_;
  Pool<Pool<SimStream*>> streams_;  // by ResourceInfo::index
  std::vector<StreamFilter> holds_;
  std::vector<Exchange*> waiting_;
  std::map<std::string, Hook> hooks_;
  size_t in_flight_count_ = 0;
  uint64_t applied_now_ = 0;
};

}  // namespace wavetank::sim
