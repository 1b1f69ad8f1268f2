// The command line in a test: a folder of its own, a terminal that remembers, and a few scenarios.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/exec/sleep.h"
#include "runtime/exec/task.h"
#include "tools/cli/command.h"

namespace wavetank::cli {

class FakeTerminal final : public Terminal {
 public:
  void Out(std::string_view text) override { out += text; }
  void Err(std::string_view text) override { err += text; }
  std::string out_failure() const override { return full ? "No space left on device" : ""; }
  bool out_is_terminal() const override { return person; }
  bool err_is_terminal() const override { return person; }
  bool likes_colour() const override { return person; }
  Duration Now() const override { return now += step; }

  std::string out;
  std::string err;
  bool person = false;
  bool full = false;  // what is printed is lost
  Duration step{0};  // the clock moves so far each time somebody looks at it
  mutable Duration now{0};
};

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

// Programs for scenarios.
inline Task<Status> Idle(Environment& env) {
  co_await Sleep(env.executor(), std::chrono::hours(100'000), TimerClass::kBackground);
  co_return Status();
}
// Other memory, other behaviour: what must never be.
inline Task<Status> Moody(Environment& env) {
  static int calls = 0;
  ++calls;
  co_await Sleep(env.executor(), std::chrono::seconds(calls));
  co_await Sleep(env.executor(), std::chrono::hours(100'000), TimerClass::kBackground);
  co_return Status();
}
inline Task<Status> Dying(Environment& env) {
  co_await Sleep(env.executor(), std::chrono::seconds(1));
  std::_Exit(7);
  co_return Status();
}
inline Task<Status> Talkative(Environment& env) {
  env.logger().Info("hello from the controller", {{"answer", 42}});
  co_await Sleep(env.executor(), std::chrono::hours(100'000), TimerClass::kBackground);
  co_return Status();
}

// A scenario with one ConfigMap, that expects `count` of them.
inline std::string ScenarioText(const std::string& name, int count, const std::string& use = "idle",
                                const std::string& more = "") {
  return "apiVersion: wavetank.dev/v1alpha1\nkind: Scenario\nmetadata: {name: " + name +
         "}\nspec:\n  controllers: [{name: one, use: " + use +
         "}]\n  steps:\n  - apply: [manifests/settings.yaml]\n  - until: converged\n  expect:\n"
         "  - count: {kind: ConfigMap, is: " +
         std::to_string(count) + "}\n  explore: {schedules: 3}\n" + more;
}

class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "wavetank-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    old_folder_ = std::filesystem::current_path();
    std::filesystem::current_path(name);
    folder_ = name;
    programs_.Add("idle", Idle, "does nothing, for ever");
    programs_.Add("moody", Moody);
    programs_.Add("dying", Dying);
    programs_.Add("talkative", Talkative, "logs a line");
    Write("scenarios/manifests/settings.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: blue}\n");
  }
  void TearDown() override {
    std::filesystem::current_path(old_folder_);
    std::filesystem::remove_all(folder_);
  }

  static void Write(const std::string& path, const std::string& content) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    std::ofstream(path, std::ios::binary) << content;
  }
  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  Outcome Call(const std::vector<std::string>& args) {
    terminal_.out.clear();
    terminal_.err.clear();
    Context context{.programs = programs_, .terminal = terminal_};
    Outcome outcome;
    outcome.status = RunCommandLine(args, context);
    outcome.out = terminal_.out;
    outcome.err = terminal_.err;
    return outcome;
  }

  ControllerRegistry programs_;
  FakeTerminal terminal_;

 private:
  std::filesystem::path old_folder_;
  std::filesystem::path folder_;
};

}  // namespace wavetank::cli
