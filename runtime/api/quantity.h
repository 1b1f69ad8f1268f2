// Quantities: "500m", "1Gi", "12e6". Parsing, the canonical text, comparing and exact arithmetic.
//
//   WT_ASSIGN(Quantity cpu, Quantity::Parse("1500m"));
//   cpu += *Quantity::Parse("0.5");
//   cpu.ToString()                 -> "2"
//   *CanonicalQuantity("1024Mi")   -> "1Gi"
//
// A value; 32 bytes. The number is a count of billionths, exact up to about 1.7e29 and saturating beyond (the text of a
// larger one is kept, its arithmetic is not). The canonical text is Go's, oddities included: text that looks canonical
// stays as it came ("+7", "1.500"), "1000E" prints "1".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

// The text that the real server stores and prints. The errors are its texts (kInvalidArgument).
Result<std::string> CanonicalQuantity(std::string_view text);

class Quantity {
 public:
  enum class Format : uint8_t { kDecimal, kBinary, kExponent };

  // Zero.
  Quantity() = default;
  static Result<Quantity> Parse(std::string_view text);
  // A string or a number of a document; zero for null and for what is no quantity.
  static Quantity Of(const Value& value);
  static Quantity FromMilli(int64_t milli);
  static Quantity FromInt(int64_t number, Format format = Format::kDecimal);

  // Rounded away from zero, saturated to int64: Go's Value() and MilliValue().
  int64_t value() const;
  int64_t milli_value() const;
  bool is_zero() const { return nanos_ == 0; }
  bool is_negative() const { return nanos_ < 0; }
  Format format() const { return format_; }

  // Canonical, in this quantity's family.
  std::string ToString() const;

  // The sum takes the family of the left side, unless that is zero.
  Quantity& operator+=(const Quantity& other);
  Quantity& operator-=(const Quantity& other);
  friend Quantity operator+(Quantity a, const Quantity& b) { return a += b; }
  friend Quantity operator-(Quantity a, const Quantity& b) { return a -= b; }
  friend bool operator==(const Quantity& a, const Quantity& b) { return a.nanos_ == b.nanos_; }
  friend std::strong_ordering operator<=>(const Quantity& a, const Quantity& b) {
    return a.nanos_ < b.nanos_   ? std::strong_ordering::less
           : a.nanos_ > b.nanos_ ? std::strong_ordering::greater
                                 : std::strong_ordering::equal;
  }

 private:
  int64_t RoundedAway(int64_t nanos_per_unit) const;

  __int128 nanos_ = 0;
  Format format_ = Format::kDecimal;
};

}  // namespace wavetank
