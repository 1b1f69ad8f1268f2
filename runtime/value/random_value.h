// Random documents, for property tests and fuzzers. Every document comes from the Random it is given, so that a failing
// seed is a reproducer.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/random.h"
#include "runtime/value/value.h"

namespace wavetank {

struct RandomValueOptions {
  int depth = 4;
  uint64_t max_size = 5;    // of lists and objects
  bool null_fields = true;  // a field of an object may be null
};

// Few distinct keys, so that documents overlap; some need escapes.
inline std::string RandomKey(Random& random) {
  static constexpr std::string_view kKeys[] = {"a", "b",   "c",      "spec", "status", "metadata", "",   "a/b",
                                               "~", "x y", "\u00e9", "1",    "-",      "true",     "k\n"};
  return std::string(kKeys[random.Below(std::size(kKeys))]);
}

// Words, numbers in disguise, and runs of characters that need care in JSON and YAML. Always UTF-8.
inline std::string RandomText(Random& random) {
  static constexpr std::string_view kWords[] = {"",           "Running", "true", "null", "1.5", "0x1f",
                                                "2025-01-01", "- a",     "a: b", "#",    "~",   "y"};
  static constexpr std::string_view kPieces[] = {"a",    " ", "\n", "\t",     "\"",         "\\",     ":",
                                                 "#",    "-", "'",  "\u00e9", "\U0001F600", "\u2028", "\x01",
                                                 "\x7f", "<", "{",  "|",      "\r",         "\u0085", "\ufeff"};
  if (random.Chance(1, 2)) return std::string(kWords[random.Below(std::size(kWords))]);
  std::string out;
  for (uint64_t left = random.Below(8); left > 0; --left) out += kPieces[random.Below(std::size(kPieces))];
  return out;
}

inline Value RandomScalar(Random& random) {
  switch (random.Below(8)) {
    case 0: return nullptr;
    case 1: return random.Chance(1, 2);
    case 2: return static_cast<int64_t>(random.Next()) >> random.Below(64);
    case 3: return random.Next() | (uint64_t{1} << 63);
    case 4: return static_cast<double>(static_cast<int64_t>(random.Below(2000)) - 1000) + 0.5;
    case 5: return static_cast<int64_t>(random.Below(3));
    default: return RandomText(random);
  }
}

inline Value RandomValue(Random& random, RandomValueOptions options = {}) {
  const uint64_t kind = options.depth > 0 ? random.Below(10) : 9;
  if (kind >= 7) return RandomScalar(random);
  --options.depth;
  const uint64_t size = random.Below(options.max_size + 1);
  if (kind < 2) {
    ArrayBuilder array;
    for (uint64_t i = 0; i < size; ++i) array.Add(RandomValue(random, options));
    return array.Build();
  }
  ObjectBuilder object;
  for (uint64_t i = 0; i < size; ++i) {
    const std::string key = RandomKey(random);
    Value value = RandomValue(random, options);
    if (value.is_null() && !options.null_fields) value = 0;
    object.Add(key, std::move(value));
  }
  return object.Build();
}

inline Value RandomObject(Random& random, RandomValueOptions options = {}) {
  ObjectBuilder object;
  --options.depth;
  for (uint64_t left = 1 + random.Below(options.max_size); left > 0; --left) {
    const std::string key = RandomKey(random);
    Value value = RandomValue(random, options);
    if (value.is_null() && !options.null_fields) value = 0;
    object.Add(key, std::move(value));
  }
  return object.Build();
}

// A document near `from`: some fields and elements are others, gone or new. Shares what it leaves alone.
inline Value RandomEdit(Random& random, const Value& from, const RandomValueOptions& options = {}) {
  if (random.Chance(1, 8)) return RandomValue(random, {.depth = 2, .null_fields = options.null_fields});
  if (from.is_object() && !from.empty()) {
    const Field& field = from.fields()[random.Below(from.size())];
    if (random.Chance(1, 5)) return from.Without(field.key.view());
    Value edited = random.Chance(1, 4) ? RandomScalar(random) : RandomEdit(random, field.value, options);
    if (edited.is_null() && !options.null_fields) edited = 1;
    if (random.Chance(1, 4)) return from.Set(std::string_view(RandomKey(random)), std::move(edited));
    return from.Set(field.key, std::move(edited));
  }
  if (from.is_array() && !from.empty()) {
    const size_t at = random.Below(from.size());
    if (random.Chance(1, 5)) return from.WithoutAt(at);
    if (random.Chance(1, 5)) return from.Append(RandomScalar(random));
    return from.SetAt(at, RandomEdit(random, from[at], options));
  }
  return from;
}

}  // namespace wavetank
