// Floors: which folder may include which, and in which one folder a third-party header may appear.
//
//   CheckIncludes(SourceFile("runtime/value/a.cpp", "#include \"sim/kernel/world.h\"\n"))
//   // runtime/value/a.cpp:1: runtime/value may not include sim/kernel; it may include: runtime/base
//
// The tables in floors.cpp are the project's architecture; ARCHITECTURE.md explains them. `runtime/` is linked into
// production binaries and knows nothing of `sim/`. "May include" is transitive. Test files may include more: see
// MayInclude.
#pragma once

#include <string_view>
#include <vector>

#include "tools/tidy/source_file.h"

namespace wavetank::tidy {

// Does the table know this folder? A new folder must be given its floor.
bool IsFloor(std::string_view folder);

// May library code of folder `from` include headers of folder `to`?
bool MayInclude(std::string_view from, std::string_view to);

// All problems of a file's #include lines: our own headers against the floors, third-party headers against their
// folders, headers of the operating system against the few folders that talk to it.
std::vector<Finding> CheckIncludes(const SourceFile& file);

// DEPS of a folder's CMakeLists.txt against the same table, so that no library links what its files may not include.
std::vector<Finding> CheckLinks(const SourceFile& cmake_file);

}  // namespace wavetank::tidy
