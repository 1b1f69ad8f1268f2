#include "sim/apiserver/ip_text.h"

#include <algorithm>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

constexpr size_t kV4Start = 12;  // of the last four bytes

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> ParseNumber(std::string_view text, int max) {
  if (text.empty() || text.size() > 10 || !std::ranges::all_of(text, IsDigit)) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    number = number * 10 + (c - '0');
    if (number > max) return std::nullopt;
  }
  return number;
}

// Four numbers with dots, into four bytes.
bool ParseV4(std::string_view text, uint8_t* bytes, bool& leading_zeros) {
  size_t at = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && (at == text.size() || text[at++] != '.')) return false;
    const size_t start = at;
    int number = 0;
    // Ten digits are too many even if most of them are zeros.
    for (; at < text.size() && at - start < 10 && IsDigit(text[at]); ++at) {
      number = number * 10 + (text[at] - '0');
      if (number > 255) return false;
    }
    if (at == start) return false;
    leading_zeros = leading_zeros || (at - start > 1 && text[start] == '0');
    bytes[i] = static_cast<uint8_t>(number);
  }
  return at == text.size();
}

std::optional<int> ParseHex(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    const int digit = IsDigit(c)             ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    number = number * 16 + digit;
  }
  return number;
}

// Groups of one side of a "::", as bytes. An IPv4 address may be the last group.
bool ParseGroups(std::string_view text, bool may_end_v4, std::vector<uint8_t>& bytes, bool& leading_zeros) {
  while (!text.empty()) {
    const size_t colon = std::min(text.find(':'), text.size());
    const std::string_view part = text.substr(0, colon);
    const bool last = colon == text.size();
    if (last && may_end_v4 && part.find('.') != part.npos) {
      uint8_t v4[4];
      if (!ParseV4(part, v4, leading_zeros)) return false;
      bytes.insert(bytes.end(), v4, v4 + 4);
      return true;
    }
    const std::optional<int> group = ParseHex(part);
    if (!group.has_value()) return false;
    bytes.push_back(static_cast<uint8_t>(*group >> 8));
    bytes.push_back(static_cast<uint8_t>(*group & 255));
    if (last) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // ends in ':'
  }
  return true;
}

bool ParseV6(std::string_view text, IpAddress& address) {
  std::vector<uint8_t> front;
  std::vector<uint8_t> back;
  const size_t gap = text.find("::");
  if (gap == text.npos) {
    if (!ParseGroups(text, true, front, address.leading_zeros) || front.size() != 16) return false;
  } else {
    const std::string_view rest = text.substr(gap + 2);
    if (!ParseGroups(text.substr(0, gap), false, front, address.leading_zeros)) return false;
    if (!ParseGroups(rest, true, back, address.leading_zeros)) return false;
    if (front.size() + back.size() > 14) return false;
  }
  std::ranges::copy(front, address.bytes.begin());
  std::ranges::copy(back, address.bytes.end() - static_cast<std::ptrdiff_t>(back.size()));
  return true;
}

void ClearBelow(IpAddress& address, int bits) {
  for (int i = 0; i < 16; ++i) {
    const int keep = std::clamp(bits - i * 8, 0, 8);
    address.bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00 >> keep);
  }
}

std::string HexText(int number) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdef"[number & 15]);
    number >>= 4;
  } while (number != 0);
  return text;
}

constexpr std::string_view kBadIp = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
constexpr std::string_view kBadCidr = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

}  // namespace

