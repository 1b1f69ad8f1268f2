#include "sim/apiserver/log.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"

namespace wavetank::sim {
namespace {

constexpr size_t kSegment = 1024;
// What a segment has room for at first: about as much as one schedule writes.
constexpr size_t kRoom = 16;

// The first entry of a sorted run above `revision`.
const LogEntry* FirstAbove(const LogEntry* begin, const LogEntry* end, uint64_t revision) {
  // Most readers want the newest few.
  const LogEntry* at = end;
  for (int step = 0; step < 8; ++step) {
    if (at == begin || (at - 1)->revision <= revision) return at;
    --at;
  }
  return std::upper_bound(begin, at, revision, [](uint64_t r, const LogEntry& e) { return r < e.revision; });
}

}  // namespace

void Log::Append(LogEntry entry) {
  joined_.clear();
  const bool fits = !views_.empty() && views_.back().segment.use_count() == 1 && views_.back().used < kSegment;
  if (!fits) {
    views_.push_back({std::make_shared<Segment>(), 0});
    views_.back().segment->entries.reserve(kRoom);
  }
  View& view = views_.back();
  // A copy of this log that is gone by now may have left entries of its own.
  if (view.segment->entries.size() > view.used) view.segment->entries.resize(view.used);
  WT_CHECK(view.used == 0 || view.segment->entries.back().revision < entry.revision, "revisions never go back");
  view.segment->entries.push_back(std::move(entry));
  ++view.used;
  ++held_;
  while (views_.size() > 1 && held_ - views_.front().used >= keep_) {
    const View& oldest = views_.front();
    Forget(oldest.segment->entries[oldest.used - 1].revision);
  }
}

void Log::Forget(uint64_t revision) {
  if (revision <= floor_) return;
  joined_.clear();
  floor_ = revision;
  size_t gone = 0;
  while (gone < views_.size()) {
    const View& view = views_[gone];
    if (view.used > 0 && view.segment->entries[view.used - 1].revision > revision) break;
    held_ -= view.used;
    ++gone;
  }
  views_.erase(views_.begin(), views_.begin() + static_cast<std::ptrdiff_t>(gone));
}

std::span<const LogEntry> Log::Since(uint64_t revision) const {
  WT_CHECK(revision >= floor_, "entries at or below the floor are gone");
  size_t first = views_.size();
  while (first > 0) {
    const View& view = views_[first - 1];
    if (view.used > 0 && view.segment->entries[view.used - 1].revision <= revision) break;
    --first;
  }
  if (first == views_.size()) return {};
  const auto part = [&](size_t i) {
    const LogEntry* begin = views_[i].segment->entries.data();
    const LogEntry* end = begin + views_[i].used;
    return std::span<const LogEntry>(FirstAbove(begin, end, revision), end);
  };
  if (first + 1 == views_.size()) return part(first);
  joined_.clear();
  for (size_t i = first; i < views_.size(); ++i) {
    const std::span<const LogEntry> entries = part(i);
    joined_.insert(joined_.end(), entries.begin(), entries.end());
  }
  return joined_;
}

}  // namespace wavetank::sim
