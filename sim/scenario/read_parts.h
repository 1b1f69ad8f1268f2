// Readers of the parts of a scenario; shared by the readers of steps and of expectations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/load_context.h"

namespace wavetank::sim {

// A document being read, and what its other parts need to know of it.
struct ReadState {
  LoadContext& context;
  std::vector<std::string> controllers;  // of the scenario, as the file names them
  std::vector<std::string> groups;       // those with several replicas
  int api_servers = 1;
};

Duration ReadDuration(const Value& text);
// Null when the registry has no such kind.
const ResourceInfo* ReadKind(const Value& text, const LoadContext& context);
// "default" when nothing is said and the kind has namespaces.
std::string NamespaceFor(const ResourceInfo* resource, const Value& ns);
ObjectRef ReadObjectRef(const Value& value, const Cursor& at, LoadContext& context);
// A selector as text, from text or labels.
std::string ReadSelector(const Value& value);
Bounds ReadBounds(const Value& value);
// The controller that `value.controller` names, or the only one there is; an error when it has to be said. One with
// several replicas comes out as "name-*".
std::string ReadController(const Value& value, const Cursor& at, ReadState& state,
                           std::string_view field = "controller");
// The same for what needs one process: an error for "name-*".
std::string ReadProcess(const Value& value, const Cursor& at, ReadState& state);
// Says that one of the replicas has to be named.
void NeedsOneReplica(std::string_view group, const Cursor& at, ReadState& state);

std::vector<Step> ReadSteps(const Value& steps, const Cursor& at, ReadState& state);
// A fault step by its name; nothing when `name` is no fault.
std::optional<Fault> ReadFault(std::string_view name, const Value& value, const Cursor& at, ReadState& state);
std::vector<Expectation> ReadExpectations(const Value& list, const Cursor& at, ReadState& state);

}  // namespace wavetank::sim
