#include "sim/scenario/loader.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/scenario/check.h"
#include "sim/scenario/read.h"

namespace wavetank::sim {

Result<std::string> ReadFileFromDisk(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return Status(Code::kNotFound, std::strerror(errno));
  std::string content;
  std::array<char, 16384> buffer;
  size_t got = 0;
  while (content.size() <= kMaxFileBytes && (got = std::fread(buffer.data(), 1, buffer.size(), file)) > 0) {
    content.append(buffer.data(), got);
  }
  const bool failed = std::ferror(file) != 0;  // a directory, for one
  const int error = errno;
  std::fclose(file);
  if (failed) return Status(Code::kNotFound, std::strerror(error));
  if (content.size() > kMaxFileBytes) {
    return Status(Code::kTooLarge, "more than " + std::to_string(kMaxFileBytes >> 20) + " MiB");
  }
  return content;
}

LoadResult LoadScenarios(std::string_view text, const std::string& path, const LoadOptions& options) {
  LoadContext context(text, path, options);
  LoadResult result;
  const Result<std::vector<YamlDocument>> documents = ParseYaml(text);
  if (!documents.ok()) {
    context.ErrorInFile(path, documents.status().message());
  } else if (documents->empty()) {
    context.ErrorInFile(path, "there is no scenario in this file");
  } else {
    std::set<std::string> seen;
    for (const YamlDocument& document : *documents) {
      context.set_document(document);
      const size_t before = context.error_count();
      CheckDocument(document.value, context);
      Scenario scenario = ReadScenario(document.value, context);
      const Cursor name = Cursor().Child("metadata").Child("name");
      if (!scenario.name.empty() && !seen.insert(scenario.name).second) {
        context.Error(name, "two scenarios of this file are called " + Quote(scenario.name));
      }
      if (context.error_count() == before) result.scenarios.push_back(std::move(scenario));
    }
  }
  result.errors = std::move(context.errors());
  SortDiagnostics(result.errors);
  return result;
}

LoadResult LoadScenarioFile(const std::string& path, const LoadOptions& options) {
  const Result<std::string> text = options.read(path);
  if (text.ok()) return LoadScenarios(*text, path, options);
  LoadResult result;
  result.errors.push_back({path, {}, "", "cannot read the file: " + text.status().message()});
  return result;
}

}  // namespace wavetank::sim
