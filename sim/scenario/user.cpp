#include "sim/scenario/user.h"

#include <utility>

#include "runtime/api/metadata.h"
#include "runtime/exec/sleep.h"

namespace wavetank::sim {
namespace {

ObjectKey KeyOf(const ObjectRef& ref) { return ObjectKey(String(ref.ns), String(ref.name)); }

std::string NameOf(const Object& object) { return std::string(object.kind()) + " " + object.key().ToString(); }

}  // namespace

Task<Status> TakeTurn(Client client, EventLabel label) {
  co_await OfferTurn(client.executor(), label);
  co_return Status();
}

Task<Status> ApplyObjects(Client client, EventLabel label, const std::vector<Object>* objects, bool create_only) {
  co_await OfferTurn(client.executor(), label);
  for (const Object& object : *objects) {
    Result<Object> made = co_await client.Create(object);
    if (made.ok()) continue;
    if (create_only || made.code() != Code::kAlreadyExists) co_return made.status().Wrap(NameOf(object));
    const ObjectPatch patch(PatchType::kMerge, object.value());
    Result<Object> patched = co_await client.Patch(KindOfObject(object), object.key(), patch);
    if (!patched.ok()) co_return patched.status().Wrap(NameOf(object));
  }
  co_return Status();
}

Task<Status> Scale(Client client, EventLabel label, const ScaleStep* step) {
  co_await OfferTurn(client.executor(), label);
  const Value spec = ObjectBuilder().Add("replicas", step->to).Build();
  const ObjectPatch patch(PatchType::kMerge, ObjectBuilder().Add("spec", spec).Build());
  const SubResourceClient scale = client.SubResource("scale");
  Result<Value> scaled = co_await scale.Patch(*step->object.resource, KeyOf(step->object), patch);
  co_return scaled.status();
}

Task<Status> PatchObject(Client client, EventLabel label, const PatchStep* step) {
  co_await OfferTurn(client.executor(), label);
  const ObjectPatch patch(step->type, step->patch);
  const ObjectKey key = KeyOf(step->object);
  const KindRef kind(*step->object.resource);
  if (step->subresource.empty()) {
    Result<Object> patched = co_await client.Patch(kind, key, patch);
    co_return patched.status();
  }
  if (step->subresource == "status") {
    Result<Object> patched = co_await client.PatchStatus(kind, key, patch);
    co_return patched.status();
  }
  const SubResourceClient part = client.SubResource(String(step->subresource));
  Result<Value> patched = co_await part.Patch(kind, key, patch);
  co_return patched.status();
}

Task<Status> DeleteObjects(Client client, EventLabel label, const DeleteStep* step) {
  co_await OfferTurn(client.executor(), label);
  DeleteOptions options;
  if (!step->propagation.empty()) options.Propagation(String(step->propagation));
  if (step->grace_period_seconds.has_value()) options.GracePeriodSeconds(*step->grace_period_seconds);
  const KindRef kind(*step->object.resource);
  if (!step->object.name.empty()) {
    Status deleted = co_await client.Delete(kind, KeyOf(step->object), options);
    co_return deleted;
  }
  ListOptionsBuilder which;
  which.InNamespace(String(step->object.ns));
  if (!step->selector.empty()) which.MatchingSelector(String(step->selector));
  Status deleted = co_await client.DeleteAllOf(kind, which, options);
  co_return deleted;
}

}  // namespace wavetank::sim
