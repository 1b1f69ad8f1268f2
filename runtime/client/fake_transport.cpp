#include "runtime/client/fake_transport.h"

#include <algorithm>
#include <charconv>

#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"
#include "runtime/client/fake_stream.h"
#include "runtime/value/patch.h"

namespace wavetank {
namespace {

const Name kContinue("continue");
const Name kPreconditions("preconditions");

ApiResponse ErrorResponse(const Status& error) {
  ApiResponse response;
  response.code = HttpCode(error);
  response.body = ToStatusDocument(error);
  return response;
}

Object BookmarkAt(uint64_t revision, bool ends_initial_events) {
  static const Name kInitialEventsEnd("k8s.io/initial-events-end");
  Value out = Value::EmptyObject().SetIn({names::kMetadata, names::kResourceVersion}, std::to_string(revision));
  if (ends_initial_events) out = out.SetIn({names::kMetadata, names::kAnnotations, kInitialEventsEnd}, "true");
  return Object(std::move(out));
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// The number at the beginning of the text, 0 when there is none.
uint64_t NumberOf(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Gvr ResourceOf(const Object& object) {
  const ResourceInfo* info = KindRegistry::BuiltIn().FindKind(object.api_version(), object.kind());
  if (info != nullptr) return info->gvr;
  const GroupVersion gv = SplitApiVersion(object.api_version());
  return Gvr(gv.group, gv.version, Lower(object.kind()) + "s");
}

bool Selected(const ApiRequest& request, const Object& object) {
  if (!request.ns.empty() && object.ns() != request.ns) return false;
  if (request.list == nullptr) return true;
  Result<LabelSelector> labels = LabelSelector::Parse(request.list->label_selector.view());
  if (labels.ok() && !labels->Matches(object.labels())) return false;
  Result<FieldSelector> fields = FieldSelector::Parse(request.list->field_selector.view());
  return !fields.ok() ||
         fields->Matches([&](const std::string& field) { return FieldText(nullptr, object.value(), field); });
}

}  // namespace

FakeTransport::FakeTransport() = default;

FakeTransport::~FakeTransport() {
  for (FakeStream* stream : streams_) stream->OwnerGone();
}

// ---- Requests.

void FakeTransport::Start(Call& call) {
  Note(call.request);
  if (hold_) {
    held_.push_back(&call);
  } else {
    call.Complete(Answer(call.request));
  }
}

void FakeTransport::Forget(Call& call) { std::erase(held_, &call); }

bool FakeTransport::Release() {
  if (held_.empty()) return false;
  Call* call = held_.front();
  held_.pop_front();
  call->Complete(Answer(call->request));
  return true;
}

void FakeTransport::Note(const ApiRequest& request) {
  requests_.push_back({request.verb, request.resource, request.ns, request.name, request.subresource,
                       request.patch_type, request.body, request.list != nullptr ? *request.list : ListOptions(),
                       request.field_manager, request.resource_version, request.dry_run, request.Describe()});
}

std::string FakeTransport::Log() const {
  std::string out;
  for (const Record& record : requests_) out.append(record.text).append("\n");
  return out;
}

size_t FakeTransport::Count(Verb verb) const { return std::ranges::count(requests_, verb, &Record::verb); }

void FakeTransport::FailNext(Verb verb, Status error) {
  const auto fail = [error](const ApiRequest&) -> Result<ApiResponse> { return ErrorResponse(error); };
  script_.push_back({verb, Step::kAnswer, fail});
}

Result<ApiResponse> FakeTransport::Answer(const ApiRequest& request) {
  const auto step = std::ranges::find(script_, request.verb, &Step::verb);
  const Status lost(Code::kConnection, "the connection broke");
  if (step == script_.end()) return Apply(request);
  const Step now = *step;
  script_.erase(step);
  switch (now.what) {
    case Step::kDrop: return lost;
    case Step::kLose: (void)Apply(request); return lost;
    case Step::kAnswer: return now.answer(request);
  }
  return lost;
}

Result<ApiResponse> FakeTransport::Apply(const ApiRequest& request) {
  Result<ApiResponse> answer = ApplyVerb(request);
  if (!answer.ok()) return ErrorResponse(answer.status());
  return answer;
}

namespace {

bool HasList(const Value& document) {
  if (document.is_array()) return true;
  for (const Field& field : document.fields()) {
    if (HasList(field.value)) return true;
  }
  return false;
}

// A strategic merge patch without a list is a merge patch.
bool IsPlainMerge(const ApiRequest& request) {
  if (request.patch_type == PatchType::kMerge) return true;
  return request.patch_type == PatchType::kStrategicMerge && !HasList(request.body);
}

}  // namespace

Result<ApiResponse> FakeTransport::ApplyVerb(const ApiRequest& request) {
  const ObjectKey key(request.ns, request.name);
  const Object* current = Find(request.resource, key);
  switch (request.verb) {
    case Verb::kList: return List(request);
    case Verb::kWatch: return Watch(request);
    case Verb::kCreate: return Create(request);
    case Verb::kDeleteCollection: return DeleteAll(request);
    default: break;
  }
  if (current == nullptr) return NotFoundError(request.resource, key.name.view());
  switch (request.verb) {
    case Verb::kUpdate: return Update(request, *current, request.body);
    case Verb::kPatch:
      if (!IsPlainMerge(request)) return BadRequestError("the fake server knows merge patches only");
      return Update(request, *current, ApplyMergePatch(current->value(), request.body));
    case Verb::kDelete: return Delete(request, *current);
    default: break;
  }
  ApiResponse response;
  response.object = *current;
  return response;
}

Result<ApiResponse> FakeTransport::Create(const ApiRequest& request) {
  Value body = request.body;
  if (body[names::kMetadata][names::kName].empty()) {
    const std::string prefix(body[names::kMetadata][names::kGenerateName].AsString());
    body = body.SetIn({names::kMetadata, names::kName}, prefix + std::to_string(++names_));
  }
  if (!request.ns.empty()) body = body.SetIn({names::kMetadata, names::kNamespace}, request.ns);
  const Object object(body);
  if (Find(request.resource, object.key()) != nullptr)
    return AlreadyExistsError(request.resource, object.name().view());
  ApiResponse response;
  response.code = 201;
  response.object = Save(request.resource, object, WatchEvent::Type::kAdded);
  return response;
}

Result<ApiResponse> FakeTransport::Update(const ApiRequest& request, const Object& current, Value next) {
  const std::string_view version = next[names::kMetadata][names::kResourceVersion].AsString();
  if (!version.empty() && version != std::to_string(current.resource_version())) {
    return ConflictError(request.resource, request.name.view());
  }
  if (request.subresource == "status") {
    next = current.value().Set(names::kStatus, next[names::kStatus]);
  } else if (!current.status().is_null()) {
    next = next.Set(names::kStatus, current.status());
  }
  next = next.SetIn({names::kMetadata, names::kUid}, current.uid());
  ApiResponse response;
  response.object = Save(request.resource, Object(std::move(next)), WatchEvent::Type::kModified);
  return response;
}

Result<ApiResponse> FakeTransport::Delete(const ApiRequest& request, const Object& current) {
  const Value& wanted = request.body[kPreconditions];
  const bool other_uid = wanted.Has(names::kUid) && wanted[names::kUid] != current.uid().view();
  const bool other_version = wanted.Has(names::kResourceVersion) &&
                             NumberOf(wanted[names::kResourceVersion].AsString()) != current.resource_version();
  if (other_uid || other_version) return ConflictError(request.resource, request.name.view(), "Precondition failed");
  ApiResponse response;
  response.object = current;
  Remove(request.resource, ObjectKey(request.ns, request.name));
  return response;
}

Result<ApiResponse> FakeTransport::DeleteAll(const ApiRequest& request) {
  for (const Object& object : All(request.resource)) {
    if (Selected(request, object)) Remove(request.resource, object.key());
  }
  ApiResponse response;
  response.body = ObjectBuilder().Add(names::kKind, "Status").Add(names::kStatus, "Success").Build();
  return response;
}

// A continue token is "<revision>/<items seen>".
Result<ApiResponse> FakeTransport::List(const ApiRequest& request) const {
  const ListOptions query = request.list != nullptr ? *request.list : ListOptions();
  size_t skip = 0;
  if (!query.continue_token.empty()) {
    const std::string_view token = query.continue_token.view();
    if (NumberOf(token) < compacted_) return ExpiredError("The provided continue parameter is too old");
    skip = std::min(NumberOf(token.substr(token.find('/') + 1)), revision_);
  }
  ApiResponse response;
  for (const Object& object : All(request.resource)) {
    if (Selected(request, object)) response.items.push_back(object);
  }
  skip = std::min(skip, response.items.size());
  response.items.erase(response.items.begin(), response.items.begin() + static_cast<int64_t>(skip));
  Value metadata = ObjectBuilder().Add(names::kResourceVersion, std::to_string(revision_)).Build();
  if (query.limit > 0 && response.items.size() > static_cast<size_t>(query.limit)) {
    response.items.resize(static_cast<size_t>(query.limit));
    metadata = metadata.Set(kContinue,
                            std::to_string(revision_) + "/" + std::to_string(skip + static_cast<size_t>(query.limit)));
  }
  response.body = ObjectBuilder().Add(names::kKind, "List").Add(names::kMetadata, metadata).Build();
  return response;
}

Result<ApiResponse> FakeTransport::Watch(const ApiRequest& request) {
  const bool initial = request.list != nullptr && request.list->send_initial_events.value_or(false);
  if (initial && !initial_events_) {
    return Status(Code::kInvalid, "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch");
  }
  const uint64_t from = request.list == nullptr || request.list->resource_version.empty()
                            ? revision_
                            : NumberOf(request.list->resource_version.view());
  if (from < compacted_) return ExpiredError("too old resource version");
  auto stream = std::make_unique<FakeStream>(*this, request.resource, request.ns);
  streams_.push_back(stream.get());
  if (initial) {
    for (const Object& object : All(request.resource)) {
      if (Selected(request, object)) stream->Offer({WatchEvent::Type::kAdded, object, Value()});
    }
    if (!hold_mark_) stream->Offer({WatchEvent::Type::kBookmark, BookmarkAt(revision_, true), Value()});
  } else {
    for (const Change& change : history_) {
      if (change.revision > from && change.resource == request.resource) stream->Offer(change.event);
    }
  }
  ApiResponse response;
  response.stream = std::move(stream);
  return response;
}

// ---- The memory.

Object FakeTransport::Put(const Object& object) {
  const Gvr resource = ResourceOf(object);
  const bool known = Find(resource, object.key()) != nullptr;
  return Save(resource, object, known ? WatchEvent::Type::kModified : WatchEvent::Type::kAdded);
}

Object FakeTransport::Save(const Gvr& resource, const Object& object, WatchEvent::Type type) {
  Value value = object.value().SetIn({names::kMetadata, names::kResourceVersion}, std::to_string(++revision_));
  if (object.uid().empty()) {
    value = value.SetIn({names::kMetadata, names::kUid}, "uid-" + std::to_string(revision_));
  }
  Object saved(std::move(value));
  objects_[{resource, saved.key()}] = saved;
  Publish(resource, type, saved);
  return saved;
}

void FakeTransport::Remove(const Gvr& resource, const ObjectKey& key) {
  const auto found = objects_.find({resource, key});
  if (found == objects_.end()) return;
  const Value& value = found->second.value();
  const Object last(value.SetIn({names::kMetadata, names::kResourceVersion}, std::to_string(++revision_)));
  objects_.erase(found);
  Publish(resource, WatchEvent::Type::kDeleted, last);
}

const Object* FakeTransport::Find(const Gvr& resource, const ObjectKey& key) const {
  const auto found = objects_.find({resource, key});
  return found == objects_.end() ? nullptr : &found->second;
}

std::vector<Object> FakeTransport::All(const Gvr& resource) const {
  std::vector<Object> all;
  for (const auto& [key, object] : objects_) {
    if (key.first == resource) all.push_back(object);
  }
  return all;
}

// ---- Watches.

void FakeTransport::Publish(const Gvr& resource, WatchEvent::Type type, const Object& object) {
  Change change{revision_, resource, WatchEvent()};
  change.event.type = type;
  change.event.object = object;
  history_.push_back(change);
  SendEvent(resource, change.event);
}

void FakeTransport::SendEvent(const Gvr& resource, const WatchEvent& event) {
  for (FakeStream* stream : StreamsOf(resource)) stream->Offer(event);
}

void FakeTransport::HoldWatchEvents(bool on) {
  hold_events_ = on;
  if (!on) ReleaseWatchEvents();
}

void FakeTransport::ReleaseWatchEvents(size_t count) {
  const std::vector<FakeStream*> streams = streams_;
  for (FakeStream* stream : streams) stream->Release(count);
}

std::vector<FakeStream*> FakeTransport::StreamsOf(const Gvr& resource) const {
  std::vector<FakeStream*> streams;
  for (FakeStream* stream : streams_) {
    if (stream->resource() == resource && !stream->ended()) streams.push_back(stream);
  }
  return streams;
}

void FakeTransport::CloseWatches(const Gvr& resource) {
  for (FakeStream* stream : StreamsOf(resource)) stream->End(Status());
}

void FakeTransport::BreakWatches(const Gvr& resource) {
  for (FakeStream* stream : StreamsOf(resource)) stream->End(Status(Code::kConnection, "the connection broke"));
}

void FakeTransport::FailWatches(const Gvr& resource, const Status& error) {
  WatchEvent event;
  event.type = WatchEvent::Type::kError;
  event.status = ToStatusDocument(error);
  for (FakeStream* stream : StreamsOf(resource)) {
    stream->Offer(event);
    stream->End(Status());
  }
}

void FakeTransport::SendBookmark(const Gvr& resource) {
  WatchEvent event;
  event.type = WatchEvent::Type::kBookmark;
  event.object = BookmarkAt(revision_, false);
  SendEvent(resource, event);
}

void FakeTransport::SendInitialMark(const Gvr& resource) {
  SendEvent(resource, {WatchEvent::Type::kBookmark, BookmarkAt(revision_, true), Value()});
}

size_t FakeTransport::open_watches(const Gvr& resource) const { return StreamsOf(resource).size(); }

Result<std::string> FakeEnvironment::ReadFile(std::string_view path) {
  return Status(Code::kNotFound, "no such file: " + std::string(path));
}

}  // namespace wavetank
