#include "runtime/base/pool.h"

#include <new>

namespace wavetank::internal {
namespace {

constexpr size_t kSlab = 256 << 10;
constinit char* g_slab = nullptr;
constinit size_t g_slab_left = 0;

}  // namespace

void* PoolCarve(size_t bytes) {
  const size_t size_class = PoolClassOf(bytes);
  if (size_class > kPoolClasses) return ::operator new(bytes);
  const size_t size = size_class * kPoolGranule;
  if (g_slab_left < size) {
    g_slab = static_cast<char*>(::operator new(kSlab));
    g_slab_left = kSlab;
  }
  void* block = g_slab;
  g_slab += size;
  g_slab_left -= size;
  return block;
}

void PoolFreeLarge(void* memory, size_t bytes) { ::operator delete(memory, bytes); }

}  // namespace wavetank::internal
