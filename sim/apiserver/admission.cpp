#include "sim/apiserver/admission.h"

#include <algorithm>

#include "runtime/base/strings.h"
#include "runtime/value/patch.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAllowed("allowed");
const Name kEffect("effect");
const Name kGlobalDefault("globalDefault");
const Name kKey("key");
const Name kObject("object");
const Name kOldObject("oldObject");
const Name kOperation("operation");
const Name kOperator("operator");
const Name kPatch("patch");
const Name kRequest("request");
const Name kResponse("response");
const Name kTolerationSeconds("tolerationSeconds");

bool IsSystemPriorityClass(std::string_view name) {
  return name == "system-node-critical" || name == "system-cluster-critical";
}

constexpr std::string_view kImmortal[] = {"default", "kube-system", "kube-public"};

bool Tolerates(const Value& tolerations, std::string_view key) {
  for (const Value& t : tolerations.elements()) {
    const std::string_view effect = t[kEffect].AsString();
    const std::string_view of = t[kKey].AsString();
    if ((of == key || of.empty()) && (effect == "NoExecute" || effect.empty())) return true;
  }
  return false;
}

Value Toleration(std::string_view key) {
  return ObjectBuilder(4)
      .Add(kEffect, "NoExecute")
      .Add(kKey, key)
      .Add(kOperator, "Exists")
      .Add(kTolerationSeconds, 300)
      .Build();
}

// Two tolerations every Pod gets unless it says otherwise (DefaultTolerationSeconds).
Value WithTolerations(const Value& spec) {
  static const Value kNotReady = Toleration("node.kubernetes.io/not-ready");
  static const Value kUnreachable = Toleration("node.kubernetes.io/unreachable");
  Value tolerations = spec[words::kTolerations];
  if (!Tolerates(tolerations, "node.kubernetes.io/not-ready")) tolerations = tolerations.Append(kNotReady);
  if (!Tolerates(tolerations, "node.kubernetes.io/unreachable")) tolerations = tolerations.Append(kUnreachable);
  return spec.Set(words::kTolerations, std::move(tolerations));
}

// The PriorityClass that counts for a Pod: the named one, else the global default, else none.
Result<Object> PriorityClassFor(const Exchange& exchange, const Value& spec) {
  const ResourceInfo* classes = exchange.state.priority_classes;
  const std::string_view name = spec[words::kPriorityClassName].AsString();
  if (classes == nullptr) return Object();
  if (!name.empty()) {
    const Object* found = exchange.state.store.Find(*classes, KeyView("", name));
    if (found == nullptr) {
      const Value& metadata = exchange.request.body[names::kMetadata];
      const std::string_view own = metadata[names::kName].AsString();
      return ForbiddenError(
          ErrorSubject(exchange.resource().gvr, own.empty() ? metadata[names::kGenerateName].AsString() : own),
          "no PriorityClass with name " + std::string(name) + " was found");
    }
    return *found;
  }
  Object best;
  exchange.state.store.tables().Of(*classes).ForEach(nullptr, [&best](const Object& c) {
    const bool better = !best || c.value()[words::kValue].AsInt() < best.value()[words::kValue].AsInt();
    if (c.value()[kGlobalDefault].AsBool() && better) best = c;
    return true;
  });
  return best;
}

// A Pod may say what its class says, and nothing else.
Status CheckPriority(const Exchange& exchange, const Value& object, const Object& priority_class) {
  constexpr std::string_view kTail = " must not be provided in pod spec; priority admission controller computed ";
  const Value& spec = object[names::kSpec];
  const Value& number = spec[words::kPriority];
  const int64_t computed = priority_class.value()[words::kValue].AsInt();
  if (!number.is_null() && number.AsInt() != computed) {
    return RefusedByAdmission(exchange, object,
                              "the integer value of priority (" + std::to_string(number.AsInt()) + ")" +
                                  std::string(kTail) + std::to_string(computed) + " from the given PriorityClass name");
  }
  const Value& policy = spec[words::kPreemptionPolicy];
  const Value& of_class = priority_class.value()[words::kPreemptionPolicy];
  const std::string wanted(of_class.empty() ? "PreemptLowerPriority" : of_class.AsString());
  if (policy.is_null() || policy == wanted) return {};
  return RefusedByAdmission(exchange, object,
                            "the string value of PreemptionPolicy (" + std::string(policy.AsString()) + ")" +
                                std::string(kTail) + wanted + " from the given PriorityClass name");
}

