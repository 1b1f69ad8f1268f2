// Log: what was written, in order; watches, replicas and reads of the past live on it.
//
//   log.Append({revision, resource, WatchEvent::Type::kAdded, pod, Object()});
//   for (const LogEntry& e : log.Since(41)) ...       // revisions 42 and later
//
// Entries lie in segments that copies of a log share; an append to a shared segment starts a new one, so that a copy
// costs the number of segments and not of entries. Old segments go when there are more entries than `keep`.
//
// Invariants: revisions strictly increase; every entry above floor() is there.
// Complexity: Append O(1) amortised; Since O(1) when the entries lie in one segment, else O(entries).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/transport/request.h"

namespace wavetank::sim {

// One write. `object` carries `revision` as its resourceVersion, also when it was deleted (API-074); `previous` is what
// the store held before, empty for kAdded.
struct LogEntry {
  uint64_t revision = 0;
  const ResourceInfo* resource = nullptr;
  WatchEvent::Type type = WatchEvent::Type::kAdded;  // kAdded, kModified or kDeleted
  Object object;
  Object previous;
};

class Log {
 public:
  explicit Log(size_t keep = 32768) : keep_(keep) {}

  void Append(LogEntry entry);
  // Forgets the entries up to and with `revision`. Whole segments are freed, the rest is only hidden.
  void Forget(uint64_t revision);
  // The revision of the newest entry that is gone; 0 when none is.
  uint64_t floor() const { return floor_; }
  // The entries above `revision`, in order. REQUIRES: revision >= floor(). Valid until the next call of Append or Since.
  std::span<const LogEntry> Since(uint64_t revision) const;

 private:
  struct Segment {
    std::vector<LogEntry> entries;
  };
  // A segment as this log sees it: others may have appended behind `used`.
  struct View {
    std::shared_ptr<Segment> segment;
    size_t used = 0;
  };

  size_t keep_;
  size_t held_ = 0;  // entries in views_
  uint64_t floor_ = 0;
  std::vector<View> views_;
  mutable std::vector<LogEntry> joined_;  // of a Since over several segments
};

}  // namespace wavetank::sim
