// PATCH: the stored document is changed as the patch says, and then goes the way of a PUT (API-134, API-215..231).
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/patch_document.h"

namespace wavetank::sim {

Outcome Patch(Exchange& exchange) {
  const ApiRequest& request = exchange.request;
  const DocumentKind kind{exchange.shown().gvk, exchange.shown().type};
  if (Status bad = CheckPatchType(exchange, kind); !bad.ok()) return Fail(bad);
  if (Status bad = CheckWriteOptions(exchange); !bad.ok()) return Fail(bad);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.shown().gvr, request.name.view()));
  const Object stored = *found;
  const Value shown = exchange.FromStorage(stored.value());
  Result<Value> patched = PatchDocument(exchange, kind, shown);
  if (!patched.ok()) return Fail(patched.status());
  if (patched->identity() == shown.identity()) return Reply(exchange, 200, stored);  // API-221
  return UpdateObject(exchange, exchange.ToStorage(*patched), &stored);
}

}  // namespace wavetank::sim
