// Services: families, addresses and ports of the cluster's ranges (prepare.h; API-731, API-732).
//
// The real server keeps bitmaps of what is taken and draws at random; here the stored Services say what is taken, and
// the search starts at the revision, so that an address that has just become free is not the next to be handed out.
#include <algorithm>
#include <set>
#include <string>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/service_words.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kRange = "10.0.0.0/24";
constexpr uint64_t kFirstHost = 10;  // the ones below are left to those who ask by name
constexpr uint64_t kHosts = 245;
constexpr int64_t kLowestPort = 30000;
constexpr int64_t kHighestPort = 32767;
constexpr int64_t kNodePorts = kHighestPort - kLowestPort + 1;

bool Headless(const Value& spec) { return spec[service::kClusterIp] == "None"; }

// What the stored Services hold, but for the one on its way.
struct Taken {
  std::set<std::string, std::less<>> addresses;
  std::set<int64_t> ports;
};

Taken FindTaken(const PrepareContext& context) {
  Taken taken;
  context.store.tables().Of(context.resource).ForEach(nullptr, [&taken](const Object& service) {
    const Value& spec = service.spec();
    for (const Value& address : spec[service::kClusterIps].elements()) taken.addresses.emplace(address.AsString());
    for (const Value& port : spec[service::kPorts].elements()) taken.ports.insert(port[service::kNodePort].AsInt());
    taken.ports.insert(spec[service::kHealthCheckNodePort].AsInt());
    return true;
  });
  return taken;
}

// One Service on its way: each step changes spec, or adds an error that ends the request.
class Allocation {
 public:
  Allocation(const PrepareContext& context, Value spec, const Value& before)
      : context_(context), spec_(std::move(spec)), before_(before), taken_(FindTaken(context)) {}

  const Value& spec() const { return spec_; }

  // clusterIP and clusterIPs say the same.
  void Normalize() {
    const Value one = spec_[service::kClusterIp];  // copies: setting a field takes the old document away
    const Value all = spec_[service::kClusterIps];
    if (before_.is_null()) {
      if (!one.empty() && all.empty()) Set(service::kClusterIps, Value::Array({one}));
      return;
    }
    const Value& old = before_[service::kClusterIp];
    const bool same = one == old || (one.empty() && old.empty());
    const bool same_list = all == before_[service::kClusterIps];
    if (same) {
      if (all.empty() && !before_[service::kClusterIps].empty())
        Set(service::kClusterIps, before_[service::kClusterIps]);
    } else if (same_list) {
      Set(service::kClusterIps, !old.empty() && one.empty() ? Value() : Value::Array({one}));
    }
  }

  // What the writer of an update left out.
  void KeepAllocated() {
    if (service::NeedsAddress(before_) && service::NeedsAddress(spec_)) {
      if (spec_[service::kClusterIp].empty()) Set(service::kClusterIp, before_[service::kClusterIp]);
      if (spec_[service::kClusterIps].empty()) Set(service::kClusterIps, before_[service::kClusterIps]);
    }
    if (service::NeedsNodePorts(before_) && service::NeedsNodePorts(spec_)) KeepNodePorts();
    const bool health = service::NeedsHealthPort(before_) && service::NeedsHealthPort(spec_);
    if (health && spec_[service::kHealthCheckNodePort].AsInt() == 0)
      Set(service::kHealthCheckNodePort, before_[service::kHealthCheckNodePort]);
  }

  void Families() {
    if (!service::NeedsAddress(spec_)) return;
    const bool any = Headless(spec_) && spec_[words::kSelector].empty();  // nothing routes it: of either family
    if (spec_[service::kIpFamilyPolicy].is_null()) {
      const Value& old = before_[service::kIpFamilyPolicy];
      Set(service::kIpFamilyPolicy, !old.empty() ? old : Value(any ? "RequireDualStack" : "SingleStack"));
    }
    CheckServiceAddresses(spec_, context_.errors);
    if (refused()) return;
    const bool single = spec_[service::kIpFamilyPolicy] == "SingleStack";
    if (single) CheckSingle();
    const Value addresses = spec_[service::kClusterIps];
    for (size_t i = 0; i < addresses.size() && !(addresses[i] == "None"); ++i) {
      if (i < spec_[service::kIpFamilies].size()) continue;
      const bool v4 = ParseIp(addresses[i].AsString())->is_v4();
      if (v4) {
        Append(service::kIpFamilies, "IPv4");
      } else {
        context_.errors.Invalid(at_ / service::kClusterIps / i, addresses, "IPv6 is not configured on this cluster");
      }
    }
    if (refused()) return;
    if (any) {
      if (spec_[service::kIpFamilies].empty()) Append(service::kIpFamilies, "IPv4");
      if (spec_[service::kIpFamilies].size() == 1 && !single)
        Append(service::kIpFamilies, spec_[service::kIpFamilies][0] == "IPv4" ? "IPv6" : "IPv4");
      return;
    }
    if (spec_[service::kIpFamilyPolicy] == "RequireDualStack") {
      context_.errors.Invalid(at_ / service::kIpFamilyPolicy, spec_[service::kIpFamilyPolicy],
                              "this cluster is not configured for dual-stack services");
    }
    for (size_t i = 0; i < spec_[service::kIpFamilies].size(); ++i) {
      if (spec_[service::kIpFamilies][i] == "IPv4") continue;
      context_.errors.Invalid(at_ / service::kIpFamilies / i, spec_[service::kIpFamilies][i],
                              "not configured on this cluster");
    }
    if (!refused() && spec_[service::kIpFamilies].empty()) Append(service::kIpFamilies, "IPv4");
  }

