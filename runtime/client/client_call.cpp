#include "runtime/client/client_call.h"

#include "runtime/api/status_error.h"
#include "runtime/base/hash.h"
#include "runtime/client/client_core.h"
#include "runtime/exec/sleep.h"

namespace wavetank {
namespace internal {
namespace {

const Name kDetails("details");
const Name kRetryAfterSeconds("retryAfterSeconds");

}  // namespace

Exchange::Exchange(ClientCore& core, Verb verb, const Gvr& resource)
    : core_(core), call_(*core.transport, verb, resource) {}

Exchange::Content::Content(const ApiRequest& request)
    : ns(request.ns),
      name(request.name),
      subresource(request.subresource),
      field_manager(request.field_manager),
      resource_version(request.resource_version),
      body(request.body),
      list(request.list == nullptr ? nullptr : std::make_unique<ListOptions>(*request.list)) {}

ApiRequest Exchange::Again() const {
  // Moving from a request leaves its numbers as they are.
  const ApiRequest& sent = call_.request;
  ApiRequest request(sent.verb, sent.resource);
  request.patch_type = sent.patch_type;
  request.field_validation = sent.field_validation;
  request.dry_run = sent.dry_run;
  request.force = sent.force;
  request.ns = content_->ns;
  request.name = content_->name;
  request.subresource = content_->subresource;
  request.field_manager = content_->field_manager;
  request.resource_version = content_->resource_version;
  request.body = content_->body;
  if (content_->list != nullptr) request.list = std::make_unique<ListOptions>(*content_->list);
  return request;
}

void Exchange::Start(std::coroutine_handle<> caller, Executor* executor) {
  call_.executor = executor;
  call_.waiter.set_handle(caller);
  const Duration wait = core_.Reserve();
  const bool throttled = wait > Duration(0);
  if (throttled || core_.options.max_retries > 0) {
    content_.emplace(call_.request);
    call_.review = &Review;
    call_.reviewer = this;
  }
  if (throttled) return RunDrive(wait);
  call_.pending = true;
  core_.transport->Start(call_);
}

bool Exchange::Review(void* self, const Result<ApiResponse>& answer) {
  auto* exchange = static_cast<Exchange*>(self);
  const std::optional<Duration> wait = exchange->RetryAfter(answer);
  if (!wait.has_value()) return false;
  ++exchange->tries_;
  exchange->RunDrive(*wait);
  return true;
}

// The coroutine begins as a turn of its own: the answer may have come while this process is held.
void Exchange::RunDrive(std::optional<Duration> wait) {
  drive_ = Drive(wait);
  drive_.handle().promise().set_executor(call_.executor);
  drive_waiter_.set_handle(drive_.handle());
  call_.executor->Ready(drive_waiter_);
}

Task<void> Exchange::Drive(std::optional<Duration> wait) {
  const EventLabel label{EventKind::kTimer, HashBytes(Again().Describe(), HashBytes("client-retry"))};
  for (;; ++tries_) {
    co_await Sleep(*call_.executor, *wait, TimerClass::kForeground, label);
    Result<ApiResponse> answer = co_await Send(*core_.transport, Again());
    wait = RetryAfter(answer);
    if (wait.has_value()) continue;
    call_.result.emplace(std::move(answer));
    call_.executor->Ready(call_.waiter);
    co_return;
  }
}

std::optional<Duration> Exchange::RetryAfter(const Result<ApiResponse>& answer) const {
  if (tries_ >= core_.options.max_retries) return std::nullopt;
  if (!answer.ok()) {
    if (answer.code() != Code::kConnection || IsWrite(call_.request.verb)) return std::nullopt;
    return std::chrono::seconds(1);
  }
  if (answer->code < 400) [[likely]]
    return std::nullopt;
  if (answer->code != 429 && answer->code < 500) return std::nullopt;
  const int64_t seconds = answer->body[kDetails][kRetryAfterSeconds].AsInt();
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min<int64_t>(seconds, 24 * 3600));
}

Result<ApiResponse> Exchange::Take() {
  Result<ApiResponse> answer = call_.await_resume();
  if (answer.ok() && !answer->ok()) return FromStatusDocument(answer->body, answer->code);
  return answer;
}

}  // namespace internal

Result<ApiResponse> ClientCallBase::TakeResponse() {
  if (answer_.has_value()) return answer_->status();
  return exchange_->Take();
}

Result<Object> ClientCallBase::TakeObject() {
  if (answer_.has_value()) return std::move(*answer_);
  if (read_.valid()) return read_.Take();
  Result<ApiResponse> answer = exchange_->Take();
  if (!answer.ok()) return answer.status();
  if (answer->object) return std::move(answer->object);
  if (answer->body.is_object()) return Object(std::move(answer->body));
  return Status(Code::kInternal, "the server's answer holds no object");
}

Result<Value> ClientCallBase::TakeDocument() {
  Result<ApiResponse> answer = TakeResponse();
  if (!answer.ok()) return answer.status();
  return answer->Document();
}

Status ClientCallBase::TakeStatus() { return TakeResponse().status(); }

}  // namespace wavetank
