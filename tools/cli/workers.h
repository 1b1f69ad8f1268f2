// Workers: does pieces of work in processes of their own, and hands out the answers in the order of the pieces.
//
//   RunInWorkers(scenarios.size(), 4, {
//       .work = [&](size_t index, const Progress& progress) { return Play(scenarios[index]); },   // in a worker
//       .done = [&](size_t index, Answer answer) { Print(answer); }});                            // here, in order
//
// Worlds live in one thread and share nothing, so work in parallel is done by processes (fork): each gets a piece, sends the
// answer back through a socket, and gets the next. A worker that dies takes only its piece with it: the answer says how it
// died; when the process that started them ends early, they end, too. With jobs == 0 nothing is forked (debuggers like that).
// Bound: answers wait here until those before them have come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/base/status.h"

namespace wavetank::cli {

// What a piece of work came to; an error when its worker died.
using Answer = Result<std::string>;
using Progress = std::function<void(uint64_t done, uint64_t of)>;

struct WorkerTasks {
  std::function<std::string(size_t index, const Progress& progress)> work;
  std::function<void(size_t index, Answer answer)> done;
  // In this process, in no certain order. May be empty.
  std::function<void(size_t index, uint64_t done, uint64_t of)> progress;
};

// Sentences about workers that did not end well after their last answer (a leak that a sanitizer found).
std::vector<std::string> RunInWorkers(size_t pieces, size_t jobs, const WorkerTasks& tasks);

// Processors that this process may use; at least 1.
size_t Processors();

}  // namespace wavetank::cli
