#include "sim/live/upkeep.h"

#include <algorithm>

#include "sim/apiserver/system_objects.h"

namespace wavetank::sim {

Upkeep::Upkeep(Kernel& kernel, Network& network)
    : kernel_(kernel),
      network_(network),
      events_(network.server().kinds().Find(Gvr("", "v1", "events"))),
      compacted_at_(kernel.now()),
      revision_then_(network.server().revision()) {
  network_.AddWriteHook(this);
}

Upkeep::~Upkeep() { network_.RemoveWriteHook(this); }

void Upkeep::OnWrite(const LogEntry& entry, const Process*) {
  if (entry.type == WatchEvent::Type::kDeleted) {
    restore_at_ = std::min(restore_at_, kernel_.now() + kRestoreAfter);
    return;
  }
  if (entry.resource != events_) return;
  event_writes_.push_back({kernel_.now(), entry.object.key(), entry.revision});
}

bool Upkeep::OldestIsDue() const {
  if (event_writes_.empty()) return false;
  return event_writes_.size() > kMaxEventWrites || kernel_.now() >= event_writes_.front().at + kEventLife;
}

Time Upkeep::next() const {
  const Time compact = compacted_at_ + kCompactEvery;
  if (OldestIsDue()) return kernel_.now();
  const Time early = std::min(compact, restore_at_);
  return event_writes_.empty() ? early : std::min(early, event_writes_.front().at + kEventLife);
}

void Upkeep::Run() {
  if (kernel_.now() >= compacted_at_ + kCompactEvery) Compact();
  if (kernel_.now() >= restore_at_) Restore();
  while (OldestIsDue()) {
    const EventWrite oldest = event_writes_.front();
    event_writes_.pop_front();
    Expire(oldest);
  }
}

void Upkeep::Compact() {
  ApiServer& server = network_.server();
  server.CompactStorage(revision_then_);
  const uint64_t newest = server.revision();
  server.Compact(std::min(revision_then_, newest - std::min(newest, kKeepForWatches)));
  compacted_at_ = kernel_.now();
  revision_then_ = newest;
}

void Upkeep::Expire(const EventWrite& write) {
  // A later write has given it another hour, and an entry of its own.
  if (network_.server().Get(*events_, write.key).resource_version() != write.revision) return;
  ApiRequest remove(Verb::kDelete, events_->gvr);
  remove.ns = write.key.ns;
  remove.name = write.key.name;
  network_.ApplyNow(std::move(remove), "system:apiserver");
}

// What is refused (the address is taken, no range is ready) is tried again as long as it is missing.
void Upkeep::Restore() {
  restore_at_ = Time::Max();
  for (ApiRequest& create : MissingServiceObjects(network_.server())) {
    if (!network_.ApplyNow(std::move(create), "system:apiserver").ok()) restore_at_ = kernel_.now() + kRestoreAfter;
  }
}

}  // namespace wavetank::sim
