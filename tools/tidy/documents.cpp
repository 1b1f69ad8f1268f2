#include "tools/tidy/documents.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace wavetank::tidy {
namespace {

constexpr std::string_view kSnippetOpen = "<!-- from ";
constexpr std::string_view kSnippetClose = " -->";

bool IsDocument(const SourceFile& file) { return file.path().ends_with(".md"); }

std::string_view Trimmed(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

// The lines of the fenced block that opens at `line`, and nothing else's.
std::vector<std::string_view> Block(const SourceFile& document, size_t line) {
  std::vector<std::string_view> block;
  const std::vector<std::string>& lines = document.lines();
  if (line >= lines.size() || !Trimmed(lines[line]).starts_with("```")) return block;
  for (size_t i = line + 1; i < lines.size() && !Trimmed(lines[i]).starts_with("```"); ++i)
    block.push_back(Trimmed(lines[i]));
  return block;
}

bool Holds(const SourceFile& file, const std::vector<std::string_view>& block) {
  const std::vector<std::string>& lines = file.lines();
  const auto same = [](const std::string& line, std::string_view wanted) { return Trimmed(line) == wanted; };
  return std::search(lines.begin(), lines.end(), block.begin(), block.end(), same) != lines.end();
}

// Does a file or a folder of this path exist?
bool Exists(const FileIndex& files, const std::string& path) {
  if (path.empty() || path == "." || files.contains(path)) return true;
  const std::string folder = path.ends_with('/') ? path : path + "/";
  const auto next = files.lower_bound(folder);
  return next != files.end() && next->first.starts_with(folder);
}

}  // namespace

FileIndex IndexOf(const std::vector<SourceFile>& files) {
  FileIndex index;
  for (const SourceFile& file : files) index[file.path()] = &file;
  return index;
}

std::vector<Finding> CheckSnippets(const SourceFile& document, const FileIndex& files) {
  std::vector<Finding> findings;
  if (!IsDocument(document)) return findings;
  for (size_t i = 0; i < document.lines().size(); ++i) {
    const std::string_view line = Trimmed(document.lines()[i]);
    if (!line.starts_with(kSnippetOpen) || !line.ends_with(kSnippetClose)) continue;
    const std::string path(line.substr(kSnippetOpen.size(), line.size() - kSnippetOpen.size() - kSnippetClose.size()));
    const std::vector<std::string_view> block = Block(document, i + 1);
    std::string problem;
    if (const auto it = files.find(path); it == files.end()) {
      problem = "there is no file " + path;
    } else if (block.empty()) {
      problem = "a fenced block must follow on the next line";
    } else if (!Holds(*it->second, block)) {
      problem = "the block below is not in " + path + "; copy it from there again";
    }
    if (!problem.empty()) findings.push_back({document.path(), static_cast<int>(i) + 1, problem});
  }
  return findings;
}

std::vector<Finding> CheckDocumentLinks(const SourceFile& document, const FileIndex& files) {
  std::vector<Finding> findings;
  if (!IsDocument(document)) return findings;
  const std::filesystem::path folder = std::filesystem::path(document.path()).parent_path();
  bool fenced = false;
  for (size_t i = 0; i < document.lines().size(); ++i) {
    const std::string& line = document.lines()[i];
    if (Trimmed(line).starts_with("```")) fenced = !fenced;
    if (fenced) continue;
    for (size_t at = line.find("]("); at != std::string::npos; at = line.find("](", at + 1)) {
      const size_t close = line.find(')', at);
      if (close == std::string::npos) break;
      std::string target = line.substr(at + 2, close - at - 2);
      target = target.substr(0, target.find('#'));
      // Code in text, such as a lambda `[x](int y)`, looks like a link: a path has no spaces.
      if (target.find("://") != std::string::npos || target.find(' ') != std::string::npos) continue;
      if (target.starts_with("mailto:")) continue;
      if (!Exists(files, (folder / target).lexically_normal().generic_string())) {
        findings.push_back({document.path(), static_cast<int>(i) + 1, "the link leads nowhere: " + target});
      }
    }
  }
  return findings;
}

}  // namespace wavetank::tidy
