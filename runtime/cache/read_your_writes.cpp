#include "runtime/cache/read_your_writes.h"

#include <algorithm>

#include "runtime/api/metadata.h"
#include "runtime/exec/timeout.h"

namespace wavetank {

void ReadYourWrites::Wrote(const Object& written) {
  if (written.resource_version() == 0) return;
  Pending& pending = writes_[KindOfObject(written)][written.key()];
  pending.version = std::max(pending.version, written.resource_version());
}

void ReadYourWrites::Deleted(const Object& object) { writes_[KindOfObject(object)][object.key()].gone = object.uid(); }

size_t ReadYourWrites::pending() const {
  size_t count = 0;
  for (const auto& [kind, writes] : writes_) count += writes.size();
  return count;
}

bool ReadYourWrites::Shown(const Informer& informer, const ObjectKey& key, const Pending& pending) {
  const Object* found = informer.store().Find(key);
  const bool new_enough = informer.resource_version() >= pending.version ||
                          (found != nullptr && found->resource_version() >= pending.version);
  const bool gone = pending.gone.empty() || found == nullptr || !(found->uid() == pending.gone) || found->deleting();
  return new_enough && gone;
}

bool ReadYourWrites::Caught(const Informer& informer, Writes& writes) {
  std::erase_if(writes, [&](const auto& entry) { return Shown(informer, entry.first, entry.second); });
  return writes.empty();
}

std::optional<Result<Object>> ReadYourWrites::GetNow(const ResourceInfo& kind, const ObjectKey& key) {
  const bool prepared = std::exchange(prepared_, false);
  const auto writes = writes_.find(kind.gvk);
  if (!prepared && writes != writes_.end()) {
    const auto pending = writes->second.find(key);
    if (pending != writes->second.end()) {
      const Informer* informer = cache_.FindInformer(kind);
      if (informer == nullptr || !informer->synced() || !Shown(*informer, key, pending->second)) return std::nullopt;
      writes->second.erase(pending);
    }
  }
  return cache_.GetNow(kind, key);
}

std::optional<Result<ObjectList>> ReadYourWrites::ListNow(const ResourceInfo& kind, const ListOptionsBuilder& options) {
  const bool prepared = std::exchange(prepared_, false);
  const auto writes = writes_.find(kind.gvk);
  if (!prepared && writes != writes_.end()) {
    const Informer* informer = cache_.FindInformer(kind);
    if (informer == nullptr || !informer->synced() || !Caught(*informer, writes->second)) return std::nullopt;
  }
  return cache_.ListNow(kind, options);
}

Task<Status> ReadYourWrites::Prepare(const ResourceInfo* kind) {
  const auto writes = writes_.find(kind->gvk);
  Writes snapshot = writes == writes_.end() ? Writes() : writes->second;
  Status ready = co_await cache_.Prepare(kind);
  if (!ready.ok()) co_return ready;
  Informer* informer = cache_.FindInformer(*kind);
  if (informer != nullptr && !Caught(*informer, snapshot)) {
    Status caught = co_await WithTimeout(executor_, at_most_, WaitFor(informer, std::move(snapshot)));
    if (!caught.ok()) {
      ++timeouts_;
      co_return Status(Code::kDeadlineExceeded, "the cache of " + kind->gvr.group_resource() +
                                                    " has not shown this process's own writes within " +
                                                    FormatDuration(at_most_));
    }
  }
  // What came meanwhile may be there, too.
  const auto now = writes_.find(kind->gvk);
  if (informer != nullptr && now != writes_.end()) (void)Caught(*informer, now->second);
  prepared_ = true;
  co_return Status();
}

Task<Status> ReadYourWrites::WaitFor(Informer* informer, Writes snapshot) {
  while (!Caught(*informer, snapshot)) co_await informer->WaitForVersion(informer->resource_version() + 1);
  co_return Status();
}

}  // namespace wavetank
