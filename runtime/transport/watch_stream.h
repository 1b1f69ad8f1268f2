// WatchStream and WatchEvent: what a watch delivers, and from where.
//
//   Result<std::optional<WatchEvent>> event = co_await stream->Next();
//
// Ownership: the stream belongs to the watcher (ApiResponse::stream); a NextOp lives in the watcher's frame and is forgotten
// with it. Single thread.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/exec/executor.h"
#include "runtime/value/value.h"

namespace wavetank {

// What a watch delivers (API-320).
struct WatchEvent {
  enum class Type : uint8_t { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kAdded;
  Object object;  // a bookmark has only metadata.resourceVersion (and annotations)
  Value status;   // of kError: the Status document
};
std::string_view WatchEventTypeName(WatchEvent::Type type);  // "ADDED", ...

// A watch under way. Destroying it closes the connection.
class WatchStream {
 public:
  // Awaits the next event. nullopt: the server ended the stream in good order; an error: the connection broke.
  class NextOp {
   public:
    explicit NextOp(WatchStream& stream) : stream_(&stream) {}
    NextOp(const NextOp&) = delete;
    NextOp& operator=(const NextOp&) = delete;
    ~NextOp() {
      if (pending) stream_->ForgetNext(*this);
    }
    bool await_ready() const { return false; }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> handle) {
      executor = handle.promise().executor();
      waiter.set_handle(handle);
      pending = true;
      stream_->StartNext(*this);
    }
    Result<std::optional<WatchEvent>> await_resume() { return std::move(result); }

    // For the stream: wakes the reader in the running step.
    void Complete(WatchEvent&& event) {
      result->emplace(std::move(event));
      Wake();
    }
    void Complete(Result<std::optional<WatchEvent>>&& answer) {
      result = std::move(answer);
      Wake();
    }

    Executor* executor = nullptr;
    Waiter waiter;
    bool pending = false;

   private:
    void Wake() {
      pending = false;
      executor->Ready(waiter);
    }

    WatchStream* stream_;
    Result<std::optional<WatchEvent>> result{std::optional<WatchEvent>()};
  };

  virtual ~WatchStream() = default;
  NextOp Next() { return NextOp(*this); }
  // An event that is here already, without giving up the turn; batched delivery uses it. Nothing: await Next().
  virtual std::optional<WatchEvent> TryNext() { return std::nullopt; }

  // One reader at a time.
  virtual void StartNext(NextOp& op) = 0;
  virtual void ForgetNext(NextOp& op) = 0;
};

}  // namespace wavetank
