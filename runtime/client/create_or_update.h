// CreateOrUpdate and CreateOrPatch (RT-262, RT-263): make the object so, whether or not it is there.
//
//   auto mutate = [](const Object& object) { return object.With(object.value().SetIn({kSpec, kReplicas}, 3)); };
//   auto done = co_await CreateOrUpdate(client, object, mutate);    // Result<CreateOrUpdateResult>
//   if (done->operation == Operation::kUpdated) ...
//
// `object` names the object (apiVersion, kind, key) and is what gets created, mutated, when it is missing. Otherwise the
// current object is mutated, and written only when that changed something. Mutate may not change name or namespace.
// The read goes where the client reads: from a cache it may be stale, and the write then fails with a conflict or with
// AlreadyExists; both are reasons to try again, not faults.
// CreateOrUpdate discards changes of status; CreateOrPatch sends them as a second patch.
#pragma once

#include <functional>
#include <string_view>

#include "runtime/client/client.h"

namespace wavetank {

enum class Operation : uint8_t { kNone, kCreated, kUpdated, kUpdatedStatus, kUpdatedStatusOnly };
std::string_view OperationName(Operation operation);  // "unchanged", "created", ...

struct CreateOrUpdateResult {
  CreateOrUpdateResult(Operation operation, Object object) : operation(operation), object(std::move(object)) {}
  Operation operation;
  Object object;  // as the server has it now
};

using Mutation = std::function<Result<Object>(const Object&)>;

Task<Result<CreateOrUpdateResult>> CreateOrUpdate(Client client, Object object, Mutation mutate);
Task<Result<CreateOrUpdateResult>> CreateOrPatch(Client client, Object object, Mutation mutate);

}  // namespace wavetank
