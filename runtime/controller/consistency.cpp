#include "runtime/controller/consistency.h"

#include <algorithm>
#include <utility>

#include "runtime/api/metadata.h"
#include "runtime/exec/timeout.h"

namespace wavetank {
namespace {

Task<Status> WaitFor(Informer* informer, uint64_t version) {
  co_await informer->WaitForVersion(version);
  co_return Status();
}

}  // namespace

void ConsistencyStore::WroteAt(const ObjectKey& owner, const String& owner_uid, const Object& written) {
  WroteAt(owner, owner_uid, KindOfObject(written), written.resource_version());
}

void ConsistencyStore::WroteAt(const ObjectKey& owner, const String& owner_uid, const Gvk& kind,
                               uint64_t resource_version) {
  if (resource_version == 0) return;
  Owner& record = owners_[owner];
  if (!(record.uid == owner_uid)) record = Owner{owner_uid, {}};
  uint64_t& version = record.written[kind];
  version = std::max(version, resource_version);
}

Result<Informer*> ConsistencyStore::InformerOf(const Gvk& kind) const {
  Informer* informer = cache_.FindInformer(kind);
  if (informer != nullptr) return informer;
  return Status(Code::kFailedPrecondition, "consistency cannot be checked: the cache holds no " + kind.ToString())
      .Terminal();
}

Status ConsistencyStore::Check(const ObjectKey& owner) {
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return {};
  std::map<Gvk, uint64_t>& written = found->second.written;
  while (!written.empty()) {
    const auto& [kind, version] = *written.begin();
    WT_ASSIGN(const Informer* informer, InformerOf(kind));
    const uint64_t read = informer->resource_version();
    if (read < version) {
      return Status(Code::kUnavailable, "read version: " + std::to_string(read) +
                                            " is not as new as written version: " + std::to_string(version) +
                                            " for group resource " + informer->kind().gvr.group_resource());
    }
    written.erase(written.begin());
  }
  owners_.erase(found);
  return {};
}

Status ConsistencyStore::EnsureReady(const ObjectKey& owner) {
  Status ready = Check(owner);
  if (ready.code() == Code::kUnavailable) ++stale_skips_;
  return ready;
}

Task<Status> ConsistencyStore::WaitReady(ObjectKey owner, Duration at_most) {
  Status ready = EnsureReady(owner);
  while (ready.code() == Code::kUnavailable) {
    const auto& [kind, version] = *owners_.find(owner)->second.written.begin();
    CO_ASSIGN(Informer * informer, InformerOf(kind));
    const Time start = executor_.Now();
    Status waited = co_await WithTimeout(executor_, at_most, WaitFor(informer, version));
    ready = Check(owner);
    if (!waited.ok()) co_return ready;
    at_most = std::max(Duration(0), at_most - (executor_.Now() - start));
  }
  co_return ready;
}

void ConsistencyStore::Clear(const ObjectKey& owner, const String& owner_uid) {
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return;
  if (owner_uid.empty() || found->second.uid == owner_uid) owners_.erase(found);
}

uint64_t ConsistencyStore::Fingerprint() const {
  uint64_t hash = owners_.size();
  for (const auto& [owner, record] : owners_) {
    hash = HashCombine(hash, owner.hash());
    hash = HashCombine(hash, record.uid.hash());
    for (const auto& [kind, version] : record.written) {
      hash = HashCombine(hash, kind.group.hash());
      hash = HashCombine(hash, kind.kind.hash());
      hash = HashCombine(hash, version);
    }
  }
  return hash;
}

}  // namespace wavetank
