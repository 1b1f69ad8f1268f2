#include "tools/tidy/bans.h"

#include <cctype>
#include <string>

namespace wavetank::tidy {
namespace {

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool Matches(const Allowance& allowance, std::string_view path) {
  if (allowance.path.starts_with('*')) return path.ends_with(allowance.path.substr(1));
  return allowance.path.ends_with('/') ? path.starts_with(allowance.path) : path == allowance.path;
}

// Data comes from elsewhere and says what it says.
bool IsData(std::string_view path) {
  for (std::string_view suffix : {".json", ".jsonl", ".yaml", ".yml", ".txt", ".csv", ".log"}) {
    if (path.ends_with(suffix)) return !path.ends_with("CMakeLists.txt");
  }
  return path == "LICENSE" || path.find("/testdata/") != std::string_view::npos;
}

bool InScope(Scope scope, const SourceFile& file) {
  switch (scope) {
    case Scope::kLibraries: return file.is_code() && !file.is_test();
    case Scope::kCode: return file.is_code();
    case Scope::kText: return !IsData(file.path());
    case Scope::kAllFiles: return true;
  }
  return true;
}

// Lines (from 1) of a file that break a ban, allowed or not.
std::vector<int> Breaches(const Ban& ban, const SourceFile& file) {
  std::vector<int> found;
  if (!InScope(ban.scope, file)) return found;
  const bool text = ban.scope == Scope::kText || ban.scope == Scope::kAllFiles;
  const std::vector<std::string>& lines = text ? file.lines() : file.code();
  for (size_t i = 0; i < lines.size(); ++i) {
    for (std::string_view banned : ban.texts) {
      if (!Mentions(lines[i], banned)) continue;
      found.push_back(static_cast<int>(i) + 1);
      break;
    }
  }
  return found;
}

constexpr Allowance kRealTime[] = {
    {"runtime/net/", "has the Executor that asks the machine for the time"},
    {"tools/cli/", "tells the user how long a run really took"},
    {"tools/bench/", "measures real time"},
    {"*_bench.cpp", "measures real time"},
};

}  // namespace

std::span<const Ban> Bans() {
  static const std::vector<Ban> bans = {
      {{"std::unordered_map", "std::unordered_set", "std::unordered_multimap", "std::unordered_multiset",
        "<unordered_map>", "<unordered_set>"},
       Scope::kCode,
       "the order of a hash table is not ours; use std::map, std::set or a sorted vector",
       {}},
      {{"std::hash", "hash_combine"}, Scope::kCode, "std::hash differs between libraries; use runtime/base/hash.h", {}},
      {{"std::random_device", "std::mt19937", "std::mt19937_64", "std::default_random_engine", "<random>"},
       Scope::kCode,
       "randomness comes from one seed; draw from Random (runtime/base/random.h), which Environment hands out",
       {}},
      {{"_distribution", "std::shuffle", "std::sample", "std::random_shuffle"},
       Scope::kCode,
       "distributions and shuffles differ between libraries; use Random::Below and its neighbours",
       {}},
      {{"rand(", "srand(", "drand48(", "arc4random("},
       Scope::kCode,
       "process-wide randomness cannot be replayed; draw from Random (runtime/base/random.h)",
       {}},
      {{"system_clock", "steady_clock", "high_resolution_clock"},
       Scope::kCode,
       "real clocks cannot be replayed; ask the Executor of the Environment for Now()",
       {std::begin(kRealTime), std::end(kRealTime)}},
      {{"clock_gettime(", "gettimeofday(", "time(nullptr", "time(NULL", "time(0", "std::clock("},
       Scope::kCode,
       "real clocks cannot be replayed; ask the Executor of the Environment for Now()",
       {}},
      {{"localtime(", "localtime_r(", "mktime(", "strftime(", "setlocale(", "std::locale"},
       Scope::kCode,
       "depends on time zone or locale; use runtime/base/time.h",
       {}},
      {{"std::thread", "std::jthread", "std::async", "std::mutex", "std::condition_variable", "std::atomic",
        "pthread_create(", "<thread>", "<mutex>", "<future>", "<atomic>"},
       Scope::kCode,
       "a process is one event loop; spawn a Task in a TaskGroup instead of a thread",
       {}},
      {{"thread_local"}, Scope::kCode, "hidden state; make it a member, or pass it", {}},
      {{"getenv(", "setenv(", "gethostname(", "getpid("},
       Scope::kCode,
       "the process environment is part of Environment; read it there",
       {{"runtime/net/", "has the Environment of a real process"},
        {"tools/cli/", "builds the Environment of a real command line"}}},
      {{"<iostream>", "std::cout", "std::cerr", "std::cin", "printf("},
       Scope::kLibraries,
       "libraries do not print; return a string, or log through runtime/base",
       {{"tools/", "command-line programs print"}, {"examples/", "the tutorial's programs print"}}},
      {{"<regex>", "std::regex"},
       Scope::kCode,
       "std::regex overflows its stack on hostile input; use sim/cel's patterns or plain string functions",
       {}},
      {{"TODO", "FIXME", "XXX:"},
       Scope::kText,
       "unfinished work hides there; finish it, or return an error that says what is missing",
       {{"tools/tidy/bans.cpp", "names what it looks for"}, {"tools/tidy/bans_test.cpp", "plants what is looked for"}}},
      {{"/work/"},
       Scope::kAllFiles,
       "a path of somebody's machine; use a path relative to the repository",
       {{"tools/tidy/bans.cpp", "names what it looks for"}, {"tools/tidy/bans_test.cpp", "plants what is looked for"}}},
  };
  return bans;
}

bool Mentions(std::string_view line, std::string_view text) {
  // A leading '_' means "any word that ends so".
  const bool open_front = text.front() == '_' || !IsWord(text.front());
  for (size_t at = line.find(text); at != std::string_view::npos; at = line.find(text, at + 1)) {
    const size_t end = at + text.size();
    const bool front = open_front || at == 0 || !IsWord(line[at - 1]);
    const bool back = !IsWord(text.back()) || end == line.size() || !IsWord(line[end]);
    if (front && back) return true;
  }
  return false;
}

std::vector<Finding> CheckBans(const SourceFile& file, std::span<const Ban> bans) {
  std::vector<Finding> findings;
  for (const Ban& ban : bans) {
    bool allowed = false;
    for (const Allowance& allowance : ban.allowed) allowed = allowed || Matches(allowance, file.path());
    if (allowed) continue;
    for (int line : Breaches(ban, file)) findings.push_back({file.path(), line, std::string(ban.message)});
  }
  return findings;
}

std::vector<Finding> CheckPointerKeys(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.is_code()) return findings;
  for (size_t i = 0; i < file.code().size(); ++i) {
    const std::string& line = file.code()[i];
    for (std::string_view container : {"std::map<", "std::set<", "std::multimap<", "std::multiset<"}) {
      const size_t at = line.find(container);
      if (at == std::string::npos) continue;
      // The first template argument: up to the first ',' or '>' that is not inside another one.
      int depth = 0;
      size_t end = at + container.size();
      for (; end < line.size(); ++end) {
        if (line[end] == '<') ++depth;
        if (depth == 0 && (line[end] == ',' || line[end] == '>')) break;
        if (line[end] == '>') --depth;
      }
      const size_t last = line.find_last_not_of(' ', end - 1);
      if (line[last] != '*') continue;
      findings.push_back({file.path(), static_cast<int>(i) + 1,
                          "ordered by address, and addresses differ from run to run; key it by a stable id"});
    }
  }
  return findings;
}

std::vector<Finding> StaleAllowances(const std::vector<SourceFile>& files, std::span<const Ban> bans) {
  std::vector<Finding> findings;
  for (const Ban& ban : bans) {
    for (const Allowance& allowance : ban.allowed) {
      // Whole folders are granted as a matter of principle; only single files go stale.
      if (allowance.path.ends_with('/') || allowance.path.starts_with('*')) continue;
      bool needed = false;
      for (const SourceFile& file : files) {
        needed = needed || (Matches(allowance, file.path()) && !Breaches(ban, file).empty());
      }
      if (!needed) {
        findings.push_back(
            {std::string(allowance.path), 0,
             "no longer needs its exception in tools/tidy/bans.cpp (" + std::string(allowance.reason) + ")"});
      }
    }
  }
  return findings;
}

}  // namespace wavetank::tidy
