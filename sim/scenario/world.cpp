#include "sim/scenario/world.h"

#include <algorithm>
#include <array>

#include "sim/cluster/cluster.h"
#include "sim/cluster/parts.h"

namespace wavetank::sim {
namespace {

const Gvr& Namespaces() {
  static const Gvr kNamespaces("", "v1", "namespaces");
  return kNamespaces;
}

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

ApiServer NewCluster(ApiServer::Options options, KindRegistry kinds) {
  ApiServer server(std::move(options), std::move(kinds));
  RandomIds ids(Random(0, "cluster", "bootstrap"));
  const RequestInfo info{Kernel::kStart, &ids, "system:apiserver"};
  const Replica replica;
  for (const std::string_view name :
       std::array<std::string_view, 4>{"default", "kube-node-lease", "kube-public", "kube-system"}) {
    ApiRequest create(Verb::kCreate, Namespaces());
    create.body = ObjectBuilder()
                      .Add("apiVersion", "v1")
                      .Add("kind", "Namespace")
                      .Add("metadata", ObjectBuilder().Add("name", name).Build())
                      .Build();
    const Outcome outcome = server.Apply(std::move(create), info, replica);
    const auto* response = std::get_if<ApiResponse>(&outcome);
    WT_CHECK(response != nullptr && response->ok(), "a system namespace was refused");
  }
  return server;
}

World::World(const ApiServer& cluster, Strategy& strategy, WorldOptions options)
    : options_(std::move(options)),
      server_(cluster),
      kernel_(strategy, options_.seed),
      network_(kernel_, server_,
               {.replicas = options_.api_servers,
                .state_hash = options_.state_hash,
                .batched_delivery = options_.batched_delivery}),
      injector_(network_) {
  user_ = std::make_unique<Process>(kernel_, "user", UserMain, LoggerFor("user"));
  network_.Attach(*user_);
  user_->Start();
  user_tasks_.emplace(user_->executor());
  ClientOptions client_options;
  client_options.max_retries = 0;
  client_.emplace(user_.get(), server_.kinds(), client_options);

  const KubeletOptions kubelet{.heartbeats = Has(options_.controllers, "node-lifecycle"),
                               .pods = options_.pods_per_node};
  for (int i = 1; options_.kubelets && i <= options_.nodes; ++i) {
    const std::string node = "node-" + std::to_string(i);
    AddProcess("kubelet-" + node, [node, kubelet](Environment& env) { return KubeletWithOptions(env, node, kubelet); });
  }
  if (options_.nodes > 0 && options_.scheduler) AddProcess("scheduler", SchedulerMain);
  if (options_.garbage_collector && !Has(options_.controllers, kEveryKindCollector)) {
    AddProcess("garbage-collector", GarbageCollectorMain);
  }
  for (const std::string& name : options_.controllers) {
    const ClusterPart* part = FindClusterPart(name);
    WT_CHECK(part != nullptr, "the cluster has no such part");
    AddProcess(name, part->main);
  }
}

World::~World() {
  client_.reset();
  user_tasks_.reset();
  user_.reset();
  processes_.clear();
}

Logger World::LoggerFor(const std::string& name) const {
  return options_.logs == nullptr ? Logger() : Logger(options_.logs).WithName(name);
}

Task<Status> World::UserMain(Environment& env) {
  Bell never(env.executor());
  co_await never.Wait();
  co_return Status();
}

Process& World::AddProcess(std::string name, Process::Main main) {
  Logger logger = LoggerFor(name);
  processes_.push_back(std::make_unique<Process>(kernel_, std::move(name), std::move(main), std::move(logger)));
  Process& process = *processes_.back();
  network_.Attach(process);
  injector_.AddProcess(process);
  return process;
}

Process* World::FindProcess(std::string_view name) {
  for (const auto& process : processes_) {
    if (process->name() == name) return process.get();
  }
  return nullptr;
}

void World::Start() {
  for (const auto& process : processes_) {
    if (process->state() == Process::State::kStopped) process->Start();
  }
}

Status internal::NeverEnded(const Kernel& kernel, Kernel::Stop stop) {
  std::string why = "the call never ended (" + std::string(StopName(stop)) + ")";
  for (const std::string& pending : kernel.Pending(3)) why += "; pending: " + pending;
  return Status(Code::kDeadlineExceeded, why);
}

}  // namespace wavetank::sim
