#include "sim/apiserver/replica.h"

#include <optional>

#include "runtime/base/check.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

uint64_t Replica::revision(const ApiServer& server) const { return lagging() ? revision_ : server.revision(); }

const Tables& Replica::tables(const ApiServer& server) const {
  return lagging() ? tables_ : server.state().store.tables();
}

void Replica::Hold(const ApiServer& server) {
  if (lagging()) return;
  revision_ = server.revision();
  tables_ = server.state().store.tables();
}

void Replica::AdvanceTo(const ApiServer& server, uint64_t revision) {
  WT_CHECK(revision <= server.revision(), "a replica cannot get ahead of the store");
  if (!lagging()) return;
  // Also when nothing was written since: it was held for a while at the store's own revision.
  if (revision == server.revision()) {
    Follow();
    return;
  }
  if (revision <= revision_) return;
  if (revision_ >= server.log_floor()) {
    for (const LogEntry& entry : server.LogSince(revision_)) {
      if (entry.revision > revision) break;
      tables_.Redo(entry);
    }
  } else if (std::optional<Tables> tables = server.state().store.At(revision); tables.has_value()) {
    tables_ = *std::move(tables);  // its own place in the log is gone: it lists anew
  } else {
    Follow();
    return;
  }
  revision_ = revision;
}

}  // namespace wavetank::sim
