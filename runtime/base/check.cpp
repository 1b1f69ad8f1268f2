#include "runtime/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wavetank {

void CheckFailed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "wavetank: broken invariant: %s (%s) at %s:%d\n", why, condition, file, line);
  std::abort();
}

}  // namespace wavetank
