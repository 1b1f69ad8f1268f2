// Client: talks to the API server, in typed and in dynamic form.
//
//   Client client(&env, KindRegistry::BuiltIn());
//   auto rs = co_await client.Get<ReplicaSet>(ObjectKey("default", "frontend"));
//   auto pods = co_await client.List<Pod>(InNamespace("default").MatchingLabels(labels));
//   auto made = co_await client.Create(pod);
//   Status gone = co_await client.Delete(*made, DeleteOptions().WithUid(made->uid()));
//   auto cm = co_await client.Get(Gvk("", "v1", "ConfigMap"), ObjectKey("default", "settings"));   // Result<Object>
//
// A small handle: copies share one core. The core lives as long as a copy does; calls under way do not keep it alive.
// Reads go to the server, or to a cache after WithReader (RT-239); writes, status and subresources always go to the server.
// Errors are Statuses with the server's reason (runtime/api/status_error.h). kConnection on a write: outcome unknown.
// Nothing is retried on conflict; that is RetryOnConflict's business (retry.h).
// Cost: a call allocates one block of the pool; a read from a synced cache none.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/client/client_call.h"
#include "runtime/client/object_patch.h"
#include "runtime/client/options.h"
#include "runtime/client/reader.h"
#include "runtime/exec/environment.h"

namespace wavetank {

struct ClientOptions {
  ClientOptions() = default;
  String field_manager;  // of all writes that name none
  FieldValidation field_validation = FieldValidation::kWarn;
  bool dry_run = false;  // all writes
  int max_retries = 10;  // RT-281; 0: every answer stands
  // Client-side throttling (RT-280): requests a second and how many at once. 0: off, as controller-runtime has it.
  // Watches are not counted.
  int queries_per_second = 0;
  int burst = 0;
};

// A kind, by registry entry (no look-up) or by name.
class KindRef {
 public:
  KindRef(const ResourceInfo& info) : info_(&info), gvk_(info.gvk) {}  // NOLINT(google-explicit-constructor)
  KindRef(const Gvk& gvk) : gvk_(gvk) {}                               // NOLINT(google-explicit-constructor)
  const ResourceInfo* info() const { return info_; }
  const Gvk& gvk() const { return gvk_; }

 private:
  const ResourceInfo* info_ = nullptr;
  Gvk gvk_;
};

template <typename T>
struct TypedList {
  std::vector<T> items;
  String resource_version;
  String continue_token;
  auto begin() const { return items.begin(); }
  auto end() const { return items.end(); }
  size_t size() const { return items.size(); }
};

class ListCallBase {
 public:
  explicit ListCallBase(Result<ObjectList> answer) : answer_(std::move(answer)) {}
  explicit ListCallBase(Task<Result<ObjectList>> task) : task_(std::move(task)) {}
  bool await_ready() const { return answer_.has_value(); }
  template <typename P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> caller) {
    return Task<Result<ObjectList>>::Awaiter(task_.handle()).await_suspend(caller);
  }

 protected:
  Result<ObjectList> TakeList() { return answer_.has_value() ? std::move(*answer_) : task_.Take(); }

 private:
  std::optional<Result<ObjectList>> answer_;
  Task<Result<ObjectList>> task_;
};

// L: ObjectList or TypedList<T>.
template <typename L>
class [[nodiscard]] ListCall : public ListCallBase {
 public:
  using Answer = Result<L>;
  using ListCallBase::ListCallBase;
  explicit ListCall(ListCallBase call) : ListCallBase(std::move(call)) {}
  Answer await_resume();
};

class SubResourceClient;

class Client {
 public:
  // A live client on env->transport(). `env` outlives it.
  Client(Environment* env, KindRegistry kinds, ClientOptions options = {});

  // The same client, reading from `reader`; null: from the server (RT-240).
  Client WithReader(Reader* reader) const;
  Client Live() const { return WithReader(nullptr); }

  const KindRegistry& kinds() const;
  Environment& env() const;
  Executor& executor() const;
  // The registry's entry; kInvalidArgument `no matches for kind "X" in version "g/v"` when there is none (RT-246).
  Result<const ResourceInfo*> ResourceFor(const Gvk& gvk) const;

  // ---- Dynamic.
  ClientCall<Object> Get(const KindRef& kind, ObjectKey key, GetOptions options = {}) const;
  ListCall<ObjectList> List(const KindRef& kind, ListOptionsBuilder options = {}) const;
  // The kind is the object's own apiVersion and kind.
  ClientCall<Object> Create(Object object, WriteOptions options = {}) const;
  ClientCall<Object> Update(Object object, WriteOptions options = {}) const;
  ClientCall<Object> UpdateStatus(Object object, WriteOptions options = {}) const;
  ClientCall<Object> Patch(const KindRef& kind, ObjectKey key, ObjectPatch patch, WriteOptions options = {}) const;
  ClientCall<Object> PatchStatus(const KindRef& kind, ObjectKey key, ObjectPatch patch,
                                 WriteOptions options = {}) const;
  ClientCall<Object> Patch(Object after, MergeFrom from, WriteOptions options = {}) const;
  ClientCall<Object> PatchStatus(Object after, MergeFrom from, WriteOptions options = {}) const;
  // Server-side apply of `object` as it stands; the field manager must be set here or in ClientOptions.
  ClientCall<Object> Apply(Object object, WriteOptions options = {}) const;
  ClientCall<Status> Delete(const KindRef& kind, ObjectKey key, DeleteOptions options = {}) const;
  ClientCall<Status> Delete(Object object, DeleteOptions options = {}) const;
  ClientCall<Status> DeleteAllOf(const KindRef& kind, ListOptionsBuilder which, DeleteOptions options = {}) const;
  // Not tried again: the caller (a reflector) has its own backoff (RT-169).
  ClientCall<std::unique_ptr<WatchStream>> Watch(const KindRef& kind, const ListOptionsBuilder& options) const;
  // client.SubResource("scale").Update(kind, key, document)
  SubResourceClient SubResource(String name) const;

