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
// `<path>[memory]: fractional byte value ...`
void WarnAboutFractions(Exchange& exchange, const Value& resources, const Path& path, std::string_view resource);

}  // namespace wavetank::sim
