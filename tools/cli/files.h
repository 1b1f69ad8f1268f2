// Files: the little that commands need. Errors name the path and say in the system's words what is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace wavetank::cli {

bool IsDirectory(const std::string& path);
bool Exists(const std::string& path);
// InvalidArgument: `out/x.xml: cannot be written: No such file or directory`.
Status WriteFile(const std::string& path, std::string_view content);
// With the folders above it.
Status MakeDirectory(const std::string& path);
// The *.yaml and *.yml files under a folder, sorted by path; entries whose name begins with a dot are left out.
Result<std::vector<std::string>> YamlFilesUnder(const std::string& folder);
// "a//b/../c.yaml" -> "a/c.yaml": how a path is printed. Symbolic links are not looked at.
std::string TidyPath(const std::string& path);
// "a/b.yaml" -> "a"; "b.yaml" -> ".".
std::string FolderOf(const std::string& path);
// One name for a file, however it is reached.
std::string CanonicalPath(const std::string& path);

}  // namespace wavetank::cli
