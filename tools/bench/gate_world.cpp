#include "tools/bench/gate_world.h"

#include <memory>

#include "runtime/value/yaml.h"
#include "sim/kernel/strategies.h"

namespace wavetank::bench {
namespace {

// The guestbook's frontend as users have it: probes, resources, environment, a volume.
constexpr std::string_view kFrontend = R"(
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: frontend
  namespace: default
  labels: {app: guestbook, tier: frontend}
spec:
  replicas: 3
  selector:
    matchLabels: {app: guestbook, tier: frontend}
  template:
    metadata:
      labels: {app: guestbook, tier: frontend}
    spec:
      containers:
      - name: php-redis
        image: us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5
        env:
        - {name: GET_HOSTS_FROM, value: dns}
        - name: POD_IP
          valueFrom: {fieldRef: {fieldPath: status.podIP}}
        resources:
          requests: {cpu: 100m, memory: 100Mi}
          limits: {cpu: 500m, memory: 256Mi}
        ports:
        - {name: http, containerPort: 80}
        readinessProbe:
          httpGet: {path: /healthz, port: 80}
          initialDelaySeconds: 5
        livenessProbe:
          httpGet: {path: /livez, port: 80}
          periodSeconds: 20
        volumeMounts:
        - {name: cache, mountPath: /var/cache/guestbook}
      volumes:
      - name: cache
        emptyDir: {sizeLimit: 64Mi}
)";

}  // namespace

Value FrontendReplicaSet(int64_t replicas) {
  auto documents = ParseYamlValues(kFrontend);
  WT_CHECK(documents.ok() && documents->size() == 1, "the manifest of the gates does not parse");
  return documents->front().SetIn({names::kSpec, names::kReplicas}, replicas);
}

ApiRequest CreateRequest(std::string_view group, std::string_view resource, std::string_view ns, Value body) {
  ApiRequest request(Verb::kCreate, Gvr(group, "v1", resource));
  request.ns = ns;
  request.body = std::move(body);
  return request;
}

ApiRequest MergePatchRequest(const Gvr& resource, std::string_view ns, std::string_view name, Value patch) {
  ApiRequest request(Verb::kPatch, resource);
  request.patch_type = PatchType::kMerge;
  request.ns = ns;
  request.name = name;
  request.body = std::move(patch);
  return request;
}

namespace {

sim::ApiServer MakeCluster() {
  sim::ApiServer server = sim::NewCluster();
  sim::RandomIds ids(Random(0, "cluster", "frontend"));
  const sim::Outcome outcome = server.Apply(CreateRequest("apps", "replicasets", "default", FrontendReplicaSet(3)),
                                            {sim::Kernel::kStart, &ids, "setup"}, sim::Replica());
  const auto* response = std::get_if<ApiResponse>(&outcome);
  WT_CHECK(response != nullptr && response->ok(), "the ReplicaSet of the gates was refused");
  // The kubelets register their Nodes once; every schedule starts from the cluster they leave behind.
  sim::FifoStrategy fifo;
  sim::World setup(server, fifo, {.nodes = 3, .scheduler = false, .garbage_collector = false});
  setup.Start();
  WT_CHECK(setup.kernel().RunUntilQuiet() == sim::Kernel::Stop::kQuiet,
           "the kubelets of the gates do not come to rest");
  return setup.server();
}

}  // namespace

const sim::ApiServer& ClusterWithFrontend() {
  static const sim::ApiServer cluster = MakeCluster();
  return cluster;
}

const sim::ApiServer& BareClusterWithFrontend() {
  static const sim::ApiServer cluster = [] {
    sim::ApiServer bare = ClusterWithFrontend();
    bare.state().options =
        std::make_shared<const sim::ServerOptions>(sim::ServerOptions{.defaulting = false, .validation = false});
    return bare;
  }();
  return cluster;
}

}  // namespace wavetank::bench
