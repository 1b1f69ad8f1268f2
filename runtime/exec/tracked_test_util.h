// Tracked: for tests of frames. A non-trivial value that notices when it is copied bitwise, destroyed twice or leaked.
#pragma once

#include <string>

#include "runtime/base/check.h"

namespace wavetank::test {

class Tracked {
 public:
  explicit Tracked(int value = 0) : value_(value), self_(this), text_(40, 'x') { ++live; }
  Tracked(const Tracked& other) : value_(other.value()), self_(this), text_(other.text_) { ++live; }
  Tracked(Tracked&& other) noexcept : value_(other.value()), self_(this), text_(std::move(other.text_)) { ++live; }
  Tracked& operator=(const Tracked& other) {
    value_ = other.value();
    text_ = other.text_;
    return *this;
  }
  ~Tracked() {
    WT_CHECK(self_ == this, "a value was destroyed where it was not constructed");
    self_ = nullptr;
    --live;
  }
  int value() const {
    WT_CHECK(self_ == this, "a value was read where it was not constructed");
    return value_;
  }

  static inline int live = 0;

 private:
  int value_;
  const Tracked* self_;
  std::string text_;  // on the heap, so that AddressSanitizer has something to watch
};

}  // namespace wavetank::test
