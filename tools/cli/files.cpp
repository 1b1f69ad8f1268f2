#include "tools/cli/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace wavetank::cli {
namespace fs = std::filesystem;

namespace {

Status Failed(const std::string& path, std::string_view what, const std::error_code& error) {
  return Status(Code::kInvalidArgument, path + ": " + std::string(what) + ": " + error.message());
}

// Looks at one level; `files` and `folders` get what is there.
Status ReadFolder(const fs::path& folder, std::vector<std::string>& files, std::vector<fs::path>& folders) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return Failed(folder.string(), "cannot be read", error);
  for (; entries != fs::directory_iterator(); entries.increment(error)) {
    if (error) return Failed(folder.string(), "cannot be read", error);
    const fs::path& path = entries->path();
    if (path.filename().string().starts_with(".")) continue;
    std::error_code unknown;
    if (entries->is_directory(unknown) && !entries->is_symlink(unknown)) {
      folders.push_back(path);  // a linked folder could lead back up
    } else if ((path.extension() == ".yaml" || path.extension() == ".yml") && entries->is_regular_file(unknown)) {
      files.push_back(TidyPath(path.string()));
    }
  }
  return {};
}

}  // namespace

bool IsDirectory(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Status WriteFile(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (!out) return Failed(path, "cannot be written", std::error_code(errno, std::generic_category()));
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) return Failed(path, "cannot be written", std::error_code(errno, std::generic_category()));
  return {};
}

Status MakeDirectory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Failed(path, "cannot be made a folder", error);
  if (!fs::is_directory(path, error)) return Status(Code::kInvalidArgument, path + ": is no folder");
  return {};
}

Result<std::vector<std::string>> YamlFilesUnder(const std::string& folder) {
  std::vector<std::string> files;
  std::vector<fs::path> folders = {folder};
  while (!folders.empty()) {
    const fs::path next = std::move(folders.back());
    folders.pop_back();
    WT_RETURN_IF_ERROR(ReadFolder(next, files, folders));
  }
  std::ranges::sort(files);
  return files;
}

std::string TidyPath(const std::string& path) {
  std::string tidy = fs::path(path).lexically_normal().string();
  return tidy.empty() ? path : tidy;
}

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string CanonicalPath(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path : canonical.string();
}

}  // namespace wavetank::cli
