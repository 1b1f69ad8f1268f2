// The fault steps: from their fields to Faults, by a table.

#include <algorithm>
#include <utility>

#include "sim/scenario/read_parts.h"

namespace wavetank::sim {
namespace {

struct FaultWord {
  std::string_view step;
  Fault::Kind kind;
  bool one_controller;  // needs to know whom
};

constexpr FaultWord kFaults[] = {
    {"crash", Fault::Kind::kCrash, true},
    {"restart", Fault::Kind::kCrash, true},  // of a dead one: it only starts
    {"pause", Fault::Kind::kPause, true},
    {"resume", Fault::Kind::kResume, true},
    {"fail", Fault::Kind::kAnswer, false},
    {"writer", Fault::Kind::kConcurrentWrite, false},
    {"closeWatch", Fault::Kind::kCloseWatch, true},
    {"breakWatch", Fault::Kind::kBreakWatch, true},
    {"expireWatch", Fault::Kind::kExpireWatch, true},
    {"holdWatch", Fault::Kind::kHoldWatch, true},
    {"releaseWatch", Fault::Kind::kReleaseWatch, true},
    {"holdReplica", Fault::Kind::kHoldReplica, false},
    {"releaseReplica", Fault::Kind::kReleaseReplica, false},
    {"switchReplica", Fault::Kind::kSwitchReplica, true},
};

std::optional<Verb> ReadVerb(const Value& text) {
  for (const Verb verb : {Verb::kGet, Verb::kList, Verb::kWatch, Verb::kCreate, Verb::kUpdate, Verb::kPatch,
                          Verb::kDelete, Verb::kDeleteCollection}) {
    if (text == VerbName(verb)) return verb;
  }
  return std::nullopt;
}

// `process`: the fault's own controller, whose requests are meant when the request says nothing else.
RequestMatch ReadRequest(const Value& value, const Cursor& at, const std::string& process, ReadState& state) {
  RequestMatch match;
  match.verb = ReadVerb(value["request"]);
  if (const ResourceInfo* resource = ReadKind(value["kind"], state.context); resource != nullptr) {
    match.resource = resource->gvr.resource.view();
  }
  match.name = value["name"].AsString();
  match.ns = value["namespace"].AsString();
  if (value.Has("subresource")) match.subresource = std::string(value["subresource"].AsString());
  match.process = process.empty() || value.Has("controller") ? ReadController(value, at, state) : process;
  match.nth = static_cast<uint64_t>(std::max<int64_t>(1, value["nth"].AsInt(1)));
  return match;
}

void ReadTiming(const Value& value, const Cursor& at, Fault& fault, ReadState& state) {
  if (value.Has("before")) {
    fault.when = Fault::When::kBeforeRequest;
    fault.match = ReadRequest(value["before"], at.Child("before"), fault.process, state);
    const bool dies = fault.kind == Fault::Kind::kCrash || fault.kind == Fault::Kind::kStop;
    if (dies && fault.match.process != fault.process) {
      state.context.Error(at.Child("before"),
                          "a controller can only crash before a request of its own; `after` can "
                          "follow the requests of others");
    }
  } else if (value["after"].is_object()) {
    fault.when = Fault::When::kAfterRequest;
    fault.match = ReadRequest(value["after"], at.Child("after"), fault.process, state);
  } else if (value.Has("after")) {
    fault.when = Fault::When::kAfter;
    fault.after = ReadDuration(value["after"]);
  } else if (value.Has("atStep")) {
    fault.when = Fault::When::kAtStep;
    fault.step = static_cast<uint64_t>(std::max<int64_t>(1, value["atStep"].AsInt(1)));
  }
}

void ReadFail(const Value& value, const Cursor& at, Fault& fault, ReadState& state) {
  fault.when = Fault::When::kBeforeRequest;
  fault.match = ReadRequest(value, at, "", state);
  fault.match.count = static_cast<uint64_t>(std::max<int64_t>(0, value["count"].AsInt(1)));
  const Value& with = value["with"];
  if (with == "drop") {
    fault.kind = Fault::Kind::kDrop;
  } else if (with == "lost-response") {
    fault.kind = Fault::Kind::kLoseAnswer;
  } else if (with.Has("delay")) {
    fault.kind = Fault::Kind::kDelay;
    fault.duration = ReadDuration(with["delay"]);
  } else {
    fault.code = static_cast<int>(with["code"].AsInt(500));
    fault.retry_after_seconds = static_cast<int>(with["retryAfter"].AsInt());
    fault.applied = with["applied"].AsBool();
    if (fault.applied && fault.code < 500) {
      state.context.Error(at.Child("with").Child("applied"),
                          "a server that answers " + std::to_string(fault.code) +
                              " has applied nothing; only 500, 503 and 504 leave that "
                              "open");
    }
  }
}

int ReadServer(const Value& value, const Cursor& at, ReadState& state) {
  const int64_t server = value["server"].AsInt();
  if (server >= 0 && server < state.api_servers) return static_cast<int>(server);
  if (server > 0) {
    state.context.Error(at.Child("server"), "there is no API server " + std::to_string(server) +
                                                "; cluster.apiServers is " + std::to_string(state.api_servers) +
                                                ", the first is 0");
  }
  return 0;
}

}  // namespace

std::optional<Fault> ReadFault(std::string_view name, const Value& value, const Cursor& at, ReadState& state) {
  const auto* word =
      std::find_if(std::begin(kFaults), std::end(kFaults), [&](const FaultWord& w) { return w.step == name; });
  if (word == std::end(kFaults)) return std::nullopt;
  Fault fault;
  fault.kind = word->kind;
  if (word->one_controller) fault.process = ReadController(value, at, state);
  if (name == "fail") {
    ReadFail(value, at, fault, state);
    return fault;
  }
  if (name == "crash" && !value["restart"].AsBool(true)) fault.kind = Fault::Kind::kStop;
  if (const ResourceInfo* resource = ReadKind(value["kind"], state.context); resource != nullptr) {
    fault.resource = resource->gvr.resource.view();
  }
  fault.duration = ReadDuration(value["for"]);
  fault.replica = ReadServer(value, at, state);
  fault.patch = value["patch"];
  if (const ResourceInfo* written = ReadKind(value["before"]["kind"], state.context); written != nullptr) {
    state.context.CheckPatch(*written, "", fault.patch, at.Child("patch"));
  }
  ReadTiming(value, at, fault, state);
  const bool at_request = fault.when == Fault::When::kBeforeRequest || fault.when == Fault::When::kAfterRequest;
  if (fault.process.ends_with("-*") && !at_request) NeedsOneReplica(fault.process, at, state);
  return fault;
}

}  // namespace wavetank::sim
