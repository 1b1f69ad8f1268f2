// DELETE of one object: preconditions, finalizers, grace (API-137..146, API-688), and namespaces' own way (API-551).
#include <algorithm>
#include <optional>

#include "sim/apiserver/admission.h"
#include "sim/apiserver/delete_options.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

bool HasFinalizer(const Object& object, std::string_view name) {
  const std::span<const Value> finalizers = object.metadata()[names::kFinalizers].elements();
  return std::ranges::any_of(finalizers, [name](const Value& f) { return f == name; });
}

// Which of the two finalizers of garbage collection the object has after this request (API-143). Empty: none.
std::string_view GcFinalizer(const Exchange& exchange, const DeleteOptions& options, const Object& object) {
  const GcPolicy policy = exchange.strategy().gc;
  if (policy == GcPolicy::kUnsupported) return {};
  if (options.orphan_dependents.has_value()) return *options.orphan_dependents ? kOrphan : std::string_view();
  switch (options.propagation) {
    case Propagation::kOrphan: return kOrphan;
    case Propagation::kForeground: return kForeground;
    case Propagation::kBackground: return {};
    case Propagation::kDefault: break;
  }
  for (const Value& finalizer : object.metadata()[names::kFinalizers].elements()) {
    if (finalizer == kOrphan) return kOrphan;
    if (finalizer == kForeground) return kForeground;
  }
  return policy == GcPolicy::kOrphanDependents ? kOrphan : std::string_view();
}

// finalizers with exactly that one of garbage collection; the very same node when nothing changes.
Value GcFinalizers(const Exchange& exchange, const DeleteOptions& options, const Object& object) {
  const Value& finalizers = object.metadata()[names::kFinalizers];
  const std::string_view wanted = GcFinalizer(exchange, options, object);
  const bool same = HasFinalizer(object, kOrphan) == (wanted == kOrphan) &&
                    HasFinalizer(object, kForeground) == (wanted == kForeground);
  if (same) return finalizers;
  std::vector<Value> kept;
  for (const Value& finalizer : finalizers.elements()) {
    if (finalizer != kOrphan && finalizer != kForeground) kept.push_back(finalizer);
  }
  if (!wanted.empty()) kept.push_back(Value(wanted));
  return kept.empty() ? Value() : Value::Array(std::move(kept));
}

// How a Pod's grace comes out (API-688).
struct Grace {
  bool graceful = false;  // the kind waits, and this request changes the wait
  bool pending = false;   // already waiting, and not longer than asked: nothing to do
  int64_t seconds = 0;
  Value deletion_timestamp;
};

int64_t PodGrace(const Object& pod, const DeleteOptions& options) {
  if (pod.spec()[names::kNodeName].empty()) return 0;
  const Value& phase = pod.status()[names::kPhase];
  if (phase == "Succeeded" || phase == "Failed") return 0;
  const int64_t seconds =
      options.grace_period_seconds.value_or(pod.spec()[words::kTerminationGracePeriodSeconds].AsInt(0));
  return seconds < 0 ? 1 : seconds;  // API-145
}

Grace GraceOf(const Exchange& exchange, const DeleteOptions& options, const Object& object) {
  Grace grace;
  if (!exchange.strategy().graceful) return grace;
  const Value& metadata = object.metadata();
  if (!object.deleting()) {
    grace.graceful = true;
    grace.seconds = PodGrace(object, options);
    grace.deletion_timestamp = TimeText(exchange.info.now + std::chrono::seconds(grace.seconds));
    return grace;
  }
  const Value& pending = metadata[names::kDeletionGracePeriodSeconds];
  if (pending.is_null()) return grace;
  if (!options.grace_period_seconds.has_value()) {
    grace.pending = true;
    return grace;
  }
  const int64_t asked = *options.grace_period_seconds < 0 ? 1 : *options.grace_period_seconds;
  if (asked >= pending.AsInt()) {
    grace.pending = true;
    return grace;
  }
  const std::optional<Time> until = ParseTime(metadata[names::kDeletionTimestamp].AsString());
  grace.graceful = true;
  grace.seconds = asked;
  grace.deletion_timestamp =
      until.has_value() ? TimeText(*until - std::chrono::seconds(pending.AsInt()) + std::chrono::seconds(asked))
                        : metadata[names::kDeletionTimestamp];
  return grace;
}

