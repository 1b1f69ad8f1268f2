#include "tools/tidy/source_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wavetank::tidy {
namespace {

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Overwrites [begin, end) with spaces, but keeps the line ends.
void Blank(std::string& text, size_t begin, size_t end) {
  for (size_t i = begin; i < std::min(end, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

// The position after a literal that opens with the quote at `open`.
size_t EndOfQuoted(std::string_view text, size_t open) {
  const char quote = text[open];
  size_t i = open + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

// The position after R"delimiter(...)delimiter" whose quote is at `open`.
size_t EndOfRaw(std::string_view text, size_t open) {
  const size_t paren = text.find('(', open);
  if (paren == std::string_view::npos) return text.size();
  std::string closing = ")" + std::string(text.substr(open + 1, paren - open - 1)) + "\"";
  const size_t end = text.find(closing, paren);
  return end == std::string_view::npos ? text.size() : end + closing.size();
}

// The text without comments and without the inside of literals.
std::string Mask(std::string text) {
  size_t i = 0;
  while (i < text.size()) {
    const std::string_view rest = std::string_view(text).substr(i);
    const char before = i == 0 ? ' ' : text[i - 1];
    size_t end = i + 1;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', i), text.size());
      Blank(text, i, end);
    } else if (rest.starts_with("/*")) {
      const size_t closing = text.find("*/", i + 2);
      end = closing == std::string::npos ? text.size() : closing + 2;
      Blank(text, i, end);
    } else if (rest[0] == '"') {
      end = before == 'R' ? EndOfRaw(text, i) : EndOfQuoted(text, i);
      Blank(text, i + 1, end - 1);
    } else if (rest[0] == '\'' && !IsWord(before)) {  // after a word it separates digits: 1'000
      end = EndOfQuoted(text, i);
      Blank(text, i + 1, end - 1);
    }
    i = end;
  }
  return text;
}

}  // namespace

std::string Finding::ToString() const { return path + ":" + std::to_string(line) + ": " + message; }

std::string Report(const std::vector<Finding>& findings) {
  std::string report;
  for (const Finding& finding : findings) report += finding.ToString() + "\n";
  return report;
}

SourceFile::SourceFile(std::string path, std::string_view text) : path_(std::move(path)), lines_(SplitLines(text)) {
  code_ = is_code() ? SplitLines(Mask(std::string(text))) : lines_;
}

std::string SourceFile::folder() const {
  const size_t first = path_.find('/');
  if (first == std::string::npos) return "";
  const size_t second = path_.find('/', first + 1);
  return path_.substr(0, second == std::string::npos ? first : second);
}

bool SourceFile::is_code() const { return path_.ends_with(".h") || path_.ends_with(".cpp"); }

bool SourceFile::is_test() const {
  const std::string stem = path_.substr(0, path_.rfind('.'));
  return stem.ends_with("_test") || stem.ends_with("_test_util") || stem.ends_with("_bench") || stem.ends_with("_fuzz");
}

std::vector<SourceFile> ReadTree(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (it->is_directory(error) && (name == ".git" || (it.depth() == 0 && name.starts_with("build")))) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(error)) {
      paths.push_back(it->path());
    }
  }
  // The order of a directory listing is the file system's.
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> files;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    if (text.find('\0') != std::string::npos) continue;  // binary
    files.emplace_back(path.lexically_relative(root).generic_string(), text);
  }
  return files;
}

}  // namespace wavetank::tidy
