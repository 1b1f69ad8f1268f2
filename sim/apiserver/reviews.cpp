// Kinds that are asked and not stored: bindings and reviews (API-685, API-651).
#include "runtime/value/json.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAllowed("allowed");
const Name kResourceAttributes("resourceAttributes");
const Name kNonResourceAttributes("nonResourceAttributes");
const Name kUserInfo("userInfo");
const Name kUsername("username");
const Name kGroups("groups");

// POST bindings: the pod's name is in the body.
Outcome BindByBody(Exchange& exchange) {
  const Served* pods = exchange.state.served->Find(exchange.state.kinds, Gvr("", "v1", "pods"));
  if (pods == nullptr) return Fail(UnknownPathError());
  exchange.request.name = exchange.request.body[names::kMetadata][names::kName].ToSharedString();
  if (exchange.request.name.empty()) {
    Result<Value> body = DecodeBody(exchange, exchange.request.body);
    if (!body.ok()) return Fail(body.status());
  }
  if (exchange.request.name.empty()) return Fail(BadRequestError("Name parameter required."));
  Exchange of_pod{exchange.server, exchange.state, exchange.request, exchange.info, exchange.replica, *pods, {}, 0, {}};
  return Bind(of_pod);
}

Status CheckAttributes(const Value& spec, const Gvk& gvk) {
  const Value& resource = spec[kResourceAttributes];
  const Value& path = spec[kNonResourceAttributes];
  std::vector<FieldError> errors;
  if (!resource.is_null() && !path.is_null()) {
    const std::string text = "{\"Path\":" + FieldValueText(Value(path["path"].AsString())) +
                             ",\"Verb\":" + FieldValueText(Value(path["verb"].AsString())) + "}";
    errors.push_back(field::InvalidText("spec.nonResourceAttributes", text,
                                        "cannot be specified in combination with resourceAttributes"));
  }
  if (resource.is_null() && path.is_null()) {
    errors.push_back(field::Invalid("spec.resourceAttributes", Value(),
                                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
  }
  return errors.empty() ? Status() : InvalidError(ErrorSubject(gvk.group.view(), "", ""), errors);
}

// May I? There are no rules yet that would say no to who gets here.
Outcome ReviewOwnAccess(Exchange& exchange) {
  Result<Value> body = DecodeBody(exchange, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  if (Status bad = CheckAttributes((*body)[names::kSpec], exchange.resource().gvk); !bad.ok()) return Fail(bad);
  return ReplyDocument(exchange, 201, body->Set(names::kStatus, ObjectBuilder(1).Add(kAllowed, true).Build()));
}

// Who am I? What the body says does not matter. Only administrators get here (sim/front/identity.h).
Outcome ReviewOneself(Exchange& exchange) {
  Result<Value> body = DecodeBody(exchange, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  const Value groups = *ParseJson(R"(["system:masters","system:authenticated"])");
  const Value user = ObjectBuilder(2).Add(kUsername, exchange.info.user).Add(kGroups, groups).Build();
  const Value made =
      ObjectBuilder(1).Add(names::kCreationTimestamp, exchange.state.times->Text(exchange.info.now)).Build();
  return ReplyDocument(exchange, 201, body->Set(names::kMetadata, made).SetIn({names::kStatus, kUserInfo}, user));
}

// What may I do? The rules of a fresh cluster: the administrator's, then those of everybody with credentials.
constexpr std::string_view kOwnRules =
    R"({"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},)"
    R"({"verbs":["create"],"apiGroups":["authorization.k8s.io"],)"
    R"("resources":["selfsubjectaccessreviews","selfsubjectrulesreviews"]},)"
    R"({"verbs":["create"],"apiGroups":["authentication.k8s.io"],"resources":["selfsubjectreviews"]}],)"
    R"("nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]},)"
    R"({"verbs":["get"],"nonResourceURLs":["/api","/api/*","/apis","/apis/*","/healthz","/livez","/openapi","/openapi/*",)"
    R"("/readyz","/version","/version/"]},)"
    R"({"verbs":["get"],"nonResourceURLs":["/healthz","/livez","/readyz","/version","/version/"]}],"incomplete":false})";

Outcome ReviewOwnRules(Exchange& exchange) {
  Result<Value> body = DecodeBody(exchange, exchange.request.body);
  if (!body.ok()) return Fail(body.status());
  if ((*body)[names::kSpec][names::kNamespace].empty()) return Fail(BadRequestError("no namespace on request"));
  const Value nothing = ObjectBuilder(0).Build();
  return ReplyDocument(
      exchange, 201,
      body->Set(names::kMetadata, nothing).Set(names::kSpec, nothing).Set(names::kStatus, *ParseJson(kOwnRules)));
}

struct Row {
  std::string_view kind;
  Outcome (*create)(Exchange&);
};
constexpr Row kRows[] = {{"Binding", BindByBody},
                         {"SelfSubjectAccessReview", ReviewOwnAccess},
                         {"SelfSubjectReview", ReviewOneself},
                         {"SelfSubjectRulesReview", ReviewOwnRules}};

}  // namespace

Outcome CreateUnstored(Exchange& exchange) {
  const Gvk& gvk = exchange.resource().gvk;
  for (const Row& row : kRows) {
    if (row.kind == gvk.kind.view()) return row.create(exchange);
  }
  return Fail(Status(Code::kUnimplemented, gvk.group_kind() + " is not built yet"));
}

}  // namespace wavetank::sim
