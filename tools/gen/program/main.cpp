// wavetank-gen: writes C++ from the kind table, or from a CustomResourceDefinition.
//
//   wavetank-gen --kinds DIR --table OUT.cpp             the kind table of runtime/api
//   wavetank-gen --kinds DIR --views OUT_DIR             the typed views of the built-in kinds
//   wavetank-gen --crd widget.yaml --out widget_v1.h     a view of your own kind
//       [--version v1] [--namespace example_v1]
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/json.h"
#include "runtime/value/yaml.h"
#include "tools/gen/crd.h"
#include "tools/gen/kinds_table.h"
#include "tools/gen/views.h"

namespace wavetank::gen {
namespace {

// The kinds with a view: "group/Kind".
constexpr std::string_view kViews[] = {
    "/ConfigMap",
    "/Event",
    "/Namespace",
    "/Node",
    "/PersistentVolume",
    "/PersistentVolumeClaim",
    "/Pod",
    "/Secret",
    "/Service",
    "/ServiceAccount",
    "apps/DaemonSet",
    "apps/Deployment",
    "apps/ReplicaSet",
    "apps/StatefulSet",
    "batch/CronJob",
    "batch/Job",
    "coordination.k8s.io/Lease",
};

using Options = std::map<std::string, std::string>;

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

Status WriteTable(const Value& types, const Value& resources, const std::string& out) {
  WT_ASSIGN(const std::string text, WriteKindTable(types, resources));
  return WriteFile(out, text);
}

Status WriteBuiltInViews(const Value& types, const Value& resources, const std::string& out) {
  std::vector<ViewKind> kinds;
  for (const Value& r : resources["resources"].elements()) {
    const std::string name = std::string(r["group"].AsString()) + "/" + std::string(r["kind"].AsString());
    if (std::ranges::find(kViews, name) == std::end(kViews)) continue;
    const auto text = [&](const char* field) { return std::string(r[field].AsString()); };
    kinds.push_back(
        {text("type"), text("group"), text("version"), text("kind"), text("plural"), r["namespaced"].AsBool()});
  }
  WT_ASSIGN(const auto files, WriteViews(types, kinds, {"", "tools/gen/kinds", false}));
  for (const auto& [name, text] : files) WT_RETURN_IF_ERROR(WriteFile(out + "/" + name, text));
  return {};
}

Status WriteCrdView(Options& options) {
  WT_ASSIGN(const std::string text, ReadFile(options["--crd"]));
  Result<std::vector<Value>> documents = ParseYamlValues(text);
  if (!documents.ok()) return documents.status().Wrap(options["--crd"]);
  if (documents->size() != 1) return Status(Code::kInvalidArgument, options["--crd"] + ": one document is expected");
  Result<CrdModel> model = ReadCrd(documents->front(), options["--version"]);
  if (!model.ok()) return model.status().Wrap(options["--crd"]);
  std::string ns = options["--namespace"];
  if (ns.empty()) ns = NamespaceFor(model->kind.group, model->kind.version);
  const std::string file = options["--crd"].substr(options["--crd"].rfind('/') + 1);
  WT_ASSIGN(const auto files, WriteViews(model->types, {model->kind}, {ns, file, true}));
  return WriteFile(options["--out"], files.at(ns + ".h"));
}

constexpr const char* kUsage =
    "usage: wavetank-gen --kinds DIR --table OUT.cpp\n"
    "       wavetank-gen --kinds DIR --views OUT_DIR\n"
    "       wavetank-gen --crd FILE.yaml --out FILE.h [--version V] [--namespace N]";

Status Run(const std::vector<std::string>& args) {
  Options options;
  constexpr std::string_view kKnown[] = {"--kinds", "--table", "--views", "--crd", "--out", "--version", "--namespace"};
  for (size_t i = 0; i < args.size(); i += 2) {
    if (std::ranges::find(kKnown, args[i]) == std::end(kKnown) || i + 1 == args.size()) {
      return Status(Code::kInvalidArgument, args[i] + " is not understood\n" + kUsage);
    }
    options[args[i]] = args[i + 1];
  }
  if (options.contains("--crd") && options.contains("--out")) return WriteCrdView(options);
  if (!options.contains("--kinds") || (!options.contains("--table") && !options.contains("--views"))) {
    return Status(Code::kInvalidArgument, kUsage);
  }
  WT_ASSIGN(const Value types, ReadJson(options["--kinds"] + "/types.json"));
  WT_ASSIGN(const Value resources, ReadJson(options["--kinds"] + "/resources.json"));
  if (options.contains("--table")) WT_RETURN_IF_ERROR(WriteTable(types, resources, options["--table"]));
  if (options.contains("--views")) WT_RETURN_IF_ERROR(WriteBuiltInViews(types, resources, options["--views"]));
  return {};
}

}  // namespace
}  // namespace wavetank::gen

int main(int argc, char** argv) {
  const wavetank::Status status = wavetank::gen::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (status.ok()) return 0;
  std::fprintf(stderr, "wavetank-gen: %s\n", status.message().c_str());
  return 1;
}
