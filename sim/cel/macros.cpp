#include "sim/cel/macros.h"

namespace wavetank::cel {
namespace {

constexpr Macro kMacros[] = {
    {"all", Op::kAll, {{2, 1}, {3, 2}}},
    {"exists", Op::kExists, {{2, 1}, {3, 2}}},
    {"exists_one", Op::kExistsOne, {{2, 1}, {3, 2}}},
    {"existsOne", Op::kExistsOne, {{2, 1}, {3, 2}}},
    {"filter", Op::kFilter, {{2, 1}, {2, 1}}},
    {"map", Op::kTransform, {{2, 1}, {3, 1}}},
};

}  // namespace

std::span<const Macro> Macros() { return kMacros; }

const Macro* FindMacro(std::string_view name) {
  for (const Macro& macro : kMacros) {
    if (macro.name == name) return &macro;
  }
  return nullptr;
}

std::optional<MacroForm> FormOf(const Macro& macro, size_t arguments) {
  for (const MacroForm& form : macro.forms) {
    if (form.arguments == arguments) return form;
  }
  return std::nullopt;
}

}  // namespace wavetank::cel
