// Size-class free lists: the allocator of Value nodes and coroutine frames.
//
// One thread only, like everything above it. Memory is never returned to the system before exit; the high-water mark of a
// world is its bound. Under AddressSanitizer every call goes to malloc, so that it sees each object's life.
#pragma once

#include <cstddef>
#include <vector>

namespace wavetank {
namespace internal {

#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
inline constexpr size_t kPoolClasses = 0;
#else
inline constexpr size_t kPoolClasses = 512;  // up to 8 KiB; larger blocks go to operator new
#endif
inline constexpr size_t kPoolGranule = 16;

struct FreeBlock {
  FreeBlock* next;
};
inline constinit FreeBlock* g_pool_free[kPoolClasses + 1] = {};

inline size_t PoolClassOf(size_t bytes) { return (bytes + kPoolGranule - 1) / kPoolGranule; }
// When the class has no free block, or there is none of that size.
void* PoolCarve(size_t bytes);
void PoolFreeLarge(void* memory, size_t bytes);

}  // namespace internal

// REQUIRES: bytes > 0. Aligned to 16. In place: the class of a known size is known when this is compiled.
inline void* PoolAllocate(size_t bytes) {
  const size_t size_class = internal::PoolClassOf(bytes);
  if (size_class > internal::kPoolClasses) return internal::PoolCarve(bytes);
  internal::FreeBlock* block = internal::g_pool_free[size_class];
  if (block == nullptr) return internal::PoolCarve(bytes);
  internal::g_pool_free[size_class] = block->next;
  return block;
}
// REQUIRES: the same `bytes` as at allocation.
inline void PoolFree(void* memory, size_t bytes) {
  const size_t size_class = internal::PoolClassOf(bytes);
  if (size_class > internal::kPoolClasses) return internal::PoolFreeLarge(memory, bytes);
  auto* block = static_cast<internal::FreeBlock*>(memory);
  block->next = internal::g_pool_free[size_class];
  internal::g_pool_free[size_class] = block;
}

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
template <typename T>
using PoolVector = std::vector<T, PoolAllocator<T>>;

}  // namespace wavetank
