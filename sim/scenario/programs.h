// ControllerRegistry: the programs that a scenario may run, by name.
//
//   ControllerRegistry programs;
//   programs.Add("podcount", PodCountMain, "counts the pods of each ReplicaSet");
//   return cli::Main(argc, argv, programs);
//
// A user's main registers its controllers; there is no static magic. A scenario names one with `use: podcount`.
// Ownership: factories are copied in; a Main must be callable again and again (every restart and every schedule calls it),
// and all state lives in what it makes.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/process.h"

namespace wavetank::sim {

class ControllerRegistry {
 public:
  // Makes the program for one controller of a scenario, from its `args`.
  using Factory = std::function<Process::Main(std::span<const std::string> args)>;

  // REQUIRES: the name is new and not empty. `about` is a line for `wavetank list`.
  void Add(std::string name, Process::Main main, std::string about = {});
  void AddWithArguments(std::string name, Factory factory, std::string about = {});

  // Null when there is none.
  const Factory* Find(std::string_view name) const;
  // Sorted.
  std::vector<std::string_view> names() const;
  std::string_view about(std::string_view name) const;
  // `unknown program "podcont"; did you mean "podcount"?`, or the list of all when nothing is near.
  std::string UnknownText(std::string_view name) const;

 private:
  struct Entry {
    Factory factory;
    std::string about;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace wavetank::sim