  // ---- Typed: T is a generated view.
  template <ObjectView T>
  ClientCall<T> Get(ObjectKey key, GetOptions options = {}) const {
    return ClientCall<T>(GetBase(KindOf<T>(), std::move(key), std::move(options)));
  }
  template <ObjectView T>
  ListCall<TypedList<T>> List(ListOptionsBuilder options = {}) const {
    return ListCall<TypedList<T>>(ListBase(KindOf<T>(), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> Create(const T& object, WriteOptions options = {}) const {
    return ClientCall<T>(WriteBase(Verb::kCreate, KindOf<T>(), object.ToObject(), String(), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> Update(const T& object, WriteOptions options = {}) const {
    return ClientCall<T>(WriteBase(Verb::kUpdate, KindOf<T>(), object.ToObject(), String(), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> UpdateStatus(const T& object, WriteOptions options = {}) const {
    return ClientCall<T>(
        WriteBase(Verb::kUpdate, KindOf<T>(), object.ToObject(), String(names::kStatus), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> Patch(const T& after, MergeFrom from, WriteOptions options = {}) const {
    return ClientCall<T>(DiffBase(KindOf<T>(), after.ToObject(), from, String(), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> PatchStatus(const T& after, MergeFrom from, WriteOptions options = {}) const {
    return ClientCall<T>(DiffBase(KindOf<T>(), after.ToObject(), from, String(names::kStatus), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<T> Patch(ObjectKey key, ObjectPatch patch, WriteOptions options = {}) const {
    return ClientCall<T>(PatchBase(KindOf<T>(), std::move(key), std::move(patch), String(), std::move(options)));
  }
  template <ObjectView T>
  ClientCall<Status> Delete(const T& object, DeleteOptions options = {}) const {
    return Delete(KindOf<T>(), object.ToObject().key(), std::move(options));
  }
  template <ObjectView T>
  ClientCall<Status> Delete(ObjectKey key, DeleteOptions options = {}) const {
    return Delete(KindOf<T>(), std::move(key), std::move(options));
  }
  template <ObjectView T>
  ClientCall<Status> DeleteAllOf(ListOptionsBuilder which, DeleteOptions options = {}) const {
    return DeleteAllOf(KindOf<T>(), std::move(which), std::move(options));
  }

 private:
  friend class SubResourceClient;
  Result<const ResourceInfo*> Resolve(const KindRef& kind) const;
  // By the object's own apiVersion and kind.
  ClientCallBase WriteObject(Verb verb, const Object& object, String subresource, WriteOptions options) const;
  ClientCallBase GetBase(const KindRef& kind, ObjectKey key, GetOptions options) const;
  ListCallBase ListBase(const KindRef& kind, ListOptionsBuilder&& options) const;
  ClientCallBase WriteBase(Verb verb, const KindRef& kind, const Object& object, String subresource,
                           WriteOptions options) const;
  ClientCallBase PatchBase(const KindRef& kind, ObjectKey key, ObjectPatch patch, String subresource,
                           WriteOptions options) const;
  ClientCallBase DiffBase(const KindRef& kind, const Object& after, const MergeFrom& from, String subresource,
                          WriteOptions options) const;

  std::shared_ptr<ClientCore> core_;
  Reader* reader_ = nullptr;
};

// A part of an object with a body of its own: scale, eviction, token, binding (RT-268).
class SubResourceClient {
 public:
  SubResourceClient(Client client, String name) : client_(std::move(client)), name_(std::move(name)) {}
  ClientCall<Value> Get(const KindRef& kind, ObjectKey key) const;
  ClientCall<Value> Create(const KindRef& kind, ObjectKey key, Value body, WriteOptions options = {}) const;
  ClientCall<Value> Update(const KindRef& kind, ObjectKey key, Value body, WriteOptions options = {}) const;
  ClientCall<Value> Patch(const KindRef& kind, ObjectKey key, ObjectPatch patch, WriteOptions options = {}) const;

 private:
  ClientCallBase Send(Verb verb, const KindRef& kind, ObjectKey key, Value body, WriteOptions options) const;
  Client client_;
  String name_;
};

namespace internal {
template <typename T>
Result<TypedList<T>> ToTypedList(Result<ObjectList> list) {
  if (!list.ok()) return list.status();
  TypedList<T> typed;
  typed.items.reserve(list->items.size());
  for (Object& object : list->items) {
    Result<T> view = ToView<T>(std::move(object));
    if (!view.ok()) return view.status();
    typed.items.push_back(*std::move(view));
  }
  typed.resource_version = std::move(list->resource_version);
  typed.continue_token = std::move(list->continue_token);
  return typed;
}
template <typename L>
struct ListConversion {
  static Result<ObjectList> From(Result<ObjectList> list) { return list; }
};
template <typename T>
struct ListConversion<TypedList<T>> {
  static Result<TypedList<T>> From(Result<ObjectList> list) { return ToTypedList<T>(std::move(list)); }
};
}  // namespace internal

template <typename L>
Result<L> ListCall<L>::await_resume() {
  return internal::ListConversion<L>::From(TakeList());
}

}  // namespace wavetank
