#include "tools/cli/terminal.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace wavetank::cli {
namespace {

void Print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);  // a line is seen when it is printed; a worker process inherits nothing unsaid
}

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

class Standard final : public Terminal {
 public:
  void Out(std::string_view text) override { Print(stdout, text); }
  void Err(std::string_view text) override { Print(stderr, text); }
  bool out_is_terminal() const override { return isatty(STDOUT_FILENO) == 1; }
  bool err_is_terminal() const override { return isatty(STDERR_FILENO) == 1; }
  bool likes_colour() const override {
    return out_is_terminal() && Variable("NO_COLOR").empty() && !Variable("TERM").empty() && Variable("TERM") != "dumb";
  }
  Duration Now() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace

std::unique_ptr<Terminal> StandardTerminal() { return std::make_unique<Standard>(); }

}  // namespace wavetank::cli
