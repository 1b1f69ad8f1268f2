// Size-class free lists: the allocator of Value nodes and coroutine frames.
//
// One thread only, like everything above it. Memory is never returned to the system before exit; the high-water mark of a
// world is its bound. Under AddressSanitizer every call goes to malloc, so that it sees each object's life.
#pragma once

#include <cstddef>

namespace wavetank {

// REQUIRES: bytes > 0. Aligned to 16.
void* PoolAllocate(size_t bytes);
// REQUIRES: the same `bytes` as at allocation.
void PoolFree(void* memory, size_t bytes);

// A base that has objects made by `new` come from the pool: class Informer : Pooled<Informer>. The parameter keeps bases apart.
template <typename T>
struct Pooled {
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }
};

// For containers of small nodes that come and go with every schedule: std::list<Member, PoolAllocator<Member>>.
template <typename T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <typename U>
  PoolAllocator(const PoolAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(size_t count) { return static_cast<T*>(PoolAllocate(count * sizeof(T))); }
  void deallocate(T* memory, size_t count) { PoolFree(memory, count * sizeof(T)); }
  friend bool operator==(PoolAllocator, PoolAllocator) { return true; }
};

}  // namespace wavetank
