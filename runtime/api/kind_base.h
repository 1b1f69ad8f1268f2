// The built-in half of a KindRegistry, and the index both halves use. Internal to the registry.
#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"

namespace wavetank {

// A hash table of positions, by hashes that depend on text only.
class TextIndex {
 public:
  explicit TextIndex(size_t entries);
  void Insert(uint64_t hash, uint32_t position);
  // The first position of that hash for which `match` holds, or UINT32_MAX.
  template <typename Match>
  uint32_t Find(uint64_t hash, Match match) const {
    if (slots_.empty()) return UINT32_MAX;
    for (size_t i = hash & (slots_.size() - 1); slots_[i] != 0; i = (i + 1) & (slots_.size() - 1)) {
      if (match(slots_[i] - 1)) return slots_[i] - 1;
    }
    return UINT32_MAX;
  }

 private:
  std::vector<uint32_t> slots_;  // position plus one
};

inline uint64_t TextHash(std::string_view text) { return HashBytes(text) | 1; }
inline uint64_t TextHash(Name name) { return internal::HashOf(name.node()); }
// Of group, version and kind or resource.
inline uint64_t TripleHash(uint64_t a, uint64_t b, uint64_t c) { return HashCombine(HashCombine(a, b), c); }

struct KindRegistry::Base {
  Base();
  std::vector<TypeRef> refs;
  std::deque<TypeInfo> types;
  std::deque<ResourceInfo> resources;
  std::vector<GroupInfo> groups;
  TextIndex type_index;
  TextIndex gvr_index;
  TextIndex gvk_index;
};

// "v1" before "v1beta2" before "v1alpha1" before "foo": as discovery orders versions. A strict total order.
bool VersionBefore(std::string_view a, std::string_view b);

}  // namespace wavetank
