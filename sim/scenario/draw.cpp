#include "sim/scenario/draw.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/base/random.h"

namespace wavetank::sim {
namespace {

constexpr std::array<DrawableFault, 13> kDrawable = {{
    {"crash", "a controller dies before, after or between its requests, and starts again", true},
    {"pause", "a controller does nothing for a while"},
    {"response-lost", "a request is applied and its answer is lost, or it times out and was not applied", true},
    {"request-lost", "a request never arrives"},
    {"request-delayed", "a request arrives late"},
    {"conflict", "somebody else writes the object just before a controller does", true},
    {"server-error", "a request fails with 500"},
    {"unavailable", "a request fails with 503, or with 429 and a time to wait"},
    {"watch-closed", "the server ends watches, or their connections break", true},
    {"watch-expired", "watches end with 410 Gone, and the controller lists again", true},
    {"cache-lag", "watch events are late for a while", true},
    {"replica-lag", "an API server falls behind for a while", false, 2},
    {"stale-replica", "a controller starts again and reads from an API server that has fallen behind", true, 2},
}};

constexpr std::array<Duration, 4> kDurations = {std::chrono::milliseconds(0), std::chrono::seconds(1),
                                                std::chrono::seconds(30), std::chrono::minutes(5)};

class Drawer {
 public:
  Drawer(const Scenario& scenario, const Baseline& baseline, uint64_t seed)
      : scenario_(scenario), baseline_(baseline), random_(seed, "faults", "draw") {}

  std::vector<Fault> Draw();

 private:
  void DrawOne(std::string_view name);
  Fault New(Fault::Kind kind);
  Fault AtStep(Fault::Kind kind);
  // At one of the controller's requests; with `writes`, at a write when it makes any.
  Fault AtRequest(Fault::Kind kind, bool writes);
  Duration DrawDuration() { return kDurations[random_.Below(kDurations.size())]; }
  // Never zero: zero holds for ever.
  Duration DrawHold() { return kDurations[1 + random_.Below(kDurations.size() - 1)]; }
  void Crash();
  void LoseResponse();
  void StaleReplica();
  int DrawReplica();

