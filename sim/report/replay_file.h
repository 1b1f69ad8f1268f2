// ReplayFile: one recorded run, on disk. `wavetank run` saves one for each scenario that fails, `wavetank replay` repeats it.
//
//   WriteFile(".wavetank/scale.replay", WriteReplayFile({...}));
//   WT_ASSIGN(ReplayFile file, ReadReplayFile(text));
//
// The format (FORMAT.md beside this header), version 1, is a YAML document:
//   apiVersion: wavetank.dev/v1alpha1
//   kind: Replay
//   version: 1
//   scenario: {file: scenarios/scale.yaml, name: scale-while-restarting, contentHash: 16 hex digits}
//   seed: 7
//   schedule: 17
//   failure: {class: expectation, reason: "..."}
//   steps: 143
//   runHash: 16 hex digits
//   choices: c1:4f1d22a0.2:99ab01c3        (choice_log.h)
// It repeats the run exactly on the same build with the same scenario; both are checked while it runs.
// Reading is strict: unknown, missing or misshapen fields are errors that name line, column and the nearest valid name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "sim/kernel/choice_log.h"

namespace wavetank::sim {

inline constexpr std::string_view kReplayKind = "Replay";
inline constexpr int64_t kReplayVersion = 1;
// Not .yaml: a folder of scenarios may hold replay files.
inline constexpr std::string_view kReplaySuffix = ".replay";

struct ReplayFile {
  std::string scenario_file;  // as it was given to `run`
  std::string scenario;
  uint64_t content_hash = 0;  // of the scenario file and the manifests it reads
  uint64_t seed = 1;
  uint64_t schedule = 0;
  std::string failure_class;  // FailureClassName
  std::string reason;
  uint64_t steps = 0;
  uint64_t run_hash = 0;
  ChoiceLog choices;
  bool operator==(const ReplayFile&) const = default;
};

// REQUIRES: texts are UTF-8. ReadReplayFile(WriteReplayFile(f)) == f.
std::string WriteReplayFile(const ReplayFile& file);
// InvalidArgument: "line:column: what is wrong".
Result<ReplayFile> ReadReplayFile(std::string_view text);

}  // namespace wavetank::sim
