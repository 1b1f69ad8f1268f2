// Warnings about objects that are valid and probably not meant so (API-201, API-202).
//
//   WarnOnCreate(exchange, object);      // after validation, before the store
//
// One row a kind (warnings.cpp). Texts are the real server's; each stands once in an answer (Exchange::Warn).
#pragma once

#include <string>

#include "sim/apiserver/exchange.h"
#include "sim/apiserver/validation.h"

namespace wavetank::sim {

void WarnOnCreate(Exchange& exchange, const Value& object);
// Of changes that count as a new generation, and of kinds without one.
void WarnOnUpdate(Exchange& exchange, const Value& object, const Object& stored);

// `v1 Endpoints is deprecated in v1.33+; use ...`, said on every verb; empty for most kinds.
std::string_view DeprecationOf(const ResourceInfo& resource);

// warnings_pod.cpp: of a pod's spec at `path`. O(spec), once a spec's node.
void WarnAboutPodSpec(Exchange& exchange, const Value& spec, const Path& path);
// warnings_ports.cpp: ports of a pod that stand in each other's way, at the pod's spec.
void WarnAboutPorts(Exchange& exchange, const Value& spec, const Path& path);
// warnings_addresses.cpp: spellings that other readers may take for something else.
void WarnAboutIp(Exchange& exchange, std::string_view text, const Path& path);
void WarnAboutCidr(Exchange& exchange, std::string_view text, const Path& path);
// Why a label of nodes should not be used any more; empty for the others.
std::string_view NodeLabelDeprecation(std::string_view label);
// `<path>[memory]: fractional byte value ...`
void WarnAboutFractions(Exchange& exchange, const Value& resources, const Path& path, std::string_view resource);

}  // namespace wavetank::sim
