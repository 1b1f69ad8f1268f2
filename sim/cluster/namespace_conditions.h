// What the namespace controller says about a namespace that it empties (ENV-040, API-555).
//
//   NamespaceFindings findings;
//   findings.remaining["configmaps."] += 2;
//   findings.finalizers["example.com/hold"] += 2;
//   Value status = WithNamespaceConditions(ns.status(), findings, now);     // the same node when nothing changes
//
// All five conditions are always written, in one order; one without a finding says that all is well. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank::sim::cluster {

struct NamespaceFindings {
  std::vector<std::string> errors;            // what could not be deleted, and why
  std::map<std::string, int64_t> remaining;   // "<resource>.<group>" -> how many objects
  std::map<std::string, int64_t> finalizers;  // finalizer -> how many objects have it
};

Value WithNamespaceConditions(const Value& status, const NamespaceFindings& findings, Time now);

}  // namespace wavetank::sim::cluster
