// Builder: a controller in one sentence (RT-080..086).
//
//   ControllerManagedBy(manager)
//       .For<ReplicaSet>()
//       .Owns<Pod>()
//       .Watches<ConfigMap>(EnqueueRequestsFromMapFunc(&SetsUsing), {ResourceVersionChanged()})
//       .WithOptions(ControllerOptions().MaxConcurrentReconciles(3))
//       .Complete(PodCount(manager.client()));
//
// Kinds are named by their view (For<ReplicaSet>()) or by Gvk (For(gvk)), for kinds known only at run time.
// A mistake (RT-084) is what Complete and Build return; who ignores it gets it from the manager's Start, which then starts
// nothing. A reconciler with a member `InjectClient(Client)` gets the manager's client before it runs.
// A Builder is used once, in one expression or as a local variable; it does not outlive the manager.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/client/client.h"
#include "runtime/controller/controller.h"
#include "runtime/controller/handler.h"
#include "runtime/controller/host.h"
#include "runtime/controller/kind_source.h"
#include "runtime/controller/options.h"
#include "runtime/controller/predicate.h"

namespace wavetank {

// A Status that may be ignored, since nothing is lost by it.
class SetupStatus : public Status {
 public:
  SetupStatus(Status status) : Status(std::move(status)) {}  // NOLINT(google-explicit-constructor)
};

// Which references of an owned object count (RT-081).
using OwnsMatch = OwnerMatch;
inline constexpr OwnsMatch MatchEveryOwner = OwnsMatch::kEvery;
inline constexpr OwnsMatch MatchController = OwnsMatch::kController;

class Builder {
 public:
  // `host` may be null: Complete then says so.
  explicit Builder(ControllerHost* host) : host_(host) {}

  // The kind that requests name: its objects are reconciled. Once (RT-080).
  Builder& For(const Gvk& kind, std::vector<Predicate> predicates = {});
  template <ObjectView T>
  Builder& For(std::vector<Predicate> predicates = {}) {
    return For(KindOf<T>(), std::move(predicates));
  }

  // A kind whose objects belong to those of For: their events reconcile the owner (RT-081).
  Builder& Owns(const Gvk& kind, OwnsMatch match = MatchController, std::vector<Predicate> predicates = {});
  Builder& Owns(const Gvk& kind, std::vector<Predicate> predicates) {
    return Owns(kind, MatchController, std::move(predicates));
  }
  template <ObjectView T>
  Builder& Owns(OwnsMatch match = MatchController, std::vector<Predicate> predicates = {}) {
    return Owns(KindOf<T>(), match, std::move(predicates));
  }
  template <ObjectView T>
  Builder& Owns(std::vector<Predicate> predicates) {
    return Owns(KindOf<T>(), MatchController, std::move(predicates));
  }

  // A kind and what its events mean (RT-082).
  Builder& Watches(const Gvk& kind, Handler handler, std::vector<Predicate> predicates = {});
  template <ObjectView T>
  Builder& Watches(Handler handler, std::vector<Predicate> predicates = {}) {
    return Watches(KindOf<T>(), std::move(handler), std::move(predicates));
  }
  // A source of one's own; WithEventFilter does not apply to it.
  Builder& WatchesRawSource(std::unique_ptr<Source> source);

  // For everything of For, Owns and Watches; asked before their own predicates; several must all accept (RT-083).
  Builder& WithEventFilter(Predicate predicate);
  Builder& WithOptions(ControllerOptions options);
  // Default: the kind of For in lower case.
  Builder& Named(std::string name);

  // In place of the manager's; the keys of RT-076 are added to it.
  Builder& WithLogger(Logger logger);

  // Makes the controller and adds it to the manager.
  template <std::derived_from<Reconciler> R>
  SetupStatus Complete(R reconciler) {
    return Complete(std::make_unique<R>(std::move(reconciler)));
  }
  template <std::derived_from<Reconciler> R>
  SetupStatus Complete(std::unique_ptr<R> reconciler) {
    return Build(std::move(reconciler)).status();
  }
  // The same, and returns the controller, which the manager owns.
  template <std::derived_from<Reconciler> R>
  Result<Controller*> Build(std::unique_ptr<R> reconciler) {
    Status injected;
    if constexpr (requires(R& r, Client client) { r.InjectClient(std::move(client)); }) {
      if (host_ != nullptr && reconciler != nullptr) injected = Inject(*reconciler);
    }
    return Finish(std::move(reconciler), std::move(injected));
  }

 private:
  struct Watch {
    Gvk kind;
    std::vector<Predicate> predicates;
    Handler handler;                 // empty: the owner's
    std::optional<OwnsMatch> owned;  // of Owns
  };

  template <typename R>
  Status Inject(R& reconciler) {
    if constexpr (std::is_convertible_v<decltype(reconciler.InjectClient(host_->client())), Status>) {
      return reconciler.InjectClient(host_->client());
    } else {
      reconciler.InjectClient(host_->client());
      return Status();
    }
  }
  Result<Controller*> Finish(std::unique_ptr<Reconciler> reconciler, Status injected);
  Result<Controller*> Make(std::unique_ptr<Reconciler> reconciler);
  Status Check(const Reconciler* reconciler) const;
  std::string Name() const;
  ControllerOptions Options() const;
  std::unique_ptr<Source> MakeSource(Watch watch) const;
  bool OwnerNamespaced() const;

  ControllerHost* host_;
  std::optional<Gvk> for_;
  bool for_twice_ = false;
  bool built_ = false;
  PoolVector<Watch> watches_;
  std::vector<std::unique_ptr<Source>> raw_sources_;
  std::vector<Predicate> filters_;
  ControllerOptions options_;
  std::optional<Logger> logger_;
  std::string name_;
};

}  // namespace wavetank
