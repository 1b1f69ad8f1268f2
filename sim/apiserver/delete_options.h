// DeleteOptions: the body of DELETE and DELETE of a collection (API-137..145).
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/base/status.h"
#include "runtime/value/value.h"
#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

enum class Propagation : uint8_t { kDefault, kOrphan, kBackground, kForeground };

struct DeleteOptions {
  std::optional<int64_t> grace_period_seconds;
  std::optional<String> uid;
  std::optional<String> resource_version;
  std::optional<bool> orphan_dependents;
  Propagation propagation = Propagation::kDefault;
  bool dry_run = false;
};

// null and {} are empty options; unknown fields and any kind are fine (observed.md 137).
Result<DeleteOptions> ParseDeleteOptions(const Value& body);

// The preconditions against an object; the quoted type is the Kind (API-140).
Status CheckPreconditions(const Exchange& exchange, const DeleteOptions& options, const Object& object);

// Those of a request; a body that is no document is told in Go's words.
Result<DeleteOptions> ReadDeleteOptions(const ApiRequest& request);

// Deletes one object that is stored, after admission.
Outcome DeleteObject(Exchange& exchange, const DeleteOptions& options, const Object& stored);
// A kind that keeps dependents unless told otherwise says so.
void WarnOfOrphans(Exchange& exchange, const DeleteOptions& options);

}  // namespace wavetank::sim
