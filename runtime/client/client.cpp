#include "runtime/client/client.h"

#include "runtime/api/metadata.h"
#include "runtime/client/client_core.h"

namespace wavetank {
namespace {

using internal::Exchange;

Task<Result<Object>> GetWhenReady(Reader* reader, const ResourceInfo* kind, ObjectKey key) {
  Status ready = co_await reader->Prepare(kind);
  if (!ready.ok()) co_return ready;
  std::optional<Result<Object>> answer = reader->GetNow(*kind, key);
  if (!answer.has_value()) co_return Status(Code::kInternal, "a prepared reader has no answer");
  co_return std::move(*answer);
}

Task<Result<ObjectList>> ListWhenReady(Reader* reader, const ResourceInfo* kind, ListOptionsBuilder options) {
  Status ready = co_await reader->Prepare(kind);
  if (!ready.ok()) co_return ready;
  std::optional<Result<ObjectList>> answer = reader->ListNow(*kind, options);
  if (!answer.has_value()) co_return Status(Code::kInternal, "a prepared reader has no answer");
  co_return std::move(*answer);
}

Status EmptyName() { return Status(Code::kInvalidArgument, "resource name may not be empty"); }

// The namespace counts for namespaced kinds only.
Status SetKey(ApiRequest& request, const ResourceInfo& kind, ObjectKey key, bool named) {
  if (named && key.name.empty()) return EmptyName();
  if (kind.namespaced) {
    if (key.ns.empty()) {
      return Status(Code::kInvalidArgument, named ? "an empty namespace may not be set when a resource name is provided"
                                                  : "an empty namespace may not be set during creation");
    }
    request.ns = std::move(key.ns);
  }
  if (named) request.name = std::move(key.name);
  return {};
}

void SetWriteOptions(ApiRequest& request, const ClientOptions& defaults, WriteOptions& options) {
  request.dry_run = defaults.dry_run || options.dry_run();
  request.force = options.force();
  request.field_manager = options.field_manager().empty() ? defaults.field_manager : options.field_manager();
  request.field_validation = defaults.field_validation;
}

}  // namespace

Client::Client(Environment* env, KindRegistry kinds, ClientOptions options)
    : core_(std::allocate_shared<ClientCore>(PoolAllocator<ClientCore>(), env, std::move(kinds), std::move(options))) {}

Client Client::WithReader(Reader* reader) const {
  Client copy(*this);
  copy.reader_ = reader;
  return copy;
}

const KindRegistry& Client::kinds() const { return core_->kinds; }
Environment& Client::env() const { return *core_->env; }
Executor& Client::executor() const { return *core_->executor; }

Result<const ResourceInfo*> Client::ResourceFor(const Gvk& gvk) const {
  const ResourceInfo* info = core_->kinds.Find(gvk);
  if (info != nullptr) return info;
  return Status(Code::kInvalidArgument, "no matches for kind \"" + std::string(gvk.kind.view()) + "\" in version \"" +
                                            gvk.api_version() + "\"");
}

Result<const ResourceInfo*> Client::Resolve(const KindRef& kind) const {
  if (kind.info() != nullptr) return kind.info();
  return ResourceFor(kind.gvk());
}

ClientCallBase Client::GetBase(const KindRef& kind, ObjectKey key, GetOptions options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ClientCallBase(info.status());
  if (reader_ != nullptr) {
    if (key.name.empty()) return ClientCallBase(EmptyName());
    std::optional<Result<Object>> answer = reader_->GetNow(**info, key);
    if (answer.has_value()) return ClientCallBase(std::move(*answer));
    return ClientCallBase(GetWhenReady(reader_, *info, std::move(key)));
  }
  auto exchange = std::make_unique<Exchange>(*core_, Verb::kGet, (*info)->gvr);
  Status valid = SetKey(exchange->request(), **info, std::move(key), true);
  if (!valid.ok()) return ClientCallBase(std::move(valid));
  exchange->request().resource_version = options.resource_version();
  return ClientCallBase(std::move(exchange));
}

ClientCall<Object> Client::Get(const KindRef& kind, ObjectKey key, GetOptions options) const {
  return ClientCall<Object>(GetBase(kind, std::move(key), std::move(options)));
}

ListCallBase Client::ListBase(const KindRef& kind, ListOptionsBuilder&& options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ListCallBase(Result<ObjectList>(info.status()));
  if (reader_ == nullptr) return ListCallBase(internal::ListLive(core_, *info, std::move(options)));
  std::optional<Result<ObjectList>> answer = reader_->ListNow(**info, options);
  if (answer.has_value()) return ListCallBase(std::move(*answer));
  return ListCallBase(ListWhenReady(reader_, *info, std::move(options)));
}

ListCall<ObjectList> Client::List(const KindRef& kind, ListOptionsBuilder options) const {
  return ListCall<ObjectList>(ListBase(kind, std::move(options)));
}

ClientCallBase Client::WriteBase(Verb verb, const KindRef& kind, const Object& object, String subresource,
                                 WriteOptions options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ClientCallBase(info.status());
  auto exchange = std::make_unique<Exchange>(*core_, verb, (*info)->gvr);
  ApiRequest& request = exchange->request();
  Status valid = SetKey(request, **info, object.key(), verb != Verb::kCreate);
  if (!valid.ok()) return ClientCallBase(std::move(valid));
  request.subresource = std::move(subresource);
  request.body = object.value();
  SetWriteOptions(request, core_->options, options);
  return ClientCallBase(std::move(exchange));
}

ClientCallBase Client::WriteObject(Verb verb, const Object& object, String subresource, WriteOptions options) const {
  const ResourceInfo* info = core_->KindOf(object);
  if (info != nullptr) return WriteBase(verb, *info, object, std::move(subresource), std::move(options));
  return ClientCallBase(Status(Code::kInvalidArgument, "no matches for kind \"" + std::string(object.kind()) +
                                                           "\" in version \"" + std::string(object.api_version()) +
                                                           "\""));
}

ClientCall<Object> Client::Create(Object object, WriteOptions options) const {
  return ClientCall<Object>(WriteObject(Verb::kCreate, object, String(), std::move(options)));
}

ClientCall<Object> Client::Update(Object object, WriteOptions options) const {
  return ClientCall<Object>(WriteObject(Verb::kUpdate, object, String(), std::move(options)));
}

ClientCall<Object> Client::UpdateStatus(Object object, WriteOptions options) const {
  return ClientCall<Object>(WriteObject(Verb::kUpdate, object, String(names::kStatus), std::move(options)));
}

ClientCallBase Client::PatchBase(const KindRef& kind, ObjectKey key, ObjectPatch patch, String subresource,
                                 WriteOptions options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ClientCallBase(info.status());
  auto exchange = std::make_unique<Exchange>(*core_, Verb::kPatch, (*info)->gvr);
  ApiRequest& request = exchange->request();
  Status valid = SetKey(request, **info, std::move(key), true);
  if (!valid.ok()) return ClientCallBase(std::move(valid));
  request.subresource = std::move(subresource);
  request.patch_type = patch.type();
  request.body = patch.body();
  SetWriteOptions(request, core_->options, options);
  if (request.patch_type == PatchType::kApply && request.field_manager.empty()) {
    return ClientCallBase(Status(Code::kInvalidArgument, "server-side apply needs a field manager"));
  }
  return ClientCallBase(std::move(exchange));
}

ClientCallBase Client::DiffBase(const KindRef& kind, const Object& after, const MergeFrom& from, String subresource,
                                WriteOptions options) const {
  const Result<const ResourceInfo*> resource = Resolve(kind);
  if (!resource.ok()) return ClientCallBase(resource.status());
  Result<ObjectPatch> patch = from.Diff(after, *resource);
  if (!patch.ok()) return ClientCallBase(patch.status());
  return PatchBase(kind, after.key(), *std::move(patch), std::move(subresource), std::move(options));
}

ClientCall<Object> Client::Patch(const KindRef& kind, ObjectKey key, ObjectPatch patch, WriteOptions options) const {
  return ClientCall<Object>(PatchBase(kind, std::move(key), std::move(patch), String(), std::move(options)));
}

ClientCall<Object> Client::PatchStatus(const KindRef& kind, ObjectKey key, ObjectPatch patch,
                                       WriteOptions options) const {
  return ClientCall<Object>(
      PatchBase(kind, std::move(key), std::move(patch), String(names::kStatus), std::move(options)));
}

ClientCall<Object> Client::Patch(Object after, MergeFrom from, WriteOptions options) const {
  return ClientCall<Object>(DiffBase(KindOfObject(after), after, from, String(), std::move(options)));
}

ClientCall<Object> Client::PatchStatus(Object after, MergeFrom from, WriteOptions options) const {
  return ClientCall<Object>(DiffBase(KindOfObject(after), after, from, String(names::kStatus), std::move(options)));
}

ClientCall<Object> Client::Apply(Object object, WriteOptions options) const {
  return ClientCall<Object>(PatchBase(KindOfObject(object), object.key(),
                                      ObjectPatch(PatchType::kApply, object.value()), String(), std::move(options)));
}

ClientCall<Status> Client::Delete(const KindRef& kind, ObjectKey key, DeleteOptions options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ClientCall<Status>(info.status());
  auto exchange = std::make_unique<Exchange>(*core_, Verb::kDelete, (*info)->gvr);
  ApiRequest& request = exchange->request();
  Status valid = SetKey(request, **info, std::move(key), true);
  if (!valid.ok()) return ClientCall<Status>(std::move(valid));
  request.dry_run = core_->options.dry_run || options.dry_run();
  request.body = options.ToBody();
  return ClientCall<Status>(std::move(exchange));
}

ClientCall<Status> Client::Delete(Object object, DeleteOptions options) const {
  return Delete(KindOfObject(object), object.key(), std::move(options));
}

ClientCall<Status> Client::DeleteAllOf(const KindRef& kind, ListOptionsBuilder which, DeleteOptions options) const {
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return ClientCall<Status>(info.status());
  auto exchange = std::make_unique<Exchange>(*core_, Verb::kDeleteCollection, (*info)->gvr);
  ApiRequest& request = exchange->request();
  if ((*info)->namespaced) request.ns = which.ns();
  request.dry_run = core_->options.dry_run || options.dry_run();
  request.body = options.ToBody();
  if (!which.selects_all()) request.list = std::make_unique<ListOptions>(which.ToQuery());
  return ClientCall<Status>(std::move(exchange));
}

ClientCall<std::unique_ptr<WatchStream>> Client::Watch(const KindRef& kind, const ListOptionsBuilder& options) const {
  using WatchCall = ClientCall<std::unique_ptr<WatchStream>>;
  Result<const ResourceInfo*> info = Resolve(kind);
  if (!info.ok()) return WatchCall(info.status());
  auto exchange = std::make_unique<Exchange>(*core_, Verb::kWatch, (*info)->gvr);
  if ((*info)->namespaced) exchange->request().ns = options.ns();
  exchange->request().list = std::make_unique<ListOptions>(options.ToQuery());
  return WatchCall(std::move(exchange));
}

SubResourceClient Client::SubResource(String name) const { return SubResourceClient(*this, std::move(name)); }

ClientCallBase SubResourceClient::Send(Verb verb, const KindRef& kind, ObjectKey key, Value body,
                                       WriteOptions options) const {
  Result<const ResourceInfo*> info = client_.Resolve(kind);
  if (!info.ok()) return ClientCallBase(info.status());
  ClientCore& core = *client_.core_;
  auto exchange = std::make_unique<Exchange>(core, verb, (*info)->gvr);
  ApiRequest& request = exchange->request();
  Status valid = SetKey(request, **info, std::move(key), true);
  if (!valid.ok()) return ClientCallBase(std::move(valid));
  request.subresource = name_;
  request.body = std::move(body);
  if (IsWrite(verb)) SetWriteOptions(request, core.options, options);
  return ClientCallBase(std::move(exchange));
}

ClientCall<Value> SubResourceClient::Get(const KindRef& kind, ObjectKey key) const {
  return ClientCall<Value>(Send(Verb::kGet, kind, std::move(key), Value(), WriteOptions()));
}

ClientCall<Value> SubResourceClient::Create(const KindRef& kind, ObjectKey key, Value body,
                                            WriteOptions options) const {
  return ClientCall<Value>(Send(Verb::kCreate, kind, std::move(key), std::move(body), std::move(options)));
}

ClientCall<Value> SubResourceClient::Update(const KindRef& kind, ObjectKey key, Value body,
                                            WriteOptions options) const {
  return ClientCall<Value>(Send(Verb::kUpdate, kind, std::move(key), std::move(body), std::move(options)));
}

ClientCall<Value> SubResourceClient::Patch(const KindRef& kind, ObjectKey key, ObjectPatch patch,
                                           WriteOptions options) const {
  return ClientCall<Value>(client_.PatchBase(kind, std::move(key), std::move(patch), name_, std::move(options)));
}

}  // namespace wavetank
