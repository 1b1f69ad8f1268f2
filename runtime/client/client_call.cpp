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

void Exchange::Start(std::coroutine_handle<> caller, Executor* executor) {
  call_.executor = executor;
  call_.waiter.set_handle(caller);
  if (call_.request.verb != Verb::kWatch) {  // which is neither throttled nor tried again
    const Duration wait = core_.Reserve();
    if (core_.options.max_retries > 0) {
      call_.review = &Review;
      call_.reviewer = this;
    }
    if (wait > Duration(0)) return RunDrive(wait);
  }
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
  const EventLabel label{EventKind::kTimer, HashBytes(call_.request.Describe(), HashBytes("client-retry"))};
  for (;; ++tries_) {
    co_await Sleep(*call_.executor, *wait, TimerClass::kForeground, label);
    Result<ApiResponse> answer = co_await Send(*core_.transport, CloneRequest(call_.request));
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

Status Exchange::Error() {
  const std::optional<Result<ApiResponse>>& result = call_.result;
  if (!result.has_value() || !result->ok()) return call_.await_resume().status();
  const ApiResponse& answer = **result;
  return answer.ok() ? Status() : FromStatusDocument(answer.body, answer.code);
}

}  // namespace internal

Result<ApiResponse> ClientCallBase::TakeResponse() {
  if (answer_.has_value()) return answer_->status();
  Status error = exchange_->Error();
  if (!error.ok()) return error;
  return std::move(exchange_->response());
}

Result<std::unique_ptr<WatchStream>> ClientCallBase::TakeStream() {
  Status error = TakeStatus();
  if (!error.ok()) return error;
  ApiResponse& answer = exchange_->response();
  if (answer.stream != nullptr) return std::move(answer.stream);
  return Status(Code::kInternal, "the server accepted the watch but sent no stream");
}

Result<Object> ClientCallBase::TakeObject() {
  if (answer_.has_value()) return std::move(*answer_);
  if (read_.valid()) return read_.Take();
  Status error = exchange_->Error();
  if (!error.ok()) return error;
  ApiResponse& answer = exchange_->response();
  if (answer.object) return std::move(answer.object);
  if (answer.body.is_object()) return Object(std::move(answer.body));
  return Status(Code::kInternal, "the server's answer holds no object");
}

Result<Value> ClientCallBase::TakeDocument() {
  Status error = TakeStatus();
  if (!error.ok()) return error;
  return exchange_->response().Document();
}

Status ClientCallBase::TakeStatus() { return answer_.has_value() ? answer_->status() : exchange_->Error(); }

}  // namespace wavetank
