// What a kubelet says about the pods of its node (ENV-061), as pure functions of the pod and the time.
//
//   PodStatusMaker maker("node-1");
//   Value status = maker.Running(pod, now);    // phase Running, every container up, Ready
//   Value status = maker.Stopped(pod, now);    // phase Succeeded (Failed if it never ran), every container terminated
//
// The conditions of others (readiness gates) stay. A transition time moves only when the condition's status does. The
// result is the pod's own status node when nothing changes.
// What many pods share (the conditions of a pod that starts, the containers of one template) is made once a second and
// remembered for as long as the program runs, whatever world asks: these are pure functions, and whoever reads the result
// finds the same nodes again (DESIGN section 4).
// Addresses are derived, so that a restarted kubelet says the same: 10.x.y.z from the pod's uid (24 bits; two pods may
// share one, if there are thousands), 172.16.0.0/12 from the number at the end of the node's name, or a hash of it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::sim::cluster {

class PodStatusMaker {
 public:
  explicit PodStatusMaker(std::string_view node);

  const String& host_ip() const { return host_ip_; }
  Value Running(const Object& pod, Time now);
  Value Stopped(const Object& pod, Time now);
  // Of a running pod with readiness gates: Ready follows the gates' conditions.
  Value Gated(const Object& pod, Time now);

 private:
  // RFC 3339, the same node for the same second.
  const Value& Stamp(Time now);
  Value StartConditions(const Object& pod, Time now);
  Value Conditions(const Object& pod, bool up, Time now);

  String host_ip_;
  Value host_ips_;
  int64_t stamp_second_ = -1;
  Value stamp_;
};

}  // namespace wavetank::sim::cluster
