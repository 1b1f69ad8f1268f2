// Names and amounts of resources: cpu, memory, hugepages-2Mi, example.com/gpu (API-722).
#pragma once

#include <string_view>

#include "sim/apiserver/validation.h"

namespace wavetank::sim {

// What a resource may be called, each with its complaint.
void CheckResourceName(std::string_view name, const Path& path, FieldErrors& errors);           // anywhere
void CheckContainerResourceName(std::string_view name, const Path& path, FieldErrors& errors);  // of a container
void CheckQuotaResourceName(std::string_view name, const Path& path, FieldErrors& errors);      // of a quota
// Not negative, and whole where only whole ones are counted.
void CheckResourceAmount(std::string_view name, const Value& amount, const Path& path, FieldErrors& errors);
// Limits and requests by themselves and against each other. `pod_level`: a Pod's own, which may name less.
void CheckRequirements(const Value& limits, const Value& requests, bool pod_level, const Path& path,
                       FieldErrors& errors);

bool IsNativeResource(std::string_view name);
bool IsHugePages(std::string_view name);
bool IsOvercommitAllowed(std::string_view name);
bool IsStandardQuotaResource(std::string_view name);

}  // namespace wavetank::sim
