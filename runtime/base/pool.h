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

}  // namespace wavetank
