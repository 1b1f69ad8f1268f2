// What oracles see of a world: its writes one by one, and its state between them.
//
// Abstract, so that a simulated server, a trace and an audit log can all feed the same oracles.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/base/time.h"
#include "runtime/transport/request.h"

namespace wavetank::sim {

struct WriteRecord {
  WatchEvent::Type type = WatchEvent::Type::kAdded;  // kAdded, kModified, kDeleted
  const ResourceInfo* resource = nullptr;
  Object object;
  Object previous;
  std::string_view actor;  // the process that sent the request; "setup" when there was none
  uint64_t step = 0;
  Time time;
};

class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual const KindRegistry& kinds() const = 0;
  virtual Object Get(const ResourceInfo& resource, const ObjectKey& key) const = 0;
  // In key order; an empty namespace means all.
  virtual void ForEach(const ResourceInfo& resource, std::string_view ns,
                       const std::function<void(const Object&)>& visit) const = 0;
  virtual Time Now() const = 0;
};

}  // namespace wavetank::sim
