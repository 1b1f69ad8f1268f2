// NetworkRule: the whole fault model of the network, as an interface of four questions.
//
// Rules are asked in the order in which they were added; the first verdict that is not kPass wins. sim/faults has the
// catalogue; a test may write its own.
#pragma once

#include <string>

#include "runtime/transport/request.h"
#include "sim/kernel/process.h"

namespace wavetank::sim {

struct Verdict {
  enum class Kind : uint8_t {
    kPass,
    kDrop,         // the request never arrives; the caller's connection breaks
    kAnswer,       // the server answers `code` and `body`, and does not apply the request
    kLoseAnswer,   // applied; the caller gets `code` and `body`, or a broken connection when code is 0
    kHold,         // the request arrives at `until`
    kCrashBefore,  // the caller dies before the request leaves
    kCrashAfter,   // the caller dies when the request has been applied
  };
  Kind kind = Kind::kPass;
  int code = 0;
  Value body;
  Time until;
};

class NetworkRule {
 public:
  virtual ~NetworkRule() = default;
  // A request leaves a process.
  virtual Verdict OnSend(const ApiRequest&, Process&) { return {}; }
  // It is about to be applied; the rule may write to the server first.
  virtual void BeforeApply(const ApiRequest&, Process&) {}
  // It was applied.
  virtual void AfterApply(const ApiRequest&, const ApiResponse&, Process&) {}
};

}  // namespace wavetank::sim
