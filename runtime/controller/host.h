// ControllerHost: what a builder needs of a manager. Implemented by runtime/manager.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/base/logging.h"
#include "runtime/base/status.h"
#include "runtime/cache/cache.h"
#include "runtime/client/client.h"
#include "runtime/controller/controller.h"
#include "runtime/controller/options.h"
#include "runtime/exec/environment.h"

namespace wavetank {

class ControllerHost {
 public:
  virtual Environment& environment() = 0;
  virtual const Logger& logger() const = 0;
  // Reads from the cache.
  virtual Client client() const = 0;
  virtual Cache& cache() = 0;
  virtual const ControllerDefaults& controller_defaults() const = 0;

  // Whether another controller has the name (RT-011).
  virtual bool HasController(std::string_view name) const = 0;
  virtual Result<Controller*> AddController(std::unique_ptr<Controller> controller) = 0;
  // An error of the set-up that nobody looked at. The manager's Start returns the first one, before it starts anything.
  virtual void RememberSetupError(const Status& error) = 0;

 protected:
  ~ControllerHost() = default;
};

}  // namespace wavetank
