// What looks at a world while it runs: the counters and traces of one run.
//
// Each is a hook of the kernel, the network or the log; none changes anything.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/logging.h"
#include "sim/network/network.h"
#include "sim/scenario/runner.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

// The last events of a run in words, for failure cards. Only of runs that are traced: every event costs a text.
class Tracer final : public StepHook, public WriteHook {
 public:
  Tracer(Kernel& kernel, size_t keep) : kernel_(kernel), keep_(keep) {}
  void Note(std::string text, bool important);
  void BeforeStep(const Option& option) override;
  void AfterStep(const Option&) override {}
  void OnWrite(const LogEntry& entry, const Process* process) override;
  std::vector<TraceEvent> Take() { return {events_.begin(), events_.end()}; }
  uint64_t dropped() const { return dropped_; }

 private:
  Kernel& kernel_;
  const size_t keep_;
  std::deque<TraceEvent> events_;
  uint64_t dropped_ = 0;
};

// The run hash after each step: where two runs of one schedule part.
class StepHashes final : public StepHook {
 public:
  StepHashes(const Kernel& kernel, std::vector<uint64_t>& out) : kernel_(kernel), out_(out) {}
  void AfterStep(const Option&) override { out_.push_back(kernel_.run_hash()); }

 private:
  const Kernel& kernel_;
  std::vector<uint64_t>& out_;
};

// Counts the requests of the controllers: what a baseline is made of.
class RequestCounter final : public NetworkRule {
 public:
  RequestCounter(const Scenario& scenario, Baseline& out);
  Verdict OnSend(const ApiRequest& request, Process& process) override;

 private:
  const Scenario& scenario_;
  Baseline& out_;
};

// Counts the lines that the scenario's expectations ask for, and passes all lines on; a tracer gets them as events.
class LogCounter final : public LogSink {
 public:
  LogCounter(const Scenario& scenario, std::shared_ptr<LogSink> next);
  void Write(const LogRecord& record) override;
  // `tracer` lives as long as lines are written.
  void set_tracer(Tracer* tracer) { tracer_ = tracer; }
  // By expectation.
  const std::vector<int64_t>& counts() const { return counts_; }
  // "replicaset: Reconciler error: pods \"x\" is forbidden"; empty when there was none, or nothing is traced.
  const std::string& last_error() const { return last_error_; }

 private:
  const Scenario& scenario_;
  std::string last_error_;
  std::shared_ptr<LogSink> next_;
  Tracer* tracer_ = nullptr;
  std::vector<int64_t> counts_;
};

// Counts the requests that the scenario's expectations ask for, and keeps the order of writes.
class RequestLog final : public SendHook {
 public:
  static constexpr size_t kOrderKept = 10'000;

  explicit RequestLog(const Scenario& scenario) : scenario_(scenario), tallies_(scenario.expect.size()) {}
  void OnSend(const ApiRequest& request, const Process& process) override;

  struct Write {
    std::string text;  // "update ReplicaSet/status"
    std::string name;
  };
  struct Tally {
    int64_t count = 0;
    std::vector<Write> order;  // at most kOrderKept
  };
  // By expectation.
  const std::vector<Tally>& tallies() const { return tallies_; }

 private:
  const Scenario& scenario_;
  std::vector<Tally> tallies_;
};

// Whether a write is one of those that an expectation counts.
bool CountsWrite(const ExpectWrites& what, const LogEntry& entry, std::string_view actor);

}  // namespace wavetank::sim
