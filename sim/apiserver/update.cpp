// PUT, and the second half of PATCH: a document takes the place of the stored one (API-128..136).
#include <algorithm>
#include <optional>

#include "sim/apiserver/admission.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/validation.h"
#include "sim/apiserver/warnings.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

// Resources that lie elsewhere than under their name.
struct PlaceRow {
  std::string_view resource;
  std::string_view place;
};
constexpr PlaceRow kPlaces[] = {{"endpoints", "services/endpoints"},
                                {"ingresses", "ingress"},
                                {"nodes", "minions"},
                                {"replicationcontrollers", "controllers"},
                                {"services", "services/specs"}};

// A dry run speaks of the key without its root.
std::string StorageKey(const Exchange& exchange) {
  const Gvr& gvr = exchange.resource().gvr;
  std::string key = exchange.request.dry_run ? "/" : "/registry/";
  if (exchange.resource().type == nullptr) key.append(gvr.group.view()).append("/");
  std::string_view place = gvr.resource.view();
  for (const PlaceRow& row : kPlaces) {
    if (row.resource == place && exchange.resource().type != nullptr) {
      place = row.place;
      break;
    }
  }
  key.append(place).append("/");
  if (!exchange.request.ns.empty()) key.append(exchange.request.ns.view()).append("/");
  return key.append(exchange.request.name.view());
}

}  // namespace

Status PreconditionFailed(const Exchange& exchange, std::string_view what, std::string_view given,
                          std::string_view stored) {
  const std::string word(what);
  return ConflictError(exchange.shown().gvr, exchange.request.name.view(),
                       "StorageError: invalid object, Code: 4, Key: " + StorageKey(exchange) +
                           ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: " + word +
                           " in precondition: " + std::string(given) + ", " + word +
                           " in object meta: " + std::string(stored));
}

Status CheckUid(const Exchange& exchange, const Value& object, std::string_view stored) {
  const std::string_view uid = object[names::kMetadata][names::kUid].AsString();
  if (exchange.request.verb != Verb::kUpdate || uid.empty() || uid == stored) return {};
  return PreconditionFailed(exchange, "UID", uid, stored);
}

