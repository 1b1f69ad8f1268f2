// ReadYourWrites: reads from a cache that show what this process has written (RT-252). Opt-in; off unless a client uses it.
//
//   ReadYourWrites fresh(&manager.cache(), environment.executor());
//   Client client = manager.client().WithReader(&fresh);
//   auto made = co_await fresh.Tracked(client.Create(pod));     // remembers the version that the server gave it
//   auto read = co_await client.Get<Pod>(made->key());          // waits until the cache has it: never NotFound
//
// A Get waits for the writes to that object, a List for all writes to its kind, that had been made when it was called; later
// ones do not prolong it. After `at_most` it fails with kDeadlineExceeded instead of answering what is known to be old.
// Writes that are not tracked (those of others, DeleteAllOf, and whatever is sent without Tracked) are not waited for; a
// client without this reader reads the bare cache.
// Memory: what was written and no read since then has found in the cache: one entry for each such object.
// Ownership: the cache outlives it; it outlives its clients.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/cache/cache.h"

namespace wavetank {

class ReadYourWrites final : public Reader {
 public:
  ReadYourWrites(Cache* cache, Executor& executor, Duration at_most = std::chrono::seconds(5))
      : cache_(*cache), executor_(executor), at_most_(at_most) {}
  ReadYourWrites(const ReadYourWrites&) = delete;
  ReadYourWrites& operator=(const ReadYourWrites&) = delete;

  // A create, an update or a patch whose answer is remembered.
  template <typename C>
  Task<typename C::Answer> Tracked(C call) {
    typename C::Answer answer = co_await std::move(call);
    if (answer.ok()) Note(*answer);
    co_return answer;
  }
  // By hand: the server's answer to a write.
  void Wrote(const Object& written);
  // A delete was accepted: reads wait until this very object is gone, or shows that it is going.
  void Deleted(const Object& object);

  // How often a read gave up.
  uint64_t timeouts() const { return timeouts_; }
  // Writes that the cache has not shown yet, as far as it was asked.
  size_t pending() const;

  // Reader.
  std::optional<Result<Object>> GetNow(const ResourceInfo& kind, const ObjectKey& key) override;
  std::optional<Result<ObjectList>> ListNow(const ResourceInfo& kind, const ListOptionsBuilder& options) override;
  Task<Status> Prepare(const ResourceInfo* kind) override;

 private:
  struct Pending {
    uint64_t version = 0;  // the cache must be as new
    String gone;           // the uid of what must go
  };
  using Writes = std::map<ObjectKey, Pending>;

  void Note(const Object& written) { Wrote(written); }
  template <typename T>
    requires requires(const T& view) { view.ToObject(); }
  void Note(const T& view) {
    Wrote(view.ToObject());
  }
  static bool Shown(const Informer& informer, const ObjectKey& key, const Pending& pending);
  // Drops what the cache shows by now; true when nothing of `writes` is left.
  static bool Caught(const Informer& informer, Writes& writes);
  Task<Status> WaitFor(Informer* informer, Writes snapshot);

  Cache& cache_;
  Executor& executor_;
  const Duration at_most_;
  std::map<Gvk, Writes> writes_;
  bool prepared_ = false;  // the read that was prepared is the next one, in the same turn
  uint64_t timeouts_ = 0;
};

}  // namespace wavetank
