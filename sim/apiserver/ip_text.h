// IP addresses and CIDR blocks as texts of objects: parsing, canonical form, and what the server says of bad ones.
//
//   CheckIp("10.0.0.01")   -> {"must not have leading 0s"}
//   CheckCidr("10.0.0.1/8")-> {"must not have bits set beyond the prefix length"}
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::sim {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};  // IPv4 in its IPv6 form, ::ffff:a.b.c.d
  bool v6_text = false;             // it was written with colons
  bool leading_zeros = false;

  bool is_v4() const;
  // "10.0.0.1", "2001:db8::1"; an IPv4 address in IPv6 form prints as IPv4.
  std::string ToString() const;
  friend bool operator==(const IpAddress& a, const IpAddress& b) { return a.bytes == b.bytes; }
};

struct Cidr {
  IpAddress address;
  int prefix = 0;  // of the address's own family
  bool contains(const IpAddress& other) const;
  // The address with the bits beyond the prefix cleared.
  IpAddress network() const;
};

std::optional<IpAddress> ParseIp(std::string_view text);
std::optional<Cidr> ParseCidr(std::string_view text);

// None, or the complaint. `canonical`: fields that came late to Kubernetes take one spelling only.
std::vector<std::string> CheckIp(std::string_view text, bool canonical = false);
std::vector<std::string> CheckCidr(std::string_view text, bool canonical = false);
// May an endpoint have it? Unspecified, loopback and link-local addresses are refused.
std::vector<std::string> CheckNonSpecialIp(std::string_view text);

}  // namespace wavetank::sim
