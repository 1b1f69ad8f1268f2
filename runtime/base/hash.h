// Hashes that are the same on every machine, build and run. std::hash is none of these things.
#pragma once

#include <cstdint>
#include <string_view>

namespace wavetank {

// XXH3, 64 bits, seeded. O(bytes).
uint64_t HashBytes(std::string_view bytes, uint64_t seed = 0);

// One round of a strong 64-bit mixer (splitmix64's finaliser).
constexpr uint64_t HashMix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  x ^= x >> 31;
  return x;
}

// Order matters: HashCombine(a, b) != HashCombine(b, a).
constexpr uint64_t HashCombine(uint64_t seed, uint64_t value) {
  return HashMix(seed * 0x9e3779b97f4a7c15ULL + value + 0x632be59bd9b4e019ULL);
}

}  // namespace wavetank
