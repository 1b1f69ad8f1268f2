// POST: the order of the real server is options, body, namespace, admission, preparation, validation, store (API-121).
#include <optional>

#include "sim/apiserver/admission.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/validation.h"
#include "sim/apiserver/warnings.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr int kNameTries = 8;
constexpr size_t kLongestBase = 58;  // 63 less the suffix

// What the server decides of a new object's metadata, in one pass. The name and uid are drawn here.
Value NewMetadata(Exchange& exchange, const Value& given) {
  ServerState& state = exchange.state;
  Value name = given[names::kName];
  if (name.empty() && !given[names::kGenerateName].empty()) {
    const std::string_view base = given[names::kGenerateName].AsString();
    name = Value(std::string(base.substr(0, kLongestBase)).append(exchange.info.ids->Suffix().view()));
  }
  const GenerationRule rule = exchange.strategy().generation;
  const bool counted = rule != GenerationRule::kNone && rule != GenerationRule::kChanges;
  Value metadata = WithFields(
      given, {{names::kCreationTimestamp, exchange.state.times->Text(exchange.info.now)},
              {names::kDeletionGracePeriodSeconds, Value()},
              {names::kDeletionTimestamp, Value()},
              {names::kGeneration, counted ? Value(1) : given[names::kGeneration]},
              {words::kManagedFields, Value()},
              {names::kName, name.empty() ? Value() : name},
              {names::kNamespace, exchange.resource().namespaced ? Value(exchange.request.ns) : Value()},
              {names::kResourceVersion, exchange.request.dry_run ? Value() : RevisionText(state.store.next())},
              {words::kSelfLink, Value()},
              {names::kUid, Value(exchange.info.ids->Uid())}});
  MarkDecoded(exchange, metadata);
  return metadata;
}

// The status a client sends with a new object is not for it to set (API-122).
Value WithEmptyStatus(const Exchange& exchange, const Value& object) {
  const KindStrategy& strategy = exchange.strategy();
  if (strategy.keeps_status_on_create || !exchange.resource().has_status || strategy.graceful)
    return object;  // of a Pod: AdmitPod
  return WithFields(object, {{names::kStatus, exchange.served.empty_status}});
}

Value Prepare(Exchange& exchange, Value object, FieldErrors& errors) {
  if (exchange.strategy().prepare_create == nullptr) return object;
  const PrepareContext context{
      exchange.info.now,        *exchange.state.memo, exchange.state.store, exchange.resource(), "", errors,
      exchange.info.user.view()};
  return exchange.strategy().prepare_create(context, std::move(object));
}

Status Validate(Exchange& exchange, const Value& object) {
  if (!exchange.state.options->validation) return {};
  FieldErrors errors;
  errors.broken = exchange.state.options->broken_rules;
  const Value& metadata = object[names::kMetadata];
  ValidateMetadata(exchange.shown(), exchange.strategy(), metadata, errors);
  ValidateKind(exchange.resource(), exchange.shown(), object, errors);
  if (errors.empty()) return {};
  return InvalidError(exchange.resource().gvk, metadata[names::kName].AsString(), errors.list());
}

Status Taken(const Exchange& exchange, const Object& other, const Value& metadata) {
  if (!metadata[names::kGenerateName].empty()) {
    return GenerateNameError(ErrorSubject(exchange.shown().gvr, other.name().view()));
  }
  return AlreadyExistsError(exchange.shown().gvr, other.name().view(), other.deleting());
}

}  // namespace

Outcome Create(Exchange& exchange) {
  if (!exchange.resource().stored) return CreateUnstored(exchange);
  if (Status bad = CheckWriteOptions(exchange); !bad.ok()) return Fail(bad);
  Result<Value> body = DecodeBody(exchange, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  Result<Value> object = MatchNamespace(exchange, *std::move(body));
  if (!object.ok()) return Fail(object.status());
  return CreateObject(exchange, *std::move(object));
}

Outcome CreateObject(Exchange& exchange, Value object) {
  if (Status refused = AdmitToNamespace(exchange, object); !refused.ok()) return Fail(refused);
  object = DropDuplicateOwners(exchange, WithEmptyStatus(exchange, object));
  if (exchange.strategy().graceful && exchange.state.options->defaulting) {  // a Pod
    Result<Value> admitted = AdmitPod(exchange, ApplyLimitDefaults(exchange, std::move(object)));
    if (admitted.ok()) admitted = ApplyRuntimeClass(exchange, *std::move(admitted));
    if (!admitted.ok()) return Fail(admitted.status());
    object = *std::move(admitted);
  }
  if (exchange.state.options->defaulting) object = ApplyDefaultClass(exchange, std::move(object));
  return ContinueCreate(exchange, std::move(object), 0);
}

Outcome ContinueCreate(Exchange& exchange, Value object, size_t hook) {
  if (const std::optional<size_t> next = NextHook(exchange, Verb::kCreate, hook); next.has_value()) {
    const std::string& target = exchange.state.options->hooks[*next].target;
    NeedsCall call{target, MakeReview(exchange, Verb::kCreate, object, Value()), nullptr};
    call.next = Suspend(exchange, Continuation::Stage::kCreateHook, std::move(object), *next);
    return call;
  }
  ServerState& state = exchange.state;
  const Value given = object[names::kMetadata];
  Status failed;
  for (int attempt = 0; attempt < kNameTries; ++attempt) {
    FieldErrors refused;
    object = std::move(object).Set(names::kMetadata, NewMetadata(exchange, given));
    Value finished = Prepare(exchange, object, refused);
    if (!refused.empty()) {
      const std::string_view name = finished[names::kMetadata][names::kName].AsString();
      return Fail(InvalidError(exchange.resource().gvk, name, refused.list()));
    }
    if (attempt == 0) {
      if (Status invalid = Validate(exchange, finished); !invalid.ok()) return Fail(invalid);
      if (exchange.state.options->validation) WarnOnCreate(exchange, finished);
      const Result<uint64_t> version = ParseResourceVersion(given[names::kResourceVersion].AsString());
      if (version.ok() && *version != 0 && !exchange.request.dry_run) {
        return Fail(RawError("resourceVersion should not be set on objects to be created"));
      }
    }
    if (attempt == 0) {
      const uint64_t before = state.store.revision();
      if (Status refused = JudgeAgainstCluster(exchange, finished, Object()); !refused.ok()) return Fail(refused);
      if (state.store.revision() != before) {  // quotas were charged
        finished = finished.SetIn({names::kMetadata, names::kResourceVersion}, RevisionText(state.store.next()));
      }
    }
    if (const std::string_view why = exchange.strategy().refused; !why.empty()) {
      return Fail(Status(Code::kMethodNotAllowed, std::string(why)));
    }
    if (exchange.request.dry_run && !given[names::kResourceVersion].empty()) {
      finished = finished.SetIn({names::kMetadata, names::kResourceVersion}, given[names::kResourceVersion]);
    }
    finished = AsStored(exchange, std::move(finished));
    Object created(std::move(finished));
    const Object* other = exchange.request.dry_run ? state.store.Find(exchange.resource(), created.key())
                                                   : state.store.Create(exchange.resource(), created);
    if (other == nullptr) return Reply(exchange, 201, std::move(created));
    failed = Taken(exchange, *other, given);
    if (given[names::kGenerateName].empty() || !given[names::kName].empty()) break;
  }
  return Fail(failed);
}

}  // namespace wavetank::sim
