#include "sim/scenario/single_step.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

// The controller of the process that reconciles the object's kind; else one that says no kind, when it is the only one.
Control* FindControl(const Process& process, const ObjectRef& object) {
  const std::span<Control* const> all = process.control_list();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Control* control) {
    return control->control_kind() == object.resource->gvk.kind.view();
  });
  if (found != all.end()) return *found;
  return all.size() == 1 && all[0]->control_kind().empty() ? all[0] : nullptr;
}

// Everything but one process stands still while this lives.
class Alone {
 public:
  Alone(World& world, const Process& process) : world_(world), process_(process) {
    world_.network().HoldStreams({});
    world_.ForEachProcess([&](Process& other) {
      if (&other == &process_ || other.paused()) return;
      others_.push_back(&other);
      world_.kernel().Hold(other.id());
    });
  }
  ~Alone() {
    for (const Process* other : others_) world_.kernel().Release(other->id());
    world_.network().ReleaseStreams({});
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  World& world_;
  const Process& process_;
  std::vector<const Process*> others_;
};

}  // namespace

Status SyncOnce(World& world, Process& process, const SyncStep& step, const Kernel::Limits& limits) {
  const std::string what = process.name() + " " + step.object.Describe();
  if (process.state() != Process::State::kRunning) {
    return Status(Code::kFailedPrecondition, process.name() + " does not run");
  }
  Control* control = FindControl(process, step.object);
  if (control == nullptr) {
    return Status(Code::kFailedPrecondition,
                  process.name() + " has no controller for a " + std::string(step.object.resource->gvk.kind.view()));
  }
  Kernel& kernel = world.kernel();
  const Alone alone(world, process);
  if (!control->Trigger(step.object.ns, step.object.name)) {
    return Status(Code::kFailedPrecondition, process.name() + " takes no work: it is stopping");
  }
  process.Deliver(HashBytes(what));
  const std::string key = step.object.ns.empty() ? step.object.name : step.object.ns + "/" + step.object.name;
  const bool released = kernel.ReleaseOne(process.id(), [&](const Option& option) {
    return option.kind == EventKind::kWork && option.source->Describe(option.what) == process.name() + ": " + key;
  });
  if (!released) {
    return Status(Code::kFailedPrecondition,
                  process.name() + " has no free worker for it: its caches have not synced, or a reconcile still runs");
  }
  const uint64_t before = control->finished();
  const uint32_t life = process.incarnation();
  const auto ended = [&] {
    const bool lives = process.state() == Process::State::kRunning && process.incarnation() == life;
    return !lives || control->finished() > before;
  };
  const Kernel::Stop stop = kernel.RunUntil(ended, limits);
  if (stop == Kernel::Stop::kDone || stop == Kernel::Stop::kHalted) return {};
  return Status(Code::kDeadlineExceeded, "the reconcile waits for something that does not come while it is alone (" +
                                             std::string(StopName(stop)) + ")");
}

}  // namespace wavetank::sim