  void Address() {
    if (!service::NeedsAddress(spec_) || Headless(spec_)) return;
    if (!before_.is_null() && service::NeedsAddress(before_)) return;
    if (spec_[service::kClusterIps].empty()) {
      const Value address(FreeAddress());
      Set(service::kClusterIps, Value::Array({address}));
      Set(service::kClusterIp, address);
    } else {
      const Value wanted = spec_[service::kClusterIps][0];
      const std::string_view why = WhyNot(wanted.AsString());
      if (!why.empty()) {
        context_.errors.Invalid(at_ / service::kClusterIps, spec_[service::kClusterIps],
                                "failed to allocate IP " + std::string(wanted.AsString()) + ": " + std::string(why));
      }
    }
  }

  void Ports() {
    if (service::NeedsNodePorts(spec_)) NodePorts();
    if (refused() || !service::NeedsHealthPort(spec_) || service::NeedsHealthPort(before_)) return;
    if (spec_[service::kHealthCheckNodePort].AsInt() == 0) Set(service::kHealthCheckNodePort, Value(FreePort()));
  }

  // What only the old type had a use for goes, unless the writer touched it.
  void DropUnused() {
    const auto drop = [this](Name field, bool (*needs)(const Value&)) {
      if (needs(before_) && !needs(spec_) && spec_[field] == before_[field]) Set(field, Value());
    };
    for (const Name field : {service::kClusterIp, service::kClusterIps, service::kIpFamilies, service::kIpFamilyPolicy})
      drop(field, service::NeedsAddress);
    if (service::NeedsNodePorts(before_) && !service::NeedsNodePorts(spec_) && SameNodePorts()) {
      EditPorts([](size_t, const Value& port) { return WithFields(port, {{service::kNodePort, Value()}}); });
    }
    drop(service::kHealthCheckNodePort, service::NeedsHealthPort);
    const auto balanced = [](const Value& spec) { return service::IsType(spec, "LoadBalancer"); };
    drop(service::kAllocateNodePorts, balanced);
    drop(service::kLoadBalancerClass, balanced);
    drop(service::kExternalTrafficPolicy, service::NeedsTrafficPolicy);
    DropInternalPolicy();
  }

  // A name has no traffic within the cluster; words that are none are still refused.
  void DropInternalPolicy() {
    static const Name kInternal("internalTrafficPolicy");
    const Value& policy = spec_[kInternal];
    if (service::IsType(spec_, "ExternalName") && (policy == "Cluster" || policy == "Local")) Set(kInternal, Value());
  }

  bool refused() const { return !context_.errors.empty(); }

 private:
  void Set(Name field, const Value& value) { spec_ = WithFields(spec_, {{field, value}}); }
  void Append(Name field, std::string_view word) { Set(field, spec_[field].Append(Value(word))); }
  template <typename Edit>
  void EditPorts(Edit edit) {
    std::vector<Value> ports;
    for (const Value& port : spec_[service::kPorts].elements()) ports.push_back(edit(ports.size(), port));
    if (!ports.empty()) Set(service::kPorts, Value::Array(std::move(ports)));
  }

  void CheckSingle() {
    constexpr std::string_view kMust = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
    for (const auto& [field, what] :
         {std::pair(service::kClusterIps, "cluster IPs"), std::pair(service::kIpFamilies, "IP families")}) {
      if (spec_[field].size() != 2) continue;
      context_.errors.Invalid(at_ / service::kIpFamilyPolicy, spec_[service::kIpFamilyPolicy],
                              std::string(kMust).append(what).append(" are specified"));
    }
  }

  std::string FreeAddress() const {
    for (uint64_t i = 0; i < kHosts; ++i) {
      std::string address = "10.0.0." + std::to_string(kFirstHost + (context_.store.revision() + i) % kHosts);
      if (!taken_.addresses.contains(address)) return address;
    }
    return {};
  }