// The object on its way out: deletionTimestamp, grace, one more generation the first time (API-078, API-139).
Object MarkDeleting(const Exchange& exchange, const Object& object, Value finalizers, const Grace& grace) {
  const Value& old = object.metadata();
  const bool first = !object.deleting();
  Value timestamp = grace.graceful ? grace.deletion_timestamp
                    : first        ? TimeText(exchange.info.now)
                                   : old[names::kDeletionTimestamp];
  const int64_t generation = object.generation();
  Value metadata = WithFields(
      old, {{names::kDeletionGracePeriodSeconds, Value(grace.seconds)},
            {names::kDeletionTimestamp, std::move(timestamp)},
            {names::kFinalizers, std::move(finalizers)},
            {names::kGeneration, first && generation > 0 ? Value(generation + 1) : old[names::kGeneration]}});
  if (metadata == old) return object;
  if (!exchange.request.dry_run) {
    metadata = WithFields(metadata, {{names::kResourceVersion, RevisionText(exchange.state.store.next())}});
  }
  return Object(WithFields(object.value(), {{names::kMetadata, std::move(metadata)}}));
}

void Save(Exchange& exchange, const Object& next, const Object& stored) {
  if (!exchange.request.dry_run && !next.SameAs(stored)) {
    exchange.state.store.Replace(exchange.resource(), next, stored);
  }
}

// The answer for what was deleted, or for what will be.
Outcome Answer(Exchange& exchange, const DeleteOptions& options, bool gone, const Object& object) {
  if (gone && !exchange.strategy().returns_deleted) {
    return ReplyDocument(
        exchange, 200, DeletedDocument(ErrorSubject(exchange.shown().gvr, object.name().view()), object.uid().view()));
  }
  const bool accepted = !gone && options.orphan_dependents.has_value() && !*options.orphan_dependents;
  return Reply(exchange, accepted ? 202 : 200, object);
}

Outcome Remove(Exchange& exchange, const DeleteOptions& options, const Object& stored) {
  if (exchange.request.dry_run) return Answer(exchange, options, true, stored);
  const Object last = WithRevision(stored, exchange.state.store.next());
  exchange.state.store.Delete(exchange.resource(), last, stored);
  return Answer(exchange, options, true, last);
}

// A namespace's first DELETE only switches its phase; the rest is /finalize's (API-551, API-554).
Outcome TerminateNamespace(Exchange& exchange, const DeleteOptions& options, const Object& stored) {
  const Value& old = stored.metadata();
  Value finalizers = GcFinalizers(exchange, options, stored);
  Value metadata = WithFields(
      old, {{names::kDeletionTimestamp, TimeText(exchange.info.now)}, {names::kFinalizers, std::move(finalizers)}});
  if (!exchange.request.dry_run) {
    metadata = WithFields(metadata, {{names::kResourceVersion, RevisionText(exchange.state.store.next())}});
  }
  const Object next(WithFields(stored.value(), {{names::kMetadata, std::move(metadata)},
                                                {names::kStatus, stored.status().Set(names::kPhase, "Terminating")}}));
  Save(exchange, next, stored);
  return Answer(exchange, options, false, next);
}

std::string Brackets(std::string_view text) { return " (" + std::string(text) + ")"; }

// Namespaces have words of their own (API-551).
Status CheckNamespacePreconditions(const Exchange& exchange, const DeleteOptions& options, const Object& object) {
  const auto differs = [&](const std::string& what, std::string_view given, std::string_view stored) {
    return ConflictError(exchange.shown().gvr, object.name().view(),
                         "Precondition failed: " + what + " in precondition: " + std::string(given) + ", " + what +
                             " in object meta: " + std::string(stored));
  };
  const std::string_view version = object.metadata()[names::kResourceVersion].AsString();
  if (options.uid.has_value() && *options.uid != object.uid()) {
    return differs("UID", options.uid->view(), object.uid().view());
  }
  if (options.resource_version.has_value() && *options.resource_version != version) {
    return differs("ResourceVersion", options.resource_version->view(), version);
  }
  return {};
}

}  // namespace

