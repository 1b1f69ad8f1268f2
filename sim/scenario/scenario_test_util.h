// For tests of this folder: files that are strings, and a scenario in a few lines.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/scenario/loader.h"

namespace wavetank::sim {

// A FileReader over texts.
struct Files {
  std::map<std::string, std::string> content;
  Result<std::string> operator()(const std::string& path) const {
    const auto it = content.find(path);
    if (it != content.end()) return it->second;
    return Status(Code::kNotFound, "No such file or directory");
  }
};

// A document whose spec is `spec`, indented by two; line 5 is its first line.
inline std::string ScenarioText(std::string_view spec, std::string_view name = "test") {
  return "apiVersion: wavetank.dev/v1alpha1\nkind: Scenario\nmetadata: {name: " + std::string(name) + "}\nspec:\n" +
         std::string(spec);
}

}  // namespace wavetank::sim
