// Store: the objects of a world at its newest revision, and the log of how they came to be.
//
//   store.Create(pods, pod.With(...resourceVersion = store.next()...));
//   const Object* found = store.Find(pods, key);
//   Store next_schedule = store;       // O(resources): persistent tables, shared log segments
//
// One counter numbers all writes of all resources (API-072). The store knows nothing of kinds but their index.
// Invariants: revision() never goes back; a stored object's resourceVersion is the revision of its last write.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/api/registry.h"
#include "sim/apiserver/log.h"
#include "sim/apiserver/object_tree.h"

namespace wavetank::sim {

// The tables of all resources at one revision; a value.
class Tables {
 public:
  // The table of a resource; an empty one when nothing was ever stored in it.
  const ObjectTree& Of(const ResourceInfo& resource) const {
    static const ObjectTree kEmpty;
    return resource.index < trees_.size() ? trees_[resource.index] : kEmpty;
  }
  ObjectTree& Mutable(const ResourceInfo& resource) {
    if (resource.index >= trees_.size()) trees_.resize(resource.index + 1);
    return trees_[resource.index];
  }
  // Brings the tables over one write, forwards or backwards.
  void Redo(const LogEntry& entry);
  void Undo(const LogEntry& entry);

 private:
  std::vector<ObjectTree> trees_;
};

class Store {
 public:
  // `first`: the revision before the first write. A fresh server is never at 0 (API-838).
  explicit Store(uint64_t first = 1, size_t keep = 32768) : revision_(first), compacted_(0), log_(keep) {}

  uint64_t revision() const { return revision_; }
  // The revision that the next write gets.
  uint64_t next() const { return revision_ + 1; }
  // Reads at or below this are too old for exact lists and continue tokens (API-290, API-293).
  uint64_t compacted() const { return std::max(compacted_, log_.floor()); }
  const Log& log() const { return log_; }
  const Tables& tables() const { return tables_; }

  const Object* Find(const ResourceInfo& resource, const KeyView& key) const { return tables_.Of(resource).Find(key); }
  const Object* Find(const ResourceInfo& resource, const ObjectKey& key) const { return Find(resource, KeyView(key)); }

  // REQUIRES: the object's resourceVersion is next(); Replace, Delete: `previous` is stored.
  // Create returns what has the key already, and changes nothing then.
  const Object* Create(const ResourceInfo& resource, const Object& object);
  void Replace(const ResourceInfo& resource, const Object& object, const Object& previous);
  // `object`: what the event shows, the last state under the deletion's revision.
  void Delete(const ResourceInfo& resource, const Object& object, const Object& previous);

  // Storage forgets the versions up to `revision`; events are still there for watches (observed.md 323).
  void CompactStorage(uint64_t revision);
  // The log forgets too: watches from before get 410.
  void Compact(uint64_t revision);

  // The tables as they were at `revision`; empty when that is compacted. REQUIRES: revision <= revision().
  std::optional<Tables> At(uint64_t revision) const;

 private:
  void Commit(LogEntry entry);

  uint64_t revision_;
  uint64_t compacted_;
  Tables tables_;
  Log log_;
};

}  // namespace wavetank::sim
