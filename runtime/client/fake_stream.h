// FakeStream: a watch of a FakeTransport. Events wait in it until they are read; a closed one still gives what it has.
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "runtime/client/fake_transport.h"

namespace wavetank {

class FakeStream final : public WatchStream {
 public:
  FakeStream(FakeTransport& owner, const Gvr& resource, String ns)
      : owner_(&owner), resource_(resource), ns_(std::move(ns)) {}
  ~FakeStream() override {
    if (owner_ != nullptr) std::erase(owner_->streams_, this);
  }

  const Gvr& resource() const { return resource_; }
  bool ended() const { return end_.has_value(); }
  void OwnerGone() { owner_ = nullptr; }

  // One more event of the resource, if it is of the watched namespace.
  void Offer(const WatchEvent& event) {
    const bool about_object = event.type <= WatchEvent::Type::kDeleted;
    if (about_object && !ns_.empty() && event.object.ns() != ns_) return;
    events_.push_back(event);
    if (owner_ == nullptr || !owner_->hold_events_) ++released_;
    Serve();
  }
  void Release(size_t count) {
    released_ += std::min(count, events_.size() - released_);
    Serve();
  }
  void End(Status why) {
    end_ = std::move(why);
    released_ = events_.size();
    Serve();
  }

  // WatchStream.
  void StartNext(NextOp& op) override {
    op_ = &op;
    Serve();
  }
  void ForgetNext(NextOp&) override { op_ = nullptr; }
  std::optional<WatchEvent> TryNext() override {
    if (released_ == 0) return std::nullopt;
    --released_;
    WatchEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

 private:
  void Serve() {
    if (op_ == nullptr) return;
    if (std::optional<WatchEvent> event = TryNext(); event.has_value()) {
      std::exchange(op_, nullptr)->Complete(std::move(event));
    } else if (end_.has_value() && end_->ok()) {
      std::exchange(op_, nullptr)->Complete(std::optional<WatchEvent>());
    } else if (end_.has_value()) {
      std::exchange(op_, nullptr)->Complete(*end_);
    }
  }

  FakeTransport* owner_;
  const Gvr resource_;
  const String ns_;
  std::deque<WatchEvent> events_;
  size_t released_ = 0;  // how many of them may be read
  NextOp* op_ = nullptr;
  std::optional<Status> end_;
};

}  // namespace wavetank
