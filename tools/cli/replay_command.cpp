#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/strings.h"
#include "sim/report/card.h"
#include "sim/report/replay_file.h"
#include "sim/report/text.h"
#include "sim/report/trace_text.h"
#include "sim/scenario/runner.h"
#include "tools/cli/collect.h"
#include "tools/cli/colour.h"
#include "tools/cli/command.h"
#include "tools/cli/files.h"
#include "tools/cli/play.h"

namespace wavetank::cli {
namespace {

constexpr HelpText kHelp = {
    .command = "replay",
    .about =
        "Repeats a recorded run, choice by choice, and shows its events and its card. Says whether the run was exactly "
        "the\n"
        "recorded one, or where it left the recording.\n"
        "Exit status: 1 when it fails again, 0 when it passes now, 3 when it diverged, 2 when a file is missing or "
        "broken.\n",
    .examples = "replay .wavetank/scale-while-restarting.replay\n",
};

// Where the scenario is: as `run` was told, or else beside or above the replay file (a CI artefact, another folder).
std::string FindScenario(const std::string& wanted, const std::string& replay_path) {
  if (Exists(wanted) || wanted.starts_with("/")) return wanted;
  std::string folder = FolderOf(CanonicalPath(replay_path));
  while (true) {
    const std::string candidate = TidyPath(folder + "/" + wanted);
    if (Exists(candidate)) return candidate;
    const std::string above = FolderOf(folder);
    if (above == folder || above == ".") return wanted;
    folder = above;
  }
}

Result<sim::ReplayFile> Read(const std::string& path) {
  const Result<std::string> content = sim::ReadFileFromDisk(path);
  if (!content.ok()) {
    return Status(Code::kInvalidArgument, IsDirectory(path) ? path + ": is a folder; name one replay file in it"
                                                            : path + ": cannot be read: " + content.status().message());
  }
  Result<sim::ReplayFile> file = sim::ReadReplayFile(*content);
  if (!file.ok()) {  // "3:1: what" -> "path:3:1: error: what"
    std::string message = file.status().message();
    message.insert(std::min(message.find(": "), message.size()), ": error");
    return Status(Code::kInvalidArgument, path + ":" + message);
  }
  return file;
}

int BadFile(std::string_view message, Context& context) {
  context.terminal.Err(std::string(message) + (message.ends_with('\n') ? "" : "\n"));
  return kBadUsage;
}

// What the two replays came to.
struct Verdict {
  int status = kPassed;
  std::string text;
};

Verdict Judge(const sim::ReplayFile& file, const sim::RunResult& run, uint64_t second_hash,
              const std::string& divergence) {
  const std::string now = run.passed() ? "it passes now" : "it fails";
  if (run.run_hash != second_hash) {
    return {kNondeterminism, "nondeterminism: two replays in a row differ (run hashes " + sim::Hex(run.run_hash) +
                                 " and " + sim::Hex(second_hash) + ")"};
  }
  if (!divergence.empty()) {
    return {kNondeterminism, divergence + "\nfrom there on the dull schedule was taken, and " + now};
  }
  const int status = run.passed() ? kPassed : kFailed;
  if (run.run_hash != file.run_hash) {
    return {status, "every choice fits, but the run is not the recorded one any more (" +
                        sim::Count(run.steps, "step") + ", recorded " + std::to_string(file.steps) +
                        "): the code or the scenario has changed; " + now};
  }
  const bool same = file.failure_class == sim::FailureClassName(run.failure.failure_class);
  return {status, "exact: " + sim::Count(file.choices.size(), "choice") + ", " + sim::Count(run.steps, "step") +
                      ", run hash " + sim::Hex(run.run_hash) + "; " + now +
                      (run.passed() ? ""
                       : same       ? " as recorded"
                                    : " in another way than recorded")};
}

int Replay(std::span<const std::string> args, Context& context) {
  std::vector<std::string> paths;
  std::string colour = "auto";
  Flags flags;
  flags.Rest("FILE", "a replay file that `run` saved", 1, 1, &paths);
  flags.Choice("--color", {"auto", "always", "never"}, "colours on a terminal, or as said", &colour);
  if (const std::optional<int> done = ParseOrExplain(args, kHelp, flags, context)) return *done;

  const Result<sim::ReplayFile> file = Read(paths[0]);
  if (!file.ok()) return BadFile(file.status().message(), context);
  const std::string scenario_path = FindScenario(file->scenario_file, paths[0]);
  Collection found = Collect(std::vector<std::string>{scenario_path}, &context.programs);
  if (!found.ok()) return BadFile(found.ErrorText(), context);
  std::erase_if(found.scenarios, [&](const CollectedScenario& one) { return one.scenario.name != file->scenario; });
  if (found.scenarios.empty()) {
    return BadFile(scenario_path + ": there is no scenario " + Quote(file->scenario) + " any more", context);
  }
  const CollectedScenario& recorded = found.scenarios[0];
  Result<sim::PreparedScenario> prepared = sim::PreparedScenario::Prepare(recorded.scenario, context.programs);
  if (!prepared.ok()) return BadFile(scenario_path + ": error: " + prepared.status().message(), context);

  std::string divergence;
  const sim::RunResult run = sim::ReplaySchedule(*prepared, file->seed, file->schedule, file->choices, &divergence);
  const sim::RunResult again = sim::ReplaySchedule(*prepared, file->seed, file->schedule, file->choices);

  Terminal& terminal = context.terminal;
  const sim::Style style = StyleFor(colour, terminal);
  for (const std::string& line : sim::TraceLines(run)) terminal.Out(line + "\n");
  if (!run.passed()) {
    const std::vector<std::string> card = sim::FailureCard({
        .scenario = recorded.scenario,
        .run = run,
        .seed = file->seed,
        .schedule = file->schedule,
        .replay = ReplayLine(context.program, paths[0]),
        .repeat = RepeatLine(context.program, recorded.scenario, file->seed, file->schedule),
    });
    for (const std::string& line : sim::PaintCard(card, style)) terminal.Out(line + "\n");
  }
  if (recorded.content_hash != file->content_hash) {
    terminal.Out("the scenario or a manifest of it has changed since the recording\n");
  }
  const Verdict verdict = Judge(*file, run, again.run_hash, divergence);
  terminal.Out(file->scenario + ": " + verdict.text + "\n");
  return verdict.status;
}

}  // namespace

Command ReplayCommand() { return {"replay", "repeat a recorded run exactly", &Replay}; }

}  // namespace wavetank::cli
