#include "sim/front/front.h"

#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/wire/response_codec.h"
#include "runtime/wire/watch_frames.h"
#include "sim/front/identity.h"
#include "sim/front/limits.h"
#include "sim/front/pages.h"
#include "sim/front/stream.h"
#include "sim/front/transform.h"

namespace wavetank::sim {
namespace {

// The parts of an answer that every handler has in common.
void Stamp(HttpResponse& response, std::string_view audit_id, bool head) {
  AddHeader(response.headers, "Audit-Id", audit_id);
  if (head) response.body.clear();
}

// A path below which everything is JSON: then an unknown one is, too (API-006, observed 006).
bool InServedGroup(std::string_view path) {
  if (path.starts_with("/api/")) return true;
  if (!path.starts_with("/apis/")) return false;
  path.remove_prefix(6);
  const std::string_view group = path.substr(0, path.find('/'));
  return !group.empty() && group.size() < path.size() &&
         std::ranges::any_of(KindRegistry::BuiltIn().Groups(), [&](const GroupInfo& g) { return g.name == group; });
}

}  // namespace

Time FrontPending::deadline() const {
  if (const auto* wait = std::get_if<WaitFor>(&why); wait != nullptr) return wait->deadline;
  return Time::Max();
}

Outcome BareHost::Apply(ApiRequest request, std::string_view user) {
  return server_.Apply(std::move(request), {now_, &ids_, String(user)}, replica_);
}

Outcome BareHost::Resume(Continuation next, const CallAnswer& answer, std::string_view user) {
  return server_.Resume(std::move(next), answer, {now_, &ids_, String(user)}, replica_);
}

// One request on its way.
class Front::Exchange {
 public:
  Exchange(Front& front, const HttpRequest& http) : front_(front), http_(http) {
    const std::string_view given = HeaderText(http.headers, "Audit-ID");
    audit_id_ = given.empty() ? front.host_.ids().Uid().str() : std::string(given);
  }

  Outcome Run() {
    Target target = SplitTarget(http_.target);
    if (target.bad_path) return Answer(PlainPage(400, "400 Bad Request"));
    const Wishes wishes = WishesOf(http_, target.query);
    Result<Identity> who = Identify(http_, front_.options_);
    if (!who.ok()) return Answer(EncodeStatus(who.status(), kinds(), FormatForErrors(wishes)));
    if (Status no = Authorize(*who, http_, target, kinds()); !no.ok()) return Forbidden(no, wishes);
    ParsedRequest parsed = ParseRequest(http_, kinds());
    if (auto* other = std::get_if<OtherPath>(&parsed)) return Page(*other);
    if (auto* refusal = std::get_if<Refusal>(&parsed)) return Refused(*refusal, target.path);
    return Call(std::get<ResourceCall>(std::move(parsed)), who->user);
  }

 private:
  ApiServer& server() { return front_.host_.server(); }
  const KindRegistry& kinds() { return server().kinds(); }

