// Containers within a Pod's spec: what the rules of one container (validate_container.cpp) need to know of the spec around
// it, and the checkers of the three lists (validate_containers.cpp).
#pragma once

#include <functional>

#include "sim/apiserver/validate_rules.h"

namespace wavetank::sim {

// ---- Of a spec, for the rules of a container in it.
// The volume of that name, if its source is in order; else null. `around`: a site whose parent is the spec.
const Value* UsableVolume(const Site& around, const Value& name);
bool HasVolume(const Value& spec, const Value& name);
bool IsOfClaim(const Value& volume);
// The claims that a container's resources name.
void CheckClaimNames(const Value& spec, const Value& resources, const Path& path, FieldErrors& errors);
bool SleepsInTime(const Value& spec, const Value& sleep);
bool HasOwnUsers(const Value& spec, const Value& proc_mount);
// "" for a text that is not there.
Value TextOf(const Value& value);

// Init containers first, ephemeral ones last.
void ForEachContainer(const Value& spec, const Path& path, const std::function<void(const Value&, const Path&)>& visit);

// ---- Checkers.
void OperatingSystem(const Site& site, const Rule& rule);
void HostProcesses(const Site& site, const Rule& rule);
void EnvFrom(const Site& site, const Rule& rule);
void Containers(const Site& site, const Rule& rule);
void InitContainers(const Site& site, const Rule& rule);
void EphemeralContainers(const Site& site, const Rule& rule);

}  // namespace wavetank::sim
