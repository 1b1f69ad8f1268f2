#include "runtime/net/real_environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "runtime/net/identity.h"

namespace wavetank {
namespace {

constexpr size_t kLargestFile = size_t{64} << 20;

Status FileError(std::string_view path, int error) {
  const Code code = error == ENOENT || error == ENOTDIR ? Code::kNotFound : Code::kFailedPrecondition;
  return Status(code, std::string(path) + ": " + std::generic_category().message(error));
}

// Closes on the way out.
class File final {
 public:
  explicit File(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

RealEnvironment::RealEnvironment(EventLoop& loop, Transport* transport, Logger logger, std::optional<uint64_t> seed)
    : loop_(loop), transport_(transport), logger_(std::move(logger)), seed_(seed.has_value() ? *seed : RandomSeed()) {}

Transport& RealEnvironment::transport() {
  WT_CHECK(transport_ != nullptr, "this process was made without a transport");
  return *transport_;
}

Random RealEnvironment::RandomFor(std::string_view purpose) { return Random(seed_, Hostname(), purpose); }

std::optional<std::string> RealEnvironment::Variable(std::string_view name) {
  const char* value = getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<std::string> RealEnvironment::ReadFile(std::string_view path) {
  const File file{std::string(path)};
  if (file.descriptor() < 0) return FileError(path, errno);
  std::string content;
  std::array<char, 16384> piece;
  while (true) {
    const ssize_t got = read(file.descriptor(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(path, errno);
    if (got == 0) return content;
    content.append(piece.data(), static_cast<size_t>(got));
    if (content.size() > kLargestFile) return FileError(path, EFBIG);
  }
}

std::string RealEnvironment::Hostname() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return std::string(name.data());
}

}  // namespace wavetank
