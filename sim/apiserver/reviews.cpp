// Kinds that are asked and not stored: bindings and reviews (API-685, API-651).
#include "sim/apiserver/body.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAllowed("allowed");
const Name kResourceAttributes("resourceAttributes");
const Name kNonResourceAttributes("nonResourceAttributes");

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

struct Row {
  std::string_view kind;
  Outcome (*create)(Exchange&);
};
constexpr Row kRows[] = {{"Binding", BindByBody}, {"SelfSubjectAccessReview", ReviewOwnAccess}};

}  // namespace

Outcome CreateUnstored(Exchange& exchange) {
  const Gvk& gvk = exchange.resource().gvk;
  for (const Row& row : kRows) {
    if (row.kind == gvk.kind.view()) return row.create(exchange);
  }
  return Fail(Status(Code::kUnimplemented, gvk.group_kind() + " is not built yet"));
}

}  // namespace wavetank::sim