bool IpAddress::is_v4() const {
  return std::ranges::all_of(bytes.begin(), bytes.begin() + 10, [](uint8_t b) { return b == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

std::string IpAddress::ToString() const {
  std::string text;
  if (is_v4()) {
    for (size_t i = kV4Start; i < 16; ++i) text.append(i == kV4Start ? "" : ".").append(std::to_string(bytes[i]));
    return text;
  }
  const auto group = [this](size_t i) { return bytes[2 * i] * 256 + bytes[2 * i + 1]; };
  size_t best = 8;
  size_t best_length = 1;  // one group alone is not shortened
  for (size_t i = 0; i < 8; ++i) {
    size_t length = 0;
    while (i + length < 8 && group(i + length) == 0) ++length;
    if (length > best_length) {
      best = i;
      best_length = length;
    }
  }
  for (size_t i = 0; i < 8; ++i) {
    if (i == best) {
      text.append("::");
      i += best_length - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text.append(":");
    text.append(HexText(group(i)));
  }
  return text;
}

bool Cidr::contains(const IpAddress& other) const {
  if (other.is_v4() != address.is_v4()) return false;
  return Cidr{other, prefix}.network() == network();
}

IpAddress Cidr::network() const {
  IpAddress masked = address;
  ClearBelow(masked, address.is_v4() ? prefix + 96 : prefix);
  return masked;
}

std::optional<IpAddress> ParseIp(std::string_view text) {
  IpAddress address;
  if (text.find(':') != text.npos) {
    address.v6_text = true;
    if (!ParseV6(text, address)) return std::nullopt;
    return address;
  }
  address.bytes[10] = address.bytes[11] = 0xff;
  if (!ParseV4(text, address.bytes.data() + kV4Start, address.leading_zeros)) return std::nullopt;
  return address;
}

std::optional<Cidr> ParseCidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::optional<IpAddress> address = ParseIp(text.substr(0, slash));
  if (!address.has_value()) return std::nullopt;
  const std::optional<int> prefix = ParseNumber(text.substr(slash + 1), address->v6_text ? 128 : 32);
  if (!prefix.has_value()) return std::nullopt;
  return Cidr{*address, *prefix};
}

std::vector<std::string> CheckIp(std::string_view text, bool canonical) {
  uint8_t v4[4];
  bool leading_zeros = false;
  if (ParseV4(text, v4, leading_zeros) && !leading_zeros) return {};  // most addresses; this is their canonical form
  const std::optional<IpAddress> address = ParseIp(text);
  if (!address.has_value()) return {std::string(kBadIp)};
  if (address->leading_zeros) return {"must not have leading 0s"};
  if (address->v6_text && address->is_v4()) return {"must not be an IPv4-mapped IPv6 address"};
  if (canonical && text != address->ToString())
    return {"must be in canonical form (" + Quote(address->ToString()) + ")"};
  return {};
}

std::vector<std::string> CheckCidr(std::string_view text, bool canonical) {
  const std::optional<Cidr> cidr = ParseCidr(text);
  if (!cidr.has_value()) return {std::string(kBadCidr)};
  const std::string_view prefix = text.substr(text.find('/') + 1);
  if (cidr->address.leading_zeros || (prefix.size() > 1 && prefix[0] == '0')) {
    return {"must not have leading 0s in IP or prefix length"};
  }
  if (cidr->address.v6_text && cidr->address.is_v4()) return {"must not have an IPv4-mapped IPv6 address"};
  if (!(cidr->network() == cidr->address)) return {"must not have bits set beyond the prefix length"};
  const std::string form = cidr->address.ToString() + "/" + std::to_string(cidr->prefix);
  if (canonical && text != form) return {"must be in canonical form (" + Quote(form) + ")"};
  return {};
}

std::vector<std::string> CheckNonSpecialIp(std::string_view text) {
  const std::optional<IpAddress> address = ParseIp(text);
  if (!address.has_value()) return {"must be a valid IP address"};
  const auto within = [&address](std::string_view block) { return ParseCidr(block)->contains(*address); };
  std::vector<std::string> complaints;
  if (within("0.0.0.0/32") || within("::/128")) {
    complaints.push_back("may not be unspecified (" + std::string(text) + ")");
  }
  if (within("127.0.0.0/8") || within("::1/128")) {
    complaints.emplace_back("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  }
  if (within("169.254.0.0/16") || within("fe80::/10")) {
    complaints.emplace_back("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  }
  if (within("224.0.0.0/24") || within("ff02::/16")) {
    complaints.emplace_back("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  }
  return complaints;
}

}  // namespace wavetank::sim
