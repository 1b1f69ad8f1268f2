// co_await stands alone: as a statement, an initialiser or an assignment. Never in a condition, in braces, in a
// ternary, next to && and ||, as an argument of a call, or in a test macro.
//
//   CheckAwaits(SourceFile("a.cpp", "if (co_await Ready()) Go();\n"))
//   // a.cpp:1: co_await inside the condition of if; bind its result to a variable first
//
// Compilers get coroutine frames wrong around awaits inside other constructs (bodies silently skipped, temporaries
// destroyed twice), and an await that stands alone is easier to see: it is where the world may move. This check reads
// text, so it needs no compiler and runs in milliseconds; clang-tidy's coroutine checks (tools/lint) see what it
// cannot, such as reference parameters.
#pragma once

#include <vector>

#include "tools/tidy/source_file.h"

namespace wavetank::tidy {

std::vector<Finding> CheckAwaits(const SourceFile& file);

}  // namespace wavetank::tidy
