// Task<T>: a lazy coroutine, owned by whoever holds it.
//
//   Task<Result<int>> Count(Client client);        // arguments by value: references dangle
//   auto n = co_await Count(client);               // co_await stands alone in its statement
//
// Nothing runs before it is awaited (or given to a TaskGroup). Dropping a Task destroys its frame and, with it, the
// frames it waits for: that is cancellation, and that is a crash. Awaited at most once. Never detached.
//
// Awaiting a Task is a call: it transfers control to the child and back without asking the executor. What suspends is
// always a leaf (a timer, an exchange, a channel), and only the executor resumes it.
//
// No exception crosses our API: call code that throws inside try/catch. One that leaves a Task all the same comes out of the
// co_await that waits for it, as from a call, so that a controller can guard against its author's code (RT-070). Out of a
// root (a member of a TaskGroup) it ends the program.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"
#include "runtime/exec/executor.h"

namespace wavetank {

template <typename T>
class Task;

namespace internal {

class PromiseBase {
 public:
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }

  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <typename P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().Finished();
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept {
    if (!continuation_) std::terminate();
    exception_ = std::current_exception();
  }

  Executor* executor() const { return executor_; }
  void set_executor(Executor* executor) { executor_ = executor; }
  void set_continuation(std::coroutine_handle<> continuation) { continuation_ = continuation; }
  // Called once at the end of a root task, in place of a continuation (see TaskGroup).
  using Callback = void (*)(void* owner, void* member);
  void set_on_done(Callback callback, void* owner, void* member) {
    on_done_ = callback;
    owner_ = owner;
    member_ = member;
  }

 protected:
  bool failed() const { return exception_ != nullptr; }
  [[noreturn]] void Rethrow() { std::rethrow_exception(std::exchange(exception_, nullptr)); }

 private:
  std::coroutine_handle<> Finished() noexcept {
    if (continuation_) return continuation_;
    if (on_done_ != nullptr) on_done_(owner_, member_);
    return std::noop_coroutine();
  }

  Executor* executor_ = nullptr;
  std::coroutine_handle<> continuation_;
  std::exception_ptr exception_;
  Callback on_done_ = nullptr;
  void* owner_ = nullptr;
  void* member_ = nullptr;
};

template <typename T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object();
  template <typename U = T>  // the default lets `co_return {}` be
    requires std::is_constructible_v<T, U&&>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T Take() {
    if (!value_.has_value() && failed()) [[unlikely]] Rethrow();
    WT_CHECK(value_.has_value(), "the result of an unfinished task was read");
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Task<void> get_return_object();
  void return_void() {}
  void Take() {
    if (failed()) [[unlikely]] Rethrow();
  }
};

}  // namespace internal

template <typename T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      Reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { Reset(); }

  bool valid() const { return static_cast<bool>(handle_); }
  bool done() const { return handle_ && handle_.done(); }
  // Destroys the frame.
  void Reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  // Runs a root until its first suspension. REQUIRES: valid and not started.
  void Start(Executor& executor) {
    WT_CHECK(handle_ && handle_.promise().executor() == nullptr, "a task is started once");
    handle_.promise().set_executor(&executor);
    handle_.resume();
  }
  // The result. REQUIRES: done().
  T Take() { return handle_.promise().Take(); }
  Handle handle() const { return handle_; }

  class Awaiter {
   public:
    explicit Awaiter(Handle handle) : handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    template <typename P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> parent) noexcept {
      handle_.promise().set_executor(parent.promise().executor());
      handle_.promise().set_continuation(parent);
      return handle_;
    }
    T await_resume() { return handle_.promise().Take(); }

   private:
    Handle handle_;
  };
  Awaiter operator co_await() && {
    WT_CHECK(handle_, "an empty task was awaited");
    WT_CHECK(handle_.promise().executor() == nullptr, "a task is started or awaited once");
    return Awaiter(handle_);
  }

 private:
  Handle handle_;
};

namespace internal {
template <typename T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}
}  // namespace internal

}  // namespace wavetank
