// AbsentOwners: owners that a live read found missing (ENV-022), so that the next of a thousand dependents need not ask.
//
//   if (absent.Contains(owner)) ...        // known to be gone
//   absent.Add(owner);                     // NotFound, or another uid under that name
//
// An object never comes back under its uid, so an entry is true for ever: a reference is identified by everything that it
// says, and by the namespace in which it was looked up (ENV-024).
// Bound: kMax owners; the one that was used longest ago makes room. Complexity: O(log owners).
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <map>

#include "runtime/api/object.h"

namespace wavetank::sim::cluster {

struct OwnerIdentity {
  String api_version;
  String kind;
  ObjectKey key;
  String uid;

  bool operator==(const OwnerIdentity&) const = default;
  friend std::strong_ordering operator<=>(const OwnerIdentity& a, const OwnerIdentity& b) {
    if (const auto order = a.uid.view() <=> b.uid.view(); order != 0) return order;
    if (const auto order = a.key <=> b.key; order != 0) return order;
    if (const auto order = a.kind.view() <=> b.kind.view(); order != 0) return order;
    return a.api_version.view() <=> b.api_version.view();
  }
  uint64_t hash() const {
    return HashCombine(HashCombine(api_version.hash(), kind.hash()), HashCombine(key.hash(), uid.hash()));
  }
};

class AbsentOwners {
 public:
  static constexpr size_t kMax = 500;

  bool Contains(const OwnerIdentity& owner) {
    const auto at = owners_.find(owner);
    if (at == owners_.end()) return false;
    by_use_.splice(by_use_.end(), by_use_, at->second);
    return true;
  }
  void Add(const OwnerIdentity& owner) {
    const auto [at, fresh] = owners_.try_emplace(owner);
    if (!fresh) return;
    at->second = by_use_.insert(by_use_.end(), &at->first);
    fingerprint_ += owner.hash();
    if (owners_.size() <= kMax) return;
    const OwnerIdentity oldest = *by_use_.front();
    fingerprint_ -= oldest.hash();
    by_use_.pop_front();
    owners_.erase(oldest);
  }
  size_t size() const { return owners_.size(); }
  // Of the set; the order of use is left out.
  uint64_t Fingerprint() const { return fingerprint_; }

 private:
  std::map<OwnerIdentity, std::list<const OwnerIdentity*>::iterator> owners_;
  std::list<const OwnerIdentity*> by_use_;  // the oldest use first
  uint64_t fingerprint_ = 0;
};

}  // namespace wavetank::sim::cluster
