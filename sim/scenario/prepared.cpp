#include "sim/scenario/prepared.h"

#include <algorithm>
#include <utility>

#include "sim/apiserver/import.h"

namespace wavetank::sim {
namespace {

Result<PreparedScenario::Data::Condition> CompileCondition(const std::string& text, const Place& place) {
  static const cel::Environment environment = cel::ClusterEnvironment();
  Result<cel::Program> program = cel::Compile(text, environment);
  if (!program.ok()) return program.status().Wrap(place.field);
  const bool reads_time = cel::ReadsTime(*program);
  return PreparedScenario::Data::Condition{*std::move(program), reads_time};
}

bool ReadsHistory(const cel::Program& program) {
  return std::any_of(program.host_calls.begin(), program.host_calls.end(),
                     [](const cel::HostCall& call) { return call.function == "history"; });
}

// Whether the fault waits for something that the step before it may set off.
bool WaitsForRequests(const Step& step) {
  const auto* fault = std::get_if<FaultStep>(&step.action);
  if (fault == nullptr) return false;
  const Fault::When when = fault->fault.when;
  return when == Fault::When::kBeforeRequest || when == Fault::When::kAfterRequest || when == Fault::When::kAtStep;
}

// What is there before anything runs.
Status PreloadObjects(PreparedScenario::Data& data, const PreloadStep& preload, const Place& place) {
  RandomIds ids(Random(0, "cluster", "preload"));
  const RequestInfo info{Kernel::kStart, &ids, "setup"};
  for (const Manifest& manifest : preload.manifests) {
    const Status done = Import(data.cluster, *manifest.resource, manifest.object, info);
    if (!done.ok()) return done.Wrap(place.field + ": " + Object(manifest.object).key().ToString());
  }
  return {};
}

Status PrepareSteps(PreparedScenario::Data& data) {
  for (const Step& step : data.scenario.steps) {
    PreparedScenario::Data::StepData prepared;
    prepared.armed_early = WaitsForRequests(step);
    if (const auto* apply = std::get_if<ApplyStep>(&step.action); apply != nullptr) {
      for (const Manifest& manifest : apply->manifests) prepared.objects.emplace_back(manifest.object);
    }
    const auto* until = std::get_if<UntilStep>(&step.action);
    if (until != nullptr && until->goal == UntilStep::Goal::kHolds) {
      WT_ASSIGN(prepared.condition, CompileCondition(until->that, step.place));
      data.rules.LearnKinds(prepared.condition->program, data.scenario.kinds);
      data.reads_history = data.reads_history || ReadsHistory(prepared.condition->program);
      data.evaluates = true;
    }
    if (const auto* preload = std::get_if<PreloadStep>(&step.action); preload != nullptr) {
      WT_RETURN_IF_ERROR(PreloadObjects(data, *preload, step.place));
    }
    if (const auto* sync = std::get_if<SyncStep>(&step.action); sync != nullptr) {
      for (size_t i = 0; i < data.scenario.controllers.size(); ++i) {
        if (data.scenario.controllers[i].name == sync->controller) data.single_step[i] = true;
      }
    }
    data.steps.push_back(std::move(prepared));
  }
  return {};
}

Status PrepareExpectations(PreparedScenario::Data& data) {
  for (const Expectation& expectation : data.scenario.expect) {
    std::optional<PreparedScenario::Data::Condition> condition;
    if (const auto* that = std::get_if<ExpectThat>(&expectation.what); that != nullptr) {
      WT_ASSIGN(condition, CompileCondition(that->that, expectation.place));
      data.rules.LearnKinds(condition->program, data.scenario.kinds);
      data.reads_history = data.reads_history || ReadsHistory(condition->program);
      data.evaluates = true;
    }
    data.counts_writes = data.counts_writes || std::holds_alternative<ExpectWrites>(expectation.what);
    data.reads_logs = data.reads_logs || std::holds_alternative<ExpectLogs>(expectation.what);
    data.counts_requests = data.counts_requests || std::holds_alternative<ExpectRequests>(expectation.what);
    data.expect.push_back(std::move(condition));
  }
  return {};
}

}  // namespace

PreparedScenario::PreparedScenario(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
PreparedScenario::PreparedScenario(PreparedScenario&&) noexcept = default;
PreparedScenario& PreparedScenario::operator=(PreparedScenario&&) noexcept = default;
PreparedScenario::~PreparedScenario() = default;

const Scenario& PreparedScenario::scenario() const { return data_->scenario; }

Result<PreparedScenario> PreparedScenario::Prepare(Scenario scenario, const ControllerRegistry& programs) {
  auto data = std::make_unique<Data>(std::move(scenario));
  for (const ControllerSpec& controller : data->scenario.controllers) {
    const ControllerRegistry::Factory* factory = programs.Find(controller.use);
    if (factory == nullptr) return Status(Code::kInvalidArgument, programs.UnknownText(controller.use));
    data->programs.push_back((*factory)(controller.args));
  }
  data->single_step.resize(data->programs.size(), false);
  std::vector<RuleSpec> specs;
  for (const NamedRule& rule : data->scenario.rules) specs.push_back({rule.name, rule.that, rule.never});
  WT_ASSIGN(data->rules, RuleSet::Compile(specs, data->scenario.kinds));
  data->evaluates = !specs.empty();
  WT_RETURN_IF_ERROR(PrepareSteps(*data));
  WT_RETURN_IF_ERROR(PrepareExpectations(*data));
  return PreparedScenario(std::unique_ptr<const Data>(std::move(data)));
}

}  // namespace wavetank::sim
