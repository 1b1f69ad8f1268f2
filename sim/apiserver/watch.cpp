#include "sim/apiserver/watch.h"

#include <algorithm>
#include <map>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/list_options.h"
#include "sim/apiserver/metadata.h"

namespace wavetank::sim {
namespace {

const Name kInitialEventsEnd("k8s.io/initial-events-end");

WatchEvent ErrorEvent(const Status& status) {
  return WatchEvent{WatchEvent::Type::kError, Object(), ToStatusDocument(status)};
}

// ADDED for everything that matches, as the replica has it.
void AddInitial(const Tables& tables, const ResourceInfo& resource, const Selection& wanted, WatchStart& start) {
  const KeyView from(wanted.ns().has_value() ? wanted.ns()->view() : "", "");
  tables.Of(resource).ForEach(&from, [&](const Object& object) {
    if (wanted.ns().has_value() && object.ns() != *wanted.ns()) return false;
    if (wanted.Matches(object)) start.initial.push_back({WatchEvent::Type::kAdded, object, Value()});
    return true;
  });
}

// The typed zero object that a bookmark is, but for its metadata.
Value ZeroObject(const ResourceInfo& resource) {
  Value base = Value::EmptyObject();
  if (resource.type != nullptr) {
    if (Result<Decoded> zero = Decode(*resource.type, base); zero.ok()) base = zero->value;
  }
  return WithFields(base, {{names::kApiVersion, resource.gvk.api_version()}, {names::kKind, Value(resource.gvk.kind)}});
}

// What is kept for each type, by its id, which no other ever gets: many watches begin in every schedule, most of them at the
// same revision.
struct KnownBookmark {
  Value zero;
  uint64_t revision = 0;  // of `end`: the last one that ended initial events
  Object end;
};

KnownBookmark& KnownFor(const ResourceInfo& resource) {
  static std::map<std::pair<uint32_t, Gvk>, KnownBookmark> known;
  KnownBookmark& found = known[{resource.type->id, resource.gvk}];
  if (found.zero.is_null()) found.zero = ZeroObject(resource);
  return found;
}

Object BookmarkFrom(const Value& zero, uint64_t revision, bool initial_events_end) {
  static const Value kMark = ObjectBuilder(1).Add(kInitialEventsEnd, "true").Build();
  ObjectBuilder metadata(initial_events_end ? 2 : 1);
  if (initial_events_end) metadata.Add(names::kAnnotations, kMark);
  metadata.Add(names::kResourceVersion, RevisionText(revision));
  return Object(zero.Set(names::kMetadata, metadata.Build()));
}

}  // namespace

Object MakeBookmark(const ResourceInfo& resource, uint64_t revision, bool initial_events_end) {
  if (resource.type == nullptr) return BookmarkFrom(ZeroObject(resource), revision, initial_events_end);
  KnownBookmark& known = KnownFor(resource);
  if (!initial_events_end) return BookmarkFrom(known.zero, revision, false);
  if (!known.end || known.revision != revision) {
    known.end = BookmarkFrom(known.zero, revision, true);
    known.revision = revision;
  }
  return known.end;
}

std::optional<WatchEvent> WatchFilter::TranslateSelected(const LogEntry& entry) const {
  const bool before = entry.previous && selection_.Likes(entry.previous);
  if (entry.type == WatchEvent::Type::kDeleted) {
    if (!before) return std::nullopt;
    return WatchEvent{WatchEvent::Type::kDeleted, Shown(entry.object), Value()};
  }
  const bool now = selection_.Likes(entry.object);
  if (now)
    return WatchEvent{before ? WatchEvent::Type::kModified : WatchEvent::Type::kAdded, Shown(entry.object), Value()};
  if (!before) return std::nullopt;
  return WatchEvent{WatchEvent::Type::kDeleted, Shown(WithRevision(entry.previous, entry.revision)), Value()};
}

WatchOutcome StartWatch(const ApiServer& server, const Replica& replica, const ApiRequest& request) {
  static const ListOptions kNone;
  const ListOptions& options = request.list == nullptr ? kNone : *request.list;
  const Served* served = server.state().served->Find(server.kinds(), request.resource);
  if (served == nullptr) return Fail(UnknownPathError());
  const ResourceInfo& resource = *served->resource;
  if ((served->verbs & (1u << static_cast<unsigned>(Verb::kWatch))) == 0) return Fail(MethodNotAllowedError());
  if (Status bad = CheckListOptions(options, true); !bad.ok()) return Fail(bad);
  Result<Selection> wanted = Selection::Of(*served->shown, request, *server.state().selections, served->version);
  if (!wanted.ok()) return Fail(wanted.status());
  const Result<uint64_t> version = ParseResourceVersion(options.resource_version.view());
  if (!version.ok()) {
    return Fail(RawError("resourceVersion: Invalid value: " + FieldValueText(Value(options.resource_version)) + ": " +
                         version.status().message()));
  }

  // Without a version a watch starts with what is there now; "0" takes what the replica has (API-322).
  const bool legacy_initial = !options.send_initial_events.has_value() && *version == 0;
  const bool initial = options.send_initial_events.value_or(legacy_initial);
  WatchStart start{
      {}, 0, WatchFilter(&resource, *wanted, served->version, server.kinds()), options.allow_bookmarks, {}};
  if (!served->deprecation.empty()) start.warnings.emplace_back(served->deprecation);
  if (initial || *version == 0) {
    if (*version > replica.revision(server)) return ErrorEvent(TooLargeVersion(*version, replica.revision(server)));
    // "At least as fresh as now" is the store; the live events then start from there too.
    const bool fresh = options.resource_version.empty();
    const Tables& tables = fresh ? server.state().store.tables() : replica.tables(server);
    start.revision = fresh ? server.revision() : replica.revision(server);
    if (initial) {
      AddInitial(tables, resource, *wanted, start);
      if (served->version != nullptr) {
        for (WatchEvent& event : start.initial) {
          event.object = Object(served->version->from_storage(server.kinds(), event.object.value()));
        }
      }
      if (options.allow_bookmarks) {
        start.initial.push_back(
            {WatchEvent::Type::kBookmark, MakeBookmark(*served->shown, start.revision, true), Value()});
      }
    }
    return start;
  }

  if (*version < server.log_floor()) {
    return ErrorEvent(ExpiredError("too old resource version: " + std::to_string(*version) + " (" +
                                   std::to_string(server.log_floor()) + ")"));
  }
  // From a version: the history up to where the replica is; a version from the future waits silently (API-325).
  const uint64_t reached = replica.revision(server);
  start.revision = std::max(*version, reached);
  if (*version >= reached) {
    return start;
  }
  for (const LogEntry& entry : server.LogSince(*version)) {
    if (entry.revision > reached) break;
    if (std::optional<WatchEvent> event = start.filter.Translate(entry); event.has_value()) {
      start.initial.push_back(*std::move(event));
    }
  }
  return start;
}

}  // namespace wavetank::sim
