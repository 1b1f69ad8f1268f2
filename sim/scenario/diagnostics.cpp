#include "sim/scenario/diagnostics.h"

#include <algorithm>
#include <tuple>

namespace wavetank::sim {
namespace {

auto Order(const Diagnostic& d) { return std::tie(d.file, d.at.line, d.at.column, d.field, d.message); }

}  // namespace

std::string Diagnostic::ToString() const {
  std::string out = file + ":";
  if (at.line > 0) out += std::to_string(at.line) + ":" + std::to_string(at.column) + ":";
  out += " error: ";
  if (!field.empty()) out += field + ": ";
  return out + message;
}

void SortDiagnostics(std::vector<Diagnostic>& diagnostics) {
  std::sort(diagnostics.begin(), diagnostics.end(),
            [](const Diagnostic& a, const Diagnostic& b) { return Order(a) < Order(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return Order(a) == Order(b); };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += diagnostic.ToString() + "\n";
  return out;
}

}  // namespace wavetank::sim
