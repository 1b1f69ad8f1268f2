#include "runtime/base/pool.h"

#include <cstdlib>
#include <new>

#include "runtime/base/check.h"

namespace wavetank {

#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))

void* PoolAllocate(size_t bytes) { return ::operator new(bytes); }
void PoolFree(void* memory, size_t bytes) { ::operator delete(memory, bytes); }

#else

namespace {

constexpr size_t kGranule = 16;
constexpr size_t kClasses = 512;  // up to 8 KiB; larger blocks go to operator new
constexpr size_t kSlab = 256 << 10;

struct FreeBlock {
  FreeBlock* next;
};

FreeBlock* g_free[kClasses + 1];
char* g_slab = nullptr;
size_t g_slab_left = 0;

void* Carve(size_t bytes) {
  if (g_slab_left < bytes) {
    g_slab = static_cast<char*>(::operator new(kSlab));
    g_slab_left = kSlab;
  }
  void* block = g_slab;
  g_slab += bytes;
  g_slab_left -= bytes;
  return block;
}

}  // namespace

void* PoolAllocate(size_t bytes) {
  const size_t size_class = (bytes + kGranule - 1) / kGranule;
  if (size_class > kClasses) return ::operator new(bytes);
  if (FreeBlock* block = g_free[size_class]; block != nullptr) {
    g_free[size_class] = block->next;
    return block;
  }
  return Carve(size_class * kGranule);
}

void PoolFree(void* memory, size_t bytes) {
  const size_t size_class = (bytes + kGranule - 1) / kGranule;
  if (size_class > kClasses) {
    ::operator delete(memory, bytes);
    return;
  }
  auto* block = static_cast<FreeBlock*>(memory);
  block->next = g_free[size_class];
  g_free[size_class] = block;
}

#endif

}  // namespace wavetank
