// Subresources, one row each: what they do that the object itself does not (API-685..692).
//
// A row names functions; a verb without one goes the way of the object: GET shows it, PUT and PATCH replace the part of it
// that the row's `merge` takes. Which kind has which subresource with which verbs is in the kind table.
#pragma once

#include <string_view>

#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

struct SubresourceRow {
  std::string_view name;
  // POST.
  Outcome (*create)(Exchange&) = nullptr;
  // GET, with the object that was found; null: the object itself.
  Outcome (*get)(Exchange&, const Object&) = nullptr;
  // PUT and PATCH; null: those of the object.
  Outcome (*update)(Exchange&) = nullptr;
  // All verbs: what reaches through to a node or a pod. No kubelet serves such connections in a simulation.
  Outcome (*connect)(Exchange&) = nullptr;
  // What a PUT or PATCH leaves of the stored object, and what it takes of the given one. Null: not writable that way.
  Value (*merge)(const Exchange&, const Value& given, const Object& stored) = nullptr;
  // A change counts as a new generation.
  bool bumps_generation = false;
};

// Null for a name that no kind has.
const SubresourceRow* FindSubresourceRow(std::string_view name);

// eviction.cpp, token.cpp, connect.cpp, binding.cpp, scale.cpp
Outcome Bind(Exchange& exchange);
Outcome Evict(Exchange& exchange);
Outcome RequestToken(Exchange& exchange);
Outcome ReadLog(Exchange& exchange);
Outcome ReachContainer(Exchange& exchange);  // exec, attach
Outcome ForwardPorts(Exchange& exchange);
Outcome ReachThrough(Exchange& exchange);  // proxy

// status_merge.cpp
Value MergeStatus(const Exchange& exchange, const Value& given, const Object& stored);
Value MergeFinalizers(const Exchange& exchange, const Value& given, const Object& stored);
Value MergeEphemeralContainers(const Exchange& exchange, const Value& given, const Object& stored);
Value MergeResize(const Exchange& exchange, const Value& given, const Object& stored);
Value MergeApproval(const Exchange& exchange, const Value& given, const Object& stored);

}  // namespace wavetank::sim
