// ClientCall<R>: what Client::Get, Create, ... return; awaited at once.
//
//   auto pod = co_await client.Get<Pod>(ObjectKey("default", "web-0"));    // Result<Pod>
//
// An awaiter around one block from the pool, in which the request and its answer live; no coroutine of the client runs
// unless the call is tried again, is throttled or waits for a cache. The conversion to R happens in await_resume.
//
// Tried again (RT-281): every call whose answer is 429 or 5xx with a Retry-After, and reads that got no answer (after
// 1 s); at most ClientOptions::max_retries times. Writes without an answer are never sent again: their outcome is unknown
// (RT-282), and the caller must look. Neither are watches: who watches has a backoff of its own (RT-169).
// Dropping a ClientCall under way cancels it; a request already sent may still be applied.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/exec/task.h"
#include "runtime/exec/timeout.h"
#include "runtime/transport/transport.h"

namespace wavetank {

class ClientCore;

// The kind of generated views (runtime/api/view.h), and how they are made and read.
template <typename T>
concept ObjectView = requires(const T& view, Object object) {
  T::FromObject(std::move(object));
  view.ToObject();
};
template <ObjectView T>
const Gvk& KindOf() {
  if constexpr (requires { T::kGvk(); }) {
    return T::kGvk();
  } else {
    return T::kGvk;
  }
}

namespace internal {

// The request on its way, from the pool.
class Exchange {
 public:
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }

  Exchange(ClientCore& core, Verb verb, const Gvr& resource);
  ApiRequest& request() { return call_.request; }
  void Start(std::coroutine_handle<> caller, Executor* executor);
  // Both for a caller that was woken. Why there is no answer, or what the answer says is wrong; OK: there is a response.
  Status Error();
  // REQUIRES: Error().ok(). The caller may move from it.
  ApiResponse& response() { return **call_.result; }

 private:
  static bool Review(void* self, const Result<ApiResponse>& answer);
  // Sends again and again, beginning with the answer at hand (or with none yet, when throttled).
  Task<void> Drive(std::optional<Duration> wait);
  // How long to wait before another try; empty: the answer stands.
  std::optional<Duration> RetryAfter(const Result<ApiResponse>& answer) const;
  void RunDrive(std::optional<Duration> wait);

  ClientCore& core_;
  Call call_;
  int tries_ = 0;
  Task<void> drive_;
  Waiter drive_waiter_;
};

template <typename R>
struct AnswerOf {
  using Type = Result<R>;
};
template <>
struct AnswerOf<Status> {
  using Type = Status;
};

template <ObjectView T>
Result<T> ToView(Result<Object> object) {
  if (!object.ok()) return object.status();
  return T::FromObject(*std::move(object));
}

}  // namespace internal

class ClientCallBase {
 public:
  explicit ClientCallBase(Status error) : answer_(std::in_place, std::move(error)) {}
  explicit ClientCallBase(std::unique_ptr<internal::Exchange> exchange) : exchange_(std::move(exchange)) {}
  explicit ClientCallBase(Result<Object> answer) : answer_(std::move(answer)) {}
  explicit ClientCallBase(Task<Result<Object>> read) : read_(std::move(read)) {}

  bool await_ready() const { return answer_.has_value(); }
  template <typename P>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<P> caller) {
    if (exchange_ == nullptr) return Task<Result<Object>>::Awaiter(read_.handle()).await_suspend(caller);
    exchange_->Start(caller, caller.promise().executor());
    return std::noop_coroutine();
  }

 protected:
  Result<Object> TakeObject();
  Result<Value> TakeDocument();
  Result<ApiResponse> TakeResponse();
  Result<std::unique_ptr<WatchStream>> TakeStream();
  Status TakeStatus();

 private:
  // Exactly one of the three.
  std::optional<Result<Object>> answer_;
  std::unique_ptr<internal::Exchange> exchange_;
  Task<Result<Object>> read_;
};

// R: Object, a view, Value (any document), Status (success or not), ApiResponse (all there is), a stream.
template <typename R>
class [[nodiscard]] ClientCall : public ClientCallBase {
 public:
  using Answer = internal::AnswerOf<R>::Type;
  using ClientCallBase::ClientCallBase;
  explicit ClientCall(ClientCallBase call) : ClientCallBase(std::move(call)) {}

  Answer await_resume() {
    if constexpr (std::is_same_v<R, Object>) {
      return TakeObject();
    } else if constexpr (std::is_same_v<R, Value>) {
      return TakeDocument();
    } else if constexpr (std::is_same_v<R, Status>) {
      return TakeStatus();
    } else if constexpr (std::is_same_v<R, ApiResponse>) {
      return TakeResponse();
    } else if constexpr (std::is_same_v<R, std::unique_ptr<WatchStream>>) {
      return TakeStream();
    } else {
      return internal::ToView<R>(TakeObject());
    }
  }
};

// A ClientCall (or ListCall) as a Task, to spawn it or to give it a timeout.
template <typename C>
  requires requires { typename C::Answer; }
Task<typename C::Answer> AsTask(C call) {
  typename C::Answer answer = co_await std::move(call);
  co_return answer;
}
template <typename C>
  requires requires { typename C::Answer; }
auto WithTimeout(Executor& executor, Duration duration, C call) {
  return WithTimeout(executor, duration, AsTask(std::move(call)));
}

}  // namespace wavetank
