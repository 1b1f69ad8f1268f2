// Expectations: what a controller knows about its own writes before its informers do (RS-060..068).
//
//   expectations.ExpectCreations(set, diff);              // before the first request, for all of them (RS-063)
//   ... create pods; for each that failed or was never tried: expectations.CreationObserved(set) (RS-064)
//   // in the pod handler:      create -> CreationObserved(owner), delete -> DeletionObserved(owner, pod)
//   // at the start of Reconcile:
//   if (!expectations.Satisfied(set)) co_return ReconcileResult::Done();   // the cache is behind us: look, do not touch
//
// A record is {creations, deletions, the children expected to go, when it was set}. A new one replaces the old one.
// Observations only lower it, below zero if need be, which counts as satisfied. Five minutes after it was set a record
// stops blocking, and nobody is woken for that: the next event, resync or requeue finds it so (RS-065).
//
// Memory of a process: gone after a crash (RS-066). Drop an owner's record when the owner goes, or comes back with
// another uid (RS-067): expectations.Delete(set).
// Bound: owners whose record was set within `ttl`; older ones are collected by later Expect calls.
// Complexity: O(log owners) for everything, O(log children) more for deletions.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "runtime/exec/executor.h"

namespace wavetank {

class Expectations {
 public:
  static constexpr Duration kTtl = std::chrono::minutes(5);

  // `clock` gives the (virtual) time; nothing is scheduled on it (RS-068).
  explicit Expectations(Executor& clock, Duration ttl = kTtl) : clock_(clock), ttl_(ttl) {}

  // Replace the owner's record (RS-060). True when children of an older record were still expected to go (RS-062).
  bool ExpectCreations(const ObjectKey& owner, int64_t count);
  bool ExpectDeletions(const ObjectKey& owner, std::span<const ObjectKey> children);

  void CreationObserved(const ObjectKey& owner, int64_t count = 1);
  // Counts only a child that was expected to go, and once: a deletionTimestamp and the real end of a child are one
  // deletion, and a stranger's end is none (RS-062). True when it counted.
  bool DeletionObserved(const ObjectKey& owner, const ObjectKey& child);

  // No record, or nothing outstanding, or too old (RS-061).
  bool Satisfied(const ObjectKey& owner) const;
  void Delete(const ObjectKey& owner);

  struct Outstanding {
    int64_t creations = 0;
    int64_t deletions = 0;
    Time since;
  };
  std::optional<Outstanding> Get(const ObjectKey& owner) const;
  size_t size() const { return records_.size(); }
  // The content as a hash; ages count relative to now.
  uint64_t Fingerprint() const;

 private:
  struct Record {
    Outstanding counts;
    std::set<ObjectKey> children;
    std::list<ObjectKey>::iterator age;  // in by_age_
  };
  bool Replace(const ObjectKey& owner, int64_t creations, std::span<const ObjectKey> children);
  void Collect();
  bool Expired(const Record& record) const;

  Executor& clock_;
  const Duration ttl_;
  std::map<ObjectKey, Record> records_;
  std::list<ObjectKey> by_age_;  // oldest first
};

}  // namespace wavetank
