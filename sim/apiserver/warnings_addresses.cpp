// Warnings about spellings of addresses that the server takes and others may not.
#include <string>

#include "runtime/base/strings.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/warnings.h"

namespace wavetank::sim {
namespace {

// Leading zeros, or IPv4 in the clothes of IPv6.
bool NonStandard(const IpAddress& address) { return address.leading_zeros || (address.v6_text && address.is_v4()); }

std::string WithPrefix(const IpAddress& address, int prefix) {
  return address.ToString() + "/" + std::to_string(prefix);
}

}  // namespace

void WarnAboutIp(Exchange& exchange, std::string_view text, const Path& path) {
  const std::optional<IpAddress> address = ParseIp(text);
  if (!address.has_value()) return;
  if (NonStandard(*address)) {
    exchange.Warn(path.ToString() + ": non-standard IP address " + Quote(text) + " is invalid: use " +
                  Quote(address->ToString()));
  } else if (address->v6_text && address->ToString() != text) {
    exchange.Warn(path.ToString() + ": IPv6 address " + Quote(text) + " should be in RFC 5952 canonical format (" +
                  Quote(address->ToString()) + ")");
  }
}

void WarnAboutCidr(Exchange& exchange, std::string_view text, const Path& path) {
  const std::optional<Cidr> block = ParseCidr(text);
  if (!block.has_value()) return;
  const std::string network = WithPrefix(block->network(), block->prefix);
  const bool ambiguous = !(block->network() == block->address);
  if (ambiguous) {
    const std::string single = WithPrefix(block->address, block->address.is_v4() ? 32 : 128);
    exchange.Warn(path.ToString() + ": CIDR value " + Quote(text) + " is ambiguous in this context (should be " +
                  Quote(network) + " or " + Quote(single) + "?)");
  }
  if (NonStandard(block->address)) {
    exchange.Warn(path.ToString() + ": non-standard CIDR value " + Quote(text) + " is invalid: use " + Quote(network));
  } else if (!ambiguous && block->address.v6_text && network != text) {
    exchange.Warn(path.ToString() + ": IPv6 CIDR value " + Quote(text) + " should be in RFC 5952 canonical format (" +
                  Quote(network) + ")");
  }
}

}  // namespace wavetank::sim
