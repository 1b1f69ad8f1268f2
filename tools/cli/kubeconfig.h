// The kubeconfig that `serve` writes, so that kubectl and every client library find the server.
#pragma once

#include <string>

#include "runtime/base/status.h"

namespace wavetank::cli {

struct KubeconfigFacts {
  std::string server;  // "https://127.0.0.1:6443"
  std::string ca_pem;
  std::string token;
  std::string name = "wavetank";  // of cluster, user and context
};

// A version 1 Config in YAML. Its first line says who wrote it; see WriteKubeconfig.
std::string KubeconfigText(const KubeconfigFacts& facts);

// Writes it for its owner's eyes only (mode 0600), at once or not at all. FailedPrecondition when there is a file already that
// `serve` has not written: it may be somebody's only way to a real cluster.
Status WriteKubeconfig(const std::string& path, const KubeconfigFacts& facts);

// "/run/user/1000/wavetank-6443.kubeconfig", or in the folder for temporary files.
std::string DefaultKubeconfigPath(uint16_t port);

}  // namespace wavetank::cli
