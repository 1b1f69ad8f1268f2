// For the tests of this folder: keys, workers that note what they get, and an executor whose events a test fires by name.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/hash.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/workqueue/queue.h"

namespace wavetank::test {

struct TestKey {
  TestKey(int id) : id(id) {}  // NOLINT: tests write numbers
  int id;
  bool operator==(const TestKey&) const = default;
  uint64_t hash() const { return HashMix(static_cast<uint64_t>(id) + 1); }
  std::string ToString() const { return "k" + std::to_string(id); }
};

using TestQueue = Queue<TestKey>;

// Gets one item after the other; each takes `work` of virtual time.
inline Task<void> Worker(Executor* executor, TestQueue* queue, Duration work, std::vector<int>* log) {
  for (;;) {
    auto item = co_await queue->Get();
    if (!item.has_value()) break;
    log->push_back(item->key.id);
    if (work.count() > 0) co_await Sleep(*executor, work);
    queue->Done(item->key);
  }
  log->push_back(-1);
}

// One Get, without Done.
inline Task<void> GetOne(TestQueue* queue, std::vector<int>* log) {
  auto item = co_await queue->Get();
  log->push_back(item.has_value() ? item->key.id : -1);
}

inline Task<void> GetItem(TestQueue* queue, std::optional<TestQueue::Item>* out) { *out = co_await queue->Get(); }

inline Task<void> Drain(TestQueue* queue, bool* done) {
  co_await queue->ShutDownWithDrain();
  *done = true;
}

// Events wait until the test fires them.
class StepExecutor final : public Executor {
 public:
  Time Now() const override { return now; }
  void Offer(Waiter& waiter, const EventLabel& label) override {
    WT_CHECK(!dead, "an offer in a teardown");
    events_.Add(waiter, Event{&waiter, label, {}, {}});
  }
  void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) override {
    WT_CHECK(!dead, "a timer in a teardown");
    events_.Add(waiter, Event{&waiter, label, at, timer_class});
  }

  // The texts of what is offered, in the order of the offers, and of timers ("@5s k1", "~5s k1" for background).
  std::vector<std::string> Enabled() const {
    std::vector<std::string> texts;
    for (const auto& [slot, event] : events_.by_slot) texts.push_back(TextOf(event));
    return texts;
  }
  std::vector<std::pair<std::string, Time>> Timers() const {
    std::vector<std::pair<std::string, Time>> timers;
    for (const auto& [slot, event] : events_.by_slot) {
      if (event.at.has_value()) timers.emplace_back(TextOf(event), *event.at);
    }
    return timers;
  }
  std::vector<uint64_t> Keys() const {
    std::vector<uint64_t> keys;
    for (const auto& [slot, event] : events_.by_slot) keys.push_back(event.label.key);
    return keys;
  }
  // False when nothing of that name is enabled.
  bool Fire(const std::string& text) {
    for (const auto& [slot, event] : events_.by_slot) {
      if (TextOf(event) != text) continue;
      Waiter& waiter = *event.waiter;
      if (event.at.has_value() && *event.at > now) now = *event.at;
      waiter.Unlink();
      Ready(waiter);
      RunReady();
      return true;
    }
    return false;
  }
  Time now = Time::FromSeconds(1000);
  bool dead = false;  // as the environment of a crashed process: nothing may be asked of it

 private:
  struct Event {
    Waiter* waiter;
    EventLabel label;
    std::optional<Time> at;
    TimerClass timer_class = TimerClass::kForeground;
  };
  struct Events final : WaitSource {
    ~Events() {
      for (auto& [slot, event] : by_slot) event.waiter->MarkUnlinked();
    }
    void Add(Waiter& waiter, Event event) {
      waiter.Link(*this);
      waiter.slot = ++next;
      by_slot.emplace(next, event);
    }
    void Forget(Waiter& waiter) override { by_slot.erase(waiter.slot); }
    std::map<uint64_t, Event> by_slot;
    uint64_t next = 0;
  };
  std::string TextOf(const Event& event) const {
    const std::string text = event.label.text == nullptr ? "" : event.label.text->Describe();
    if (!event.at.has_value()) return text;
    const std::string mark = event.timer_class == TimerClass::kForeground ? "@" : "~";
    return mark + FormatDuration(*event.at - Time::FromSeconds(1000)) + " " + text;
  }
  Events events_;
};

}  // namespace wavetank::test
