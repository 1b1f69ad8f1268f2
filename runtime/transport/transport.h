// Transport: sends ApiRequests. The second half of the seam to the outside world.
//
//   auto response = co_await Send(transport, std::move(request));   // Result<ApiResponse>
//   auto event = co_await response->stream->Next();                  // Result<std::optional<WatchEvent>>
//
// An error Result means that there was no answer (kConnection, kCancelled): the outcome of a write is unknown. An answer
// that says "no" is a response with code >= 400; runtime/client turns it into a Status.
//
// Ownership: a Call lives in the caller's frame, its request in the Call. When the frame dies the transport is told and
// forgets the Call; a request that was already sent may still be applied (RT-282).
#pragma once

#include <optional>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/exec/task.h"
#include "runtime/transport/request.h"

namespace wavetank {

class Transport;

// One exchange under way. Made by Send, completed by the transport.
class Call {
 public:
  Call(Transport& transport, ApiRequest&& request) : transport_(transport), request(std::move(request)) {}
  // For a caller that fills in `request` itself.
  Call(Transport& transport, Verb verb, const Gvr& resource) : transport_(transport), request(verb, resource) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call();

  // Awaiter.
  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> handle);
  Result<ApiResponse> await_resume() {
    return result.has_value() ? std::move(*result) : Result<ApiResponse>(Status(Code::kCancelled, "the call was dropped"));
  }

  // For the transport: sets the result and wakes the caller in the running step. The Call may be gone afterwards.
  void Complete(Result<ApiResponse>&& answer) {
    pending = false;
    if (review != nullptr && review(reviewer, answer)) return;
    result.emplace(std::move(answer));
    executor->Ready(waiter);
  }

 private:
  Transport& transport_;

 public:
  // Stays as it is while the call is pending: the transport reads it, and who tries again sends it once more. Forget may
  // move from it.
  ApiRequest request;
  std::optional<Result<ApiResponse>> result;
  Executor* executor = nullptr;
  Waiter waiter;
  bool pending = false;     // between Start and Complete
  void* record = nullptr;   // the transport's own
  // Sees the answer before the caller does. True: it sees to it (a client that tries again) and wakes the caller itself.
  using Review = bool (*)(void* reviewer, const Result<ApiResponse>& answer);
  Review review = nullptr;
  void* reviewer = nullptr;
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  // Begins the exchange. Completes `call` in this or a later step, unless Forget comes first.
  virtual void Start(Call& call) = 0;
  // The caller is gone, and so will be its request.
  virtual void Forget(Call& call) = 0;
};

inline Call::~Call() {
  if (pending) transport_.Forget(*this);
}

template <typename P>
void Call::await_suspend(std::coroutine_handle<P> handle) {
  executor = handle.promise().executor();
  waiter.set_handle(handle);
  pending = true;
  transport_.Start(*this);
}

// co_await Send(transport, request): Result<ApiResponse>.
inline Call Send(Transport& transport, ApiRequest&& request) { return Call(transport, std::move(request)); }

}  // namespace wavetank
