// Diagnostics: everything that is wrong with a file, each with its place.
//
//   crash.yaml:12:5: error: spec.steps[2].scale: unknown field "repicas"; did you mean "replicas"?
//
// A reader reports all errors of a file at once: it collects them here and goes on.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "runtime/value/yaml.h"

namespace wavetank::sim {

struct Diagnostic {
  std::string file;
  Position at;          // line 0: the file as a whole
  std::string field;    // "spec.steps[2].scale"; empty: the document
  std::string message;  // `unknown field "repicas"; did you mean "replicas"?`
  // "file:line:column: error: field: message".
  std::string ToString() const;
};

// In the order of files and places; equal ones once.
void SortDiagnostics(std::vector<Diagnostic>& diagnostics);
// One line each, a newline at the end of each.
std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics);

}  // namespace wavetank::sim