namespace {

constexpr int kMaxAttempts = 5;  // of an update whose object moves while webhooks are asked

// Optimistic concurrency (API-129, API-130).
Status CheckVersion(const Exchange& exchange, const Value& object, const Object& stored) {
  const Value& metadata = object[names::kMetadata];
  if (metadata.identity() == stored.metadata().identity()) return {};
  const Value& given = metadata[names::kResourceVersion];
  if (given == stored.metadata()[names::kResourceVersion]) return {};
  const Result<uint64_t> version = ParseResourceVersion(given.AsString());
  if (!version.ok()) return RawError(version.status().message());
  const Gvr& gvr = exchange.shown().gvr;
  if (*version == 0) {
    if (exchange.strategy().unconditional_update) return {};
    const FieldError error = field::Invalid("metadata.resourceVersion", Value(0), "must be specified for an update");
    return InvalidError(ErrorSubject(gvr, exchange.request.name.view()), std::span<const FieldError>(&error, 1));
  }
  if (*version != stored.resource_version()) return ConflictError(gvr, exchange.request.name.view());
  return {};
}

// The stored document with what this endpoint may change taken from the request.
Value Merge(const Exchange& exchange, const SubresourceRow* row, const Value& object, const Object& stored) {
  if (exchange.request.subresource.empty()) {
    if (!exchange.resource().has_status) return object;
    return WithFields(object, {{names::kStatus, stored.status()}});
  }
  WT_CHECK(row != nullptr && row->merge != nullptr, "only what a row merges is written through a subresource");
  return row->merge(exchange, object, stored);
}

bool TakesBack(const Value& asked, const Value& merged) {
  const Value& metadata = asked[names::kMetadata];
  return !(asked[names::kSpec] == merged[names::kSpec]) ||
         !(metadata[names::kLabels] == merged[names::kMetadata][names::kLabels]) ||
         !(metadata[names::kAnnotations] == merged[names::kMetadata][names::kAnnotations]);
}

// What a client may not change of the metadata comes from the stored object (API-071, API-075, API-084).
Value KeepServerFields(const Value& given, const Object& stored) {
  const Value& old = stored.metadata();
  const Value& uid = given[names::kUid];
  const bool grace_missing = given[names::kDeletionGracePeriodSeconds].is_null();
  const bool deleting = stored.deleting();
  return WithFields(
      given, {{names::kCreationTimestamp, old[names::kCreationTimestamp]},
              {names::kDeletionGracePeriodSeconds,
               grace_missing ? old[names::kDeletionGracePeriodSeconds] : given[names::kDeletionGracePeriodSeconds]},
              {names::kDeletionTimestamp, deleting ? old[names::kDeletionTimestamp] : given[names::kDeletionTimestamp]},
              {names::kGeneration, old[names::kGeneration]},
              {words::kManagedFields, Value()},
              {names::kResourceVersion, old[names::kResourceVersion]},
              {words::kSelfLink, Value()},
              {names::kUid, uid.empty() ? old[names::kUid] : uid}});
}

Status Validate(const Exchange& exchange, const Value& object, const Object& stored) {
  if (!exchange.state.options->validation) return {};
  FieldErrors errors;
  errors.broken = exchange.state.options->broken_rules;
  ValidateMetadataUpdate(exchange.shown(), exchange.request.subresource.view(), object[names::kMetadata],
                         stored.metadata(), errors);
  ValidateKindUpdate(exchange.resource(), exchange.shown(), exchange.request.subresource.view(), object, stored,
                     errors);
  if (errors.empty()) return {};
  return InvalidError(exchange.resource().gvk, exchange.request.name.view(), errors.list());
}

// An object on its way out whose last finalizer goes is gone with this very write (API-087, API-554).
bool DeletesByUpdate(const Exchange& exchange, const Value& object, const Object& stored) {
  if (!stored.deleting() || !object[names::kMetadata][names::kFinalizers].empty()) return false;
  if (stored.metadata()[names::kDeletionGracePeriodSeconds].AsInt() != 0) return false;
  const bool is_namespace = &exchange.resource() == exchange.state.namespaces;
  return !is_namespace || object[names::kSpec][names::kFinalizers].empty();
}

Outcome Write(Exchange& exchange, Value object, const Object& stored) {
  ServerState& state = exchange.state;
  const bool dry = exchange.request.dry_run;
  if (DeletesByUpdate(exchange, object, stored)) {
    // The answer is the object as submitted, under the old resourceVersion; the event carries the new one.
    if (!dry) state.store.Delete(exchange.resource(), WithRevision(stored, state.store.next()), stored);
    return Reply(exchange, 200, Object(std::move(object)));
  }
  object = AsStored(exchange, std::move(object), stored.value());
  if (object == stored.value() && !exchange.restored) return Reply(exchange, 200, stored);  // API-073
  if (dry) return Reply(exchange, 200, Object(std::move(object)));
  Value metadata = object[names::kMetadata].Set(names::kResourceVersion, RevisionText(state.store.next()));
  MarkDecoded(exchange, metadata);
  // Another version changes nothing of what is known about the form of the whole.
  const uint32_t mark = object.mark();
  object = std::move(object).Set(names::kMetadata, std::move(metadata));
  object.set_mark(mark);
  Object next(std::move(object));
  state.store.Replace(exchange.resource(), next, stored);
  return Reply(exchange, 200, std::move(next));
}

// REQUIRES: `stored` is what the store holds.
Outcome FinishUpdate(Exchange& exchange, const Object& stored, Value object, size_t hook) {
  // Webhooks see what would be stored.
  if (const std::optional<size_t> next = NextHook(exchange, exchange.request.verb, hook); next.has_value()) {
    const std::string& target = exchange.state.options->hooks[*next].target;
    NeedsCall call{target, MakeReview(exchange, Verb::kUpdate, object, stored.value()), nullptr};
    call.next = Suspend(exchange, Continuation::Stage::kUpdateHook, std::move(object), *next);
    call.next->base = stored;
    return call;
  }

  if (Status stale = CheckVersion(exchange, object, stored); !stale.ok()) return Fail(stale);
  const SubresourceRow* row = FindSubresourceRow(exchange.request.subresource.view());
  Value merged = Merge(exchange, row, object, stored);
  // Who asks for what a subresource does not take is on record for it all the same.
  exchange.restored = row != nullptr && row->bumps_generation && TakesBack(object, merged);
  if (const Value& given = merged[names::kMetadata]; given.identity() != stored.metadata().identity()) {
    // A deletion's time that is sent back otherwise is restored, and the write counts all the same (observed.md 084).
    const Value& until = given[names::kDeletionTimestamp];
    const bool moved = !until.is_null() && !(until == stored.metadata()[names::kDeletionTimestamp]);
    if (stored.deleting() && moved) exchange.restored = true;
    merged = WithFields(merged, {{names::kMetadata, KeepServerFields(given, stored)}});
  }
  if (exchange.strategy().prepare_update != nullptr) {
    FieldErrors refused;
    const PrepareContext context{exchange.info.now,
                                 *exchange.state.memo,
                                 exchange.state.store,
                                 exchange.resource(),
                                 exchange.request.subresource.view(),
                                 refused,
                                 exchange.info.user.view(),
                                 &exchange.restored};
    merged = exchange.strategy().prepare_update(context, std::move(merged), stored);
    if (!refused.empty()) {
      return Fail(InvalidError(exchange.resource().gvk, exchange.request.name.view(), refused.list()));
    }
  }
  const bool counts = row == nullptr || row->bumps_generation;
  if (counts && BumpsGeneration(exchange.strategy().generation, merged, stored)) {
    Value metadata = WithFields(merged[names::kMetadata], {{names::kGeneration, Value(stored.generation() + 1)}});
    merged = WithFields(merged, {{names::kMetadata, std::move(metadata)}});
  }
  if (Status invalid = Validate(exchange, merged, stored); !invalid.ok()) return Fail(invalid);
  if (exchange.state.options->validation) WarnOnUpdate(exchange, merged, stored);
  if (Status refused = JudgeAgainstCluster(exchange, merged, stored); !refused.ok()) return Fail(refused);
  return Write(exchange, std::move(merged), stored);
}

// What a document for a missing name comes to.
Outcome UpdateMissing(Exchange& exchange, Value object) {
  const Gvr& gvr = exchange.shown().gvr;
  const bool creates = exchange.strategy().create_on_update && exchange.request.subresource.empty() &&
                       exchange.request.verb == Verb::kUpdate;
  if (!creates) return Fail(NotFoundError(gvr, exchange.request.name.view()));
  if (Status conflict = CheckUid(exchange, object, ""); !conflict.ok()) return Fail(conflict);
  const Value metadata = WithFields(object[names::kMetadata], {{names::kResourceVersion, Value()}});  // observed.md 132
  return CreateObject(exchange, WithFields(object, {{names::kMetadata, metadata}}));
}

}  // namespace

