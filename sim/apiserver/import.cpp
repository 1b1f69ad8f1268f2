#include "sim/apiserver/import.h"

#include <array>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/replica.h"

namespace wavetank::sim {
namespace {

// What NewMetadata of a create decides, and a story may want otherwise.
const std::array<Name, 5>& ServersOwn() {
  static const std::array<Name, 5> kNames = {names::kCreationTimestamp, names::kDeletionGracePeriodSeconds,
                                             names::kDeletionTimestamp, names::kGeneration, names::kUid};
  return kNames;
}

Value WithOwnerUids(const ApiServer& server, const Value& metadata) {
  const Value& references = metadata[names::kOwnerReferences];
  Value filled = references;
  for (size_t i = 0; i < references.size(); ++i) {
    const Value& reference = references[i];
    if (!reference[names::kUid].empty()) continue;
    const ResourceInfo* kind =
        server.kinds().FindKind(reference[names::kApiVersion].AsString(), reference[names::kKind].AsString());
    if (kind == nullptr) continue;
    const ObjectKey key(kind->namespaced ? metadata[names::kNamespace].ToSharedString() : String(),
                        reference[names::kName].ToSharedString());
    const Object owner = server.Get(*kind, key);
    if (owner) filled = filled.SetAt(i, reference.Set(names::kUid, owner.uid()));
  }
  return references.empty() ? metadata : metadata.Set(names::kOwnerReferences, std::move(filled));
}

}  // namespace

Status Import(ApiServer& server, const ResourceInfo& resource, const Value& document, const RequestInfo& info) {
  const Value metadata = WithOwnerUids(server, document[names::kMetadata]);
  ApiRequest create(Verb::kCreate, resource.gvr);
  create.ns = resource.namespaced ? metadata[names::kNamespace].ToSharedString() : String();
  create.body = document.Set(names::kMetadata, metadata);
  const Replica fresh;
  const Outcome outcome = server.Apply(std::move(create), info, fresh);
  const auto* response = std::get_if<ApiResponse>(&outcome);
  if (response == nullptr) return Status(Code::kFailedPrecondition, "a webhook would have to be asked");
  if (!response->ok()) return FromStatusDocument(response->body, response->code);

  const Object created = response->object;
  Value object = created.value();
  if (document.Has(names::kStatus)) object = object.Set(names::kStatus, document[names::kStatus]);
  Value own = object[names::kMetadata];
  for (const Name name : ServersOwn()) {
    if (metadata.Has(name)) own = own.Set(name, metadata[name]);
  }
  object = object.Set(names::kMetadata, std::move(own));
  if (object == created.value()) return {};
  Store& store = server.state().store;
  const Value version(std::to_string(store.next()));
  store.Replace(resource, created.With(object.SetIn({names::kMetadata, names::kResourceVersion}, version)), created);
  return {};
}

}  // namespace wavetank::sim
