// World: one simulated cluster, with everything that runs in it, for one schedule.
//
//   RandomWalk walk(7);
//   World world(Cluster(), walk, {.seed = 7, .nodes = 3});
//   world.AddProcess("podcount", PodCountMain);
//   world.Start();
//   auto made = world.Run(world.client().Create(frontend));   // a user's call; the world moves on until it is answered
//   world.kernel().RunUntilQuiet();
//
// `Cluster()` is the store of a fresh cluster; a scenario builds its own once, and every schedule starts from a copy (O(1)).
// Order of destruction: processes (their frames), injector, network, kernel.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/client/client.h"
#include "sim/apiserver/server.h"
#include "sim/faults/injector.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/process.h"
#include "sim/network/network.h"

namespace wavetank::sim {

// A fresh cluster: the system's namespaces (API-835), nothing else.
ApiServer NewCluster(ApiServer::Options options = {}, KindRegistry kinds = KindRegistry::BuiltIn());

struct WorldOptions {
  uint64_t seed = 1;
  int api_servers = 1;
  // Parts of the cluster, each a process of its own. With nodes > 0 the world has Nodes "node-1" ... and a kubelet for each.
  int nodes = 0;
  bool scheduler = true;  // when there are nodes
  bool kubelets = true;   // without them nobody registers the nodes
  bool garbage_collector = true;
  std::vector<std::string> controllers;  // further parts of the cluster, by their names in sim/cluster/parts.h
  bool state_hash = false;
  bool batched_delivery = false;
  int pods_per_node = 110;  // what a node says that it takes
  std::shared_ptr<LogSink> logs;  // of all processes
};

class World : public Pooled<World> {
 public:
  // `strategy` outlives the world.
  World(const ApiServer& cluster, Strategy& strategy, WorldOptions options = {});
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Kernel& kernel() { return kernel_; }
  Network& network() { return network_; }
  ApiServer& server() { return server_; }
  Injector& injector() { return injector_; }
  const KindRegistry& kinds() const { return server_.kinds(); }

  // A program of the world, started by Start() (or by its own Start, later).
  Process& AddProcess(std::string name, Process::Main main);
  Process* FindProcess(std::string_view name);
  // All of them, in the order of their making; the user is none of them.
  template <typename F>
  void ForEachProcess(F visit) {
    for (const auto& process : processes_) visit(*process);
  }
  // Starts every process that has not run yet.
  void Start();

  // Somebody at a keyboard: a live client, without retries.
  Client& client() { return *client_; }
  Process& user() { return *user_; }
  // Runs a user's task until it ends; everything else may happen meanwhile. When the world comes to rest (or to its
  // limits) first, the answer is kDeadlineExceeded with what it was waiting for.
  template <typename T>
  T Run(Task<T> task, const Kernel::Limits& limits = {});
  template <typename C>
    requires requires { typename C::Answer; }
  auto Run(C call, const Kernel::Limits& limits = {}) {
    return Run(AsTask(std::move(call)), limits);
  }
  // Why the last Run came back: kDone when its task had ended.
  Kernel::Stop last_stop() const { return last_stop_; }
  // Sends a request from set-up code: applied at once, nothing else moves.
  ApiResponse ApplyNow(ApiRequest request) { return network_.ApplyNow(std::move(request), "setup"); }

 private:
  static Task<Status> UserMain(Environment& env);
  Logger LoggerFor(const std::string& name) const;

  const WorldOptions options_;
  ApiServer server_;
  Kernel kernel_;
  Network network_;
  Injector injector_;
  std::vector<std::unique_ptr<Process>, PoolAllocator<std::unique_ptr<Process>>> processes_;
  std::unique_ptr<Process> user_;
  std::optional<TaskGroup> user_tasks_;
  std::optional<Client> client_;
  Kernel::Stop last_stop_ = Kernel::Stop::kDone;
};

namespace internal {
template <typename T>
Task<void> StoreResult(Task<T> task, std::optional<T>* out) {
  T result = co_await std::move(task);
  out->emplace(std::move(result));
}
Status NeverEnded(const Kernel& kernel, Kernel::Stop stop);
}  // namespace internal

template <typename T>
T World::Run(Task<T> task, const Kernel::Limits& limits) {
  std::optional<T> result;
  user_tasks_->Spawn(internal::StoreResult<T>(std::move(task), &result));
  user_->Deliver(0);
  last_stop_ = kernel_.RunUntil([&] { return result.has_value(); }, limits);
  if (result.has_value()) return std::move(*result);
  user_tasks_->Clear();  // it holds a pointer into this frame
  return T(internal::NeverEnded(kernel_, last_stop_));
}

}  // namespace wavetank::sim
