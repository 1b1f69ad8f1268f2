#include "tools/tidy/layout.h"

#include <string>
#include <string_view>

namespace wavetank::tidy {
namespace {

bool IsHeader(const SourceFile& file) { return file.path().ends_with(".h"); }

void CheckHeader(const SourceFile& file, std::vector<Finding>& findings) {
  const std::vector<std::string>& lines = file.lines();
  if (lines.empty() || !lines[0].starts_with("//")) {
    findings.push_back({file.path(), 1, "a header opens with a comment: what it is for, an example, who owns what"});
  }
  for (const std::string& line : lines) {
    if (line == "#pragma once") return;
  }
  findings.push_back({file.path(), 1, "a header has #pragma once"});
}

}  // namespace

std::vector<Finding> CheckLayout(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.is_code()) return findings;
  if (IsHeader(file)) CheckHeader(file, findings);
  const auto count = static_cast<int>(file.lines().size());
  if (count > kMaxLines) {
    findings.push_back({file.path(), kMaxLines + 1,
                        "the file has " + std::to_string(count) + " lines; split it by ideas, " +
                            std::to_string(kMaxLines) + " are the limit"});
  }
  for (size_t i = 0; i < file.lines().size(); ++i) {
    const std::string& line = file.lines()[i];
    if (line.find('\t') != std::string::npos)
      findings.push_back({file.path(), static_cast<int>(i) + 1, "indent with spaces"});
    if (line.size() > kMaxColumns && !file.is_test()) {
      findings.push_back(
          {file.path(), static_cast<int>(i) + 1, "the line is longer than " + std::to_string(kMaxColumns)});
    }
  }
  return findings;
}

std::vector<Finding> CheckFirstInclude(const SourceFile& file, const std::set<std::string>& paths) {
  if (!file.path().ends_with(".cpp")) return {};
  std::string stem = file.path().substr(0, file.path().rfind('.'));
  if (stem.ends_with("_test")) {
    stem.resize(stem.rfind('_'));
    if (paths.contains(stem + ".cpp")) return {};  // which has proven it already
  }
  const std::string header = stem + ".h";
  if (!paths.contains(header)) return {};
  for (size_t i = 0; i < file.code().size(); ++i) {
    if (!file.code()[i].starts_with("#include")) continue;
    if (file.lines()[i].find('"' + header + '"') != std::string::npos) return {};
    return {
        {file.path(), static_cast<int>(i) + 1, "include \"" + header + "\" first: that proves it complete by itself"}};
  }
  return {{file.path(), 1, "include \"" + header + "\""}};
}

}  // namespace wavetank::tidy
