#include "runtime/cache/informer.h"

#include <algorithm>

#include "runtime/base/hash.h"
#include "runtime/exec/sleep.h"

namespace wavetank {

class Informer::Telling {
 public:
  explicit Telling(Informer& informer) : informer_(informer) { ++informer_.telling_; }
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  ~Telling() {
    if (--informer_.telling_ == 0 && informer_.any_removed_) informer_.Sweep();
  }

 private:
  Informer& informer_;
};

Informer::Informer(Client client, const ResourceInfo& kind, InformerOptions options)
    : client_(client.Live()),
      kind_(kind),
      options_(std::move(options)),
      logger_(client.env().logger().WithName("informer")),
      synced_bell_(client.executor()),
      version_bell_(client.executor()),
      tasks_(client.executor()) {
  if (options_.namespaces.empty() || !kind.namespaced) {
    AddScope(String());
    return;
  }
  std::vector<String> namespaces = options_.namespaces;
  std::ranges::sort(namespaces);
  namespaces.erase(std::unique(namespaces.begin(), namespaces.end()), namespaces.end());
  for (const String& ns : namespaces) AddScope(ns);
}

void Informer::AddScope(const String& ns) {
  ReflectorOptions reflector;
  reflector.ns = ns;
  reflector.query = options_.query;
  reflector.owner = options_.owner;
  reflector.watch_list = options_.watch_list;
  auto* sink = static_cast<ReflectorSink*>(this);
  scopes_.push_back({ns, 0, false, std::make_unique<Reflector>(client_, kind_, std::move(reflector), sink)});
}

Informer::~Informer() { Stop(); }

void Informer::Start() {
  if (started_ || stopped_) return;
  started_ = true;
  for (const auto& listener : listeners_) StartResync(*listener);
  for (Scope& scope : scopes_) tasks_.Spawn(scope.reflector->Run());
}

void Informer::Stop() {
  WT_CHECK(telling_ == 0, "an informer is not stopped by its own handlers");
  stopped_ = true;
  tasks_.Clear();
  for (const auto& listener : listeners_) {
    if (listener->resync != nullptr) listener->resync->Clear();
  }
}

Task<void> Informer::WaitForSync() {
  while (!synced_) co_await synced_bell_.Wait();
}

// ---- Handlers.

HandlerId Informer::AddHandler(std::unique_ptr<ResourceEventHandler> handler, Duration resync_period) {
  auto listener = std::make_unique<Listener>();
  listener->id = next_id_++;
  listener->handler = std::move(handler);
  listener->resync_period = resync_period > Duration(0) ? resync_period : options_.resync_period;
  const HandlerId id = listener->id;
  Listener& added = *listener;
  listeners_.push_back(std::move(listener));
  if (started_ && !stopped_) StartResync(added);
  // The store does not change under ForEach: only reflectors change it, and they run in turns of their own.
  const Telling telling(*this);
  store_.ForEach([&added](const Object& object) {
    if (!added.removed) added.handler->OnAdd(object, true);
  });
  return id;
}

bool Informer::RemoveHandler(HandlerId id) {
  const auto found = std::ranges::find_if(listeners_, [id](const auto& l) { return l->id == id && !l->removed; });
  if (found == listeners_.end()) return false;
  (*found)->removed = true;
  any_removed_ = true;
  if (telling_ == 0) Sweep();
  return true;
}

void Informer::Sweep() {
  // A listener whose own task is on the stack goes later.
  std::erase_if(listeners_, [](const auto& listener) { return listener->removed && !listener->resyncing; });
  any_removed_ = std::ranges::any_of(listeners_, [](const auto& listener) { return listener->removed; });
}

bool Informer::HandlerSynced(HandlerId id) const {
  return synced_ && std::ranges::any_of(listeners_, [id](const auto& l) { return l->id == id && !l->removed; });
}

size_t Informer::handlers() const {
  return static_cast<size_t>(std::ranges::count_if(listeners_, [](const auto& l) { return !l->removed; }));
}

// ---- What the reflectors bring.

bool Informer::ApplyTransform(Object& object) const {
  if (!options_.transform) return true;
  Result<Object> changed = options_.transform(object);
  if (!changed.ok()) {
    logger_.Error(changed.status(), "Dropped an object",
                  {{"kind", kind_.gvk.kind.view()}, {"name", object.name().view()}});
    return false;
  }
  object = *std::move(changed);
  return true;
}

Informer::Scope& Informer::ScopeOf(const String& ns) {
  if (scopes_.size() == 1) return scopes_.front();
  const auto found = std::ranges::find(scopes_, ns, &Scope::ns);
  WT_CHECK(found != scopes_.end(), "a reflector brings objects of its namespace");
  return *found;
}

void Informer::NoteVersion(Scope& scope, uint64_t version) {
  if (version == 0) return;
  scope.version = version;
  if (version_bell_.has_waiters()) version_bell_.Ring();
}

void Informer::Apply(WatchEvent::Type type, Object object) {
  Scope& scope = ScopeOf(object.ns());
  const uint64_t version = object.resource_version();
  if (!ApplyTransform(object)) return NoteVersion(scope, version);
  const Telling telling(*this);
  const size_t count = listeners_.size();
  if (type == WatchEvent::Type::kDeleted) {
    store_.Remove(object.key());
    NoteVersion(scope, version);
    Tell(count, [&](ResourceEventHandler& handler) { handler.OnDelete(object, false); });
    return;
  }
  const Object before = store_.Put(object);
  NoteVersion(scope, version);
  if (before) {
    Tell(count, [&](ResourceEventHandler& handler) { handler.OnUpdate(before, object); });
  } else {
    Tell(count, [&](ResourceEventHandler& handler) { handler.OnAdd(object, !synced_); });
  }
}

void Informer::Replace(const String& ns, std::vector<Object> items, uint64_t resource_version) {
  Scope& scope = ScopeOf(ns);
  const Telling telling(*this);
  const size_t count = listeners_.size();
  // First the store, all of it (RT-197) ...
  std::vector<Object> before(items.size());
  store_.BeginRound();
  for (size_t i = 0; i < items.size(); ++i) {
    if (!ApplyTransform(items[i])) {
      items[i] = Object();
    } else {
      before[i] = store_.Put(items[i]);
    }
  }
  const std::vector<Object> gone = store_.RemoveUntouched(ns.view());
  NoteVersion(scope, resource_version);
  // ... then the news.
  for (const Object& object : gone) {
    Tell(count, [&](ResourceEventHandler& handler) { handler.OnDelete(object, true); });
  }
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i]) continue;
    if (!before[i]) {
      Tell(count, [&](ResourceEventHandler& handler) { handler.OnAdd(items[i], !synced_); });
      continue;
    }
    const uint64_t version = items[i].resource_version();
    const bool unchanged = version != 0 && version == before[i].resource_version();  // RT-214
    if (!unchanged) Tell(count, [&](ResourceEventHandler& handler) { handler.OnUpdate(before[i], items[i]); });
  }
  scope.listed = true;
  if (synced_ || !std::ranges::all_of(scopes_, &Scope::listed)) return;
  synced_ = true;
  synced_bell_.Ring();
  if (options_.on_synced) options_.on_synced();
}

