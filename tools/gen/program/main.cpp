// wavetank-gen: writes C++ from the kind table or from a CustomResourceDefinition.
//
//   wavetank-gen --kinds tools/gen/kinds --table kind_table.cpp
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/json.h"
#include "tools/gen/kinds_table.h"

namespace wavetank::gen {
namespace {

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status(Code::kNotFound, path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<Value> ReadJson(const std::string& path) {
  WT_ASSIGN(const std::string text, ReadFile(path));
  Result<Value> value = ParseJson(text);
  if (!value.ok()) return value.status().Wrap(path);
  return value;
}

Status WriteFile(const std::string& path, const std::string& text) {
  // An unchanged file keeps its time, so that nothing is compiled again.
  if (Result<std::string> old = ReadFile(path); old.ok() && *old == text) return {};
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  return out ? Status() : Status(Code::kInternal, path + ": cannot be written");
}

Status WriteTable(const std::string& kinds, const std::string& out) {
  WT_ASSIGN(const Value types, ReadJson(kinds + "/types.json"));
  WT_ASSIGN(const Value resources, ReadJson(kinds + "/resources.json"));
  WT_ASSIGN(const std::string text, WriteKindTable(types, resources));
  return WriteFile(out, text);
}

Status Run(const std::vector<std::string>& args) {
  std::string kinds, table;
  for (size_t i = 0; i + 1 < args.size(); i += 2) {
    if (args[i] == "--kinds") {
      kinds = args[i + 1];
    } else if (args[i] == "--table") {
      table = args[i + 1];
    } else {
      return Status(Code::kInvalidArgument, "unknown option " + args[i]);
    }
  }
  if (kinds.empty() || table.empty()) {
    return Status(Code::kInvalidArgument, "usage: wavetank-gen --kinds DIR --table OUT.cpp");
  }
  return WriteTable(kinds, table);
}

}  // namespace
}  // namespace wavetank::gen

int main(int argc, char** argv) {
  const wavetank::Status status = wavetank::gen::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (status.ok()) return 0;
  std::fprintf(stderr, "wavetank-gen: %s\n", status.message().c_str());
  return 1;
}
