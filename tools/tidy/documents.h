// What documents (*.md) promise about the repository.
//
//   <!-- from examples/podcount/hardened.cpp -->
//   ```cpp
//   co_return ReconcileResult::Done();
//   ```
//
// A fenced block after such a comment must stand in that file, line by line and in one piece (indentation aside): what a reader
// copies is what is compiled. Relative links must lead somewhere.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/tidy/source_file.h"

namespace wavetank::tidy {

// Every file of the repository by its path.
using FileIndex = std::map<std::string, const SourceFile*>;

FileIndex IndexOf(const std::vector<SourceFile>& files);

std::vector<Finding> CheckSnippets(const SourceFile& document, const FileIndex& files);

// [text](path), [text](path#section): the file or the folder must exist. Addresses of the web are left alone.
std::vector<Finding> CheckDocumentLinks(const SourceFile& document, const FileIndex& files);

}  // namespace wavetank::tidy