Outcome Update(Exchange& exchange) {
  if (Status bad = CheckWriteOptions(exchange); !bad.ok()) return Fail(bad);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  const bool same_version = found != nullptr && exchange.served.version == nullptr;
  Result<Value> body = DecodeBody(exchange, exchange.request.body, same_version ? found->value() : Value());
  if (!body.ok()) return Fail(body.status());
  return UpdateObject(exchange, *std::move(body), found);
}

Outcome UpdateObject(Exchange& exchange, Value object, const Object* found) {
  // The stored metadata itself names the object of the path, and has its uid.
  if (found == nullptr || object[names::kMetadata].identity() != found->metadata().identity()) {
    if (Status mismatch = MatchName(exchange, object); !mismatch.ok()) return Fail(mismatch);
    Result<Value> placed = MatchNamespace(exchange, std::move(object));
    if (!placed.ok()) return Fail(placed.status());
    object = *std::move(placed);
    if (found == nullptr) return UpdateMissing(exchange, std::move(object));
    if (Status conflict = CheckUid(exchange, object, found->uid().view()); !conflict.ok()) return Fail(conflict);
  }
  const Object stored = *found;
  object = DropDuplicateOwners(exchange, std::move(object));
  const bool pod = exchange.strategy().graceful && exchange.state.options->defaulting;
  if (pod && exchange.request.subresource.empty()) object = AdmitPodUpdate(std::move(object), stored);
  return FinishUpdate(exchange, stored, std::move(object), 0);
}

Outcome ContinueUpdate(Exchange& exchange, const Object& base, Value object, size_t hook) {
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  const bool moved = found == nullptr || !found->SameAs(base);
  if (moved &&
      exchange.attempts < kMaxAttempts) {  // other writes came between: anew from the request (API-134, API-136)
    ++exchange.attempts;
    return exchange.request.verb == Verb::kPatch ? Patch(exchange) : Update(exchange);
  }
  if (moved) return Fail(ConflictError(exchange.shown().gvr, exchange.request.name.view()));
  return FinishUpdate(exchange, base, std::move(object), hook);
}

}  // namespace wavetank::sim
