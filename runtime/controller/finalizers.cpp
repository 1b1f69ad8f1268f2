#include "runtime/controller/finalizers.h"

#include <utility>

#include "runtime/api/metadata.h"

namespace wavetank {
namespace {

const Name kOp("op");
const Name kPath("path");
const Name kValue("value");

constexpr std::string_view kList = "/metadata/finalizers";

Value Operation(std::string_view op, std::string path, const Value* value) {
  ObjectBuilder operation(3);
  operation.Add(kOp, op).Add(kPath, path);
  if (value != nullptr) operation.Add(kValue, *value);
  return operation.Build();
}

// The list as it was seen, and the finalizer behind it.
ObjectPatch AddPatch(const Object& object, const Value& finalizer) {
  const Value& seen = object.metadata()[names::kFinalizers];
  ArrayBuilder operations;
  operations.Add(Operation("test", std::string(kList), &seen));
  const Value next = seen.empty() ? Value::Array({finalizer}) : seen.Append(finalizer);
  operations.Add(Operation("add", std::string(kList), &next));
  return ObjectPatch(PatchType::kJson, operations.Build());
}

// The very place where it stood, if it still stands there.
ObjectPatch RemovePatch(const Object& object, const Value& finalizer) {
  const Value& seen = object.metadata()[names::kFinalizers];
  size_t at = 0;
  while (!(seen[at] == finalizer)) ++at;
  const std::string path = std::string(kList) + "/" + std::to_string(at);
  ArrayBuilder operations;
  operations.Add(Operation("test", path, &finalizer));
  operations.Add(Operation("remove", path, nullptr));
  return ObjectPatch(PatchType::kJson, operations.Build());
}

}  // namespace

Task<Result<FinalizerOutcome>> RunFinalizer(Client client, Object object, std::string finalizer, FinalizerStep apply,
                                            FinalizerStep cleanup) {
  const bool there = HasFinalizer(object, finalizer);
  if (!there && object.deleting()) co_return FinalizerOutcome::kNothing;
  const Gvk kind = KindOfObject(object);
  if (!there) {
    auto added = co_await client.Patch(kind, object.key(), AddPatch(object, Value(finalizer)));
    CO_RETURN_IF_ERROR(added.status());
    co_return FinalizerOutcome::kAdded;
  }
  if (!object.deleting()) {
    Status applied = co_await apply(object);
    CO_RETURN_IF_ERROR(applied);
    co_return FinalizerOutcome::kApplied;
  }
  Status cleaned = co_await cleanup(object);
  CO_RETURN_IF_ERROR(cleaned);
  auto removed = co_await client.Patch(kind, object.key(), RemovePatch(object, Value(finalizer)));
  CO_RETURN_IF_ERROR(removed.status());
  co_return FinalizerOutcome::kRemoved;
}

Status Finalizers::Register(std::string finalizer, FinalizerStep cleanup) {
  if (finalizer.find('/') == std::string::npos) {
    return Status(Code::kInvalidArgument, "a finalizer is called domain/name, not \"" + finalizer + "\"");
  }
  const bool fresh = steps_.emplace(finalizer, std::move(cleanup)).second;
  if (!fresh) return Status(Code::kAlreadyExists, "finalizer for key " + finalizer + " already registered");
  return {};
}

Task<FinalizersOutcome> Finalizers::Finalize(Object object) const {
  FinalizersOutcome outcome;
  std::string failures;
  Code code = Code::kOk;
  for (const auto& [finalizer, cleanup] : steps_) {
    if (!object.deleting()) {
      outcome.changed = AddFinalizer(object, finalizer) || outcome.changed;
      continue;
    }
    if (!HasFinalizer(object, finalizer)) continue;
    Status cleaned = co_await cleanup(object);
    if (cleaned.ok()) {
      outcome.changed = RemoveFinalizer(object, finalizer) || outcome.changed;
      continue;
    }
    if (code == Code::kOk) code = cleaned.code();
    failures += (failures.empty() ? "" : "; ") + ("finalizer " + finalizer + " failed: " + cleaned.message());
  }
  outcome.object = std::move(object);
  if (code != Code::kOk) outcome.error = Status(code, std::move(failures));
  co_return outcome;
}

}  // namespace wavetank
