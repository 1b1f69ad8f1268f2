#include "sim/scenario/programs.h"

#include <utility>

#include "runtime/base/strings.h"

namespace wavetank::sim {

void ControllerRegistry::Add(std::string name, Process::Main main, std::string about) {
  AddWithArguments(
      std::move(name), [main = std::move(main)](std::span<const std::string>) { return main; }, std::move(about));
}

void ControllerRegistry::AddWithArguments(std::string name, Factory factory, std::string about) {
  WT_CHECK(!name.empty(), "a program has a name");
  const bool added = entries_.emplace(std::move(name), Entry{std::move(factory), std::move(about)}).second;
  WT_CHECK(added, "two programs have one name");
}

const ControllerRegistry::Factory* ControllerRegistry::Find(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? nullptr : &it->second.factory;
}

std::vector<std::string_view> ControllerRegistry::names() const {
  std::vector<std::string_view> out;
  for (const auto& [name, entry] : entries_) out.push_back(name);
  return out;
}

std::string_view ControllerRegistry::about(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? std::string_view() : it->second.about;
}

std::string ControllerRegistry::UnknownText(std::string_view name) const {
  const std::vector<std::string_view> known = names();
  std::string out = "unknown program " + Quote(name);
  if (known.empty()) return out + "; this binary has none";
  if (const std::string_view near = NearestName(name, known); !near.empty()) {
    return out + "; did you mean " + Quote(near) + "?";
  }
  return out + "; this binary has " + Join(known, ", ");
}

}  // namespace wavetank::sim
