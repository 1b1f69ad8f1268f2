// ObjectReconciler: for authors who always begin by reading the object (RT-074).
//
//   class SetSize : public ObjectReconciler<ReplicaSet> {
//     Task<Result<ReconcileResult>> ReconcileObject(Context ctx, ReplicaSet set) override;
//   };
//   ControllerManagedBy(manager).For<ReplicaSet>().Complete(SetSize());
//
// The read comes from the cache; an object that is not there (any more) is Done, other errors are retried.
#pragma once

#include <optional>
#include <utility>

#include "runtime/client/client.h"
#include "runtime/controller/reconciler.h"

namespace wavetank {

template <ObjectView T>
class ObjectReconciler : public Reconciler {
 public:
  virtual Task<Result<ReconcileResult>> ReconcileObject(Context ctx, T object) = 0;

  // Called by the builder.
  void InjectClient(Client client) { client_.emplace(std::move(client)); }

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) final {
    WT_CHECK(client_.has_value(), "an ObjectReconciler is completed by a builder, or gets its client by InjectClient");
    auto object = co_await client_->Get<T>(std::move(request));
    if (object.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!object.ok()) co_return object.status();
    Result<ReconcileResult> result = co_await ReconcileObject(ctx, *std::move(object));
    co_return result;
  }

 protected:
  // REQUIRES: the client was injected.
  Client& client() { return *client_; }

 private:
  std::optional<Client> client_;
};

}  // namespace wavetank
