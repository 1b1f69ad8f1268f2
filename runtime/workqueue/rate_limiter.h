// Rate limiters: how long a failed key waits before its next try (RT-130..134).
//
//   auto limiter = DefaultLimiter<ObjectKey>();
//   Duration wait = limiter->When(key, executor.Now());      // counts a failure
//   limiter->Forget(key);                                    // it succeeded
//
// Integer arithmetic only, and the time is an argument: the same calls give the same delays everywhere.
// Bound: one small node for each key that failed and was not forgotten.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/base/time.h"
#include "runtime/workqueue/entry.h"

namespace wavetank {

template <typename Key>
class RateLimiter : public Pooled<RateLimiter<Key>> {
 public:
  RateLimiter() = default;
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;
  virtual ~RateLimiter() = default;

  // The delay of this try. Never negative.
  virtual Duration When(const Key& key, Time now) = 0;
  virtual void Forget(const Key& key) = 0;
  // Failures since the last Forget.
  virtual int NumRequeues(const Key& key) const = 0;
  // The state as a hash; times count relative to now.
  virtual uint64_t Fingerprint(Time now) const = 0;
};

namespace internal {

// Failures of each key.
template <typename Key>
class FailureCounts {
 public:
  // The count before this failure.
  int Increment(const Key& key) {
    Node& node = nodes_.FindOrInsert(key);
    if (node.count < INT32_MAX) ++node.count;
    return node.count - 1;
  }
  void Forget(const Key& key) {
    if (Node* node = nodes_.Find(key)) nodes_.Erase(*node);
  }
  int Get(const Key& key) const {
    const Node* node = nodes_.Find(key);
    return node == nullptr ? 0 : node->count;
  }
  uint64_t Fingerprint() const {
    return nodes_.Sum([](const Node& node) { return HashCombine(node.hash, static_cast<uint64_t>(node.count)); });
  }

 private:
  struct Node {
    Node(const Key& key, uint64_t hash) : key(key), hash(hash) {}
    static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
    static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }
    const Key key;
    const uint64_t hash;
    int count = 0;
  };
  KeyTable<Node, Key> nodes_;
};

}  // namespace internal

// base, 2 base, 4 base, ... up to max, for each key (RT-130).
template <typename Key>
class ExponentialLimiter final : public RateLimiter<Key> {
 public:
  explicit ExponentialLimiter(Duration base = std::chrono::milliseconds(5), Duration max = std::chrono::seconds(1000))
      : base_(std::max(base, Duration(0))), max_(std::max(max, Duration(0))) {}

  Duration When(const Key& key, Time) override {
    const int failures = failures_.Increment(key);
    // base * 2^failures > max, without the overflow.
    if (failures >= 63 || base_ > Duration(max_.count() >> failures)) return base_.count() == 0 ? base_ : max_;
    return Duration(base_.count() << failures);
  }
  void Forget(const Key& key) override { failures_.Forget(key); }
  int NumRequeues(const Key& key) const override { return failures_.Get(key); }
  uint64_t Fingerprint(Time) const override { return failures_.Fingerprint(); }

 private:
  const Duration base_;
  const Duration max_;
  internal::FailureCounts<Key> failures_;
};

// A token each `interval`, at most `burst` saved up, for all keys together (RT-131). Each try takes a token, one of the
// future if need be, and waits for it. Forget does nothing.
template <typename Key>
class BucketLimiter final : public RateLimiter<Key> {
 public:
  explicit BucketLimiter(Duration interval = std::chrono::milliseconds(100), int burst = 100)
      : interval_(std::max(interval, Duration(0))), burst_(std::max(burst, 0)) {}

  Duration When(const Key&, Time now) override {
    next_ = std::max(next_, now - Saved()) + interval_;
    return std::max(next_ - now, Duration(0));
  }
  void Forget(const Key&) override {}
  int NumRequeues(const Key&) const override { return 0; }
  uint64_t Fingerprint(Time now) const override {
    return HashMix(static_cast<uint64_t>(std::max(next_ - now, -Saved()).count()));
  }

