// Upkeep: what a server that lives for days must forget, as the real one does.
//
//   Upkeep upkeep(kernel, network);
//   upkeep.Run();                       // whenever time has passed; wants to be called again by next()
//
// - Versions: every five minutes storage forgets those older than five minutes (exact lists and continue tokens from before
//   get 410, API-290). Watches start from the log, which also keeps the newest kKeepForWatches entries of any age, so that a
//   client of a quiet cluster goes on where it was (API-345, observed.md 323).
// - Events go an hour after their last write, and watchers are told (API-820); also the oldest when there were more than
//   kMaxEventWrites writes of them, which is ours: the real server's disk is larger than our memory.
// And what it makes again: the service `kubernetes` and what belongs to it, ten seconds after somebody deleted it.
// Bound: one entry for each write of an Event in the last hour, kMaxEventWrites in all; as many Events are stored.
// Ownership: kernel and network outlive it.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/kernel/kernel.h"
#include "sim/network/network.h"

namespace wavetank::sim {

class Upkeep final : private WriteHook {
 public:
  static constexpr Duration kCompactEvery = std::chrono::minutes(5);
  static constexpr Duration kRestoreAfter = std::chrono::seconds(10);
  static constexpr Duration kEventLife = std::chrono::hours(1);
  static constexpr uint64_t kKeepForWatches = 1024;
  static constexpr size_t kMaxEventWrites = 50'000;

  Upkeep(Kernel& kernel, Network& network);
  ~Upkeep();

  void Run();
  // When Run has something to do, unless something is written before.
  Time next() const;

  size_t event_writes() const { return event_writes_.size(); }

 private:
  struct EventWrite {
    Time at;
    ObjectKey key;
    uint64_t revision = 0;
  };
  void OnWrite(const LogEntry& entry, const Process* process) override;
  bool OldestIsDue() const;
  void Compact();
  void Expire(const EventWrite& write);
  void Restore();

  Kernel& kernel_;
  Network& network_;
  const ResourceInfo* events_;  // null: this server has no such kind
  Time compacted_at_;
  uint64_t revision_then_;  // what was newest at compacted_at_
  Time restore_at_ = Time::Max();  // nothing was deleted since the last look
  std::deque<EventWrite> event_writes_;
};

}  // namespace wavetank::sim
