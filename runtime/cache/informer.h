// Informer: the shared copy of one kind, and those who want to hear of its changes (RT-190..220).
//
//   Informer informer(client, *pods, options);
//   HandlerId id = *informer.AddHandler(std::make_unique<MyHandler>());
//   informer.Start();
//   co_await informer.WaitForSync();
//   informer.store().Find(key);
//
// Single-threaded: an event changes the store and then calls every handler, in the order of their coming, in the step in
// which it arrived (RT-210). There is no queue in between, so nothing can grow, and a handler never sees a half-replaced
// store: a relist replaces all objects first, then tells of deletes, then of updates and adds in list order (RT-197).
// An object of the same key with another uid is an update (RT-192); consumers compare uids. An object that a relist
// finds unchanged is nobody's news (RT-214).
// Handlers may add and remove handlers (themselves too) while they are called. A handler that comes late gets the whole
// store as adds first (RT-212).
// Ownership: the informer owns its handlers and its reflectors' tasks.
// Invariants: synced() never goes back; resource_version() is what the store reflects (RT-200).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/cache/reflector.h"
#include "runtime/cache/store.h"
#include "runtime/exec/task_group.h"

namespace wavetank {

// Plain synchronous calls; they must be quick and may not wait. The store shows the new state already.
class ResourceEventHandler : public Pooled<ResourceEventHandler> {
 public:
  virtual ~ResourceEventHandler() = default;
  // `in_initial_list`: part of what was there when the handler (or the informer) began (RT-196).
  virtual void OnAdd(const Object& object, bool in_initial_list) = 0;
  // A resync calls it with the same object twice.
  virtual void OnUpdate(const Object& before, const Object& after) = 0;
  // `final_state_unknown`: found missing by a relist; `object` is the last state that was seen.
  virtual void OnDelete(const Object& object, bool final_state_unknown) = 0;
};

// The same of three functions, any of which may be empty.
class HandlerFunctions final : public ResourceEventHandler {
 public:
  using Add = std::function<void(const Object&, bool)>;
  using Update = std::function<void(const Object&, const Object&)>;
  using Delete = std::function<void(const Object&, bool)>;
  HandlerFunctions(Add add, Update update, Delete remove)
      : add_(std::move(add)), update_(std::move(update)), delete_(std::move(remove)) {}
  void OnAdd(const Object& object, bool in_initial_list) override {
    if (add_) add_(object, in_initial_list);
  }
  void OnUpdate(const Object& before, const Object& after) override {
    if (update_) update_(before, after);
  }
  void OnDelete(const Object& object, bool final_state_unknown) override {
    if (delete_) delete_(object, final_state_unknown);
  }

 private:
  Add add_;
  Update update_;
  Delete delete_;
};

using HandlerId = uint64_t;

// Changes an object before it is stored, e.g. drops managedFields; must be idempotent. An error drops the object (RT-195).
using Transform = std::function<Result<Object>(Object)>;

struct InformerOptions {
  InformerOptions() = default;
  String owner;                    // see ReflectorOptions
  std::vector<String> namespaces;  // empty: all
  ListOptionsBuilder query;        // selectors
  Transform transform;
  bool watch_list = false;          // see ReflectorOptions
  Duration resync_period{0};        // of handlers that name none; 0: never
  std::function<void()> on_synced;  // called once, in the step
};

class Informer final : private ReflectorSink, public Pooled<Informer> {
 public:
  Informer(Client client, const ResourceInfo& kind, InformerOptions options);
  Informer(const Informer&) = delete;
  Informer& operator=(const Informer&) = delete;
  ~Informer() override;

  const ResourceInfo& kind() const { return kind_; }
  const InformerOptions& options() const { return options_; }

  // Begins to list and watch. Once; a stopped informer stays stopped (RT-220).
  void Start();
  // Ends its tasks; the store stays readable. Not to be called from one of its handlers.
  void Stop();
  bool started() const { return started_; }
  bool stopped() const { return stopped_; }

  // After the first list of every scope was stored and told (RT-193).
  bool synced() const { return synced_; }
  Task<void> WaitForSync();

  // `resync_period` 0: the informer's; at least 1 s otherwise (RT-215).
  HandlerId AddHandler(std::unique_ptr<ResourceEventHandler> handler, Duration resync_period = Duration(0));
  // False when there is none of that id. It is called no more.
  bool RemoveHandler(HandlerId id);
  // Everything that was there when the handler came was delivered to it (RT-213).
  bool HandlerSynced(HandlerId id) const;
  size_t handlers() const;

  const Store& store() const { return store_; }
  Status AddIndex(String name, IndexFunction function) { return store_.AddIndex(std::move(name), std::move(function)); }

  // The version up to which every scope was seen; 0 before the first list (RT-200).
  uint64_t resource_version() const;
  // Waits until resource_version() >= version.
  Task<void> WaitForVersion(uint64_t version);

  struct Counters {
    uint64_t lists = 0;
    uint64_t watches = 0;
    uint64_t events = 0;
  };
  Counters counters() const;
  // Of a reflector that cannot list or watch; OK otherwise.
  Status last_error() const;

 private:
  struct Listener : Pooled<Listener> {
    HandlerId id = 0;
    std::unique_ptr<ResourceEventHandler> handler;
    Duration resync_period{0};
    bool removed = false;
    bool resyncing = false;  // its task is on the stack
    std::unique_ptr<TaskGroup> resync;
  };
  struct Scope {
    String ns;
    uint64_t version = 0;
    bool listed = false;
    std::unique_ptr<Reflector> reflector;
  };

  // ReflectorSink.
  void Replace(const String& ns, std::vector<Object> items, uint64_t resource_version) override;
  void Apply(WatchEvent::Type type, Object object) override;
  void Bookmark(uint64_t resource_version) override;

  // Tells the first `count` listeners: one that comes meanwhile has the whole store already.
  template <typename F>
  void Tell(size_t count, const F& call) {
    for (size_t i = 0; i < count; ++i) {
      if (!listeners_[i]->removed) call(*listeners_[i]->handler);
    }
  }
  void AddScope(const String& ns);
  // Around everything that calls handlers: removed ones stay in place until the outermost is left.
  class Telling;
  void Sweep();
  bool ApplyTransform(Object& object) const;
  Scope& ScopeOf(const String& ns);
  void NoteVersion(Scope& scope, uint64_t version);
  Task<void> Resync(Listener* listener);
  void StartResync(Listener& listener);

  Client client_;
  const ResourceInfo& kind_;
  const InformerOptions options_;
  Logger logger_;
  Store store_;
  PoolVector<Scope> scopes_;
  PoolVector<std::unique_ptr<Listener>> listeners_;
  HandlerId next_id_ = 1;
  int telling_ = 0;  // calls of handlers on the stack
  bool any_removed_ = false;
  bool started_ = false;
  bool stopped_ = false;
  bool synced_ = false;
  Bell synced_bell_;
  Bell version_bell_;
  TaskGroup tasks_;  // last: its frames refer to the members above
};

}  // namespace wavetank
