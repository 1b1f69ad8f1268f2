// Cache: informers by kind, and reads from them (RT-230..238).
//
//   Cache cache(client, CacheOptions());
//   cache.Start();                                       // or co_await cache.Run(&stop), for a manager
//   co_await cache.WaitForSync();
//   Client cached = client.WithReader(&cache);
//   auto pods = co_await cached.List<Pod>(InNamespace("default").MatchingField("spec.nodeName", "n1"));
//
// Guarantees (RT-250): each kind is eventually consistent and never goes back within a process; no read-your-writes; no
// order between kinds. An informer is made by InformerFor or by the first read of its kind, which waits until it is synced.
// An object outside the selectors of the options is NotFound (RT-234).
// Ownership: owns its informers; single-threaded. Memory: the objects of the kinds that were asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/cache/informer.h"
#include "runtime/client/client.h"

namespace wavetank {

// Which objects of a kind are kept. What is not set falls back to the cache's defaults (RT-233).
struct KindScope {
  KindScope() = default;
  std::optional<std::vector<String>> namespaces;  // an empty list: all
  String label_selector;
  String field_selector;
  Transform transform;
};

struct CacheOptions {
  CacheOptions() = default;
  std::string owner = "manager";  // the process, for labels and random streams
  // Replays of what the cache holds, no relist. Each process draws +-10 % (RT-230).
  Duration sync_period = std::chrono::hours(10);
  bool fail_on_missing_informer = false;  // a read never starts an informer (RT-231)
  // Informers load by a watch that begins with everything there is (WatchList, RT-175): one request less each, and a restart
  // never begins with an older state than a program before it saw. Off, unlike in client-go 1.35: a list may be answered from a
  // cache that lags, and a controller that stands this stands both.
  bool watch_list = false;
  KindScope defaults;
  std::map<Gvk, KindScope> by_kind;
};

class Cache final : public Reader {
 public:
  Cache(Client client, CacheOptions options = {});
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;
  ~Cache() override;

  // Starts all informers, and those to come.
  void Start();
  // The same until `stop` is set; then Stop(). For a manager's group of runnables.
  Task<Status> Run(Signal* stop);
  void Stop();
  bool started() const { return started_; }

  // Makes the informer of a kind when there is none; starts it when the cache runs. The pointer lives until
  // RemoveInformer. InvalidArgument for a kind nobody knows.
  Result<Informer*> InformerFor(const KindRef& kind);
  // Null when there is none.
  Informer* FindInformer(const KindRef& kind) const;
  // Stops and forgets it (RT-238). Handlers are gone.
  void RemoveInformer(const KindRef& kind);
  std::vector<Informer*> Informers() const;  // in the order of kinds

  // Before the informer has started is the time to do it (RT-237); later works too.
  Status AddIndex(const KindRef& kind, String name, IndexFunction function);

  // Until all informers that exist now are synced. Error kCancelled when the cache stops first.
  Task<Status> WaitForSync();
  bool synced() const;

  // The version up to which the kind was seen; 0 when it is not cached (RT-200).
  uint64_t ResourceVersionOf(const KindRef& kind) const;

  // Reader.
  std::optional<Result<Object>> GetNow(const ResourceInfo& kind, const ObjectKey& key) override;
  std::optional<Result<ObjectList>> ListNow(const ResourceInfo& kind, const ListOptionsBuilder& options) override;
  Task<Status> Prepare(const ResourceInfo* kind) override;

 private:
  Result<const ResourceInfo*> Resolve(const KindRef& kind) const;
  InformerOptions OptionsFor(const Gvk& gvk);
  Informer* Lookup(const ResourceInfo& kind) const;
  // The informer when it can be read now; an error that stands; or null: not yet.
  Result<Informer*> Readable(const ResourceInfo& kind) const;
  static bool Covers(const Informer& informer, std::string_view ns);

  Client client_;
  const CacheOptions options_;
  Duration sync_period_;
  bool started_ = false;
  bool stopped_ = false;
  Bell changed_;  // an informer is synced or gone, or the cache stops
  using Made = std::pair<const Gvk, std::unique_ptr<Informer>>;
  std::map<Gvk, std::unique_ptr<Informer>, std::less<>, PoolAllocator<Made>> informers_;
  PoolVector<Informer*> by_index_;  // ResourceInfo::index -> informer
};

}  // namespace wavetank
