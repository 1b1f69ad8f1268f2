// Fault: one thing that goes wrong, as a value: when, to whom, what.
//
//   Fault crash = Fault::Crash("podcount").AfterRequest(RequestMatch().Verb(Verb::kUpdate).Nth(2));
//   Fault late  = Fault::Answer(504).Applied().OnRequest(RequestMatch().Resource("pods"));
//   Fault lag   = Fault::HoldWatch("podcount", "pods").AtStep(40);
//
// Only faults that the real system can produce are in the catalogue (DESIGN section 8): a finding must be possible in
// production. The same value serves a scripted fault of a scenario and one that a search drew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/time.h"
#include "runtime/transport/request.h"

namespace wavetank::sim {

// Whether a process is meant by `pattern`: its name, or "podcount-*" for any of podcount's replicas. Empty: everybody.
bool IsProcess(std::string_view pattern, std::string_view name);

// Which requests. Empty members match everything.
struct RequestMatch {
  std::optional<Verb> verb;
  std::string resource;                    // plural: "pods"
  std::optional<std::string> subresource;  // "" is the object itself
  std::string ns;
  std::string name;
  std::string process;
  uint64_t nth = 1;    // the first that counts; 1 is the first match
  uint64_t count = 1;  // how many, from there on; 0: all

  bool Matches(const ApiRequest& request, std::string_view sender) const;
  std::string Describe() const;
};

struct Fault {
  enum class Kind : uint8_t {
    kCrash,  // the process dies, and starts again after `duration`
    kStop,   // the process dies and stays dead until a kStart
    kStart,
    kPause,  // the process does nothing for `duration` (0: until kResume)
    kResume,
    kDrop,             // the request never arrives; the connection breaks
    kDelay,            // the request arrives after `duration`
    kAnswer,           // the server answers `code` instead of applying, or (applied) after applying
    kLoseAnswer,       // applied, and the connection breaks before the answer
    kConcurrentWrite,  // somebody else writes the object just before the request is applied
    kCloseWatch,       // a clean end
    kBreakWatch,       // the connection breaks
    kExpireWatch,      // 410 Gone: the watcher lists again
    kHoldWatch,        // events are delayed, for `duration` (0: until kReleaseWatch)
    kReleaseWatch,
    kHoldReplica,  // an API-server replica falls behind, for `duration` (0: until kReleaseReplica)
    kReleaseReplica,
    kSwitchReplica,  // the process's connections break; it goes on with `replica`
  };
  // When it strikes.
  enum class When : uint8_t {
    kNow,            // as a step of the scenario
    kBeforeRequest,  // when a matching request is about to leave (kCrash) or to be applied
    kAfterRequest,   // when a matching request has been applied
    kAtStep,         // after so many steps of the kernel
    kAfter,          // so long after the fault was armed
  };

  Kind kind = Kind::kCrash;
  When when = When::kNow;
  RequestMatch match;
  uint64_t step = 0;
  Duration after{0};

  // To whom: crash, pause, watches, replica switch. "podcount-*", with kBeforeRequest and kAfterRequest only: to the
  // replica whose request it is.
  std::string process;
  std::string resource;  // of a watch; empty: all
  int replica = 0;
  int code = 500;
  int retry_after_seconds = 0;
  bool applied = false;  // of kAnswer
  Duration duration{0};
  bool drawn = false;  // by a search: it need not strike
  // Of kConcurrentWrite: the patch the other writer sends (merge patch).
  Value patch;

  // "crash podcount after update replicasets default/frontend #2".
  std::string Describe() const;
};

std::string_view FaultKindName(Fault::Kind kind);  // "crash", "answer", ...

// The Status document a server answers with `code` to `request`, in its real words.
Value FaultStatus(int code, int retry_after_seconds, const ApiRequest& request);

}  // namespace wavetank::sim
