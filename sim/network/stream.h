// SimStream: one watch of one process, between the server's log and the reader's coroutine.
//
// Each event is a kernel event of its own, enabled while the reader waits and nothing holds the stream; but what a watch begins
// with, when it asked for that and for its end to be marked, comes in one, as a list would. Order is the order of the log.
// Ends in one of three ways (Network::Close); what was queued before a clean end is still delivered.
// A watch that allows bookmarks gets one about every minute, on a background timer (API-329).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/transport/transport.h"
#include "sim/kernel/hash_sum.h"
#include "sim/network/network.h"

namespace wavetank::sim {

class SimStream final : public WatchStream, public EventSource, public Pooled<SimStream> {
 public:
  // `start.initial` is queued at once. A positive `timeout` closes the stream cleanly after so long.
  SimStream(Network& network, Process& process, int replica, WatchStart start, Duration timeout);
  ~SimStream() override;

  const Process& process() const { return process_; }
  const WatchFilter& filter() const { return filter_; }
  int replica() const { return replica_; }

  // The network: an entry was written (or the replica got to it).
  void OnEntry(const LogEntry& entry);
  void Close(Network::Close how);
  // Something that holds the stream came or went.
  void UpdateEnabled();

  // WatchStream.
  void StartNext(NextOp& op) override;
  void ForgetNext(NextOp& op) override;
  std::optional<WatchEvent> TryNext() override;

  // EventSource: `what` is this stream (a delivery) or its timer.
  void Fire(const Option& option) override;
  void Due(void* what) override;
  std::string Describe(void* what) const override;
  Footprint FootprintOf(void*) const override { return {.process = process_.id(), .actor = process_.actor()}; }

 private:
  void Queue(WatchEvent event);
  // One of its two timers. `this` and two tags are what the kernel knows its events by.
  struct Timer {
    char tag = 0;
    bool due = false;  // the timer has become an enabled event
    std::optional<TimerQueue::Ticket> ticket;
  };
  void Start(Timer& timer, Duration after);
  void Drop(Timer& timer);
  void SendBookmark();
  WatchEvent PopFront();
  bool MayDeliver() const;
  bool nothing_queued() const { return first_ == queue_.size(); }

  Network& network_;
  Process& process_;
  const int replica_;
  WatchFilter filter_;
  const uint64_t key_;
  uint64_t seen_revision_;  // entries up to here were queued or skipped
  size_t initial_left_ = 0;  // of the events that come together
  // What is queued, from `first_` on. (A deque would allocate twice for a watch that never has anything to say.)
  std::vector<WatchEvent, PoolAllocator<WatchEvent>> queue_;
  size_t first_ = 0;
  QueueHash queue_hash_;
  HashCell cell_;
  NextOp* reader_ = nullptr;
  bool enabled_ = false;
  bool closed_ = false;
  bool broken_ = false;
  Timer timeout_;
  Timer bookmark_;
  // What the last bookmark said, and the object that says it: in a quiet hour they are all the same.
  uint64_t bookmark_revision_ = 0;
  Object bookmark_object_;
};

}  // namespace wavetank::sim
