// TokenRequest: a bearer token for a service account (API-640).
//
// The token has the form and the claims of a JSON Web Token, but its signature is drawn, not computed: nobody can check
// it, and no request is authenticated by it.
#include <string>

#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr int64_t kUsual = 60 * 60;
constexpr int64_t kShortest = 10 * 60;
constexpr int64_t kLongest = int64_t{1} << 32;
constexpr std::string_view kIssuer = "https://kubernetes.default.svc.cluster.local";

const Name kAudiences("audiences");
const Name kExpirationSeconds("expirationSeconds");
const Name kBoundObjectRef("boundObjectRef");

std::string Base64Url(std::string_view bytes) {
  std::string text = EncodeBase64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Status CheckSpec(const Value& spec, const Gvk& gvk) {
  const Value& seconds = spec[kExpirationSeconds];
  std::vector<FieldError> errors;
  if (seconds.AsInt() < kShortest) {
    errors.push_back(
        field::Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"));
  }
  if (seconds.AsInt() > kLongest) {
    errors.push_back(
        field::Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"));
  }
  return errors.empty() ? Status() : InvalidError(ErrorSubject(gvk, ""), errors);
}

// What the body says of the account has to be true; it may say nothing.
Status CheckSubject(const Exchange& exchange, const Value& metadata, const Gvk& gvk) {
  const std::string_view name = metadata[names::kName].AsString();
  if (name.empty() || name == exchange.request.name.view()) return {};
  const FieldError error =
      field::Invalid("metadata.name", metadata[names::kName], "must match the service account name if specified");
  return InvalidError(ErrorSubject(gvk, exchange.request.name.view()), std::span<const FieldError>(&error, 1));
}

Status CheckAccountUid(const Value& given, const Object& account, const Gvk& gvk) {
  if (given.empty() || given == account.uid().view()) return {};
  return ConflictError(ErrorSubject(gvk.group.view(), gvk.kind.view(), account.name().view()),
                       "the UID in the token request (" + std::string(given.AsString()) +
                           ") does not match the UID of the service account (" + account.uid().str() + ")");
}

// The object that the token is bound to has to be there. Its version does not matter.
Status CheckBound(const Exchange& exchange, const Value& ref) {
  if (ref.is_null()) return {};
  struct Row {
    std::string_view kind;
    std::string_view resource;
    bool namespaced;
  };
  static constexpr Row kRows[] = {{"Pod", "pods", true}, {"Secret", "secrets", true}, {"Node", "nodes", false}};
  const std::string_view version = ref[names::kApiVersion].AsString();
  const std::string_view kind = ref[names::kKind].AsString();
  const std::string_view name = ref[names::kName].AsString();
  for (const Row& row : kRows) {
    if (row.kind != kind || !SplitApiVersion(version).group.empty()) continue;
    if (name.empty()) return BadRequestError("Name parameter required.");
    const Gvr gvr("", "v1", row.resource);
    const ResourceInfo* resource = exchange.state.kinds.Find(gvr);
    if (resource == nullptr) break;
    const ObjectKey key(row.namespaced ? exchange.request.ns : String(), String(name));
    const Object* found = exchange.state.store.Find(*resource, key);
    if (found == nullptr) return NotFoundError(gvr, name);
    const Value& account = found->spec()["serviceAccountName"];
    if (row.kind == "Pod" && !(account == exchange.request.name.view())) {
      return BadRequestError("cannot bind token for serviceaccount " + Quote(exchange.request.name.view()) +
                             " to pod running with different serviceaccount name.");
    }
    const std::string_view uid = ref[names::kUid].AsString();
    if (!uid.empty() && !(found->uid() == uid)) {
      return ConflictError(
          ErrorSubject("", kind, name),
          "the UID in the bound object reference (" + std::string(uid) +
              ") does not match the UID in record. The object might have been deleted and then recreated");
    }
    return {};
  }
  const GroupVersion gv = SplitApiVersion(version);
  return BadRequestError("cannot bind token to object of type " + std::string(gv.group) + "/" +
                         std::string(gv.version) + ", Kind=" + std::string(kind));
}

std::string MakeToken(const Exchange& exchange, const Object& account, const Value& spec, const Value& bound) {
  const int64_t now = exchange.info.now.seconds();
  Value about =
      ObjectBuilder(2).Add(names::kName, Value(account.name())).Add(names::kUid, Value(account.uid())).Build();
  ObjectBuilder claims(3);
  claims.Add(names::kNamespace, Value(account.ns())).Add("serviceaccount", std::move(about));
  if (!bound.is_null()) {
    std::string kind(bound[names::kKind].AsString());
    for (char& c : kind) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    claims.Add(String(kind), ObjectBuilder(1).Add(names::kName, bound[names::kName]).Build());
  }
  const Value payload = ObjectBuilder(8)
                            .Add("aud", spec[kAudiences])
                            .Add("exp", now + spec[kExpirationSeconds].AsInt())
                            .Add("iat", now)
                            .Add("iss", kIssuer)
                            .Add("jti", Value(exchange.info.ids->Uid()))
                            .Add("kubernetes.io", claims.Build())
                            .Add("nbf", now)
                            .Add("sub", "system:serviceaccount:" + account.ns().str() + ":" + account.name().str())
                            .Build();
  const String signature = exchange.info.ids->Uid();
  return Base64Url(R"({"alg":"RS256","kid":"wavetank"})") + "." + Base64Url(WriteJson(payload)) + "." +
         Base64Url(signature.view());
}

}  // namespace

Outcome RequestToken(Exchange& exchange) {
  const SubresourceInfo& info = *exchange.resource().FindSubresource("token");
  Result<Value> body = DecodeBody(exchange, {info.gvk, info.type}, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  if (Result<Value> placed = MatchNamespace(exchange, *body); !placed.ok()) return Fail(placed.status());
  const Value given = (*body)[names::kMetadata];
  if (Status wrong = CheckSubject(exchange, given, info.gvk); !wrong.ok()) return Fail(wrong);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.resource().gvr, exchange.request.name.view()));
  const Object account = *found;
  if (Status wrong = CheckAccountUid(given[names::kUid], account, info.gvk); !wrong.ok()) return Fail(wrong);
  Value spec = (*body)[names::kSpec];
  if (spec[kExpirationSeconds].is_null()) spec = spec.Set(kExpirationSeconds, Value(kUsual));
  if (spec[kAudiences].empty()) spec = spec.Set(kAudiences, Value::Array({Value(kIssuer)}));
  if (Status bad = CheckSpec(spec, info.gvk); !bad.ok()) return Fail(bad);
  const Value bound = spec[kBoundObjectRef];
  if (Status bad = CheckBound(exchange, bound); !bad.ok()) return Fail(bad);
  const Value metadata = ObjectBuilder(4)
                             .Add(names::kCreationTimestamp, TimeText(exchange.info.now))
                             .Add(names::kName, Value(account.name()))
                             .Add(names::kNamespace, Value(account.ns()))
                             .Add(names::kUid, Value(account.uid()))
                             .Build();
  const Time expires = exchange.info.now + std::chrono::seconds(spec[kExpirationSeconds].AsInt());
  const Value status = ObjectBuilder(2)
                           .Add("expirationTimestamp", TimeText(expires))
                           .Add("token", MakeToken(exchange, account, spec, bound))
                           .Build();
  return ReplyDocument(
      exchange, 201, WithFields(*body, {{names::kMetadata, metadata}, {names::kSpec, spec}, {names::kStatus, status}}));
}

}  // namespace wavetank::sim
