// Terminal: where a command prints, and the clock on the wall. Commands know nothing else of the machine they run on, but
// for files; tests give them a Terminal of their own and read what was printed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/time.h"

namespace wavetank::cli {

class Terminal {
 public:
  virtual ~Terminal() = default;
  // Results; what a pipe reads.
  virtual void Out(std::string_view text) = 0;
  // Errors and progress.
  virtual void Err(std::string_view text) = 0;
  // Why something of Out was lost (a full disk); empty: it was not.
  virtual std::string out_failure() const { return {}; }
  // Whether a person looks at it.
  virtual bool out_is_terminal() const = 0;
  virtual bool err_is_terminal() const = 0;
  // Whether colours are welcome where nothing was said: NO_COLOR and TERM.
  virtual bool likes_colour() const = 0;
  // Real time since some moment; tells people how long something took, decides nothing.
  virtual Duration Now() const = 0;
};

// Standard output, standard error, the steady clock.
std::unique_ptr<Terminal> StandardTerminal();

}  // namespace wavetank::cli
