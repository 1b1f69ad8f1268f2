#include "tools/cli/kubeconfig.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"

namespace wavetank::cli {
namespace {

constexpr std::string_view kFirstLine = "# Written by `wavetank serve`, which replaces it at its next start.\n";

Status Failed(const std::string& path, int error) {
  return Status(Code::kFailedPrecondition, path + ": cannot be written: " + std::generic_category().message(error));
}

// Whether a file may be replaced: there is none, or it is one of ours.
bool MayReplace(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return access(path.c_str(), F_OK) != 0;
  std::string begin(kFirstLine.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return in.gcount() == 0 || begin == kFirstLine;
}

int WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(file, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    text.remove_prefix(static_cast<size_t>(wrote));
  }
  return 0;
}

}  // namespace

std::string KubeconfigText(const KubeconfigFacts& facts) {
  const std::string name = Quote(facts.name);
  std::string text(kFirstLine);
  text += "apiVersion: v1\nkind: Config\ncurrent-context: " + name + "\n";
  text += "clusters:\n- name: " + name + "\n  cluster:\n    server: " + Quote(facts.server) +
          "\n    certificate-authority-data: " + EncodeBase64(facts.ca_pem) + "\n";
  text += "users:\n- name: " + name + "\n  user:\n    token: " + Quote(facts.token) + "\n";
  text += "contexts:\n- name: " + name + "\n  context: {cluster: " + name + ", user: " + name + "}\n";
  return text;
}

Status WriteKubeconfig(const std::string& path, const KubeconfigFacts& facts) {
  if (!MayReplace(path)) {
    return Status(Code::kFailedPrecondition,
                  path + ": is there already and was not written by `serve`; name another file with --kubeconfig");
  }
  std::string temporary = path + ".XXXXXX";
  const int file = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return Failed(path, errno);
  int error = WriteAll(file, KubeconfigText(facts));
  if (close(file) != 0 && error == 0) error = errno;
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  unlink(temporary.c_str());
  return Failed(path, error);
}

std::string DefaultKubeconfigPath(uint16_t port) {
  const std::string file = "/wavetank-" + std::to_string(port) + ".kubeconfig";
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* folder = std::getenv(variable);
    if (folder != nullptr && folder[0] == '/' && access(folder, W_OK) == 0) return folder + file;
  }
  return "/tmp" + file;
}

}  // namespace wavetank::cli
