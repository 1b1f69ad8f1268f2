// What the tests of the reflector share: a sink that writes down what it is told, and a reflector before a fake server.
//
//   class MyTest : public testing_util::ReflectorTestBase {};
//   Make(options); Start();
//   EXPECT_EQ(Requests(), "list '0' limit 500; watch '2'");
//   EXPECT_EQ(tape_.Take(), "replace 1@2; ADDED b");
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/cache/cache_test_util.h"
#include "runtime/cache/reflector.h"
#include "runtime/exec/task_group.h"

namespace wavetank::testing_util {

// "replace 2@5; ADDED a; bookmark 9"; with names "replace a b @5".
class Tape final : public ReflectorSink {
 public:
  void TellNames() { names_ = true; }
  void Replace(const String&, std::vector<Object> items, uint64_t version) override {
    std::string what = " " + std::to_string(items.size());
    if (names_) {
      what.clear();
      for (const Object& object : items) what += " " + object.name().str();
      what += " ";
    }
    Write("replace" + what + "@" + std::to_string(version));
  }
  void Apply(WatchEvent::Type type, Object object) override {
    Write(std::string(WatchEventTypeName(type)) + " " + object.name().str());
  }
  void Bookmark(uint64_t version) override { Write("bookmark " + std::to_string(version)); }
  std::string Take() { return std::exchange(text_, {}); }

 private:
  void Write(const std::string& line) { text_ += (text_.empty() ? "" : "; ") + line; }
  bool names_ = false;
  std::string text_;
};

class ReflectorTestBase : public testing::Test {
 protected:
  ReflectorTestBase() : group_(world_.executor) {
    ClientOptions once;
    once.max_retries = 0;
    client_.emplace(&world_.env, KindRegistry::BuiltIn(), once);
    Make(ReflectorOptions());
  }
  void Make(ReflectorOptions options) {
    options.owner = "test";
    reflector_ = std::make_unique<Reflector>(*client_, *world_.pods, std::move(options), &tape_);
  }
  void Start() {
    group_.Spawn(reflector_->Run());
    world_.Settle();
  }
  FakeTransport& server() { return world_.env.fake; }
  // What was asked for since the last call: "list '0' limit 500; watch '5'"; "watch+" asks for initial events.
  std::string Requests() {
    std::string out;
    for (const FakeTransport::Record& record : server().requests()) {
      if (!out.empty()) out += "; ";
      const bool initial = record.list.send_initial_events.value_or(false);
      EXPECT_EQ(record.list.resource_version_match.view(), initial ? "NotOlderThan" : "");
      EXPECT_EQ(record.list.allow_bookmarks, record.verb == Verb::kWatch);
      out.append(VerbName(record.verb)).append(initial ? "+ '" : " '");
      out.append(record.list.resource_version.view()).append("'");
      if (record.list.limit > 0) out += " limit " + std::to_string(record.list.limit);
    }
    server().ClearLog();
    return out;
  }
  Time Now() { return world_.executor.Now(); }
  // Runs the next timer; how far time moved.
  Duration NextTimer() {
    const Time before = Now();
    EXPECT_TRUE(world_.executor.RunNextTimer());
    world_.Settle();
    return Now() - before;
  }

  World world_;
  std::optional<Client> client_;
  Tape tape_;
  std::unique_ptr<Reflector> reflector_;
  TaskGroup group_;
};

}  // namespace wavetank::testing_util
