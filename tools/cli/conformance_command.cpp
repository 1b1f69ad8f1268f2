#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/cel/pattern.h"
#include "sim/report/text.h"
#include "sim/scenario/loader.h"
#include "tools/cli/command.h"
#include "tools/cli/files.h"
#include "tools/conformance/features.h"
#include "tools/conformance/golden_case.h"
#include "tools/conformance/known_failures.h"
#include "tools/conformance/replay.h"

namespace wavetank::cli {
namespace {

using conformance::CaseResult;
using conformance::GoldenCase;
using conformance::KnownFailures;
using conformance::Mismatch;

constexpr HelpText kHelp = {
    .command = "conformance",
    .about =
        "Replays recorded traffic of a real API server against the simulated one, in process and in virtual time, and\n"
        "compares every answer. A file is a topic, a line of it a case. Failures that are known stand in\n"
        "known_failures.txt beside the files or one folder above, with a reason; they count as failed. The exit status "
        "is\n"
        "1 when a case fails that is not listed there, or a listed one passes.\n",
    .examples =
        "conformance tools/conformance/golden/*.jsonl\n"
        "conformance crud.jsonl --filter generate --list-failures | those cases, and where they differ\n",
};

struct ConformanceOptions {
  std::vector<std::string> files;
  bool list_failures = false;
  bool json = false;
  std::optional<std::string> filter;
  std::optional<std::string> known;
  bool update_known = false;
};

struct Count {
  size_t passed = 0;
  size_t failed = 0;
  size_t known = 0;
};

// One line, cut in the middle when it is long.
std::string Short(const std::string& text) {
  constexpr size_t kLimit = 300;
  const std::string line = sim::OneLine(text);
  if (line.size() <= kLimit) return line;
  return line.substr(0, kLimit - 60) + " ... " + line.substr(line.size() - 50) + " (" + std::to_string(line.size()) +
         " bytes)";
}

class Judge {
 public:
  Judge(const ConformanceOptions& options, Context& context, KnownFailures known, std::optional<cel::Pattern> filter)
      : options_(options),
        terminal_(context.terminal),
        known_(std::move(known)),
        filter_(std::move(filter)),
        replayer_(OptionsOf(context)) {}

  void Play(const std::string& topic, const std::vector<std::unique_ptr<GoldenCase>>& cases) {
    for (const std::unique_ptr<GoldenCase>& golden : cases) {
      if (filter_.has_value() && !filter_->Search(golden->id())) continue;
      Tell(*golden, replayer_.Run(*golden), counts_[topic]);
    }
  }

  int Finish() {
    Count all;
    for (const auto& [topic, count] : counts_) {
      all.passed += count.passed;
      all.failed += count.failed;
      if (options_.json) continue;
      std::string line = sim::PadRight(topic, 22) + sim::PadLeft(std::to_string(count.passed), 5) + " passed" +
                         sim::PadLeft(std::to_string(count.failed), 5) + " failed";
      if (count.known > 0) line += " (" + std::to_string(count.known) + " known)";
      terminal_.Out(line + "\n");
    }
    if (options_.json) {
      terminal_.Out(WriteJson(ObjectBuilder(2)
                                  .Add("failed", static_cast<int64_t>(all.failed))
                                  .Add("passed", static_cast<int64_t>(all.passed))
                                  .Build()) +
                    "\n");
    } else {
      terminal_.Out(std::to_string(all.passed) + " passed, " + std::to_string(all.failed) + " failed\n");
    }
    return surprise_ ? kFailed : kPassed;
  }

  bool played_any() const { return !counts_.empty(); }

  // The list as it should read now; topics that were not played keep their lines.
  std::string Listed() const {
    std::map<std::string, std::string> lines = played_;
    for (const auto& [id, reason] : known_) {
      if (!counts_.contains(id.substr(0, id.find('/')))) lines[id] = reason;
    }
    std::string text =
        "# Recorded cases that fail, and why. Written by `wavetank conformance ... --update-known`; reasons are "
        "kept.\n";
    for (const auto& [id, reason] : lines) text += id + " " + reason + "\n";
    return text;
  }

 private:
  static conformance::ReplayOptions OptionsOf(Context& context) {
    conformance::ReplayOptions options;
    // The controllers of a cluster that are an example of ours and no part of the simulator.
    for (const std::string_view name : {"replicaset", "replicationcontroller"}) {
      const auto* factory = context.programs.Find(name);
      if (factory != nullptr) options.controllers.emplace_back(name, (*factory)({}));
    }
    return options;
  }

  void Tell(const GoldenCase& golden, const CaseResult& result, Count& count) {
    const auto listed = known_.find(golden.id());
    const bool known = listed != known_.end();
    (result.passed() ? count.passed : count.failed) += 1;
    if (!result.passed() && known) ++count.known;
    surprise_ = surprise_ || result.passed() == known;
    Note(golden, result, known ? listed->second : std::string());
    if (options_.json) {
      TellJson(golden, result, known ? listed->second : std::string());
    } else if (result.passed() && known) {
      terminal_.Out("PASS " + golden.id() + " is listed as a known failure: " + listed->second + "\n");
    } else if (!result.passed() && (!known || options_.list_failures)) {
      const Mismatch& no = *result.difference;
      std::string text = "FAIL " + golden.id() + " step " + std::to_string(result.step) + " " +
                         (no.at.empty() ? "(whole)" : no.at) + ": expected " + Short(no.expected) + " found " +
                         Short(no.found);
      if (known) text += " (known: " + listed->second + ")";
      terminal_.Out(text + "\n");
    }
  }

