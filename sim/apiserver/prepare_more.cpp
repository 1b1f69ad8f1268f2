// Preparation of Secrets, Leases and Services (prepare.h).
#include <set>
#include <string>

#include "runtime/api/names.h"
#include "runtime/value/value.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kClusterIp("clusterIP");
const Name kClusterIps("clusterIPs");
const Name kData("data");
const Name kIpFamilies("ipFamilies");
const Name kIpFamilyPolicy("ipFamilyPolicy");
const Name kPreferredHolder("preferredHolder");
const Name kStrategyField("strategy");
const Name kStringData("stringData");

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string Base64(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (size_t j = 0; j < 4; ++j) {
      out.push_back(i + j > bytes.size() ? '=' : kAlphabet[(group >> (18 - 6 * j)) & 63]);
    }
  }
  return out;
}

Value MoveStringData(const Value& object) {
  const Value& given = object[kStringData];
  if (given.is_null()) return object;
  Value data = object[kData];
  for (const Field& field : given.fields()) data = data.Set(field.key, Value(Base64(field.value.AsString())));
  return WithFields(object, {{kData, data.empty() ? Value() : data}, {kStringData, Value()}});
}

Value WithoutGated(const Value& object) {
  const Value& spec = object[names::kSpec];
  if (!spec.is_object()) return object;
  return WithFields(object,
                    {{names::kSpec, WithFields(spec, {{kPreferredHolder, Value()}, {kStrategyField, Value()}})}});
}

// The lowest address of 10.0.0.0/24 that no Service has; the first ten are left to those who ask by name.
std::string FreeAddress(const PrepareContext& context) {
  std::set<std::string, std::less<>> used;
  context.store.tables().Of(context.resource).ForEach(nullptr, [&used](const Object& service) {
    used.emplace(service.spec()[kClusterIp].AsString());
    return true;
  });
  for (int host = 10; host < 255; ++host) {
    std::string address = "10.0.0." + std::to_string(host);
    if (!used.contains(address)) return address;
  }
  return {};
}

}  // namespace

Value PrepareSecret(const PrepareContext&, Value object) { return MoveStringData(object); }
Value PrepareSecretUpdate(const PrepareContext&, Value object, const Object&) { return MoveStringData(object); }
Value PrepareLease(const PrepareContext&, Value object) { return WithoutGated(object); }
Value PrepareLeaseUpdate(const PrepareContext&, Value object, const Object&) { return WithoutGated(object); }

Value PrepareService(const PrepareContext& context, Value object) {
  const Value& spec = object[names::kSpec];
  if (spec[names::kType] == "ExternalName") return object;
  Value address = spec[kClusterIp];
  if (address.empty()) address = Value(FreeAddress(context));
  const bool headless = address == "None";
  // A headless Service that selects nothing may have addresses of either family.
  const bool both = headless && spec[words::kSelector].empty();
  const Value families = both ? Value::Array({Value("IPv4"), Value("IPv6")}) : Value::Array({Value("IPv4")});
  const Value policy(both ? "RequireDualStack" : "SingleStack");
  const auto otherwise = [&spec](Name name, const Value& value) { return spec[name].empty() ? value : spec[name]; };
  return WithFields(object,
                    {{names::kSpec, WithFields(spec, {{kClusterIp, address},
                                                      {kClusterIps, otherwise(kClusterIps, Value::Array({address}))},
                                                      {kIpFamilies, otherwise(kIpFamilies, families)},
                                                      {kIpFamilyPolicy, otherwise(kIpFamilyPolicy, policy)}})}});
}

}  // namespace wavetank::sim
