#include "sim/cel/cluster_functions.h"

#include <algorithm>

#include "sim/cel/operators.h"

namespace wavetank::cel {
namespace {

using Args = std::span<const Val>;

const Name kStatus("status");
const Name kPhase("phase");
const Name kMetadata("metadata");
const Name kDeletionTimestamp("deletionTimestamp");
const Name kConditions("conditions");
const Name kType("type");
const Name kOwnerReferences("ownerReferences");
const Name kUid("uid");

constexpr std::string_view kDefaultNamespace = "default";
constexpr std::string_view kObjects = "objects";
constexpr std::string_view kObject = "object";
constexpr std::string_view kHistory = "history";
constexpr std::string_view kNow = "now";
constexpr std::string_view kAnyKind = "*";

Val WrongArguments(std::string_view function, Args args) { return NoOverload(function, args); }

bool AllStrings(Args args) {
  return std::ranges::all_of(args, [](const Val& arg) { return arg.is_string(); });
}

Result<ClusterView*> ViewOf(Activation& activation) {
  if (activation.host() == nullptr) {
    return Status(Code::kFailedPrecondition, "no cluster is there to look at: the activation has no host");
  }
  return static_cast<ClusterView*>(activation.host());
}

Result<Val> CallObjects(Args args, Activation& activation) {
  if (!AllStrings(args)) return WrongArguments(kObjects, args);
  WT_ASSIGN(ClusterView * view, ViewOf(activation));
  WT_ASSIGN(Value objects, view->Objects(args[0].AsString()));
  if (!objects.is_array()) return Status(Code::kInternal, "objects(): the view gave no array");
  return Val(std::move(objects));
}

Status NoSuchObject(std::string_view kind, std::string_view name_space, std::string_view name) {
  std::string message = "no such object: " + std::string(kind) + " ";
  if (!name_space.empty()) message.append(name_space).append("/");
  return Status(Code::kNotFound, message.append(name));
}

Result<Val> CallObject(Args args, Activation& activation) {
  if (!AllStrings(args)) return WrongArguments(kObject, args);
  WT_ASSIGN(ClusterView * view, ViewOf(activation));
  const std::string_view kind = args[0].AsString();
  const std::string_view name = args.back().AsString();
  const std::string_view name_space = args.size() == 3 ? args[1].AsString() : std::string_view();
  WT_ASSIGN(Value object, view->Object(kind, name_space, name));
  if (object.is_null()) return NoSuchObject(kind, args.size() == 3 ? name_space : kDefaultNamespace, name);
  return Val(std::move(object));
}

Result<Val> CallHistory(Args args, Activation& activation) {
  if (!AllStrings(args)) return WrongArguments(kHistory, args);
  WT_ASSIGN(ClusterView * view, ViewOf(activation));
  const std::span<const Val> entries = view->History(args[0].AsString());
  ListBuilder list(entries.size());
  for (const Val& entry : entries) list.Add(entry);
  return std::move(list).Build();
}

Result<Val> CallNow(Args, Activation& activation) {
  WT_ASSIGN(ClusterView * view, ViewOf(activation));
  return Val::OfTime(view->Now());
}

const Value* ObjectOf(const Val& val) { return val.json() != nullptr && val.is_map() ? val.json() : nullptr; }

Result<Val> CallIsActive(Args args, Activation&) {
  const Value* pod = ObjectOf(args[0]);
  return pod != nullptr ? Val::Bool(IsActivePod(*pod)) : WrongArguments("isActive", args);
}

Result<Val> CallIsReady(Args args, Activation&) {
  const Value* pod = ObjectOf(args[0]);
  return pod != nullptr ? Val::Bool(IsReadyPod(*pod)) : WrongArguments("isReady", args);
}

Result<Val> CallOwnedBy(Args args, Activation&) {
  const Value* child = ObjectOf(args[0]);
  const Value* owner = ObjectOf(args[1]);
  if (child == nullptr || owner == nullptr) return WrongArguments("ownedBy", args);
  return Val::Bool(IsOwnedBy(*child, *owner));
}

bool ReadsKinds(const HostCall& call) {
  return call.function == kObjects || call.function == kObject || call.function == kHistory;
}

}  // namespace

Val HistoryEntry(std::string_view verb, std::string_view actor, Value object, int64_t step, Time time) {
  static const Val kVerbKey(Value(Name("verb")));
  static const Val kActorKey(Value(Name("actor")));
  static const Val kObjectKey(Value(Name("object")));
  static const Val kStepKey(Value(Name("step")));
  static const Val kTimeKey(Value(Name("time")));
  return Val::Map({{kVerbKey, Val::Text(String(verb))},
                   {kActorKey, Val::Text(String(actor))},
                   {kObjectKey, Val(std::move(object))},
                   {kStepKey, Val::Int(step)},
                   {kTimeKey, Val::OfTime(time)}});
}

void AddClusterFunctions(Environment& environment) {
  environment.AddFunction({std::string(kObjects), 1, 1, CallObjects});
  environment.AddFunction({std::string(kObject), 2, 3, CallObject});
  environment.AddFunction({std::string(kHistory), 1, 1, CallHistory});
  environment.AddFunction({"isActive", 1, 1, CallIsActive});
  environment.AddFunction({"isReady", 1, 1, CallIsReady});
  environment.AddFunction({"ownedBy", 2, 2, CallOwnedBy});
  environment.AddComputedVariable(std::string(kNow), CallNow);
}

Environment ClusterEnvironment() {
  Environment environment;
  AddClusterFunctions(environment);
  return environment;
}

std::vector<std::string> KindsRead(const Program& program) {
  std::vector<std::string> kinds;
  for (const HostCall& call : program.host_calls) {
    if (!ReadsKinds(call)) continue;
    const std::optional<Val>& kind = call.arguments[0];
    if (!kind.has_value()) return {std::string(kAnyKind)};
    if (kind->is_string()) kinds.emplace_back(kind->AsString());
  }
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return kinds;
}

bool ReadsTime(const Program& program) {
  return std::ranges::any_of(program.host_calls, [](const HostCall& call) { return call.function == kNow; });
}

bool IsActivePod(const Value& pod) {
  if (!pod[kMetadata][kDeletionTimestamp].is_null()) return false;
  const Value& phase = pod[kStatus][kPhase];
  return phase != "Succeeded" && phase != "Failed";
}

bool IsReadyPod(const Value& pod) {
  for (const Value& condition : pod[kStatus][kConditions].elements()) {
    if (condition[kType] == "Ready") return condition[kStatus] == "True";
  }
  return false;
}

bool IsOwnedBy(const Value& child, const Value& owner) {
  const Value& uid = owner[kMetadata][kUid];
  if (!uid.is_string()) return false;
  for (const Value& reference : child[kMetadata][kOwnerReferences].elements()) {
    if (reference[kUid] == uid) return true;
  }
  return false;
}

}  // namespace wavetank::cel
