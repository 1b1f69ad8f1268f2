// Judges a compiler: everyday coroutine code around a value that notices bitwise copies, double destruction and leaks.
//
// GCC 12 fails many of these (bodies that silently never run, temporaries destroyed twice); Clang 19 passes all. The first
// half is what our own code is made of. The second half is what the rule "co_await stands alone" forbids in it, and what
// users will write all the same; there co_await is spelt AWAIT, since the check of that rule reads text.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/tracked_test_util.h"

#define AWAIT co_await

namespace wavetank {
namespace {

using test::Tracked;

Executor* g_executor = nullptr;  // of the running test

// Every callee suspends once, so that temporaries have to live in the caller's frame.
Task<void> Pause() { co_await Sleep(*g_executor, Duration(1)); }

Task<int> ByValue(Tracked a) {
  co_await Pause();
  co_return a.value();
}
Task<int> ByReference(const Tracked& a) {  // NOLINT: the argument outlives the await in every caller below
  co_await Pause();
  co_return a.value();
}
Task<Tracked> Make(int n) {
  co_await Pause();
  co_return Tracked(n);
}
Task<int> Number(int n) {
  co_await Pause();
  co_return n;
}
Task<bool> Yes() {
  co_await Pause();
  co_return true;
}
Task<Result<Tracked>> Try(int n) {
  co_await Pause();
  if (n < 0) co_return Status(Code::kNotFound, "negative");
  co_return Tracked(n);
}

class CompilerTest : public ::testing::Test {
 protected:
  CompilerTest() { g_executor = &executor; }
  void TearDown() override {
    EXPECT_EQ(Tracked::live, 0);
    EXPECT_EQ(executor.timers(), 0u);
  }
  // Runs the task to its end, and then again, destroyed at each of its suspensions.
  template <typename T>
  T RunAndCrash(Task<T> (*make)()) {
    T result = executor.Run(make());
    for (int crash = 0;; ++crash) {
      Task<T> task = make();
      task.Start(executor);
      for (int i = 0; i < crash && !task.done(); ++i) executor.RunNextTimer();
      if (task.done()) break;
    }
    return result;
  }
  ManualExecutor executor;
};

// Safe on every compiler.

Task<int> ClassTemporaries() {
  const int a = co_await ByValue(Tracked(1));
  const int b = co_await ByReference(Tracked(2));
  Tracked local(3);
  const int c = co_await ByValue(local);
  const int d = co_await ByValue(std::move(local));
  co_return a * 1000 + b * 100 + c * 10 + d;
}
TEST_F(CompilerTest, ClassTemporaries) { EXPECT_EQ(RunAndCrash(&ClassTemporaries), 1233); }

Task<size_t> Length(std::string text) {
  co_await Pause();
  co_return text.size();
}
Task<size_t> LengthOf(const std::string& text) {  // NOLINT: as above
  co_await Pause();
  co_return text.size();
}
Task<size_t> Strings() {
  std::string name = "a name that is too long for the small-string optimisation";
  const size_t a = co_await Length(name + "/" + name);
  const size_t b = co_await LengthOf("prefix/" + name);
  const size_t c = co_await Length("literal");
  co_return a + b + c;
}
TEST_F(CompilerTest, Strings) { EXPECT_EQ(RunAndCrash(&Strings), 57u * 3 + 1 + 7 + 7); }

Task<int> Owned(std::unique_ptr<Tracked> unique, std::shared_ptr<Tracked> shared, std::optional<Tracked> optional,
                std::pair<Tracked, Tracked> pair, std::chrono::milliseconds time) {
  co_await Pause();
  co_return unique->value() + shared->value() + optional->value() + pair.first.value() + pair.second.value() +
      static_cast<int>(time.count());
}
Task<int> LibraryTypes() {
  const int sum =
      co_await Owned(std::make_unique<Tracked>(1), std::make_shared<Tracked>(2), std::make_optional<Tracked>(4),
                     std::make_pair(Tracked(8), Tracked(16)), std::chrono::milliseconds(32));
  co_return sum;
}
TEST_F(CompilerTest, LibraryTypes) { EXPECT_EQ(RunAndCrash(&LibraryTypes), 63); }

class Builder {
 public:
  Builder& Add(int n) {
    sum_ += n;
    return *this;
  }
  Builder Copy() const { return *this; }
  int sum() const { return sum_ + tracked_.value(); }

