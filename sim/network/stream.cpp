#include "sim/network/stream.h"

#include <algorithm>
#include <utility>

#include "runtime/api/status_error.h"

namespace wavetank::sim {
namespace {

constexpr Duration kBookmarkPeriod = std::chrono::minutes(1);
// So many delivered events may stand before those of a queue that are still to come.
constexpr size_t kSlack = 16;

uint64_t EventHash(const WatchEvent& event) {
  return HashCombine(static_cast<uint64_t>(event.type),
                     event.object ? event.object.content_hash() : event.status.hash());
}

uint64_t StreamKey(const Process& process, const WatchFilter& filter) {
  uint64_t key = HashCombine(process.actor(), filter.resource()->gvr.resource.hash());
  return HashCombine(key, filter.resource()->gvr.group.hash());
}

}  // namespace

SimStream::SimStream(Network& network, Process& process, int replica, WatchStart start, Duration timeout)
    : network_(network),
      process_(process),
      replica_(replica),
      filter_(std::move(start.filter)),
      key_(StreamKey(process, filter_)),
      seen_revision_(start.revision),
      cell_(key_) {
  if (network_.options_.state_hash) cell_.Enter(network_.kernel_.state());
  queue_.reserve(start.initial.size());
  if (!start.initial.empty() && start.initial.back().type == WatchEvent::Type::kBookmark) {
    initial_left_ = start.initial.size();
  }
  for (WatchEvent& event : start.initial) Queue(std::move(event));
  auto& streams = network_.streams_;
  const uint32_t index = filter_.resource()->index;
  if (index >= streams.size()) streams.resize(index + 1);
  streams[index].push_back(this);
  if (timeout > Duration::zero()) Start(timeout_, timeout);
  if (start.bookmarks) Start(bookmark_, kBookmarkPeriod);
}

void SimStream::Start(Timer& timer, Duration after) {
  Option option;
  option.key = HashCombine(key_, &timer == &timeout_ ? 1 : 2);
  option.source = this;
  option.what = &timer.tag;
  option.kind = EventKind::kTimer;
  timer.due = false;
  timer.ticket = network_.kernel_.AddTimer(network_.kernel_.now() + after, TimerClass::kBackground, option);
}

void SimStream::Due(void* what) { (what == &timeout_.tag ? timeout_ : bookmark_).due = true; }

void SimStream::Drop(Timer& timer) {
  if (!timer.ticket.has_value()) return;
  if (timer.due) {
    network_.kernel_.Disable(&timer.tag);
  } else {
    network_.kernel_.CancelTimer(*timer.ticket);
  }
}

// What was written until now is in the queue, so the bookmark may promise it.
void SimStream::SendBookmark() {
  if (!nothing_queued() && queue_.back().type == WatchEvent::Type::kBookmark) return;  // who does not read gets one
  const uint64_t revision =
      std::max(network_.replicas_[static_cast<size_t>(replica_)].revision(network_.server_), seen_revision_);
  if (!bookmark_object_ || revision != bookmark_revision_) {
    bookmark_revision_ = revision;
    bookmark_object_ = MakeBookmark(*filter_.resource(), revision, false);
  }
  Queue({WatchEvent::Type::kBookmark, bookmark_object_, Value()});
  UpdateEnabled();
}

SimStream::~SimStream() {
  if (enabled_) network_.kernel_.Disable(this);
  Drop(timeout_);
  Drop(bookmark_);
  if (network_.options_.state_hash) cell_.Leave(network_.kernel_.state());
  std::erase(network_.streams_[filter_.resource()->index], this);
}

void SimStream::Queue(WatchEvent event) {
  if (network_.options_.state_hash) {
    queue_hash_.Push(EventHash(event));
    cell_.Set(network_.kernel_.state(), queue_hash_.value());
  }
  queue_.push_back(std::move(event));
}

WatchEvent SimStream::PopFront() {
  WatchEvent event = std::move(queue_[first_++]);
  if (nothing_queued()) {
    queue_.clear();
    first_ = 0;
  } else if (first_ >= kSlack && first_ * 2 > queue_.size()) {  // most of the array is behind: O(1) amortized
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  if (initial_left_ > 0) --initial_left_;
  if (network_.options_.state_hash) {
    queue_hash_.Pop(EventHash(event));
    cell_.Set(network_.kernel_.state(), queue_hash_.value());
  }
  return event;
}

void SimStream::OnEntry(const LogEntry& entry) {
  if (closed_ || entry.revision <= seen_revision_) return;
  seen_revision_ = entry.revision;
  std::optional<WatchEvent> event = filter_.Translate(entry);
  if (!event.has_value()) return;
  Queue(std::move(*event));
  UpdateEnabled();
}

void SimStream::Close(Network::Close how) {
  if (closed_) return;
  closed_ = true;
  if (how == Network::Close::kBroken) {
    // What the connection still carried is lost with it.
    while (!nothing_queued()) PopFront();
    broken_ = true;
  }
  if (how == Network::Close::kExpired) {
    while (!nothing_queued()) PopFront();
    WatchEvent gone;
    gone.type = WatchEvent::Type::kError;
    gone.status =
        ToStatusDocument(Status(Code::kExpired, "too old resource version: " + std::to_string(seen_revision_) + " (" +
                                                    std::to_string(seen_revision_ + 1) + ")"));
    Queue(std::move(gone));
  }
  UpdateEnabled();
}

bool SimStream::MayDeliver() const {
  return reader_ != nullptr && (closed_ || (!nothing_queued() && !network_.Held(*this)));
}

void SimStream::UpdateEnabled() {
  const bool wanted = MayDeliver();
  if (wanted == enabled_) return;
  enabled_ = wanted;
  if (!wanted) {
    network_.kernel_.Disable(this);
    return;
  }
  Option option;
  option.key = HashCombine(key_, static_cast<uint64_t>(EventKind::kDeliver) + 16);
  option.source = this;
  option.what = this;
  option.kind = EventKind::kDeliver;
  option.process = process_.id();
  network_.kernel_.Enable(option);
}

void SimStream::StartNext(NextOp& op) {
  reader_ = &op;
  UpdateEnabled();
}

void SimStream::ForgetNext(NextOp&) {
  reader_ = nullptr;
  UpdateEnabled();
}

std::optional<WatchEvent> SimStream::TryNext() {
  const bool together = network_.options_.batched_delivery || initial_left_ > 0;
  if (!together || nothing_queued() || network_.Held(*this)) return std::nullopt;
  WatchEvent event = PopFront();
  process_.Note(network_.options_.state_hash ? EventHash(event) : 0);
  return event;
}

void SimStream::Fire(const Option& option) {
  if (option.what == &timeout_.tag) {
    timeout_.ticket.reset();
    Close(Network::Close::kClean);
    return;
  }
  if (option.what == &bookmark_.tag) {
    bookmark_.ticket.reset();
    if (closed_) return;
    SendBookmark();
    Start(bookmark_, kBookmarkPeriod);
    return;
  }
  enabled_ = false;
  NextOp& reader = *std::exchange(reader_, nullptr);
  uint64_t content = key_;
  if (!nothing_queued()) {
    WatchEvent event = PopFront();
    if (network_.options_.state_hash) content = HashCombine(content, EventHash(event));
    reader.Complete(std::move(event));
  } else if (broken_) {
    reader.Complete(Status(Code::kConnection, "the watch's connection broke"));
  } else {
    reader.Complete(std::optional<WatchEvent>());
  }
  // The reader may drop this stream while it runs.
  process_.Deliver(content);
}

std::string SimStream::Describe(void* what) const {
  const std::string resource = filter_.resource()->gvr.group_resource();
  if (what == &timeout_.tag) return "timeout of " + process_.name() + "'s watch of " + resource;
  if (what == &bookmark_.tag) return "bookmark for " + process_.name() + "'s watch of " + resource;
  if (nothing_queued()) return process_.name() + "'s watch of " + resource + " ends";
  const WatchEvent& event = queue_[first_];
  return "deliver " + std::string(WatchEventTypeName(event.type)) + " " + resource + " " +
         event.object.key().ToString() + " to " + process_.name();
}

}  // namespace wavetank::sim
