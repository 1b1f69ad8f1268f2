// Faults for TestWorld::Inject, as they are said.
//
//   world.Inject(CrashAfter("podcount", {.verb = Verb::kUpdate, .nth = 2}));
//   world.Inject(Answer({.verb = Verb::kUpdate, .process = "podcount"}, 504, Applied::kYes));
//   world.Inject(HoldWatches("podcount", 10s));
//
// Requests are matched by RequestMatch (sim/faults/fault.h); what it leaves out matches everything, so name the process.
#pragma once

#include <string>
#include <utility>

#include "sim/faults/fault.h"

namespace wavetank::testing {

using sim::Fault;
using sim::RequestMatch;

enum class Applied : uint8_t { kNo, kYes };

// The controller dies, and starts again after `down`.
inline Fault CrashNow(std::string controller, Duration down = {}) {
  Fault fault;
  fault.kind = Fault::Kind::kCrash;
  fault.process = std::move(controller);
  fault.duration = down;
  return fault;
}
// Just before the controller sends a matching request.
inline Fault CrashBefore(std::string controller, RequestMatch match, Duration down = {}) {
  Fault fault = CrashNow(std::move(controller), down);
  fault.when = Fault::When::kBeforeRequest;
  fault.match = std::move(match);
  fault.match.process = fault.process;
  return fault;
}
// When a matching request of the controller has been applied; it never sees the answer.
inline Fault CrashAfter(std::string controller, RequestMatch match, Duration down = {}) {
  Fault fault = CrashBefore(std::move(controller), std::move(match), down);
  fault.when = Fault::When::kAfterRequest;
  return fault;
}
inline Fault CrashAtStep(std::string controller, uint64_t step, Duration down = {}) {
  Fault fault = CrashNow(std::move(controller), down);
  fault.when = Fault::When::kAtStep;
  fault.step = step;
  return fault;
}
// The controller does nothing for so long.
inline Fault Pause(std::string controller, Duration duration) {
  Fault fault = CrashNow(std::move(controller), duration);
  fault.kind = Fault::Kind::kPause;
  return fault;
}

inline Fault OfRequest(Fault::Kind kind, RequestMatch match) {
  Fault fault;
  fault.kind = kind;
  fault.when = Fault::When::kBeforeRequest;
  fault.match = std::move(match);
  return fault;
}
// The request never arrives.
inline Fault Drop(RequestMatch match) { return OfRequest(Fault::Kind::kDrop, std::move(match)); }
// It is applied, and the connection breaks before the answer.
inline Fault LoseAnswer(RequestMatch match) { return OfRequest(Fault::Kind::kLoseAnswer, std::move(match)); }
inline Fault Delay(RequestMatch match, Duration duration) {
  Fault fault = OfRequest(Fault::Kind::kDelay, std::move(match));
  fault.duration = duration;
  return fault;
}
// The server answers 403, 404, 409, 410, 422, 429, 500, 503 or 504.
inline Fault Answer(RequestMatch match, int code, Applied applied = Applied::kNo, int retry_after_seconds = 0) {
  Fault fault = OfRequest(Fault::Kind::kAnswer, std::move(match));
  fault.code = code;
  fault.applied = applied == Applied::kYes;
  fault.retry_after_seconds = retry_after_seconds;
  return fault;
}
// Somebody else writes the object just before; `patch` is a merge patch, null an annotation.
inline Fault ConcurrentWrite(RequestMatch match, Value patch = {}) {
  Fault fault = OfRequest(Fault::Kind::kConcurrentWrite, std::move(match));
  fault.patch = std::move(patch);
  return fault;
}

inline Fault OfWatches(Fault::Kind kind, std::string controller, std::string resource, Duration duration) {
  Fault fault = CrashNow(std::move(controller), duration);
  fault.kind = kind;
  fault.resource = std::move(resource);
  return fault;
}
// `resource` is a plural ("pods"); empty: all watches of the controller.
inline Fault CloseWatches(std::string controller, std::string resource = {}) {
  return OfWatches(Fault::Kind::kCloseWatch, std::move(controller), std::move(resource), {});
}
inline Fault BreakWatches(std::string controller, std::string resource = {}) {
  return OfWatches(Fault::Kind::kBreakWatch, std::move(controller), std::move(resource), {});
}
// 410 Gone: the controller lists again.
inline Fault ExpireWatches(std::string controller, std::string resource = {}) {
  return OfWatches(Fault::Kind::kExpireWatch, std::move(controller), std::move(resource), {});
}
// Events are late by so long; zero: until the world heals.
inline Fault HoldWatches(std::string controller, Duration duration, std::string resource = {}) {
  return OfWatches(Fault::Kind::kHoldWatch, std::move(controller), std::move(resource), duration);
}

// An API server falls behind for so long; zero: until the world heals.
inline Fault HoldReplica(int server, Duration duration = {}) {
  Fault fault;
  fault.kind = Fault::Kind::kHoldReplica;
  fault.replica = server;
  fault.duration = duration;
  return fault;
}
// The controller's connections break; it goes on with another API server.
inline Fault SwitchReplica(std::string controller, int server) {
  Fault fault = CrashNow(std::move(controller));
  fault.kind = Fault::Kind::kSwitchReplica;
  fault.replica = server;
  return fault;
}

}  // namespace wavetank::testing
