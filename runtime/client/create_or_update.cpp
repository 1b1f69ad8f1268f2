#include "runtime/client/create_or_update.h"

#include "runtime/api/metadata.h"
#include "runtime/api/status_error.h"

namespace wavetank {
namespace {

Result<Object> Mutated(const Mutation& mutate, const Object& object) {
  WT_ASSIGN(Object next, mutate(object));
  if (next.key() == object.key()) return next;
  return Status(Code::kInvalidArgument, "the mutation may not change the object's name or namespace");
}

Object WithoutStatus(const Object& object) { return object.With(object.value().Without(names::kStatus)); }

}  // namespace

std::string_view OperationName(Operation operation) {
  switch (operation) {
    case Operation::kNone: return "unchanged";
    case Operation::kCreated: return "created";
    case Operation::kUpdated: return "updated";
    case Operation::kUpdatedStatus: return "updatedStatus";
    case Operation::kUpdatedStatusOnly: return "updatedStatusOnly";
  }
  return "?";
}

Task<Result<CreateOrUpdateResult>> CreateOrUpdate(Client client, Object object, Mutation mutate) {
  const Gvk kind = KindOfObject(object);
  Result<Object> current = co_await client.Get(kind, object.key());
  if (!current.ok() && !IsNotFound(current.status())) co_return current.status();
  if (!current.ok()) {
    CO_ASSIGN(Object wanted, Mutated(mutate, object));
    CO_ASSIGN(Object created, co_await client.Create(wanted));
    co_return CreateOrUpdateResult(Operation::kCreated, std::move(created));
  }
  CO_ASSIGN(Object wanted, Mutated(mutate, *current));
  if (wanted == *current) co_return CreateOrUpdateResult(Operation::kNone, std::move(wanted));
  CO_ASSIGN(Object updated, co_await client.Update(wanted));
  co_return CreateOrUpdateResult(Operation::kUpdated, std::move(updated));
}

Task<Result<CreateOrUpdateResult>> CreateOrPatch(Client client, Object object, Mutation mutate) {
  CO_ASSIGN(const ResourceInfo* kind, client.ResourceFor(KindOfObject(object)));
  Operation operation = Operation::kNone;
  Result<Object> current = co_await client.Get(*kind, object.key());
  if (!current.ok() && !IsNotFound(current.status())) co_return current.status();
  const bool missing = !current.ok();
  if (missing) current = object;
  CO_ASSIGN(Object wanted, Mutated(mutate, *current));
  Object now = *current;
  if (missing) {
    CO_ASSIGN(now, co_await client.Create(wanted));
    operation = Operation::kCreated;
  } else {
    // Where status is no subresource it is a part like any other.
    const Object before = kind->has_status ? WithoutStatus(*current) : *current;
    const Object after = kind->has_status ? WithoutStatus(wanted) : wanted;
    if (!(before == after)) {
      CO_ASSIGN(now, co_await client.Patch(after, MergeFrom(before)));
      operation = Operation::kUpdated;
    }
  }
  const Value& before = missing ? now.status() : current->status();
  if (!kind->has_status || wanted.status().is_null() || wanted.status() == before) {
    co_return CreateOrUpdateResult(operation, std::move(now));
  }
  const Object base = now.With(now.value().Set(names::kStatus, before));
  const Object goal = now.With(now.value().Set(names::kStatus, wanted.status()));
  CO_ASSIGN(now, co_await client.PatchStatus(goal, MergeFrom(base)));
  if (operation == Operation::kNone) operation = Operation::kUpdatedStatusOnly;
  if (operation == Operation::kUpdated) operation = Operation::kUpdatedStatus;
  co_return CreateOrUpdateResult(operation, std::move(now));
}

}  // namespace wavetank
