// Both queues against naive models: a thousand random operations a seed, all answers and all enabled events compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "runtime/base/random.h"
#include "runtime/workqueue/fifo_queue.h"
#include "runtime/workqueue/priority_queue.h"
#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::StepExecutor;
using test::TestKey;
using test::TestQueue;

constexpr int kKeys = 8;

// What a queue does, in the plainest way. Times are seconds since the start.
class Model {
 public:
  virtual ~Model() = default;
  virtual void Add(int key, int delay, int priority) = 0;
  // Keys that workers could be given, in order.
  virtual std::vector<int> Order() const = 0;
  virtual void Take(int key) = 0;
  virtual void Done(int key) = 0;
  virtual size_t Len() const = 0;
  virtual void ShutDown() = 0;
  // A key that is at work (the first of them from `from` on), or -1.
  int AtWork(int from) const {
    for (int i = 0; i < kKeys; ++i) {
      if (at_work.contains((from + i) % kKeys)) return (from + i) % kKeys;
    }
    return -1;
  }
  void MoveTo(int time) {
    now = time;
    for (;;) {
      int first = -1;
      for (const auto& [key, due] : due_at) {
        if (due <= now && (first < 0 || due_order.at(key) < due_order.at(first))) first = key;
      }
      if (first < 0) return;
      due_at.erase(first);
      Due(first);
    }
  }
  int now = 0;
  bool shut_down = false;

 protected:
  virtual void Due(int key) = 0;
  void Delay(int key, int due) {
    due_at[key] = due;
    due_order[key] = {due, ++delays};
  }
  std::set<int> at_work;
  std::map<int, int> due_at;
  std::map<int, std::pair<int, int>> due_order;
  int delays = 0;
};

class FifoModel final : public Model {
 public:
  void Add(int key, int delay, int) override {
    if (shut_down) return;
    if (delay == 0) return Due(key);
    if (!due_at.contains(key) || now + delay < due_at[key]) Delay(key, now + delay);
  }
  std::vector<int> Order() const override { return queue; }
  void Take(int key) override {
    std::erase(queue, key);
    at_work.insert(key);
    dirty.erase(key);
  }
  void Done(int key) override {
    at_work.erase(key);
    if (dirty.contains(key)) queue.push_back(key);
  }
  size_t Len() const override { return queue.size(); }
  void ShutDown() override {
    shut_down = true;
    due_at.clear();
  }

 private:
  void Due(int key) override {
    if (!dirty.insert(key).second) return;
    if (!at_work.contains(key)) queue.push_back(key);
  }
  std::vector<int> queue;
  std::set<int> dirty;
};

class PriorityModel final : public Model {
 public:
  void Add(int key, int delay, int priority) override {
    if (shut_down) return;
    if (!entries.contains(key)) {
      entries[key] = {priority, ++counter, delay == 0};
      if (delay > 0) Delay(key, now + delay);
      return;
    }
    Entry& entry = entries[key];
    if (priority > entry.priority) {
      entry.priority = priority;
      entry.counter = ++counter;
    }
    if (entry.ready) return;
    if (delay == 0) {
      due_at.erase(key);
      entry.ready = true;
    } else if (now + delay < due_at[key]) {
      Delay(key, now + delay);
    }
  }
  std::vector<int> Order() const override {
    std::vector<int> order;
    for (const auto& [key, entry] : entries) {
      if (entry.ready && !at_work.contains(key) && !shut_down) order.push_back(key);
    }
    std::sort(order.begin(), order.end(), [this](int a, int b) {
      const Entry& x = entries.at(a);
      const Entry& y = entries.at(b);
      return x.priority != y.priority ? x.priority > y.priority : x.counter < y.counter;
    });
    return order;
  }
  void Take(int key) override {
    entries.erase(key);
    at_work.insert(key);
  }
  void Done(int key) override { at_work.erase(key); }
  size_t Len() const override {
    return static_cast<size_t>(
        std::count_if(entries.begin(), entries.end(), [](const auto& e) { return e.second.ready; }));
  }
  void ShutDown() override {
    shut_down = true;
    due_at.clear();
  }

 private:
  struct Entry {
    int priority = 0;
    int counter = 0;
    bool ready = false;
  };
  void Due(int key) override {
    entries[key].ready = true;
    entries[key].counter = ++counter;
  }
  std::map<int, Entry> entries;
  int counter = 0;
};

Task<void> TakeOne(TestQueue* queue, std::vector<int>* taken) {
  auto item = co_await queue->Get();
  taken->push_back(item.has_value() ? item->key.id : -1);
}

