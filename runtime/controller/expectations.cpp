#include "runtime/controller/expectations.h"

namespace wavetank {

bool Expectations::ExpectCreations(const ObjectKey& owner, int64_t count) { return Replace(owner, count, {}); }

bool Expectations::ExpectDeletions(const ObjectKey& owner, std::span<const ObjectKey> children) {
  return Replace(owner, 0, children);
}

bool Expectations::Replace(const ObjectKey& owner, int64_t creations, std::span<const ObjectKey> children) {
  Collect();
  bool clobbered = false;
  auto [it, fresh] = records_.try_emplace(owner);
  Record& record = it->second;
  if (fresh) {
    by_age_.push_back(owner);
    record.age = std::prev(by_age_.end());
  } else {
    clobbered = !record.children.empty();
    by_age_.splice(by_age_.end(), by_age_, record.age);
  }
  record.children = std::set<ObjectKey>(children.begin(), children.end());
  // Of children named twice only one end can be observed.
  record.counts = {creations, static_cast<int64_t>(record.children.size()), clock_.Now()};
  return clobbered;
}

void Expectations::CreationObserved(const ObjectKey& owner, int64_t count) {
  auto it = records_.find(owner);
  if (it != records_.end()) it->second.counts.creations -= count;
}

bool Expectations::DeletionObserved(const ObjectKey& owner, const ObjectKey& child) {
  auto it = records_.find(owner);
  if (it == records_.end() || it->second.children.erase(child) == 0) return false;
  --it->second.counts.deletions;
  return true;
}

bool Expectations::Satisfied(const ObjectKey& owner) const {
  auto it = records_.find(owner);
  if (it == records_.end()) return true;
  const Outstanding& counts = it->second.counts;
  return (counts.creations <= 0 && counts.deletions <= 0) || Expired(it->second);
}

void Expectations::Delete(const ObjectKey& owner) {
  auto it = records_.find(owner);
  if (it == records_.end()) return;
  by_age_.erase(it->second.age);
  records_.erase(it);
}

std::optional<Expectations::Outstanding> Expectations::Get(const ObjectKey& owner) const {
  auto it = records_.find(owner);
  if (it == records_.end()) return std::nullopt;
  return it->second.counts;
}

uint64_t Expectations::Fingerprint() const {
  uint64_t hash = records_.size();
  for (const auto& [owner, record] : records_) {
    hash = HashCombine(hash, owner.hash());
    hash = HashCombine(hash, static_cast<uint64_t>(record.counts.creations));
    hash = HashCombine(hash, static_cast<uint64_t>(record.counts.deletions));
    hash = HashCombine(hash, static_cast<uint64_t>((clock_.Now() - record.counts.since).count()));
    for (const ObjectKey& child : record.children) hash = HashCombine(hash, child.hash());
  }
  return hash;
}

bool Expectations::Expired(const Record& record) const { return clock_.Now() - record.counts.since > ttl_; }

void Expectations::Collect() {
  while (!by_age_.empty()) {
    auto oldest = records_.find(by_age_.front());
    if (!Expired(oldest->second)) return;
    records_.erase(oldest);
    by_age_.pop_front();
  }
}

}  // namespace wavetank
