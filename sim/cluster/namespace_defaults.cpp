// What every namespace has (API-557): the ServiceAccount `default`, and the ConfigMap kube-root-ca.crt with the
// certificate of the cluster's authority.
//
// Two controllers of one shape: each looks after one object of a fixed name in every namespace that is not being deleted,
// and puts it back when somebody changes or deletes it. The certificate is the file /etc/kubernetes/pki/ca.crt of the
// process; without one it is a made-up text in the same form, since nothing in a simulation verifies it.
#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

const Gvk kServiceAccountKind("", "v1", "ServiceAccount");
const Gvk kConfigMapKind("", "v1", "ConfigMap");
const Name kData("data");

constexpr std::string_view kAuthorityFile = "/etc/kubernetes/pki/ca.crt";
constexpr std::string_view kNoAuthority =
    "-----BEGIN CERTIFICATE-----\n"
    "V2F2ZXRhbms6IG5vIGNlcnRpZmljYXRlIGF1dGhvcml0eSBpcyBzaW11bGF0ZWQu\n"
    "-----END CERTIFICATE-----\n";
constexpr std::string_view kAuthorityText =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters.";

// One object of each namespace: everything of it but metadata.namespace.
class Keeper final : public Reconciler {
 public:
  Keeper(const Client& client, const Gvk& kind, Object wanted)
      : client_(client), kind_(kind), wanted_(std::move(wanted)) {}

  // Requests name the namespace.
  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    Result<Object> ns = co_await client_.Get(kNamespace, request);
    if (ns.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!ns.ok()) co_return ns.status();
    if (ns->deleting()) co_return ReconcileResult::Done();
    const ObjectKey key(request.name, wanted_.name());
    Result<Object> found = co_await client_.Get(kind_, key);
    if (found.ok()) {
      if (IsAsWanted(*found)) co_return ReconcileResult::Done();
      Result<Object> updated = co_await client_.Update(Mended(*found));
      if (updated.code() == Code::kNotFound) co_return ReconcileResult::Done();  // the next event brings it
      co_return Answer(updated.status());
    }
    if (found.code() != Code::kNotFound) co_return found.status();
    Object object(wanted_.value().SetIn({names::kMetadata, names::kNamespace}, request.name));
    Result<Object> made = co_await client_.Create(std::move(object));
    co_return Answer(made.status());
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // The data as it must be; annotations with any text, and that text only comes back with the data.
  bool IsAsWanted(const Object& object) const {
    if (!(object.value()[kData] == wanted_.value()[kData])) return false;
    return std::ranges::all_of(wanted_.annotations().fields(),
                               [&](const Field& f) { return !object.annotations()[f.key.view()].empty(); });
  }
  Object Mended(const Object& object) const {
    Value annotations = object.annotations();
    for (const Field& f : wanted_.annotations().fields()) annotations = annotations.Set(f.key, f.value);
    Value mended = object.value().Set(kData, wanted_.value()[kData]);
    if (!annotations.empty()) mended = mended.SetIn({names::kMetadata, names::kAnnotations}, std::move(annotations));
    return object.With(std::move(mended));
  }
  // A namespace that ends meanwhile needs nothing any more.
  static Result<ReconcileResult> Answer(const Status& status) {
    const bool done = status.ok() || status.code() == Code::kAlreadyExists || status.code() == Code::kNotFound ||
                      HasCause(status, "NamespaceTerminating");
    if (done) return ReconcileResult::Done();
    return QuietConflict(status);
  }

  const Client client_;
  const Gvk kind_;
  const Object wanted_;
};

Object DefaultAccount() {
  return Object(ObjectBuilder(3)
                    .Add(names::kApiVersion, "v1")
                    .Add(names::kKind, "ServiceAccount")
                    .Add(names::kMetadata, ObjectBuilder(1).Add(names::kName, "default").Build())
                    .Build());
}

Object RootAuthority(std::string_view certificate) {
  const Value annotations = ObjectBuilder(1).Add("kubernetes.io/description", kAuthorityText).Build();
  const Value metadata =
      ObjectBuilder(2).Add(names::kAnnotations, annotations).Add(names::kName, "kube-root-ca.crt").Build();
  return Object(ObjectBuilder(4)
                    .Add(names::kApiVersion, "v1")
                    .Add(kData, ObjectBuilder(1).Add("ca.crt", certificate).Build())
                    .Add(names::kKind, "ConfigMap")
                    .Add(names::kMetadata, metadata)
                    .Build());
}

void OnNamespace(const ObjectEvent& event, RequestSink& sink) {
  if (event.type != ObjectEvent::Type::kDelete && !event.object.deleting()) sink.Add(event.object.key());
}

void OnKept(const ObjectEvent& event, RequestSink& sink) { sink.Add(ObjectKey(String(), event.object.ns())); }

void Keep(const Manager& manager, const std::string& name, const Gvk& kind, const Object& wanted) {
  ControllerManagedBy(manager)
      .Named(name)
      .Watches(kNamespace, OnNamespace)
      .Watches(kind, OnKept)
      .Complete(std::make_unique<Keeper>(manager.client(), kind, wanted));
}

KindScope Only(const Object& object) {
  KindScope scope;
  scope.field_selector = "metadata.name=" + object.name().str();
  return scope;
}

}  // namespace

Task<Status> NamespaceDefaultsMain(Environment& env) {
  const Result<std::string> certificate = env.ReadFile(kAuthorityFile);
  const Object account = DefaultAccount();
  const Object authority = RootAuthority(certificate.ok() ? std::string_view(*certificate) : kNoAuthority);
  ManagerOptions options = ProgramOptions("namespace-defaults");
  options.cache.by_kind[kServiceAccountKind] = Only(account);
  options.cache.by_kind[kConfigMapKind] = Only(authority);
  Manager manager = Manager::New(env, std::move(options));
  Keep(manager, "serviceaccount", kServiceAccountKind, account);
  Keep(manager, "root-ca-certificate-publisher", kConfigMapKind, authority);
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
