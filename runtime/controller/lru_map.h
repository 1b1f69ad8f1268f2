// LruMap: a map from text that forgets what was used longest ago.
//
//   LruMap<Record> records(4096);
//   Record& record = records.Touch(key);          // found, or made; now the most recent
//
// Bound: `capacity` entries. O(log n). A reference is valid until the next Touch.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/check.h"

namespace wavetank::internal {

template <typename V>
class LruMap {
 public:
  struct Entry {
    std::string key;
    V value;
  };
  using Entries = std::list<Entry>;

  explicit LruMap(size_t capacity) : capacity_(capacity) { WT_CHECK(capacity > 0, "an LruMap holds something"); }

  V& Touch(std::string_view key) {
    auto found = index_.find(key);
    if (found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->value;
    }
    if (index_.size() == capacity_) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front(Entry{std::string(key), V()});
    index_.emplace(entries_.front().key, entries_.begin());
    return entries_.front().value;
  }
  bool contains(std::string_view key) const { return index_.find(key) != index_.end(); }
  size_t size() const { return index_.size(); }
  bool empty() const { return index_.empty(); }

  // The most recent first; the order does not depend on keys.
  Entries& entries() { return entries_; }
  typename Entries::iterator Erase(typename Entries::iterator at) {
    index_.erase(at->key);
    return entries_.erase(at);
  }

 private:
  const size_t capacity_;
  Entries entries_;
  std::map<std::string, typename Entries::iterator, std::less<>> index_;
};

}  // namespace wavetank::internal