// Checked before anything else; the quoted type is the Kind (API-140).
Status CheckPreconditions(const Exchange& exchange, const DeleteOptions& options, const Object& object) {
  const Gvk& gvk = exchange.resource().gvk;
  const std::string_view version = object.metadata()[names::kResourceVersion].AsString();
  if (&exchange.resource() == exchange.state.namespaces) return CheckNamespacePreconditions(exchange, options, object);
  if (options.uid.has_value() && *options.uid != object.uid()) {
    return ConflictError(ErrorSubject(gvk, object.name().view()),
                         "the UID in the precondition" + Brackets(options.uid->view()) +
                             " does not match the UID in record" + Brackets(object.uid().view()) +
                             ". The object might have been deleted and then recreated");
  }
  if (options.resource_version.has_value() && *options.resource_version != version) {
    return ConflictError(ErrorSubject(gvk, object.name().view()),
                         "the ResourceVersion in the precondition" + Brackets(options.resource_version->view()) +
                             " does not match the ResourceVersion in record" + Brackets(version) +
                             ". The object might have been modified");
  }
  return {};
}

// Said before anything is looked for.
void WarnOfOrphans(Exchange& exchange, const DeleteOptions& options) {
  if (!exchange.strategy().warns_of_orphans || options.propagation != Propagation::kDefault ||
      options.orphan_dependents.has_value()) {
    return;
  }
  exchange.Warn(
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
      "set propagationPolicy=Orphan to suppress this warning");
}

Outcome Delete(Exchange& exchange) { return ContinueDelete(exchange, 0); }

Outcome ContinueDelete(Exchange& exchange, size_t hook) {
  Result<DeleteOptions> parsed = ReadDeleteOptions(exchange.request);
  if (!parsed.ok()) return Fail(parsed.status());
  const DeleteOptions& options = *parsed;
  exchange.request.dry_run = exchange.request.dry_run || options.dry_run;
  if (Status refused = AdmitDeletion(exchange); !refused.ok()) return Fail(refused);
  WarnOfOrphans(exchange, options);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.shown().gvr, exchange.request.name.view()));
  const Object stored = *found;
  if (const std::optional<size_t> next = NextHook(exchange, Verb::kDelete, hook); next.has_value()) {
    const std::string& target = exchange.state.options->hooks[*next].target;
    NeedsCall call{target, MakeReview(exchange, Verb::kDelete, Value(), stored.value()), nullptr};
    call.next = Suspend(exchange, Continuation::Stage::kDeleteHook, Value(), *next);
    return call;
  }
  return DeleteObject(exchange, options, stored);
}

Outcome DeleteObject(Exchange& exchange, const DeleteOptions& options, const Object& stored) {
  if (Status conflict = CheckPreconditions(exchange, options, stored); !conflict.ok()) return Fail(conflict);
  if (&exchange.resource() == exchange.state.namespaces) {
    if (!stored.deleting()) return TerminateNamespace(exchange, options, stored);
    if (!stored.spec()[names::kFinalizers].empty()) return Reply(exchange, 200, stored);
  }
  const Grace grace = GraceOf(exchange, options, stored);
  if (grace.pending) return Answer(exchange, options, !exchange.strategy().returns_deleted, stored);
  Value finalizers = GcFinalizers(exchange, options, stored);

  if (!finalizers.empty()) {
    const Object next = MarkDeleting(exchange, stored, std::move(finalizers), grace);
    Save(exchange, next, stored);
    return Answer(exchange, options, false, next);
  }
  if (grace.graceful) {
    const Object next = MarkDeleting(exchange, stored, std::move(finalizers), grace);
    Save(exchange, next, stored);
    if (grace.seconds > 0) return Answer(exchange, options, false, next);
    return Remove(exchange, options, next);
  }

  return Remove(exchange, options, stored);
}

}  // namespace wavetank::sim