Value WithPriority(const Value& spec, const Object& priority_class) {
  const Value& policy = priority_class.value()[words::kPreemptionPolicy];
  Value next = spec.Set(words::kPreemptionPolicy, policy.empty() ? Value("PreemptLowerPriority") : policy)
                   .Set(words::kPriority, priority_class.value()[words::kValue].AsInt());
  return priority_class ? next.Set(words::kPriorityClassName, Value(priority_class.name())) : next;
}

std::string_view OperationName(Verb verb) {
  switch (verb) {
    case Verb::kCreate: return "CREATE";
    case Verb::kDelete: return "DELETE";
    default: return "UPDATE";
  }
}

}  // namespace

Status AdmitToNamespace(const Exchange& exchange, const Value& object) {
  const ResourceInfo& resource = exchange.resource();
  if (!resource.namespaced || exchange.state.namespaces == nullptr) return {};
  const std::string_view ns = exchange.request.ns.view();
  const Object* found = exchange.state.store.Find(*exchange.state.namespaces, KeyView("", ns));
  if (found == nullptr) return NotFoundError(exchange.state.namespaces->gvr, ns);
  if (found->status()[names::kPhase] != "Terminating") return {};
  const Value& metadata = object[names::kMetadata];
  std::string_view name = metadata[names::kName].AsString();
  if (name.empty()) name = metadata[names::kGenerateName].AsString();
  if (name.empty()) name = "Unknown";
  const std::string of(ns);
  return WithCause(ForbiddenError(ErrorSubject(resource.gvr, name), "unable to create new content in namespace " + of +
                                                                        " because it is being terminated"),
                   {"NamespaceTerminating", "namespace " + of + " is being terminated", "metadata.namespace"});
}

Status AdmitDeletion(const Exchange& exchange) {
  const std::string_view name = exchange.request.name.view();
  if (&exchange.resource() == exchange.state.priority_classes && IsSystemPriorityClass(name)) {
    return ForbiddenError(ErrorSubject(exchange.resource().gvr, name),
                          "this is a system priority class and cannot be deleted");
  }
  if (&exchange.resource() != exchange.state.namespaces) return {};
  if (std::ranges::find(kImmortal, name) == std::end(kImmortal)) return {};
  return ForbiddenError(ErrorSubject(exchange.resource().gvr, name), "this namespace may not be deleted");
}

Result<Value> AdmitPod(const Exchange& exchange, Value object) {
  const Value& spec = object[names::kSpec];
  WT_ASSIGN(const Object priority_class, PriorityClassFor(exchange, spec));
  if (priority_class) {  // the answer depends on the store: not to be remembered
    WT_RETURN_IF_ERROR(CheckPriority(exchange, object, priority_class));
    return WithFields(object,
                      {{names::kSpec, WithPriority(WithTolerations(spec), priority_class)}, {names::kStatus, Value()}});
  }
  Memo& memo = *exchange.state.memo;
  if (const Memo::Entry* entry = memo.Find(spec); entry != nullptr) {
    if (entry->status.is_null()) {
      return WithFields(object, {{names::kSpec, entry->result}, {names::kStatus, entry->status}});
    }
    return std::move(object).Set(names::kSpec, entry->result).Set(names::kStatus, entry->status);
  }
  WT_RETURN_IF_ERROR(CheckPriority(exchange, object, Object()));
  Value admitted = WithPriority(WithTolerations(spec), Object());
  // The condition of a gated Pod carries the time, so that its status is not to be remembered.
  const Value status = admitted[words::kSchedulingGates].empty() ? NewPodStatus(admitted, exchange.info.now) : Value();
  memo.Put(spec, admitted, status);
  memo.Put(admitted, admitted, status);
  return WithFields(object, {{names::kSpec, std::move(admitted)}, {names::kStatus, status}});
}

