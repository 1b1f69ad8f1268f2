// /scale: a part of an object, shown and written as a Scale (API-690).
#include "runtime/api/selectors.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/patch_document.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Gvk kScale("autoscaling", "v1", "Scale");

Value ScaleOf(const Object& object) {
  const Value& metadata = object.metadata();
  ObjectBuilder short_metadata(5);
  for (const Name name :
       {names::kCreationTimestamp, names::kName, names::kNamespace, names::kResourceVersion, names::kUid}) {
    if (const Value& value = metadata[name]; !value.is_null()) short_metadata.Add(name, value);
  }
  ObjectBuilder spec(1);
  if (const int64_t replicas = object.spec()[names::kReplicas].AsInt(); replicas != 0)
    spec.Add(names::kReplicas, replicas);
  ObjectBuilder status(2);
  status.Add(names::kReplicas, object.status()[names::kReplicas].AsInt());
  const Value& selector = object.spec()[words::kSelector];
  const Result<LabelSelector> parsed = selector.Has(words::kMatchLabels) || selector.Has("matchExpressions")
                                           ? LabelSelector::FromValue(selector)
                                           : Result<LabelSelector>(LabelSelector::Equal(selector));
  if (parsed.ok() && !parsed->ToString().empty()) status.Add(words::kSelector, parsed->ToString());
  return ObjectBuilder(5)
      .Add(names::kApiVersion, "autoscaling/v1")
      .Add(names::kKind, "Scale")
      .Add(names::kMetadata, short_metadata.Build())
      .Add(names::kSpec, spec.Build())
      .Add(names::kStatus, status.Build())
      .Build();
}

}  // namespace

Outcome GetScale(Exchange& exchange, const Object& object) { return ReplyDocument(exchange, 200, ScaleOf(object)); }

Outcome UpdateScale(Exchange& exchange) {
  const DocumentKind kind{kScale, exchange.state.kinds.FindType("io.k8s.api.autoscaling.v1.Scale")};
  const bool patch = exchange.request.verb == Verb::kPatch;
  Result<Value> decoded = patch ? Value() : DecodeBody(exchange, kind, exchange.request.body);
  if (!decoded.ok()) return Fail(decoded.status());
  if (Status mismatch = patch ? Status() : MatchName(exchange, *decoded); !mismatch.ok()) return Fail(mismatch);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  const Object stored = *found;
  if (patch) {
    if (Status bad = CheckPatchType(exchange, kind); !bad.ok()) return Fail(bad);
    decoded = PatchDocument(exchange, kind, ScaleOf(stored));
    if (!decoded.ok()) return Fail(decoded.status());
  }
  const Value& scale = *decoded;
  if (Status mismatch = MatchName(exchange, scale); !mismatch.ok()) return Fail(mismatch);
  if (Status conflict = CheckUid(exchange, scale, stored.uid().view()); !conflict.ok()) return Fail(conflict);
  const Value& version = scale[names::kMetadata][names::kResourceVersion];
  if (!version.empty() && !(version == stored.metadata()[names::kResourceVersion]) && version != "0") {
    return Fail(ConflictError(exchange.resource().gvr, exchange.request.name.view()));
  }
  const Value replicas(scale[names::kSpec][names::kReplicas].AsInt());
  if (replicas.AsInt() < 0) {
    return Fail(InvalidError(kScale, stored.name().view(),
                             {field::Invalid("spec.replicas", replicas, "must be greater than or equal to 0")}));
  }
  if (stored.spec()[names::kReplicas] == replicas) return ReplyDocument(exchange, 200, ScaleOf(stored));
  Value metadata = stored.metadata();
  if (stored.generation() > 0) metadata = WithFields(metadata, {{names::kGeneration, Value(stored.generation() + 1)}});
  if (!exchange.request.dry_run) {
    metadata = WithFields(metadata, {{names::kResourceVersion, RevisionText(exchange.state.store.next())}});
  }
  const Object next(WithFields(stored.value(), {{names::kMetadata, std::move(metadata)},
                                                {names::kSpec, stored.spec().Set(names::kReplicas, replicas)}}));
  if (!exchange.request.dry_run) exchange.state.store.Replace(exchange.resource(), next, stored);
  return ReplyDocument(exchange, 200, ScaleOf(next));
}

}  // namespace wavetank::sim
