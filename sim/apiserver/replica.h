// Replica: how far one replica of the API server has got, as a value.
//
//   Replica a;                       // follows the store
//   a.Hold(server);                  // from now on it sees nothing new: reads with "0", cached lists and watches lag
//   a.AdvanceTo(server, 1042);       // catches up by the log; at the store's own revision it follows again
//
// Writes and linearizable reads never ask a replica: they go to the store (API-153).
// Invariants: a lagging replica's tables are exactly the store's at revision(); revision() never goes back.
// Complexity: Hold O(resources); AdvanceTo O(entries).
#pragma once

#include <cstdint>

#include "sim/apiserver/store.h"

namespace wavetank::sim {

class ApiServer;

class Replica {
 public:
  // What a replica that follows answers for its revision.
  static constexpr uint64_t kFollowing = UINT64_MAX;

  // The revision it has reached; kFollowing while it follows the store.
  uint64_t revision() const { return revision_; }
  uint64_t revision(const ApiServer& server) const;
  bool lagging() const { return revision_ != kFollowing; }

  // Stops following at the store's present revision. A replica that lags already stays where it is.
  void Hold(const ApiServer& server);
  // REQUIRES: revision <= server.revision(). Going back does nothing.
  void AdvanceTo(const ApiServer& server, uint64_t revision);
  void Follow() {
    revision_ = kFollowing;
    tables_ = Tables();
  }

  // The objects as this replica has them.
  const Tables& tables(const ApiServer& server) const;

 private:
  uint64_t revision_ = kFollowing;
  Tables tables_;  // empty while it follows
};

}  // namespace wavetank::sim
