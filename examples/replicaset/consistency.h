// ConsistencyStore: a set is not looked at before the caches show what was written for it (RT-253; the gate
// StaleControllerConsistencyReplicaSet of 1.36).
//
//   ConsistencyStore consistency;
//   consistency.AddReader("pods", [informer] { return informer->resource_version(); });
//   consistency.WroteAt(set.key(), set.uid(), "pods", made.resource_version());      // after each write that succeeded
//   CO_RETURN_IF_ERROR(consistency.EnsureReady(set.key()));                          // before anything is read
//
// Unlike expectations it never expires, and unlike them it says nothing about writes whose answer was lost.
// In memory only. Bound: owners that something was written for and not yet seen, one version for each resource.
// Complexity: O(log owners).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/status.h"

namespace wavetank::examples {

class ConsistencyStore {
 public:
  // Up to which version a cache has come.
  using ReadVersion = std::function<uint64_t()>;

  void AddReader(std::string group_resource, ReadVersion read);

  // A version that could not be read (0) counts for nothing, and so does a resource that has no reader: a check that can
  // never be passed must not be made (RT-255). Another uid begins a new record.
  void WroteAt(const ObjectKey& owner, const String& uid, std::string_view group_resource, uint64_t version);
  // What has been seen is forgotten. The error names the first resource that is behind.
  Status EnsureReady(const ObjectKey& owner);
  // Nothing happens when the record is another one's.
  void Clear(const ObjectKey& owner, const String& uid);

  size_t size() const { return owners_.size(); }
  uint64_t Fingerprint() const;

 private:
  struct Owner {
    String uid;
    std::map<std::string, uint64_t, std::less<>> written;
  };
  std::map<std::string, ReadVersion, std::less<>> readers_;
  std::map<ObjectKey, Owner> owners_;
};

}  // namespace wavetank::examples