// Drives a queue and its model.
class Driver {
 public:
  Driver(StepExecutor& executor, TestQueue& queue, Model& model, bool drains, uint64_t seed)
      : executor_(executor), queue_(queue), model_(model), drains_(drains), random_(seed), group_(executor) {}

  void Step() {
    const int key = static_cast<int>(random_.Below(kKeys));
    switch (random_.Below(12)) {
      case 0:
      case 1:
      case 2:
      case 3: Add(key); break;
      case 4:
      case 5: Wait(); break;
      case 6:
      case 7:
      case 8: FireOne(); break;
      case 9:
      case 10:
        if (const int at_work = model_.AtWork(key); at_work >= 0) {
          queue_.Done(at_work);
          model_.Done(at_work);
        }
        break;
      default: MoveTime();
    }
    Compare();
  }
  void ShutDown() {
    queue_.ShutDown();
    model_.ShutDown();
    executor_.RunReady();
    // Workers without work end.
    const size_t kept = drains_ ? std::min(waiting_, model_.Order().size()) : 0;
    EXPECT_EQ(taken_, std::vector<int>(waiting_ - kept, -1));
    waiting_ = kept;
    taken_.clear();
    Compare();
  }

 private:
  void Add(int key) {
    const int delay = random_.Chance(1, 3) ? static_cast<int>(random_.Below(5)) : 0;
    const int priority = static_cast<int>(random_.Below(4)) - 2;
    AddOptions options = AddOptions().WithPriority(priority).After(std::chrono::seconds(delay));
    if (random_.Chance(1, 4)) options.WithTimerClass(TimerClass::kBackground);
    queue_.Add(key, options);
    model_.Add(key, delay, priority);
  }
  void Wait() {
    if (waiting_ >= 4) return;
    const bool ends = model_.shut_down && model_.Order().size() <= waiting_;
    group_.Spawn(TakeOne(&queue_, &taken_));
    if (ends) {
      EXPECT_EQ(taken_, std::vector<int>{-1});
      taken_.clear();
    } else {
      ++waiting_;
    }
  }
  // One of the offered hand-outs, any of them.
  void FireOne() {
    const size_t offered = std::min(waiting_, model_.Order().size());
    if (offered == 0) return;
    const int key = model_.Order()[random_.Below(offered)];
    EXPECT_TRUE(executor_.Fire("k" + std::to_string(key)));
    EXPECT_EQ(taken_, std::vector<int>{key});
    taken_.clear();
    --waiting_;
    model_.Take(key);
  }
  void MoveTime() {
    const int end = model_.now + static_cast<int>(random_.Below(4));
    const Time end_time = Time::FromSeconds(1000 + end);
    for (;;) {
      std::string first;
      Time first_at = end_time + Duration(1);
      for (const auto& [text, at] : executor_.Timers()) {
        if (at < first_at) {
          first = text;
          first_at = at;
        }
      }
      if (first.empty()) break;
      EXPECT_TRUE(executor_.Fire(first));
      model_.MoveTo(static_cast<int>(first_at.seconds()) - 1000);
    }
    executor_.now = end_time;
    model_.MoveTo(end);
  }
  void Compare() {
    ASSERT_EQ(queue_.Len(), model_.Len());
    std::vector<std::string> offers;
    for (const std::string& text : executor_.Enabled()) {
      if (text[0] == 'k') offers.push_back(text);
    }
    std::vector<std::string> want;
    const std::vector<int> order = model_.Order();
    for (size_t i = 0; i < std::min(waiting_, order.size()); ++i) want.push_back("k" + std::to_string(order[i]));
    std::sort(offers.begin(), offers.end());
    std::sort(want.begin(), want.end());
    ASSERT_EQ(offers, want);
    ASSERT_TRUE(taken_.empty());
  }

  StepExecutor& executor_;
  TestQueue& queue_;
  Model& model_;
  const bool drains_;
  Random random_;
  TaskGroup group_;
  size_t waiting_ = 0;
  std::vector<int> taken_;
};

template <typename QueueType, typename ModelType>
void RunSeeds(bool drains) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    StepExecutor executor;
    QueueType queue(executor, {.name = "q"});
    ModelType model;
    Driver driver(executor, queue, model, drains, seed);
    for (int i = 0; i < 1000; ++i) {
      if (i == 900) driver.ShutDown();
      driver.Step();
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(QueueModelTest, Fifo) { RunSeeds<FifoQueue<TestKey>, FifoModel>(/*drains=*/true); }               // T-100, T-101
TEST(QueueModelTest, Priority) { RunSeeds<PriorityQueue<TestKey>, PriorityModel>(/*drains=*/false); }  // T-103

}  // namespace
}  // namespace wavetank
