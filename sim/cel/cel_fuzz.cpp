// libFuzzer: the input is an expression over the variables of TestWorld. Also what it gives must convert and print.

#include <cstdint>
#include <cstdlib>

#include "sim/cel/cel_test_util.h"
#include "sim/cel/source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wavetank::cel;
  static TestWorld* world = new TestWorld();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto program = Compile(text, world->environment());
  if (!program.ok()) {
    (void)Explain(text, program.status());
    return 0;
  }
  Activation activation = world->activation();
  const auto first = Evaluate(*program, activation);
  const uint64_t cost = activation.last_cost();
  const auto second = Evaluate(*program, activation);
  if (first.ok() != second.ok() || cost != activation.last_cost()) std::abort();
  if (!first.ok()) {
    (void)Explain(text, first.status());
  } else {
    if (first->ToString() != second->ToString()) std::abort();
    (void)first->ToValue();
  }
  return 0;
}
