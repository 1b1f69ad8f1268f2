#include "runtime/workqueue/queue.h"

namespace wavetank {

void ReconcileReasons::Add(const char* reason) {
  if (reason == nullptr) return;
  for (size_t i = 0; i < size_; ++i) {
    if (texts_[i] == reason || std::string_view(texts_[i]) == reason) return;
  }
  if (size_ == kMax) {
    ++dropped_;
    return;
  }
  texts_[size_++] = reason;
}

void ReconcileReasons::Merge(const ReconcileReasons& other) {
  for (const char* reason : other) Add(reason);
  dropped_ += other.dropped_;
}

}  // namespace wavetank
