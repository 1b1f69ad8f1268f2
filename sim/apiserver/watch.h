// Watches: how one starts, and what each write means to it (API-320..346).
//
//   auto started = StartWatch(server, replica, request);
//   if (auto* start = std::get_if<WatchStart>(&started)) {
//     deliver(start->initial);
//     for (const LogEntry& e : server.LogSince(start->revision)) {
//       if (auto event = start->filter.Translate(e)) deliver(*event);
//     }
//   }
//
// A watch is no object of the server: the network keeps the filter and feeds it the log, in order, up to where its
// replica has got. Translate is a pure function of one entry.
// Complexity: StartWatch O(objects in scope) or O(entries since the version); Translate O(1) without selectors.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "runtime/transport/request.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/selection.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

class WatchFilter {
 public:
  // `version`, with the kinds it needs: the events are shown in another version than they are stored.
  WatchFilter(const ResourceInfo* resource, Selection selection, const KindVersion* version = nullptr,
              KindRegistry kinds = {})
      : resource_(resource),
        selection_(std::move(selection)),
        version_(version),
        kinds_(version == nullptr ? KindRegistry() : std::move(kinds)),
        plain_(selection_.everything() && version == nullptr) {}

  const ResourceInfo* resource() const { return resource_; }
  // What this watcher sees of a write; nothing when it is not for it. An object that stops matching is DELETED with its
  // former content under the new version, one that starts matching is ADDED (API-327).
  std::optional<WatchEvent> Translate(const LogEntry& entry) const {
    if (entry.resource != resource_ || !selection_.InScope(entry.object)) return std::nullopt;
    if (plain_) return WatchEvent{entry.type, entry.object, Value()};
    return TranslateSelected(entry);
  }

 private:
  std::optional<WatchEvent> TranslateSelected(const LogEntry& entry) const;

  Object Shown(const Object& object) const {
    return version_ == nullptr ? object : Object(version_->from_storage(kinds_, object.value()));
  }

  const ResourceInfo* resource_;
  Selection selection_;
  const KindVersion* version_;
  KindRegistry kinds_;
  bool plain_;
};

struct WatchStart {
  std::vector<WatchEvent> initial;
  uint64_t revision = 0;  // live entries are those above it
  WatchFilter filter;
  bool bookmarks = false;  // the client allows them (API-329)
  std::vector<String> warnings;
};

// A refused watch is an ordinary HTTP error (API-324), one from a version that is too old or from the future is accepted
// and ends with an ERROR event (API-323, API-335).
using WatchOutcome = std::variant<WatchStart, ApiResponse, WatchEvent>;
WatchOutcome StartWatch(const ApiServer& server, const Replica& replica, const ApiRequest& request);

// The object of a BOOKMARK event (API-329); annotated when it ends the initial events (API-330).
Object MakeBookmark(const ResourceInfo& resource, uint64_t revision, bool initial_events_end);

}  // namespace wavetank::sim
