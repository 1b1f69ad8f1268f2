// Recent: the last results of a pure function.
//
//   struct Key { int64_t second; bool operator==(const Key&) const = default; uint64_t hash() const; };
//   static Recent<Key, Value, 64> stamps;
//   const Value& stamp = stamps.Get({now.seconds()}, [&] { return Value(FormatTime(now)); });
//
// Shared by all worlds of the program: the same key gives the same result, so no world can tell. The results stay the very
// same nodes, which is the point: what a server has decoded, validated or hashed once is known to be so (DESIGN section 4).
// A key that holds a Value keeps it alive, so that its identity is not used again.
// Complexity: one probe; a newer result takes the place of one whose key falls on the same slot. Memory: N results.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "runtime/base/hash.h"

namespace wavetank::sim::cluster {

template <typename Key, typename T, size_t N>
class Recent {
 public:
  // The reference is good until the next call.
  template <typename Make>
  const T& Get(Key key, Make make) {
    std::optional<std::pair<Key, T>>& slot = slots_[HashMix(key.hash()) % N];
    if (!slot.has_value() || !(slot->first == key)) slot.emplace(std::move(key), make());
    return slot->second;
  }

 private:
  std::array<std::optional<std::pair<Key, T>>, N> slots_;
};

}  // namespace wavetank::sim::cluster
