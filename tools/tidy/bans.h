// Names that must not appear, each with what to use instead.
//
//   CheckBans(SourceFile("sim/kernel/a.cpp", "int x = std::rand();\n"))
//   // sim/kernel/a.cpp:1: rand() differs per platform and is shared by everybody; draw from Environment's Random
//
// A simulator that repeats itself exactly depends on these bans: whatever is nondeterministic arrives as an
// Environment, and whatever the standard leaves open (orders of hash tables, distributions, shuffles) is not used.
// Exceptions are per file with a reason, in the table of bans.cpp; one that is no longer needed is itself a finding.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tools/tidy/source_file.h"

namespace wavetank::tidy {

// Where a ban may be broken: a path, or everything beneath a path that ends in '/'; a '*' in front means "any path that
// ends so".
struct Allowance {
  std::string_view path;
  std::string_view reason;
};

enum class Scope {
  kLibraries,  // code that is linked into a library
  kCode,       // all C++ code, tests too
  kText,       // comments and strings too, scripts and documents too, but not data files
  kAllFiles,   // everything
};

struct Ban {
  // What is looked for. A first or last character that can be part of a name must not touch such a character in the
  // text: "rand(" does not match "Brand(", but "_distribution" matches "uniform_int_distribution" ('_' in front is
  // open).
  std::vector<std::string_view> texts;
  Scope scope;
  std::string_view message;  // why, and what to use instead
  std::vector<Allowance> allowed;
};

std::span<const Ban> Bans();

// Does `line` contain the banned text, by the rule of Ban::texts?
bool Mentions(std::string_view line, std::string_view text);

std::vector<Finding> CheckBans(const SourceFile& file, std::span<const Ban> bans = Bans());

// Ordered containers keyed by pointers: their order is the allocator's.
std::vector<Finding> CheckPointerKeys(const SourceFile& file);

// Allowances that no file of the tree needs any more.
std::vector<Finding> StaleAllowances(const std::vector<SourceFile>& files, std::span<const Ban> bans = Bans());

}  // namespace wavetank::tidy
