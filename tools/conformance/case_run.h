// CaseRun: one case on its way through its steps. Internal to the replayer.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/front/front.h"
#include "sim/front/network_host.h"
#include "sim/kernel/paced_strategy.h"
#include "sim/scenario/world.h"
#include "tools/conformance/compare.h"
#include "tools/conformance/golden_case.h"
#include "tools/conformance/replay.h"
#include "tools/conformance/symbols.h"

namespace wavetank::conformance {

// An answer as a client has it: unpacked, and read when it is JSON.
struct FoundAnswer {
  HttpResponse http;
  std::optional<Value> json;
  std::unique_ptr<sim::FrontWatch> watch;
};

class CaseRun {
 public:
  CaseRun(const GoldenCase& golden, const sim::ApiServer& fresh, const ReplayOptions& options);
  // The first difference, with the step's number.
  CaseResult Run();

 private:
  struct OpenWatch {
    std::unique_ptr<sim::FrontWatch> stream;
    std::vector<Value> events;
    std::string rest;  // of a frame that is not whole
    bool closed = false;
  };

  MaybeMismatch DoStep(const GoldenStep& step);
  MaybeMismatch DoRequest(const GoldenStep& step);
  MaybeMismatch DoPoll(const GoldenStep& step);
  MaybeMismatch DoWatch(const GoldenStep& step);
  MaybeMismatch DoEvents(const Value& step);
  MaybeMismatch DoCompact(const Value& step);
  MaybeMismatch CheckOrder() const;

  Result<HttpRequest> BuildRequest(const GoldenStep& step);
  Result<std::string> BuildBody(const GoldenStep& step, const FillContext& context);
  FillContext Context(const Value& step);
  std::string AskEtag(std::string_view path, const Value& step);
  Result<FoundAnswer> Exchange(const GoldenStep& step);
  FoundAnswer Send(const HttpRequest& request);

  MaybeMismatch JudgeHead(const Value& expected, const FoundAnswer& answer);
  MaybeMismatch JudgeBody(const Value& step, const FoundAnswer& answer);
  MaybeMismatch JudgePicked(const Value& step, const Value& found);
  std::optional<Mismatch> Holds(const Value& until, const Value& found);

  void Advance(Duration duration);
  // What happens while an answer is on its way back.
  void Meanwhile();
  void Collect(OpenWatch& watch);
  Preparation How(const Value& step) const;

  const GoldenCase& golden_;
  sim::PacedStrategy paced_;
  sim::World world_;
  sim::NetworkHost host_;
  sim::Front front_;
  Symbols symbols_;
  std::map<std::string, OpenWatch> watches_;
  std::map<std::string, std::string> etags_;
};

}  // namespace wavetank::conformance