  // What the list says of it from now on.
  void Note(const GoldenCase& golden, const CaseResult& result, std::string reason) {
    if (result.passed()) return;
    const std::string_view feature = conformance::FeatureNeeded(golden);
    if (reason.empty() && !feature.empty()) reason = "needs " + std::string(feature);
    if (reason.empty()) {
      const std::string& at = result.difference->at;
      reason = "differs at step " + std::to_string(result.step) + " " + (at.empty() ? "(whole)" : sim::OneLine(at));
    }
    played_[golden.id()] = reason;
  }

  void TellJson(const GoldenCase& golden, const CaseResult& result, const std::string& reason) {
    ObjectBuilder line;
    line.Add("case", golden.name).Add("topic", golden.topic).Add("passed", Value(result.passed()));
    if (!result.passed()) {
      line.Add("step", static_cast<int64_t>(result.step))
          .Add("at", result.difference->at)
          .Add("expected", result.difference->expected)
          .Add("found", result.difference->found);
    }
    if (!reason.empty()) line.Add("known", reason);
    terminal_.Out(WriteJson(line.Build()) + "\n");
  }

  const ConformanceOptions& options_;
  Terminal& terminal_;
  const KnownFailures known_;
  const std::optional<cel::Pattern> filter_;
  const conformance::Replayer replayer_;
  std::map<std::string, Count> counts_;
  std::map<std::string, std::string> played_;  // failed, and why
  bool surprise_ = false;
};

// Where the list of known failures stands: beside the files, one folder above, or where the flag says. "": there is none.
std::string KnownPath(const ConformanceOptions& options) {
  if (options.known.has_value()) return *options.known;
  const std::string folder = FolderOf(options.files[0]);
  for (const std::string& place : {folder + "/known_failures.txt", folder + "/../known_failures.txt"}) {
    if (Exists(place)) return TidyPath(place);
  }
  return "";
}

Result<KnownFailures> LoadKnown(const ConformanceOptions& options, const std::string& path) {
  if (path.empty() || (options.update_known && !Exists(path))) return KnownFailures();
  WT_ASSIGN(const std::string text, sim::ReadFileFromDisk(path));
  Result<KnownFailures> known = conformance::ReadKnownFailures(text);
  return known.ok() ? std::move(known) : Result<KnownFailures>(known.status().Wrap(path));
}

int RunConformance(std::span<const std::string> args, Context& context) {
  ConformanceOptions options;
  Flags flags;
  flags.Rest("FILE", "recorded cases, *.jsonl", 1, SIZE_MAX, &options.files);
  flags.Switch("--list-failures", "tell of known failures too", &options.list_failures);
  flags.Switch("--json", "one JSON document a case and line, the totals last", &options.json);
  flags.Text("--filter", "RE", "only cases whose `topic/name` matches", &options.filter);
  flags.Text("--known", "FILE", "the list of known failures", &options.known);
  flags.Switch("--update-known", "write that list anew: reasons stay, what passes goes, what fails comes",
               &options.update_known);
  if (const std::optional<int> done = ParseOrExplain(args, kHelp, flags, context)) return *done;
  std::optional<cel::Pattern> filter;
  if (options.filter.has_value()) {
    Result<cel::Pattern> pattern = cel::Pattern::Compile(*options.filter);
    if (!pattern.ok()) return Misused("conformance", "--filter: " + pattern.status().message(), context);
    filter = *std::move(pattern);
  }
  const std::string known_path = KnownPath(options);
  if (options.update_known && (known_path.empty() || filter.has_value())) {
    return Misused("conformance", "--update-known wants whole files, and a list to write (--known)", context);
  }
  Result<KnownFailures> known = LoadKnown(options, known_path);
  if (!known.ok()) return Misused("conformance", known.status().message(), context);
  Judge judge(options, context, *std::move(known), std::move(filter));
  for (const std::string& file : options.files) {
    Result<std::string> text = sim::ReadFileFromDisk(file);
    if (!text.ok()) return Misused("conformance", file + ": " + text.status().message(), context);
    const std::string topic = conformance::TopicOf(file);
    auto cases = conformance::ReadCases(topic, *text);
    if (!cases.ok()) return Misused("conformance", file + ":" + cases.status().message(), context);
    judge.Play(topic, *cases);
  }
  if (!judge.played_any() && !options.update_known) {
    const std::string why = options.filter.has_value() ? "--filter " + Quote(*options.filter) + " leaves no case of "
                                                       : "there is no case in ";
    return Misused("conformance", why + Join(options.files, ", "), context);
  }
  const int status = judge.Finish();
  if (!options.update_known) return status;
  const Status written = WriteFile(known_path, judge.Listed());
  return written.ok() ? kPassed : Misused("conformance", written.message(), context);
}

}  // namespace

Command ConformanceCommand() {
  return {"conformance", "replay recorded traffic of a real API server", &RunConformance};
}

}  // namespace wavetank::cli