  const Scenario& scenario_;
  const Baseline& baseline_;
  Random random_;
  size_t controller_ = 0;
  std::vector<Fault> faults_;
};

std::vector<Fault> Drawer::Draw() {
  if (scenario_.faults.at_most <= 0 || scenario_.faults.allow.empty() || scenario_.controllers.empty()) return {};
  const uint64_t count = random_.Below(static_cast<uint64_t>(scenario_.faults.at_most) + 1);
  for (uint64_t i = 0; i < count; ++i) {
    const size_t which = random_.Below(scenario_.faults.allow.size());
    controller_ = random_.Below(scenario_.controllers.size());
    DrawOne(scenario_.faults.allow[which]);
  }
  for (Fault& fault : faults_) fault.drawn = true;
  return std::move(faults_);
}

Fault Drawer::New(Fault::Kind kind) {
  Fault fault;
  fault.kind = kind;
  fault.process = scenario_.controllers[controller_].name;
  return fault;
}

Fault Drawer::AtStep(Fault::Kind kind) {
  Fault fault = New(kind);
  fault.when = Fault::When::kAtStep;
  fault.step = 1 + random_.Below(std::max<uint64_t>(1, baseline_.steps));
  return fault;
}

Fault Drawer::AtRequest(Fault::Kind kind, bool writes) {
  Fault fault = New(kind);
  fault.when = Fault::When::kBeforeRequest;
  fault.match.process = fault.process;
  if (controller_ >= baseline_.requests.size()) return fault;
  const std::array<uint64_t, kVerbs>& requests = baseline_.requests[controller_];
  uint64_t total = 0;
  for (size_t verb = writes ? static_cast<size_t>(Verb::kCreate) : 0; verb < kVerbs; ++verb) total += requests[verb];
  if (total == 0) return fault;
  uint64_t nth = random_.Below(total);
  for (size_t verb = writes ? static_cast<size_t>(Verb::kCreate) : 0; verb < kVerbs; ++verb) {
    if (nth < requests[verb]) {
      fault.match.verb = static_cast<Verb>(verb);
      fault.match.nth = nth + 1;
      return fault;
    }
    nth -= requests[verb];
  }
  return fault;
}

void Drawer::Crash() {
  const uint64_t where = random_.Below(3);
  Fault fault = where == 0 ? AtStep(Fault::Kind::kCrash) : AtRequest(Fault::Kind::kCrash, true);
  if (where == 2) fault.when = Fault::When::kAfterRequest;
  fault.duration = DrawDuration();
  faults_.push_back(std::move(fault));
}

void Drawer::LoseResponse() {
  const uint64_t how = random_.Below(3);
  Fault fault = AtRequest(how == 0 ? Fault::Kind::kLoseAnswer : Fault::Kind::kAnswer, true);
  fault.code = 504;
  fault.applied = how == 1;
  faults_.push_back(std::move(fault));
}

int Drawer::DrawReplica() {
  return 1 + static_cast<int>(random_.Below(static_cast<uint64_t>(scenario_.cluster.api_servers) - 1));
}

// The replica falls behind; later the controller dies and comes back talking to it.
void Drawer::StaleReplica() {
  Fault hold = AtStep(Fault::Kind::kHoldReplica);
  hold.replica = DrawReplica();
  hold.duration = DrawHold();
  Fault move = AtStep(Fault::Kind::kSwitchReplica);
  move.step = hold.step + random_.Below(std::max<uint64_t>(1, baseline_.steps));
  move.replica = hold.replica;
  Fault crash = New(Fault::Kind::kCrash);
  crash.when = Fault::When::kAtStep;
  crash.step = move.step;
  faults_.push_back(std::move(hold));
  faults_.push_back(std::move(move));
  faults_.push_back(std::move(crash));
}

void Drawer::DrawOne(std::string_view name) {
  if (name == "crash") return Crash();
  if (name == "response-lost") return LoseResponse();
  if (name == "stale-replica") return StaleReplica();
  Fault fault;
  if (name == "pause") {
    fault = AtStep(Fault::Kind::kPause);
    fault.duration = DrawHold();
  } else if (name == "request-lost") {
    fault = AtRequest(Fault::Kind::kDrop, false);
  } else if (name == "request-delayed") {
    fault = AtRequest(Fault::Kind::kDelay, true);
    fault.duration = DrawHold();
  } else if (name == "conflict") {
    fault = AtRequest(Fault::Kind::kConcurrentWrite, true);
  } else if (name == "server-error") {
    fault = AtRequest(Fault::Kind::kAnswer, false);
  } else if (name == "unavailable") {
    fault = AtRequest(Fault::Kind::kAnswer, false);
    fault.code = random_.Below(2) == 0 ? 503 : 429;
    fault.retry_after_seconds = fault.code == 429 ? 1 : 0;
  } else if (name == "watch-closed") {
    fault = AtStep(random_.Below(2) == 0 ? Fault::Kind::kCloseWatch : Fault::Kind::kBreakWatch);
  } else if (name == "watch-expired") {
    fault = AtStep(Fault::Kind::kExpireWatch);
  } else if (name == "cache-lag") {
    fault = AtStep(Fault::Kind::kHoldWatch);
    fault.duration = DrawHold();
  } else if (name == "replica-lag") {
    fault = AtStep(Fault::Kind::kHoldReplica);
    fault.replica = static_cast<int>(random_.Below(static_cast<uint64_t>(scenario_.cluster.api_servers)));
    fault.duration = DrawHold();
  } else {
    return;
  }
  faults_.push_back(std::move(fault));
}

}  // namespace

std::span<const DrawableFault> DrawableFaults() { return kDrawable; }

const DrawableFault* FindDrawableFault(std::string_view name) {
  const auto* found =
      std::find_if(kDrawable.begin(), kDrawable.end(), [&](const DrawableFault& f) { return f.name == name; });
  return found == kDrawable.end() ? nullptr : found;
}

std::vector<std::string> UsualFaults(int api_servers) {
  std::vector<std::string> out;
  for (const DrawableFault& fault : kDrawable) {
    if (fault.usual && fault.api_servers <= api_servers) out.emplace_back(fault.name);
  }
  return out;
}

std::vector<Fault> DrawFaults(const Scenario& scenario, const Baseline& baseline, uint64_t seed) {
  return Drawer(scenario, baseline, seed).Draw();
}

}  // namespace wavetank::sim
