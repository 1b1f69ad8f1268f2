// How a source file looks: its length, and how a header opens.
//
//   CheckLayout(SourceFile("runtime/base/x.h", "#pragma once\n"))
//   // runtime/base/x.h:1: a header opens with a comment: what it is for, an example, who owns what
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tools/tidy/source_file.h"

namespace wavetank::tidy {

// No code file is longer. Files stay readable in one go; one file holds one idea.
inline constexpr int kMaxLines = 500;
// Nor any line, but in tests, whose documents and expectations are long literals. clang-format breaks code at 120;
// tables and literals may run a little over.
inline constexpr int kMaxColumns = 160;

std::vector<Finding> CheckLayout(const SourceFile& file);

// x.cpp includes x.h first (x_test.cpp does, where there is no x.cpp), so that every header is compiled with nothing before
// it. `paths` are all files of the repository.
std::vector<Finding> CheckFirstInclude(const SourceFile& file, const std::set<std::string>& paths);

}  // namespace wavetank::tidy