 private:
  int sum_ = 0;
  Tracked tracked_;
};
Task<int> Build(Builder builder) {
  co_await Pause();
  co_return builder.sum();
}
Task<int> BuilderChains() {
  const int a = co_await Build(Builder().Add(1).Add(2));
  const int b = co_await Build(Builder().Add(3).Copy().Add(4));
  co_return a * 10 + b;
}
TEST_F(CompilerTest, BuilderChains) { EXPECT_EQ(RunAndCrash(&BuilderChains), 37); }

template <typename F>
Task<int> Call(F f) {
  co_await Pause();
  co_return f();
}
Task<int> SafeCaptures() {
  int x = 5;
  Tracked tracked(6);
  const int a = co_await Call([&] { return x + tracked.value(); });
  const int b = co_await Call([x] { return x; });
  auto named = [tracked] { return tracked.value(); };
  const int c = co_await Call(named);
  auto task = Call([tracked] { return tracked.value(); });  // in two steps
  const int d = co_await std::move(task);
  co_return a + b + c + d;
}
TEST_F(CompilerTest, SafeCaptures) { EXPECT_EQ(RunAndCrash(&SafeCaptures), 28); }

Task<Tracked> Tail(int n) { co_return co_await Make(n); }
Task<int> Assignments() {
  Tracked value = co_await Make(1);
  value = co_await Make(2);
  auto third = co_await Tail(3);
  co_await Make(4);  // the result is dropped
  co_return value.value() * 10 + third.value();
}
TEST_F(CompilerTest, Assignments) { EXPECT_EQ(RunAndCrash(&Assignments), 23); }

Task<std::pair<Tracked, std::string>> MakePair() {
  co_await Pause();
  co_return std::make_pair(Tracked(4), std::string("four"));
}
Task<std::vector<Tracked>> MakeMany(int count) {
  co_await Pause();
  std::vector<Tracked> many;
  for (int i = 0; i < count; ++i) many.emplace_back(i);
  co_return many;
}
Task<int> BindingsAndRanges() {
  auto [tracked, text] = co_await MakePair();
  int sum = tracked.value() + static_cast<int>(text.size());
  std::vector<Tracked> many = co_await MakeMany(4);
  for (const Tracked& one : many) {
    const int n = co_await ByReference(one);
    sum += n;
  }
  co_return sum;
}
TEST_F(CompilerTest, BindingsAndRanges) { EXPECT_EQ(RunAndCrash(&BindingsAndRanges), 14); }

Task<int> Loops() {
  int sum = 0;
  for (int i = 0; i < 10; ++i) {
    Tracked guard(i);
    const int n = co_await ByValue(guard);
    if (n % 2 == 1) continue;
    if (n == 8) break;
    sum += n;
  }
  while (sum < 20) {
    const int n = co_await Number(3);
    sum += n;
  }
  co_return sum;
}
TEST_F(CompilerTest, Loops) { EXPECT_EQ(RunAndCrash(&Loops), 21); }

Task<int> Throwing(int n) {
  Tracked guard(n);
  co_await Pause();
  if (n > 1) throw std::runtime_error("too much");
  co_return n;
}
Task<int> TryAndCatch() {
  int sum = 0;
  for (int i = 0; i < 4; ++i) {
    bool caught = false;
    try {
      Tracked guard(i);
      const int n = co_await Throwing(i);
      sum += n;
    } catch (const std::runtime_error&) {
      caught = true;
    }
    if (caught) {
      const int n = co_await Number(10);
      sum += n;
    }
  }
  co_return sum;
}
TEST_F(CompilerTest, TryAndCatch) { EXPECT_EQ(RunAndCrash(&TryAndCatch), 21); }

class Shape {
 public:
  virtual ~Shape() = default;
  virtual Task<int> Area(Tracked scale) = 0;
};
class Square final : public Shape {
 public:
  explicit Square(int side) : side_(side) {}
  Task<int> Area(Tracked scale) override {
    const int side = co_await Side();
    co_return side* side* scale.value();
  }

