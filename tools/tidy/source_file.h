// The source text that the checks of this folder read.
//
//   SourceFile file("runtime/base/time.h", text);
//   file.code()[3]   // line 4 without comments and without the inside of string literals
//
// Checks look at code() when they mean the program (a banned name in a comment is fine) and at lines() when they mean
// the text. Both have the same lines and columns, so a place found in one is the place in the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::tidy {

// Something that must be repaired, and how.
struct Finding {
  std::string path;
  int line = 0;  // from 1
  std::string message;

  // "path:line: message", as compilers print it, so that editors can jump there.
  std::string ToString() const;
};

// All findings, one a line; empty when there are none.
std::string Report(const std::vector<Finding>& findings);

class SourceFile {
 public:
  // `path` is relative to the repository, with forward slashes.
  SourceFile(std::string path, std::string_view text);

  const std::string& path() const { return path_; }
  // "runtime/value" for anything beneath it; "" for files at the top level.
  std::string folder() const;
  // C++ code: .h and .cpp.
  bool is_code() const;
  // Stands beside the code but is never linked into a library: *_test, *_test_util, *_bench, *_fuzz.
  bool is_test() const;

  const std::vector<std::string>& lines() const { return lines_; }
  const std::vector<std::string>& code() const { return code_; }

 private:
  std::string path_;
  std::vector<std::string> lines_;
  std::vector<std::string> code_;
};

// Every text file of the repository at `root`, sorted by path; not .git and not the build directories.
std::vector<SourceFile> ReadTree(const std::string& root);

}  // namespace wavetank::tidy
