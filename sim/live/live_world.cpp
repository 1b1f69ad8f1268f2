#include "sim/live/live_world.h"

#include <algorithm>
#include <utility>

#include "sim/apiserver/system_objects.h"

namespace wavetank::sim {

LiveWorld::LiveWorld(LiveOptions options)
    : server_(std::move(options.server)),
      kernel_(strategy_, options.seed, options.start),
      network_(kernel_, server_),
      upkeep_(kernel_, network_),
      ids_(Random(options.seed, "clients", "server-ids")) {
  kernel_.set_recording(false);
  RandomIds first(Random(options.seed, "cluster", "bootstrap"));
  const RequestInfo info{kernel_.now(), &first, "system:apiserver"};
  const Status made = MakeSystemObjects(server_, info);  // clients look for them
  WT_CHECK(made.ok(), "a fresh server takes its own objects");
  for (LiveProgram& program : options.programs) {
    Logger logger;
    if (options.logs != nullptr) {
      logger = Logger(options.logs, [this] { return kernel_.now(); }).WithName(program.name);
    }
    processes_.push_back(std::make_unique<Process>(kernel_, program.name, std::move(program.main), std::move(logger)));
    network_.Attach(*processes_.back());
  }
}

LiveWorld::~LiveWorld() { processes_.clear(); }

void LiveWorld::Start() {
  for (const auto& process : processes_) process->Start();
}

bool LiveWorld::Advance(Time now, uint64_t max_steps) {
  Kernel::Limits limits;
  limits.steps = max_steps;
  limits.steps_per_instant = UINT64_MAX;  // here an endless loop of events costs time, and the clock goes on
  const Kernel::Stop stop = kernel_.RunFor(std::max(now, kernel_.now()) - kernel_.now(), limits);
  upkeep_.Run();
  return stop == Kernel::Stop::kSteps;
}

Time LiveWorld::next_event() const {
  if (!kernel_.enabled().empty()) return kernel_.now();
  return std::min(kernel_.next_timer(), upkeep_.next());
}

std::vector<std::string> LiveWorld::EndedPrograms() const {
  std::vector<std::string> ended;
  for (const auto& process : processes_) {
    if (process->state() == Process::State::kExited) {
      ended.push_back(process->name() + ": " + process->exit_status().ToString());
    }
  }
  return ended;
}

Outcome LiveWorld::Apply(ApiRequest request, std::string_view user) {
  return network_.ApplyAs(std::move(request), {kernel_.now(), &ids_, String(user)});
}

Outcome LiveWorld::Resume(Continuation next, const CallAnswer& answer, std::string_view user) {
  return network_.ResumeAs(std::move(next), answer, {kernel_.now(), &ids_, String(user)});
}

}  // namespace wavetank::sim
