// Reflector: keeps a sink equal to what the server has, by list and watch (RT-160..178).
//
//   Reflector reflector(client, *pods, options, &informer);
//   group.Spawn(reflector.Run());       // until destroyed
//
// One coroutine: list, replace, watch from the list's version, pass on events; a clean end of the stream is a new watch
// from the last version seen, without a list; 410 and anything else list again, from the last version, after a
// backoff (800 ms doubling to 30 s, each longer by up to 100 %, forgotten after 2 minutes).
// With `watch_list` the list is a watch that begins with everything there is, at least as fresh as the request, and goes on from
// there (RT-175). A server that knows no such watch is asked for a list instead, each time anew. Who waits for the end of such a
// beginning is not warned every ten seconds, as client-go does it; the watch's own timeout ends the wait.
// Events that are here already are taken without giving up the turn (batched delivery).
// State is bounded: the last object that moved the version; while a watch brings the list, the objects that came so far.
// Time: backoffs are foreground (a world that cannot list is not quiet); the length of a watch is the server's timer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/logging.h"
#include "runtime/base/pool.h"
#include "runtime/base/random.h"
#include "runtime/cache/store.h"
#include "runtime/client/client.h"
#include "runtime/client/retry.h"

namespace wavetank {

// Where a reflector's findings go. Called in the step in which they come.
class ReflectorSink {
 public:
  virtual ~ReflectorSink() = default;
  // All objects of the scope (a namespace, or empty for all), at this version.
  virtual void Replace(const String& ns, std::vector<Object> items, uint64_t resource_version) = 0;
  // Added, Modified or Deleted.
  virtual void Apply(WatchEvent::Type type, Object object) = 0;
  virtual void Bookmark(uint64_t resource_version) = 0;
};

struct ReflectorOptions {
  ReflectorOptions() = default;
  String ns;                 // empty: all namespaces
  ListOptionsBuilder query;  // label and field selector; its namespace is not looked at
  String owner;              // the process or controller, for labels, random streams and logs
  int64_t page_size = 0;     // 0: chosen as RT-163 says
  bool watch_list = false;
};

// Waits that grow, until two minutes have passed since the last one began (RT-161).
class ReflectorBackoff {
 public:
  ReflectorBackoff(Random random) : random_(random) {}  // NOLINT(google-explicit-constructor)
  Duration Next(Time now);

 private:
  Random random_;
  Duration next_{0};
  Time last_;
  bool used_ = false;
};

class Reflector : public Pooled<Reflector> {
 public:
  Reflector(Client client, const ResourceInfo& kind, ReflectorOptions options, ReflectorSink* sink);
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  // Never ends by itself. The Reflector outlives the task.
  Task<void> Run();

  // The version of the last list or event; empty before the first list.
  String last_version() const;
  struct Counters {
    uint64_t lists = 0;
    uint64_t watches = 0;
    uint64_t events = 0;
  };
  const Counters& counters() const { return counters_; }
  // Why the last list or watch failed; OK since the last success.
  const Status& last_error() const { return last_error_; }

 private:
  // How a watch ended: with another one, at once or after a backoff, or with a list after a backoff. Of one that was to bring
  // the list besides: with the same at once, or with a plain list in its place.
  enum class WatchEnd : uint8_t { kAgain, kAgainAfterBackoff, kRelist, kRelistAtOnce, kListInstead };

  // The purpose of a random stream, such as "reflector-watch/podcount/Pod/default".
  std::string Purpose(std::string_view what) const;
  Task<WatchEnd> Load();
  Task<Status> ListOnce();
  ListOptionsBuilder ListQuery() const;
  ListOptionsBuilder WatchQuery();
  Task<WatchEnd> WatchOnce();
  void Loaded(std::vector<Object> items, const String& version);
  void Collect(WatchEvent event);
  WatchEnd AfterLoadError(const Status& error);
  WatchEnd AfterStartError(const Status& error);
  WatchEnd AfterErrorEvent(const Status& error);
  WatchEnd AfterStreamEnd(Time begin, uint64_t events);
  void Take(WatchEvent event);
  void Report(const Status& error, bool expected);
  bool Wellformed(const Object& object) const;
  SleepUntil BackOff();

  Client client_;
  const ResourceInfo& kind_;
  const ReflectorOptions options_;
  ReflectorSink* const sink_;
  Random random_;
  std::optional<ReflectorBackoff> backoff_;  // made for the first wait: most reflectors of most schedules never wait
  Logger logger_;
  // The last version: the list's, or the version of an object seen since.
  String list_version_;
  Object last_seen_;
  bool version_unavailable_ = false;  // list from "" (RT-162, RT-164)
  bool paginated_ = false;            // the server pages even at version "0" (RT-163)
  bool hold_version_ = false;         // first events of a watch from nowhere come in no order (RT-171)
  std::unique_ptr<Store> initial_;    // what a watch that brings the list has brought; null when it is complete
  Status last_error_;
  Counters counters_;
};

}  // namespace wavetank