Value AdmitPodUpdate(Value object, const Object& stored) {
  const Value& spec = object[names::kSpec];
  if (spec.identity() == stored.spec().identity()) return object;
  Value next = WithTolerations(spec);
  for (const Name name : {words::kPreemptionPolicy, words::kPriority}) {
    if (next[name].is_null() && !stored.spec()[name].is_null()) next = next.Set(name, stored.spec()[name]);
  }
  return WithFields(object, {{names::kSpec, std::move(next)}});
}

std::optional<size_t> NextHook(const Exchange& exchange, Verb operation, size_t from) {
  const std::vector<Hook>& hooks = exchange.state.options->hooks;
  for (size_t i = from; i < hooks.size(); ++i) {
    if (hooks[i].resource == exchange.resource().gvr &&
        std::ranges::find(hooks[i].operations, operation) != hooks[i].operations.end()) {
      return i;
    }
  }
  return std::nullopt;
}

Value MakeReview(const Exchange& exchange, Verb operation, const Value& object, const Value& old_object) {
  const ResourceInfo& resource = exchange.resource();
  const auto triple = [](Name group, Name version, Name last_key, Name last) {
    static const Name kGroup("group");
    static const Name kVersion("version");
    return ObjectBuilder(3).Add(kGroup, Value(group)).Add(last_key, Value(last)).Add(kVersion, Value(version)).Build();
  };
  static const Name kResource("resource");
  static const Name kUserInfo("userInfo");
  ObjectBuilder request(12);
  request.Add(names::kKind, triple(resource.gvk.group, resource.gvk.version, names::kKind, resource.gvk.kind))
      .Add(kResource, triple(resource.gvr.group, resource.gvr.version, kResource, resource.gvr.resource))
      .Add(kOperation, OperationName(operation))
      .Add(words::kDryRun, exchange.request.dry_run)
      .Add(kUserInfo, ObjectBuilder(1).Add("username", Value(exchange.info.user)).Build())
      .Add(kObject, object)
      .Add(kOldObject, old_object);
  if (!exchange.request.name.empty()) request.Add(names::kName, Value(exchange.request.name));
  if (!exchange.request.ns.empty()) request.Add(names::kNamespace, Value(exchange.request.ns));
  return ObjectBuilder(3)
      .Add(names::kApiVersion, "admission.k8s.io/v1")
      .Add(names::kKind, "AdmissionReview")
      .Add(kRequest, request.Build())
      .Build();
}

Result<Value> ApplyReview(const Exchange&, const Hook& hook, const Value& object, const CallAnswer& answer) {
  const auto failed = [&hook](const std::string& why) {
    return InternalError("failed calling webhook " + Quote(hook.name) + ": " + why);
  };
  if (!answer.arrived) return failed(answer.error);
  const Value& response = answer.body[kResponse];
  if (!response.is_object()) return failed("webhook response was absent");
  if (!response[kAllowed].AsBool()) {
    const std::string_view why = response[names::kStatus][words::kMessage].AsString();
    const std::string prefix = "admission webhook " + Quote(hook.name) + " denied the request";
    const Value refusal =
        ObjectBuilder(7)
            .Add(names::kApiVersion, "v1")
            .Add("code", 403)
            .Add(names::kKind, "Status")
            .Add(words::kMessage, why.empty() ? prefix + " without explanation" : prefix + ": " + std::string(why))
            .Add(names::kMetadata, Value::EmptyObject())
            .Add(words::kReason, "Forbidden")
            .Add(names::kStatus, "Failure")
            .Build();
    return FromStatusDocument(refusal, 403);
  }
  const Value& patch = response[kPatch];
  if (patch.is_null()) return object;
  if (!patch.is_array()) return failed("a patch in base64 is not understood yet: send the list of operations");
  Result<Value> patched = ApplyJsonPatch(object, patch);
  if (!patched.ok()) return InternalError(patched.status().message());
  return patched;
}

}  // namespace wavetank::sim
