// KindVersion: a second way to say the same objects. They are stored once, and shown under two group versions (API-151,
// API-820).
//
//   const KindVersion* v = FindKindVersion(Gvr("events.k8s.io", "v1", "events"));
//   Value stored = v->to_storage(kinds, shown);       // a core/v1 Event
//
// Requests for the second version are decoded as such, and then converted; answers, lists and watch events are converted
// back. Names, uids and versions are those of the one stored object. Pure functions; O(size of the object).
#pragma once

#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

struct KindVersion {
  std::string_view group;  // as it is shown
  std::string_view version;
  std::string_view resource;
  std::string_view stored_group;
  std::string_view stored_version;
  // Documents with kind and apiVersion, decoded.
  Value (*to_storage)(const KindRegistry& kinds, const Value& shown);
  Value (*from_storage)(const KindRegistry& kinds, const Value& stored);
  // The stored name of a first path element, for field selectors.
  std::string_view (*field)(std::string_view shown);
  // Tables and bare metadata are made of the stored form, as the real server makes them of its own types.
  bool printed_as_stored = false;
};

// Null for resources that are stored as they are shown, which are nearly all.
const KindVersion* FindKindVersion(const Gvr& shown);

// versions_autoscaler.cpp
Value AutoscalerToStorage(const KindRegistry& kinds, const Value& shown);
Value AutoscalerFromStorage(const KindRegistry& kinds, const Value& stored);
// Converted under another apiVersion, as that type prints it.
Value AsType(const KindRegistry& kinds, std::string_view api_version, const Value& document);

}  // namespace wavetank::sim
