// ConsistencyStore: has the cache seen what this controller wrote? (RT-253..256)
//
//   ConsistencyStore consistency(&manager.cache(), environment.executor());
//   // after each successful write on behalf of an owner:
//   consistency.WroteAt(owner.key(), owner.uid(), *written);
//   // at the start of Reconcile, before anything is read:
//   Status ready = co_await consistency.WaitReady(request, 5s);     // parked until the cache has caught up
//   if (!ready.ok()) co_return ready;                               // tried again with backoff
//   // in the handler of the owner's deletion:
//   consistency.Clear(owner.key(), owner.uid());
//
// A reconcile on a cache that is behind its own writes makes the same pods again. EnsureReady answers at once, with an error
// that the controller turns into a retry, as upstream does it; WaitReady waits for the very event that is missing, which is
// quicker and costs no retries (RT-254). examples/replicaset, which keeps to upstream, takes the first.
// Expectations count what is under way; this compares versions; they are two things.
// A version that is no number never blocks. A kind that the cache does not hold is a mistake of the caller that would make
// the check say nothing: it is an error (RT-255). Answers of the API never go into the cache itself (RT-256).
//
// Memory of a process. Bound: owners that were written for and neither looked at since nor cleared; one number for each
// kind. Satisfied numbers are dropped. Ownership: the cache outlives it.
#pragma once

#include <cstdint>
#include <map>

#include "runtime/cache/cache.h"

namespace wavetank {

class ConsistencyStore {
 public:
  ConsistencyStore(const Cache* cache, Executor& executor) : cache_(*cache), executor_(executor) {}

  // Something was written for `owner`: `written` is the server's answer. Another uid drops what an owner of the same name
  // had left.
  void WroteAt(const ObjectKey& owner, const String& owner_uid, const Object& written);
  void WroteAt(const ObjectKey& owner, const String& owner_uid, const Gvk& kind, uint64_t resource_version);

  // OK: all of it was seen. kUnavailable "read version: 7 is not as new as written version: 9 for group resource pods".
  Status EnsureReady(const ObjectKey& owner);
  // The same, when it has come true; the error of EnsureReady when it has not after `at_most`.
  Task<Status> WaitReady(ObjectKey owner, Duration at_most);

  // The owner is gone. An empty uid: whatever it was.
  void Clear(const ObjectKey& owner, const String& owner_uid);

  // How often a reconcile found the cache behind (stale_sync_skips_total).
  uint64_t stale_skips() const { return stale_skips_; }
  size_t size() const { return owners_.size(); }
  // The content as a hash.
  uint64_t Fingerprint() const;

 private:
  struct Owner {
    String uid;
    std::map<Gvk, uint64_t> written;
  };
  Result<Informer*> InformerOf(const Gvk& kind) const;
  // Drops what is satisfied; OK when nothing is left.
  Status Check(const ObjectKey& owner);

  const Cache& cache_;
  Executor& executor_;
  std::map<ObjectKey, Owner> owners_;
  uint64_t stale_skips_ = 0;
};

}  // namespace wavetank
