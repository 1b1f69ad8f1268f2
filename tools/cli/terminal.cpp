#include "tools/cli/terminal.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace wavetank::cli {
namespace {

bool Print(std::FILE* file, std::string_view text) {
  const bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  // A line is seen when it is printed; a worker process inherits nothing unsaid.
  return std::fflush(file) == 0 && whole;
}

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

class Standard final : public Terminal {
 public:
  void Out(std::string_view text) override {
    if (!Print(stdout, text) && out_failure_.empty()) out_failure_ = std::generic_category().message(errno);
  }
  void Err(std::string_view text) override { Print(stderr, text); }
  std::string out_failure() const override { return out_failure_; }
  bool out_is_terminal() const override { return isatty(STDOUT_FILENO) == 1; }
  bool err_is_terminal() const override { return isatty(STDERR_FILENO) == 1; }
  bool likes_colour() const override {
    return out_is_terminal() && Variable("NO_COLOR").empty() && !Variable("TERM").empty() && Variable("TERM") != "dumb";
  }
  Duration Now() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }

 private:
  std::string out_failure_;
};

}  // namespace

std::unique_ptr<Terminal> StandardTerminal() { return std::make_unique<Standard>(); }

}  // namespace wavetank::cli