void Informer::Bookmark(uint64_t resource_version) {
  // A bookmark has no namespace. With several scopes each keeps the version of its own objects.
  if (scopes_.size() == 1) NoteVersion(scopes_.front(), resource_version);
}

// ---- Versions.

uint64_t Informer::resource_version() const {
  uint64_t version = UINT64_MAX;
  for (const Scope& scope : scopes_) version = std::min(version, scope.version);
  return version;
}

Task<void> Informer::WaitForVersion(uint64_t version) {
  while (resource_version() < version) co_await version_bell_.Wait();
}

Informer::Counters Informer::counters() const {
  Counters sum;
  for (const Scope& scope : scopes_) {
    sum.lists += scope.reflector->counters().lists;
    sum.watches += scope.reflector->counters().watches;
    sum.events += scope.reflector->counters().events;
  }
  return sum;
}

Status Informer::last_error() const {
  for (const Scope& scope : scopes_) {
    if (!scope.reflector->last_error().ok()) return scope.reflector->last_error();
  }
  return {};
}

// ---- Resyncs (RT-174, RT-215): replays of the store to one listener.

void Informer::StartResync(Listener& listener) {
  if (listener.resync_period <= Duration(0)) return;
  listener.resync = std::make_unique<TaskGroup>(client_.executor());
  listener.resync->Spawn(Resync(&listener));
}

Task<void> Informer::Resync(Listener* listener) {
  const Duration period = std::max(listener->resync_period, Duration(std::chrono::seconds(1)));
  const std::string name = options_.owner.str() + "/" + kind_.gvk.group_kind() + "/" + std::to_string(listener->id);
  const EventLabel label{EventKind::kTimer, HashBytes(name, HashBytes("informer-resync"))};
  while (!listener->removed) {
    co_await Sleep(client_.executor(), period, TimerClass::kBackground, label);
    listener->resyncing = true;
    const Telling telling(*this);
    store_.ForEach([listener](const Object& object) {
      if (!listener->removed) listener->handler->OnUpdate(object, object);
    });
    listener->resyncing = listener->removed;
  }
  // This task is about to end: the next sweep may take the listener.
  listener->resyncing = false;
  any_removed_ = true;
}

}  // namespace wavetank
