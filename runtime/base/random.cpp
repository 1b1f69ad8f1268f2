#include "runtime/base/random.h"

#include "runtime/base/check.h"
#include "runtime/base/hash.h"

namespace wavetank {
namespace {

constexpr uint64_t Rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    word = HashMix(seed);
  }
}

Random::Random(uint64_t seed, std::string_view actor, std::string_view purpose)
    : Random(HashCombine(HashBytes(actor, seed), HashBytes(purpose, seed))) {}

uint64_t Random::Next() {
  const uint64_t result = Rotate(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = Rotate(state_[3], 45);
  return result;
}

uint64_t Random::Below(uint64_t bound) {
  WT_CHECK(bound > 0, "a draw needs at least one outcome");
  for (;;) {
    const uint64_t draw = Next();
    // What is left over below 2^64 mod bound would favour small numbers. Almost every draw is above the bound itself, which
    // saves a division.
    if (draw >= bound || draw >= -bound % bound) return draw % bound;
  }
}

bool Random::Chance(uint64_t numerator, uint64_t denominator) { return Below(denominator) < numerator; }

std::string Random::Suffix(int count) {
  static constexpr char kAlphabet[] = "bcdfghjklmnpqrstvwxz2456789";
  std::string out(static_cast<size_t>(count), ' ');
  for (char& c : out) c = kAlphabet[Below(sizeof(kAlphabet) - 1)];
  return out;
}

std::string Random::Uuid() {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(36, '-');
  char* at = out.data();
  uint64_t bits = 0;
  int left = 0;
  for (const int digits : {8, 4, 4, 4, 12}) {
    for (const char* end = at + digits; at != end; ++at) {
      if (left == 0) {
        bits = Next();
        left = 16;
      }
      *at = kHex[bits & 0xf];
      bits >>= 4;
      --left;
    }
    ++at;  // over the dash
  }
  // Version 4, and the variant: two bits above what was drawn there.
  out[14] = '4';
  const char drawn = out[19];
  out[19] = kHex[8 | ((drawn <= '9' ? drawn - '0' : drawn - 'a' + 10) & 3)];
  return out;
}

}  // namespace wavetank