  Outcome Answer(HttpResponse response, std::unique_ptr<FrontWatch> watch = nullptr) {
    Stamp(response, audit_id_, http_.method == "HEAD");
    return FrontAnswer{std::move(response), std::move(watch)};
  }
  Outcome Forbidden(const Status& no, const Wishes& wishes) {
    HttpResponse response = EncodeStatus(no, kinds(), FormatForErrors(wishes));
    AddHeader(response.headers, "X-Content-Type-Options", "nosniff");
    if (ShowsWarnings(http_) && !HeaderText(http_.headers, "Impersonate-User").empty()) {
      AddHeader(response.headers, "Warning", WarningHeader(kNoRoles));
    }
    return Answer(std::move(response));
  }
  Outcome Refused(const Refusal& refusal, std::string_view path) {
    if (refusal.plain_page && ServedElsewhere(path)) return Answer(PlainPage(503, "service unavailable\n"));
    if (refusal.plain_page) return Answer(PlainPage(404, "404 page not found\n"));
    return Answer(EncodeStatus(refusal.status, kinds(), refusal.format));
  }
  Outcome Page(const OtherPath& other) {
    std::optional<HttpResponse> page =
        ServePage(http_, other.target, other.wishes, server(), front_.openapi_, front_.host_.now());
    if (page.has_value()) return Answer(*std::move(page));
    if (ServedElsewhere(other.target.path)) return Answer(PlainPage(503, "service unavailable\n"));
    if (!InServedGroup(other.target.path)) return Answer(PlainPage(404, "404 page not found\n"));
    return Answer(EncodeStatus(UnknownPathError(), kinds(), FormatForErrors(other.wishes)));
  }
  // An APIService names a service that has the group. The real server cannot reach it either when nobody runs it.
  bool ServedElsewhere(std::string_view path) {
    if (!path.starts_with("/apis/")) return false;
    path.remove_prefix(6);
    const size_t slash = path.find('/');
    if (slash == path.npos) return false;
    const std::string_view version = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
    const ResourceInfo* services = kinds().Find(Gvr("apiregistration.k8s.io", "v1", "apiservices"));
    if (services == nullptr || version.empty()) return false;
    const std::string name = std::string(version) + "." + std::string(path.substr(0, slash));
    return server().Get(*services, ObjectKey(String(), String(name))).spec()["service"].is_object();
  }
  Outcome Call(ResourceCall call, const std::string& user) {
    if (call.format.transform.has_value()) AskAsPrinted(call.request);
    if (call.request.verb == Verb::kWatch) return Watch(std::move(call));
    FrontPending pending{{}, user, std::move(call.format), call.resource, audit_id_, std::move(call.include_object),
                         {}};
    if (call.request.verb == Verb::kCreate && call.request.subresource.empty() && ShowsWarnings(http_)) {
      pending.limit = LimitOf(*call.resource);
    }
    return front_.Finish(front_.host_.Apply(std::move(call.request), user), std::move(pending), http_.method == "HEAD");
  }
  Outcome Watch(ResourceCall call) {
    WatchOutcome started = StartWatch(server(), front_.host_.replica(), call.request);
    if (auto* refused = std::get_if<ApiResponse>(&started)) {
      return Answer(EncodeResponse(*refused, call.resource, kinds(), call.format));
    }
    if (call.format.transform.has_value()) {
      const Status bad = CheckTransform(*call.format.transform, call.include_object);
      if (!bad.ok()) return Answer(EncodeStatus(bad, kinds(), call.format));
    }
    HttpResponse head = WatchHead(call.format);
    if (const auto* start = std::get_if<WatchStart>(&started)) {
      for (const String& text : start->warnings) AddHeader(head.headers, "Warning", WarningHeader(text.view()));
    }
    return Answer(std::move(head), OpenStream(front_.host_, std::move(call), std::move(started)));
  }

  Front& front_;
  const HttpRequest& http_;
  std::string audit_id_;
};

Front::Outcome Front::Handle(const HttpRequest& request) { return Exchange(*this, request).Run(); }

Front::Outcome Front::Resume(FrontPending pending, const CallAnswer& answer) {
  std::unique_ptr<Continuation> next;
  if (auto* call = std::get_if<NeedsCall>(&pending.why)) {
    next = std::move(call->next);
  } else {
    next = std::move(std::get<WaitFor>(pending.why).next);
  }
  const std::string user = pending.user;
  return Finish(host_.Resume(std::move(*next), answer, user), std::move(pending), false);
}

Front::Outcome Front::Finish(sim::Outcome outcome, FrontPending pending, bool head) {
  if (auto* call = std::get_if<NeedsCall>(&outcome)) {
    pending.why = std::move(*call);
    return pending;
  }
  if (auto* wait = std::get_if<WaitFor>(&outcome)) {
    pending.why = std::move(*wait);
    return pending;
  }
  const ApiResponse& response = std::get<ApiResponse>(outcome);
  HttpResponse http = Encode(response, pending);
  if (response.code == 201 && !pending.limit.empty()) {
    AddHeader(http.headers, "Warning", WarningHeader(pending.limit));
  }
  Stamp(http, pending.audit_id, head);
  return FrontAnswer{std::move(http), nullptr};
}

HttpResponse Front::Encode(const ApiResponse& response, const FrontPending& pending) {
  const KindRegistry& kinds = host_.server().kinds();
  const bool status = !response.object && response.body[names::kKind] == "Status";
  if (!pending.format.transform.has_value() || status || pending.resource == nullptr) {
    return EncodeResponse(response, pending.resource, kinds, pending.format);
  }
  const TransformInput input{*pending.resource, host_.server(), host_.now(), pending.include_object};
  Result<Value> document = TransformResponse(*pending.format.transform, response, input);
  if (!document.ok()) return EncodeStatus(document.status(), kinds, pending.format);
  HttpResponse http = EncodeDocument(response.code, *document, kinds, pending.format);
  for (const String& warning : response.warnings) AddHeader(http.headers, "Warning", WarningHeader(warning.view()));
  return http;
}

}  // namespace wavetank::sim
