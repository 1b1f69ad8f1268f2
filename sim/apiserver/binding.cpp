// Binding: a pod gets its node (API-685).
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {

const Value& ScheduledConditions::At(TimeTexts& times, Time time) {
  const Value& text = times.Text(time);
  if (conditions_.is_null() || !(time_ == text)) {
    time_ = text;
    conditions_ = Value::Array({ObjectBuilder(4)
                                    .Add(words::kLastProbeTime, Value())
                                    .Add(words::kLastTransitionTime, text)
                                    .Add(names::kStatus, "True")
                                    .Add(names::kType, "PodScheduled")
                                    .Build()});
  }
  return conditions_;
}

namespace {

// The condition that says that a pod found its node; its place is kept when it was there.
Value WithScheduled(ServerState& state, const Value& status, Time now) {
  const Value& fresh = state.scheduled->At(*state.times, now);
  const Value& old = status[names::kConditions];
  if (old.empty()) return status.Set(names::kConditions, fresh);
  std::vector<Value> conditions;
  bool placed = false;
  for (const Value& c : old.elements()) {
    const bool ours = c[names::kType] == "PodScheduled";
    conditions.push_back(ours ? fresh[0] : c);
    placed = placed || ours;
  }
  if (!placed) conditions.push_back(fresh[0]);
  return status.Set(names::kConditions, Value::Array(std::move(conditions)));
}

// Pods of one template on one node share their spec.
Value WithNode(Memo& memo, const Value& spec, const Value& node) {
  const uint64_t tag = node.hash();
  if (const Memo::Entry* entry = memo.Find(spec, tag); entry != nullptr && entry->result[names::kNodeName] == node) {
    return entry->result;
  }
  Value bound = spec.Set(names::kNodeName, node);
  memo.Put(spec, bound, Value(), tag);
  return bound;
}

// The pod's metadata with the labels and annotations of the binding.
Value WithNotes(Value metadata, const Value& given) {
  for (const Name notes : {names::kAnnotations, names::kLabels}) {
    const Value& more = given[notes];
    if (more.empty()) continue;
    Value merged = metadata[notes];
    for (const Field& field : more.fields()) merged = merged.Set(field.key, field.value);
    metadata = std::move(metadata).Set(notes, std::move(merged));
  }
  return metadata;
}

}  // namespace

// POST pods/<n>/binding, or bindings with the pod's name in the body.
Outcome Bind(Exchange& exchange) {
  const SubresourceInfo& info = *exchange.resource().FindSubresource("binding");
  Result<Value> body = DecodeBody(exchange, {info.gvk, info.type}, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  if (Result<Value> placed = MatchNamespace(exchange, *body); !placed.ok()) return Fail(placed.status());
  const Value& given = (*body)[names::kMetadata];
  const Value& target = (*body)[words::kTarget];
  const std::string_view node = target[names::kName].AsString();
  const std::string_view kind = target[names::kKind].AsString();
  if (!(given[names::kName] == exchange.request.name.view())) {
    return Fail(BadRequestError("name in URL does not match name in Binding object"));
  }
  if (node.empty()) return Fail(RawError("target.name: Required value"));
  if (!kind.empty() && kind != "Node") {
    return Fail(RawError("target.kind: Unsupported value: " + FieldValueText(target[names::kKind]) +
                         ": supported values: \"Node\", \"<empty>\""));
  }
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  const Object pod = *found;
  const auto refuse = [&pod](const std::string& why) {
    return Fail(ConflictError(ErrorSubject("", "pods/binding", pod.name().view()), "pod " + pod.name().str() + why));
  };
  // Only a dry run looks at the uid (observed.md 685).
  const Value& uid = given[names::kUid];
  if (exchange.request.dry_run && !uid.empty() && !(uid == pod.uid().view())) {
    return Fail(PreconditionFailed(exchange, "UID", uid.AsString(), pod.uid().view()));
  }
  const Value& old = pod.metadata();
  const Value& version = given[names::kResourceVersion];
  if (!version.empty() && !(version == old[names::kResourceVersion])) {
    return Fail(
        PreconditionFailed(exchange, "ResourceVersion", version.AsString(), old[names::kResourceVersion].AsString()));
  }
  if (pod.deleting()) return refuse(" is being deleted, cannot be assigned to a host");
  if (const Value& bound = pod.spec()[names::kNodeName]; !bound.empty()) {
    return refuse(" is already assigned to node \"" + std::string(bound.AsString()) + "\"");
  }
  if (!pod.spec()[words::kSchedulingGates].empty()) return refuse(" has non-empty .spec.schedulingGates");
  if (!exchange.request.dry_run) {
    Value metadata = WithNotes(old, given).Set(names::kResourceVersion, RevisionText(exchange.state.store.next()));
    MarkDecoded(exchange, metadata);
    Value bound = pod.value()
                      .Set(names::kMetadata, std::move(metadata))
                      .Set(names::kSpec, WithNode(*exchange.state.bound, pod.spec(), target[names::kName]))
                      .Set(names::kStatus, WithScheduled(exchange.state, pod.status(), exchange.info.now));
    // A name, texts and a condition change nothing of what is known about the pod's form.
    bound.set_mark(pod.value().mark());
    const Object next(std::move(bound));
    exchange.state.store.Replace(exchange.resource(), next, pod);
  }
  static const Value kSuccess = ToStatusDocument(Status()).Set(std::string_view("code"), Value(201));
  return ReplyDocument(exchange, 201, kSuccess);
}

}  // namespace wavetank::sim