 private:
  Task<int> Side() {
    co_await Pause();
    co_return side_.value();
  }
  Tracked side_;
};
Task<int> Members() {
  std::unique_ptr<Shape> shape = std::make_unique<Square>(3);
  const int area = co_await shape->Area(Tracked(2));
  auto lambda = [](auto a, auto b) -> Task<int> {  // generic, without captures
    co_await Pause();
    co_return a.value() + b;
  };
  const int sum = co_await lambda(Tracked(1), 2);
  co_return area + sum;
}
TEST_F(CompilerTest, Members) { EXPECT_EQ(RunAndCrash(&Members), 21); }

// A statement macro that returns the error, as users write it.
#define TRY_ASSIGN(declaration, ...)         \
  auto tried = __VA_ARGS__;                  \
  if (!tried.ok()) co_return tried.status(); \
  declaration = *std::move(tried)

Task<Result<int>> TryTwice(int n) {
  int sum = 0;
  {
    TRY_ASSIGN(Tracked first, AWAIT Try(1));
    sum += first.value();
  }
  TRY_ASSIGN(Tracked second, AWAIT Try(n));
  co_return sum + second.value();
}
Task<int> EarlyReturns() {
  auto good = co_await TryTwice(5);
  auto bad = co_await TryTwice(-5);
  co_return good.ok() && !bad.ok() ? *good : -1;
}
TEST_F(CompilerTest, EarlyReturns) { EXPECT_EQ(RunAndCrash(&EarlyReturns), 6); }

Task<int> Fall(int n) {
  if (n == 0) co_return 0;
  const int below = co_await Fall(n - 1);
  co_return below + 1;
}
Task<int> Climb() {
  int sum = 0;
  for (int i = 0; i < 300'000; ++i) {
    const int n = co_await Fall(1);
    sum += n;
  }
  co_return sum;
}
TEST_F(CompilerTest, SynchronousAwaitsNeedNoStack) { EXPECT_EQ(executor.Run(Climb()), 300'000); }

// Forbidden in our code, right on the compilers we accept.

struct Aggregate {
  Tracked a;
  int b = 0;
  std::string c;
  Task<int> Sum() const {
    co_await Pause();
    co_return a.value() + b;
  }
};
Task<int> SumOf(Aggregate x) {
  co_await Pause();
  co_return x.a.value() + x.b;
}
Task<int> SumOfReference(const Aggregate& x) {  // NOLINT: as above
  co_await Pause();
  co_return x.a.value() + x.b;
}
Task<int> AggregateArguments() {
  const int a = AWAIT SumOf(Aggregate{Tracked(1), 2, "c"});
  const int b = AWAIT SumOf({Tracked(3), 4, "c"});
  const int c = AWAIT SumOf({.a = Tracked(5), .b = 6, .c = "c"});
  const int d = AWAIT SumOfReference({.a = Tracked(7), .b = 8, .c = "c"});
  const int e = AWAIT Aggregate{Tracked(9), 10, "c"}.Sum();
  co_return a + b + c + d + e;
}
TEST_F(CompilerTest, AggregateArguments) { EXPECT_EQ(RunAndCrash(&AggregateArguments), 55); }

Task<int> CapturingLambdas() {
  Tracked tracked(4);
  const int a = AWAIT Call([tracked] { return tracked.value(); });
  const int b = AWAIT Call(
      [moved = Tracked(5), text = std::string(50, 'x')] { return moved.value() + static_cast<int>(text.size()); });
  co_return a + b;
}
TEST_F(CompilerTest, CapturingLambdas) { EXPECT_EQ(RunAndCrash(&CapturingLambdas), 59); }

int g_bodies = 0;  // how many bodies ran
Task<void> IfWithoutLocals() {
  if (AWAIT Yes()) ++g_bodies;
}
Task<void> WhileWithoutLocals() {
  while (AWAIT Number(2 - g_bodies)) ++g_bodies;
}
Task<void> SwitchWithoutLocals() {
  switch (AWAIT Number(1)) {
    case 1: ++g_bodies; break;
    default: g_bodies = -100;
  }
}
Task<void> DoWithoutLocals() {
  do ++g_bodies;
  while (AWAIT Number(g_bodies < 5 ? 1 : 0));
}
Task<void> AndWithoutLocals() {
  if (AWAIT Yes() && AWAIT Yes()) ++g_bodies;
}
Task<int> Conditions() {
  g_bodies = 0;
  co_await IfWithoutLocals();
  co_await WhileWithoutLocals();
  co_await SwitchWithoutLocals();
  co_await DoWithoutLocals();
  co_await AndWithoutLocals();
  if (auto result = AWAIT Try(1); !result.ok()) co_return -1;
  co_return g_bodies;
}
TEST_F(CompilerTest, Conditions) { EXPECT_EQ(RunAndCrash(&Conditions), 6); }

Task<int> Ternaries() {
  const bool yes = co_await Yes();
  Tracked other(2);
  const Tracked a = yes ? AWAIT Make(1) : other;
  const Tracked b = !yes ? AWAIT Make(1) : other;
  const int c = yes && AWAIT Yes() ? 4 : 0;
  co_return a.value() + b.value() + c;
}
TEST_F(CompilerTest, Ternaries) { EXPECT_EQ(RunAndCrash(&Ternaries), 7); }

Task<Aggregate> MakeAggregate() { co_return Aggregate{Tracked(1), AWAIT Number(2), "c"}; }
Task<int> Braces() {
  const Aggregate a = AWAIT MakeAggregate();
  const Aggregate b{.a = AWAIT Make(3), .b = AWAIT Number(4), .c = "c"};
  const std::vector<int> c{AWAIT Number(5), AWAIT Number(6)};
  co_return a.a.value() + a.b + b.a.value() + b.b + c[0] + c[1];
}
TEST_F(CompilerTest, Braces) { EXPECT_EQ(RunAndCrash(&Braces), 21); }

Task<int> SumOfList(std::vector<Tracked> list) {
  co_await Pause();
  int sum = 0;
  for (const Tracked& one : list) sum += one.value();
  co_return sum;
}
Task<int> Lists() {
  Tracked a(1), b(2);
  const int x = AWAIT SumOfList({a, b});
  const int y = AWAIT SumOfList(std::vector<Tracked>{a, Tracked(3)});
  const int z = AWAIT SumOf({AWAIT Make(4), AWAIT Number(5), "c"});
  co_return x + y + z;
}
TEST_F(CompilerTest, Lists) { EXPECT_EQ(RunAndCrash(&Lists), 16); }

Task<int> TestMacros() {
  EXPECT_EQ(AWAIT Number(1), 1);
  EXPECT_TRUE(AWAIT Yes());
  const int sum = AWAIT Number(2) + AWAIT Number(3);
  co_return sum;
}
TEST_F(CompilerTest, TestMacros) { EXPECT_EQ(RunAndCrash(&TestMacros), 5); }

}  // namespace
}  // namespace wavetank
