// Assertions that stay on in release builds.
//
//   WT_CHECK(next >= revision_, "revisions never go back");
//
// A failed check prints the condition, the place and the reason, and aborts: a simulator that goes on after a broken
// invariant reports lies. Never use it for bad input; bad input is a Status.
#pragma once

namespace wavetank {

[[noreturn]] void CheckFailed(const char* condition, const char* why, const char* file, int line);

}  // namespace wavetank

#define WT_CHECK(condition, why)                                                     \
  do {                                                                               \
    if (!(condition)) [[unlikely]]                                                   \
      ::wavetank::CheckFailed(#condition, why, __FILE__, __LINE__);                  \
  } while (false)