  std::string_view WhyNot(std::string_view wanted) const {
    if (taken_.addresses.contains(wanted)) return "provided IP is already allocated";
    const Cidr range = *ParseCidr(kRange);
    const IpAddress address = *ParseIp(wanted);
    const bool ends = address.bytes.back() == 0 || address.bytes.back() == 255;  // the network and its broadcast
    return ends || !range.contains(address) ? "the provided network does not match the current range" : "";
  }

  int64_t FreePort() {
    for (int64_t i = 0; i < kNodePorts; ++i) {
      const int64_t port = kLowestPort + (static_cast<int64_t>(context_.store.revision()) + i) % kNodePorts;
      if (taken_.ports.insert(port).second) return port;
    }
    return 0;
  }

  bool Claim(size_t index, int64_t port) {
    const bool inside = port >= kLowestPort && port <= kHighestPort;
    if (inside && taken_.ports.insert(port).second) return true;
    context_.errors.Invalid(at_ / service::kPorts / index / service::kNodePort, Value(port),
                            inside
                                ? "provided port is already allocated"
                                : "provided port is not in the valid range. The range of valid ports is 30000-32767");
    return false;
  }

  void NodePorts() {
    const bool allocate = service::IsType(spec_, "NodePort") || spec_[service::kAllocateNodePorts].AsBool();
    std::set<int64_t> held;
    for (const Value& port : before_[service::kPorts].elements()) held.insert(port[service::kNodePort].AsInt());
    std::vector<std::pair<int64_t, int64_t>> given;  // port -> node port: two protocols of one port share it
    EditPorts([&](size_t i, const Value& port) {
      const int64_t wanted = port[service::kNodePort].AsInt();
      if (refused() || (wanted == 0 && !allocate)) return port;
      const auto same = std::ranges::find(given, port[service::kPort].AsInt(), &std::pair<int64_t, int64_t>::first);
      const bool shared = before_.is_null() && same != given.end();
      if (shared && (wanted == 0 || wanted == same->second)) return port.Set(service::kNodePort, Value(same->second));
      int64_t node_port = wanted;
      if (wanted == 0 && before_.is_null()) node_port = RequestedFor(port[service::kPort]);
      if (node_port == 0) {
        node_port = FreePort();
      } else if (!held.contains(node_port)) {
        if (!Claim(i, node_port)) return port;
        held.insert(before_.is_null() ? 0 : node_port);
      }
      given.emplace_back(port[service::kPort].AsInt(), node_port);
      return port.Set(service::kNodePort, Value(node_port));
    });
  }

  int64_t RequestedFor(const Value& number) const {
    for (const Value& port : spec_[service::kPorts].elements()) {
      if (port[service::kPort] == number && port[service::kNodePort].AsInt() != 0)
        return port[service::kNodePort].AsInt();
    }
    return 0;
  }

  void KeepNodePorts() {
    std::set<int64_t> now;
    for (const Value& port : spec_[service::kPorts].elements()) now.insert(port[service::kNodePort].AsInt());
    EditPorts([&](size_t, const Value& port) {
      if (port[service::kNodePort].AsInt() != 0) return port;
      for (const Value& old : before_[service::kPorts].elements()) {
        const int64_t number = old[service::kNodePort].AsInt();
        const bool named = old[names::kName] == port[names::kName];
        if (named && number != 0 && !now.contains(number)) return port.Set(service::kNodePort, Value(number));
      }
      return port;
    });
  }

  bool SameNodePorts() const {
    std::set<int64_t> now;
    std::set<int64_t> then;
    for (const Value& port : spec_[service::kPorts].elements()) now.insert(port[service::kNodePort].AsInt());
    for (const Value& port : before_[service::kPorts].elements()) then.insert(port[service::kNodePort].AsInt());
    return now == then;
  }

  const PrepareContext& context_;
  Value spec_;
  Value before_;  // null: the Service is new
  Taken taken_;
  const Path at_{nullptr, "spec"};
};

}  // namespace

Value PrepareService(const PrepareContext& context, Value object) {
  Allocation allocation(context, object[names::kSpec], Value());
  allocation.Normalize();
  allocation.Families();
  if (!allocation.refused()) allocation.Address();
  if (!allocation.refused()) allocation.Ports();
  allocation.DropInternalPolicy();
  return WithFields(object, {{names::kSpec, allocation.spec()}});
}

Value PrepareServiceUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (!context.subresource.empty() || object[names::kSpec].identity() == stored.spec().identity()) return object;
  Allocation allocation(context, object[names::kSpec], stored.spec());
  allocation.KeepAllocated();
  allocation.Normalize();
  allocation.Families();
  if (!allocation.refused()) allocation.Address();
  if (!allocation.refused()) allocation.Ports();
  if (!allocation.refused()) allocation.DropUnused();
  return WithFields(object, {{names::kSpec, allocation.spec()}});
}

}  // namespace wavetank::sim
