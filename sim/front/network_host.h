// NetworkHost: a Front's host that is a world: what clients write over HTTP, the world's controllers see, and the reverse.
//
//   NetworkHost host(world.kernel(), world.network());
//   Front front(host, {});
//
// Requests are applied at once, outside the kernel's choices; what follows from them are events of the kernel.
#pragma once

#include "sim/front/front.h"
#include "sim/network/network.h"

namespace wavetank::sim {

class NetworkHost : public FrontHost {
 public:
  NetworkHost(Kernel& kernel, Network& network)
      : kernel_(kernel), network_(network), ids_(Random(kernel.seed(), "front", "ids")) {}

  ApiServer& server() override { return network_.server(); }
  const Replica& replica() override { return replica_; }
  Time now() override { return kernel_.now(); }
  Outcome Apply(ApiRequest request, std::string_view user) override {
    return network_.ApplyAs(std::move(request), Info(user));
  }
  Outcome Resume(Continuation next, const CallAnswer& answer, std::string_view user) override {
    return network_.ResumeAs(std::move(next), answer, Info(user));
  }
  IdSource& ids() override { return ids_; }

 private:
  RequestInfo Info(std::string_view user) { return {kernel_.now(), &ids_, String(user)}; }

  Kernel& kernel_;
  Network& network_;
  RandomIds ids_;
  Replica replica_;  // follows the store
};

}  // namespace wavetank::sim
