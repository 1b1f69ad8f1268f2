#include "sim/apiserver/server.h"

#include <algorithm>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/admission.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/subresources.h"

namespace wavetank::sim {
namespace {

Outcome RunVerb(Exchange& exchange) {
  switch (exchange.request.verb) {
    case Verb::kGet: return Get(exchange);
    case Verb::kList: return List(exchange);
    case Verb::kCreate: return Create(exchange);
    case Verb::kUpdate: return Update(exchange);
    case Verb::kPatch: return Patch(exchange);
    case Verb::kDelete: return Delete(exchange);
    case Verb::kDeleteCollection: return DeleteCollection(exchange);
    case Verb::kWatch: break;
  }
  return Fail(InternalError("a watch is started with StartWatch"));
}

Outcome RunSubresource(Exchange& exchange) {
  const ApiRequest& request = exchange.request;
  const SubresourceRow* row = FindSubresourceRow(request.subresource.view());
  if (row == nullptr || !AllowsSubresource(exchange, VerbName(request.verb))) return Fail(UnknownSubresource(exchange));
  if (row->connect != nullptr) return row->connect(exchange);
  const bool update = request.verb == Verb::kUpdate || request.verb == Verb::kPatch;
  if (update && row->update != nullptr) return row->update(exchange);
  if (request.verb == Verb::kCreate && row->create != nullptr) return row->create(exchange);
  if (request.verb == Verb::kGet || (update && row->merge != nullptr)) return RunVerb(exchange);
  return Fail(UnknownSubresource(exchange));
}

Outcome Run(Exchange& exchange) {
  Outcome outcome = exchange.request.subresource.empty() ? RunVerb(exchange) : RunSubresource(exchange);
  // Warnings go with errors too (API-198).
  if (auto* response = std::get_if<ApiResponse>(&outcome); response != nullptr && response->warnings.empty()) {
    response->warnings = std::move(exchange.warnings);
  }
  return outcome;
}

// Does the path know the verb? Subresources are judged by their own verbs' code. One name is written by PUT, PATCH and
// DELETE, a collection by POST and DELETE, and a collection of all namespaces by nobody (API-007, API-148).
bool Allows(const Served& served, const ApiRequest& request) {
  if (!request.subresource.empty()) return true;
  if ((served.verbs & (1u << static_cast<unsigned>(request.verb))) == 0) return false;
  switch (request.verb) {
    case Verb::kGet:
    case Verb::kUpdate:
    case Verb::kPatch:
    case Verb::kDelete: return !request.name.empty();
    case Verb::kCreate:
      if (!request.name.empty() && served.resource->type != nullptr) return false;
      [[fallthrough]];
    case Verb::kDeleteCollection: return !served.resource->namespaced || !request.ns.empty();
    default: return true;
  }
}

}  // namespace

void Exchange::Warn(std::string_view text) {
  for (const String& warning : warnings) {
    if (warning == text) return;  // each text once (API-200)
  }
  warnings.emplace_back(text);
}

ApiResponse Fail(const Status& status) {
  ApiResponse response;
  response.code = HttpCode(status);
  response.body = ToStatusDocument(status);
  return response;
}

ApiResponse Reply(Exchange& exchange, int code, Object object) {
  ApiResponse response;
  response.code = code;
  response.object =
      exchange.served.version == nullptr ? std::move(object) : Object(exchange.FromStorage(object.value()));
  response.warnings = std::move(exchange.warnings);
  return response;
}

ApiResponse ReplyDocument(Exchange& exchange, int code, Value document) {
  ApiResponse response;
  response.code = code;
  response.body = std::move(document);
  response.warnings = std::move(exchange.warnings);
  return response;
}

std::unique_ptr<Continuation> Suspend(Exchange& exchange, Continuation::Stage stage, Value object, size_t hook) {
  auto next = std::make_unique<Continuation>(std::move(exchange.request));
  next->stage = stage;
  next->object = std::move(object);
  next->hook = hook;
  next->attempts = exchange.attempts;
  next->warnings = std::move(exchange.warnings);
  return next;
}

Status UnknownSubresource(const Exchange& exchange) {
  const std::string_view name = exchange.request.subresource.view();
  if (exchange.resource().FindSubresource(name) == nullptr) return UnknownPathError();
  return MethodNotAllowedError();
}

bool AllowsSubresource(const Exchange& exchange, std::string_view verb) {
  const ResourceInfo& resource = exchange.resource();
  const std::string_view name = exchange.request.subresource.view();
  const bool custom = (resource.has_status && name == "status") || (resource.has_scale && name == "scale");
  if (custom && (verb == "get" || verb == "update" || verb == "patch")) return true;
  const SubresourceInfo* found = resource.FindSubresource(name);
  return found != nullptr && std::ranges::find(found->verbs, verb) != found->verbs.end();
}

ApiServer::ApiServer(Options options, KindRegistry kinds)
    : state_{.store = Store(options.first_revision, options.keep_log),
             .options = std::make_shared<const Options>(std::move(options)),
             .memo = std::make_shared<Memo>(),
             .bound = std::make_shared<Memo>(),
             .times = std::make_shared<TimeTexts>(),
             .scheduled = std::make_shared<ScheduledConditions>()} {
  SetKinds(std::move(kinds));
}

void ApiServer::SetKinds(KindRegistry kinds) {
  state_.kinds = std::move(kinds);
  state_.served = std::make_shared<ServedCache>();
  state_.selections = std::make_shared<Selection::Parser>();
  state_.decoded = std::make_shared<Memo>();
  state_.namespaces = state_.kinds.Find(Gvr("", "v1", "namespaces"));
  state_.priority_classes = state_.kinds.Find(Gvr("scheduling.k8s.io", "v1", "priorityclasses"));
  state_.others = {.limit_ranges = state_.kinds.Find(Gvr("", "v1", "limitranges")),
                   .quotas = state_.kinds.Find(Gvr("", "v1", "resourcequotas")),
                   .runtime_classes = state_.kinds.Find(Gvr("node.k8s.io", "v1", "runtimeclasses")),
                   .storage_classes = state_.kinds.Find(Gvr("storage.k8s.io", "v1", "storageclasses")),
                   .ingress_classes = state_.kinds.Find(Gvr("networking.k8s.io", "v1", "ingressclasses"))};
}

Outcome ApiServer::Apply(ApiRequest request, const RequestInfo& info, const Replica& replica) {
  const Served* served = state_.served->Find(state_.kinds, request.resource);
  if (served == nullptr) return Fail(UnknownPathError());
  if (!Allows(*served, request)) return Fail(MethodNotAllowedError());
  Exchange exchange{*this, state_, request, info, replica, *served, {}, 0, {}};
  if (!served->deprecation.empty()) exchange.Warn(served->deprecation);
  return Run(exchange);
}

Outcome ApiServer::Resume(Continuation next, const CallAnswer& answer, const RequestInfo& info,
                          const Replica& replica) {
  const Served* served = state_.served->Find(state_.kinds, next.request.resource);
  if (served == nullptr) return Fail(UnknownPathError());
  ApiRequest request = std::move(next.request);
  Exchange exchange{*this,         state_,       request, info, replica, *served, std::move(next.warnings),
                    next.attempts, next.deadline};
  if (next.stage == Continuation::Stage::kRead) return Run(exchange);

  Result<Value> admitted = ApplyReview(exchange, state_.options->hooks[next.hook], next.object, answer);
  if (!admitted.ok()) return Fail(admitted.status());
  if (admitted->identity() != next.object.identity()) {  // what a webhook wrote is decoded like any body
    admitted = DecodeBody(exchange, *admitted);
    if (!admitted.ok()) return Fail(admitted.status());
  }
  switch (next.stage) {
    case Continuation::Stage::kCreateHook: return ContinueCreate(exchange, *std::move(admitted), next.hook + 1);
    case Continuation::Stage::kUpdateHook:
      return ContinueUpdate(exchange, next.base, *std::move(admitted), next.hook + 1);
    default: return ContinueDelete(exchange, next.hook + 1);
  }
}

Object ApiServer::Get(const ResourceInfo& resource, const ObjectKey& key) const {
  const Object* found = state_.store.Find(resource, key);
  return found == nullptr ? Object() : *found;
}

void ApiServer::ForEach(const ResourceInfo& resource, std::string_view ns,
                        const std::function<void(const Object&)>& visit) const {
  const KeyView from(ns, "");
  state_.store.tables().Of(resource).ForEach(&from, [&](const Object& object) {
    if (!ns.empty() && object.ns() != ns) return false;
    visit(object);
    return true;
  });
}

}  // namespace wavetank::sim
