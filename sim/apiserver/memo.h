// Memo: results of pure functions of a Value, remembered by the identity of its node.
//
//   if (const Memo::Entry* e = memo.Find(spec)) return e->result;
//   memo.Put(spec, admitted, status);
//
// What admission makes of the spec of one Pod holds for every Pod that shares the spec's node (DESIGN section 4). The
// memo keeps the key alive, so that its address is not used again. It is bounded, and forgetting changes no answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

class Memo {
 public:
  struct Entry {
    Value key;
    Value result;
    Value status;
    uint64_t tag = 0;
  };

  // `tag`: whatever else the function depends on, as a number (a resource, the hash of a name).
  const Entry* Find(const Value& key, uint64_t tag = 0) const {
    if (key.identity() == nullptr || slots_.empty()) return nullptr;
    const Entry& entry = slots_[Slot(key, tag)];
    return entry.key.identity() == key.identity() && entry.tag == tag ? &entry : nullptr;
  }
  // Takes the place of what was there. A key without identity (a number, null) is not remembered.
  void Put(const Value& key, Value result, Value status, uint64_t tag = 0) {
    if (key.identity() == nullptr) return;
    if (slots_.empty()) slots_.resize(kSlots);
    slots_[Slot(key, tag)] = {key, std::move(result), std::move(status), tag};
  }

 private:
  static constexpr size_t kSlots = 4096;
  static size_t Slot(const Value& key, uint64_t tag) {
    return HashCombine(reinterpret_cast<uintptr_t>(key.identity()), tag) % kSlots;
  }
  std::vector<Entry> slots_;
};

}  // namespace wavetank::sim