 private:
  Duration Saved() const {
    int64_t saved = 0;
    if (__builtin_mul_overflow(interval_.count(), burst_, &saved)) return Duration::max();
    return Duration(saved);
  }
  const Duration interval_;
  const int64_t burst_;
  // When the last token taken is there. The bucket is full when this is `Saved()` ago.
  Time next_ = Time::FromNanos(INT64_MIN);
};

// `fast` for the first `fast_tries` failures of a key, then `slow` (RT-133).
template <typename Key>
class FastSlowLimiter final : public RateLimiter<Key> {
 public:
  FastSlowLimiter(Duration fast, Duration slow, int fast_tries) : fast_(fast), slow_(slow), fast_tries_(fast_tries) {}

  Duration When(const Key& key, Time) override {
    return std::max(failures_.Increment(key) < fast_tries_ ? fast_ : slow_, Duration(0));
  }
  void Forget(const Key& key) override { failures_.Forget(key); }
  int NumRequeues(const Key& key) const override { return failures_.Get(key); }
  uint64_t Fingerprint(Time) const override { return failures_.Fingerprint(); }

 private:
  const Duration fast_;
  const Duration slow_;
  const int fast_tries_;
  internal::FailureCounts<Key> failures_;
};

// The longest wait of several (RT-132). Every one of them counts every try.
template <typename Key>
class MaxOfLimiter final : public RateLimiter<Key> {
 public:
  explicit MaxOfLimiter(std::vector<std::unique_ptr<RateLimiter<Key>>> limiters) : limiters_(std::move(limiters)) {}

  Duration When(const Key& key, Time now) override {
    Duration longest{0};
    for (auto& limiter : limiters_) longest = std::max(longest, limiter->When(key, now));
    return longest;
  }
  void Forget(const Key& key) override {
    for (auto& limiter : limiters_) limiter->Forget(key);
  }
  int NumRequeues(const Key& key) const override {
    int most = 0;
    for (const auto& limiter : limiters_) most = std::max(most, limiter->NumRequeues(key));
    return most;
  }
  uint64_t Fingerprint(Time now) const override {
    uint64_t hash = 0;
    for (const auto& limiter : limiters_) hash = HashCombine(hash, limiter->Fingerprint(now));
    return hash;
  }

 private:
  std::vector<std::unique_ptr<RateLimiter<Key>>> limiters_;
};

// Another limiter's wait, but never longer than `max` (RT-133).
template <typename Key>
class MaxWaitLimiter final : public RateLimiter<Key> {
 public:
  MaxWaitLimiter(std::unique_ptr<RateLimiter<Key>> limiter, Duration max) : limiter_(std::move(limiter)), max_(max) {}

  Duration When(const Key& key, Time now) override { return std::clamp(limiter_->When(key, now), Duration(0), Max()); }
  void Forget(const Key& key) override { limiter_->Forget(key); }
  int NumRequeues(const Key& key) const override { return limiter_->NumRequeues(key); }
  uint64_t Fingerprint(Time now) const override { return limiter_->Fingerprint(now); }

 private:
  Duration Max() const { return std::max(max_, Duration(0)); }
  std::unique_ptr<RateLimiter<Key>> limiter_;
  const Duration max_;
};

// controller-runtime's choice for a priority queue: exponential alone (RT-132).
template <typename Key>
std::unique_ptr<RateLimiter<Key>> ExponentialOnly() {
  return std::make_unique<ExponentialLimiter<Key>>();
}

// client-go's default for controllers: exponential and bucket, whichever is longer (RT-132).
template <typename Key>
std::unique_ptr<RateLimiter<Key>> DefaultLimiter() {
  std::vector<std::unique_ptr<RateLimiter<Key>>> both;
  both.push_back(std::make_unique<ExponentialLimiter<Key>>());
  both.push_back(std::make_unique<BucketLimiter<Key>>());
  return std::make_unique<MaxOfLimiter<Key>>(std::move(both));
}

}  // namespace wavetank
