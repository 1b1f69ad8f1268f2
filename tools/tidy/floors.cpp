#include "tools/tidy/floors.h"

#include <optional>
#include <span>
#include <string>

namespace wavetank::tidy {
namespace {

struct Floor {
  std::string_view folder;
  std::vector<std::string_view> may_include;  // directly; what these may include follows
};

constexpr std::string_view kAllRuntime = "runtime/*";  // all of runtime/ but net
constexpr std::string_view kEverything = "*";

const std::vector<Floor>& Floors() {
  static const std::vector<Floor> floors = {
      {"runtime/base", {}},
      {"runtime/value", {"runtime/base"}},
      {"runtime/exec", {"runtime/base"}},
      {"runtime/api", {"runtime/value"}},
      {"runtime/transport", {"runtime/api", "runtime/exec"}},
      {"runtime/trace", {"runtime/transport"}},
      {"runtime/client", {"runtime/transport"}},
      {"runtime/workqueue", {"runtime/exec"}},
      {"runtime/cache", {"runtime/client", "runtime/workqueue"}},
      {"runtime/controller", {"runtime/cache"}},
      {"runtime/manager", {"runtime/controller", "runtime/trace"}},
      {"runtime/wire", {"runtime/transport"}},
      {"runtime/net", {"runtime/wire"}},

      {"sim/cel", {kAllRuntime}},
      {"sim/apiserver", {kAllRuntime, "sim/cel"}},
      {"sim/cluster", {kAllRuntime}},
      {"sim/kernel", {kAllRuntime}},
      {"sim/network", {kAllRuntime, "sim/apiserver", "sim/kernel"}},
      {"sim/front", {kAllRuntime, "sim/network"}},
      {"sim/faults", {kAllRuntime, "sim/network"}},
      {"sim/live", {kAllRuntime, "sim/front", "sim/network"}},
      {"sim/oracle", {kAllRuntime, "sim/cel", "sim/kernel"}},
      {"sim/scenario", {kAllRuntime, "sim/cluster", "sim/faults", "sim/oracle"}},
      {"sim/explore", {kAllRuntime, "sim/scenario"}},
      {"sim/report", {kAllRuntime, "sim/explore"}},
      {"sim/testing", {kAllRuntime, "sim/scenario"}},

      {"tools/cli", {kEverything}},
      {"tools/conformance", {kAllRuntime, "sim/front", "sim/scenario"}},
      {"tools/bench", {kEverything}},
      {"tools/gen", {"runtime/api"}},
      {"tools/tidy", {}},
  };
  return floors;
}

struct ThirdParty {
  std::string_view prefix;                // of the header's name
  std::vector<std::string_view> folders;  // where library code may include it
  bool in_tests;                          // test files of any folder may, too
};

const std::vector<ThirdParty>& ThirdParties() {
  static const std::vector<ThirdParty> table = {
      {"nlohmann/", {"runtime/value"}, true},  // in tests it is the oracle
      {"yaml-cpp/", {"runtime/value"}, false},
      {"simdjson", {"runtime/value"}, false},
      {"spdlog/", {"runtime/base"}, false},
      {"fmt/", {"runtime/base"}, false},
      {"xxhash.h", {"runtime/base"}, false},
      {"zstd.h", {"runtime/trace"}, false},
      {"zlib.h", {"runtime/wire"}, false},
      {"re2/", {"sim/cel"}, false},
      {"CLI/", {"tools/cli"}, false},
      {"boost/", {"runtime/net"}, false},
      {"openssl/", {"runtime/net"}, false},
      {"gtest/", {"sim/testing"}, true},
      {"gmock/", {"sim/testing"}, true},
      {"benchmark/", {"tools/bench"}, true},
      {"rapidcheck", {}, true},
  };
  return table;
}

// Headers of the operating system: what they offer reaches components through Environment.
constexpr std::string_view kOsHeaders[] = {"unistd.h",  "fcntl.h",    "poll.h",    "signal.h", "csignal", "spawn.h",
                                           "pthread.h", "termios.h",  "dirent.h",  "dlfcn.h",  "netdb.h", "sched.h",
                                           "sys/",      "netinet/",   "arpa/",     "linux/",   "time.h",  "pwd.h",
                                           "malloc.h",  "execinfo.h", "sanitizer/"};
constexpr std::string_view kOsFolders[] = {"runtime/net", "tools/cli", "tools/bench", "tools/gen"};

const Floor* Find(std::string_view folder) {
  for (const Floor& floor : Floors()) {
    if (floor.folder == folder) return &floor;
  }
  return nullptr;
}

bool IsRuntime(std::string_view folder) { return folder.starts_with("runtime/"); }
bool IsSim(std::string_view folder) { return folder.starts_with("sim/"); }
bool IsExample(std::string_view folder) { return folder.starts_with("examples/") || folder == "examples"; }
bool IsPlainRuntime(std::string_view folder) { return IsRuntime(folder) && folder != "runtime/net"; }

std::string FolderOf(std::string_view header) { return SourceFile(std::string(header), "").folder(); }

// A header's name and whether it stands in quotes; nullopt for lines that are no #include of a file.
struct Include {
  std::string name;
  bool quoted = false;
};

std::optional<Include> ParseInclude(const SourceFile& file, size_t line) {
  std::string_view code = file.code()[line];  // an #include in a comment or in a literal is none
  code.remove_prefix(std::min(code.find_first_not_of(' '), code.size()));
  if (!code.starts_with("#include") && !code.starts_with("# include")) return std::nullopt;
  const std::string& text = file.lines()[line];
  const size_t open = text.find_first_of("\"<");
  if (open == std::string::npos) return std::nullopt;
  const size_t close = text.find(text[open] == '<' ? '>' : '"', open + 1);
  if (close == std::string::npos) return std::nullopt;
  return Include{.name = text.substr(open + 1, close - open - 1), .quoted = text[open] == '"'};
}

// What test files may include beyond their folder's floor.
bool TestMayInclude(const SourceFile& file, std::string_view to) {
  const std::string from = file.folder();
  if (IsRuntime(from)) return MayInclude("runtime/exec", to);  // the manual executor
  if (IsSim(from)) return IsSim(to) || IsPlainRuntime(to);
  return IsExample(from) && (IsSim(to) || IsRuntime(to) || to == "tools/cli");
}

bool FileMayInclude(const SourceFile& file, std::string_view to) {
  const std::string from = file.folder();
  if (from == to) return true;
  if (IsExample(from)) {
    // One object file serves production and simulation, so it can only know the runtime. The programs around it know
    // more.
    if (IsPlainRuntime(to)) return true;
    if (file.path().ends_with("main.cpp") && to == "runtime/net") return true;
    return (file.is_test() || file.path().ends_with("_scenarios_main.cpp")) && TestMayInclude(file, to);
  }
  return MayInclude(from, to) || (file.is_test() && TestMayInclude(file, to));
}

std::string Join(std::span<const std::string_view> words) {
  std::string text;
  for (std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text.empty() ? "nothing of ours" : text;
}

// "runtime/value may not include sim/kernel; ..."
std::string Refusal(const std::string& from, const std::string& to) {
  std::string text = from + " may not include " + to;
  if (const Floor* floor = Find(from); floor != nullptr) {
    return text + "; it stands on: " + Join(floor->may_include) + " (tools/tidy/floors.cpp)";
  }
  if (IsExample(from)) return text + "; an example's reconciler includes runtime/ only, its *_test.cpp also sim/";
  return text + "; give " + from + " a line in tools/tidy/floors.cpp";
}

template <typename Range>
bool Contains(const Range& range, std::string_view wanted) {
  for (std::string_view item : range) {
    if (item == wanted) return true;
  }
  return false;
}

bool IsOsHeader(std::string_view name) {
  for (std::string_view os : kOsHeaders) {
    if (os.ends_with('/') ? name.starts_with(os) : name == os) return true;
  }
  return false;
}

// The complaint about an #include that is not one of ours, or "".
std::string CheckForeign(const SourceFile& file, const Include& include) {
  for (const ThirdParty& entry : ThirdParties()) {
    if (!include.name.starts_with(entry.prefix)) continue;
    if (Contains(entry.folders, file.folder()) || (entry.in_tests && file.is_test())) return "";
    return "<" + include.name + "> belongs to " + (entry.folders.empty() ? "test files" : Join(entry.folders)) +
           " alone; use what that folder offers";
  }
  if (IsOsHeader(include.name)) {
    if (Contains(kOsFolders, file.folder()) || file.is_test()) return "";
    return "<" + include.name + "> reaches for the operating system; take what you need from Environment";
  }
  if (include.quoted) return "\"" + include.name + "\" is no path from the repository's root";
  // The standard library's own headers have neither a folder nor a suffix.
  if (include.name.find_first_of("/.") == std::string::npos) return "";
  return "<" + include.name + "> is unknown; give third-party headers their one folder in tools/tidy/floors.cpp";
}

}  // namespace

bool IsFloor(std::string_view folder) { return Find(folder) != nullptr; }

bool MayInclude(std::string_view from, std::string_view to) {
  if (from == to) return true;
  const Floor* floor = Find(from);
  if (floor == nullptr) return false;
  for (std::string_view below : floor->may_include) {
    if (below == kEverything) return true;
    if (below == kAllRuntime ? IsPlainRuntime(to) : MayInclude(below, to)) return true;
  }
  return false;
}

std::vector<Finding> CheckIncludes(const SourceFile& file) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < file.code().size(); ++i) {
    const std::optional<Include> include = ParseInclude(file, i);
    if (!include.has_value()) continue;
    const std::string to = FolderOf(include->name);
    const bool ours = IsRuntime(to) || IsSim(to) || IsExample(to) || to.starts_with("tools/");
    std::string complaint;
    if (!ours) {
      complaint = CheckForeign(file, *include);
    } else if (!include->quoted) {
      complaint = "our own headers stand in quotes: #include \"" + include->name + "\"";
    } else if (!FileMayInclude(file, to)) {
      complaint = Refusal(file.folder(), to);
    }
    if (!complaint.empty()) findings.push_back({file.path(), static_cast<int>(i) + 1, std::move(complaint)});
  }
  return findings;
}

std::vector<Finding> CheckLinks(const SourceFile& cmake_file) {
  std::vector<Finding> findings;
  const std::string from = cmake_file.folder();
  bool in_deps = false;  // after DEPS, until another keyword of wavetank_library
  for (size_t i = 0; i < cmake_file.lines().size(); ++i) {
    std::string line = cmake_file.lines()[i];
    line = line.substr(0, line.find('#'));
    for (size_t begin = 0; begin < line.size();) {
      const size_t end = std::min(line.find_first_of(" ()\t", begin), line.size());
      const std::string word = line.substr(begin, end - begin);
      begin = end + 1;
      const bool keyword = !word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos;
      if (keyword) in_deps = word == "DEPS";
      if (keyword || !in_deps || !(IsRuntime(word) || IsSim(word) || IsExample(word))) continue;
      if (IsFloor(from) && !MayInclude(from, word)) {
        findings.push_back({cmake_file.path(), static_cast<int>(i) + 1, Refusal(from, word)});
      }
    }
    if (line.find(')') != std::string::npos) in_deps = false;
  }
  return findings;
}

}  // namespace wavetank::tidy
