// Control: a part of a process that may be looked at and set going from outside: a controller. ControlPanel: where a
// process's environment keeps them.
//
// Production has no panel. The simulator has one for each process: its single-step tests tell a controller to look at one
// object, and see when it has done so.
// Ownership: a Control adds itself and takes itself off the panel; both belong to one process.
#pragma once

#include <cstdint>
#include <string_view>

namespace wavetank {

class Control {
 public:
  // "replicaset", and the kind that its keys name ("ReplicaSet"; empty when it has none).
  virtual std::string_view control_name() const = 0;
  virtual std::string_view control_kind() const = 0;
  // Puts a key in front of everything that waits, as soon as there is a queue. False: there is none.
  virtual bool Trigger(std::string_view ns, std::string_view name) = 0;
  // How many keys it has finished so far.
  virtual uint64_t finished() const = 0;

 protected:
  ~Control() = default;
};

class ControlPanel {
 public:
  virtual void Add(Control& control) = 0;
  virtual void Remove(Control& control) = 0;

 protected:
  ~ControlPanel() = default;
};

}  // namespace wavetank
