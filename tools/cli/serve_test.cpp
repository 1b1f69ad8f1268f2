// serve: flags, the kubeconfig, and a server that starts and ends. What it answers is tested in sim/front and sim/live, over
// which sockets in runtime/net, and with kubectl in tools/interop.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>

#include "runtime/api/wire_text.h"
#include "runtime/value/yaml.h"
#include "tools/cli/cli_test_util.h"
#include "tools/cli/kubeconfig.h"
#include "tools/cli/serve_programs.h"

namespace wavetank::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Ends the server as soon as it says that it is ready.
class Impatient final : public Terminal {
 public:
  void Out(std::string_view text) override {
    out += text;
    const std::string line(text);
    kubeconfig = line.substr(line.find('=') + 1, line.size() - line.find('=') - 2);
    std::ifstream in(kubeconfig);
    config = std::string(std::istreambuf_iterator<char>(in), {});
    struct stat facts{};
    if (stat(kubeconfig.c_str(), &facts) == 0) mode = facts.st_mode & 0777;
    for (int i = 0; i < signals; ++i) raise(SIGTERM);
  }
  void Err(std::string_view text) override { err += text; }
  bool out_is_terminal() const override { return false; }
  bool err_is_terminal() const override { return false; }
  bool likes_colour() const override { return false; }
  Duration Now() const override { return Duration(0); }

  int signals = 1;
  std::string out;
  std::string err;
  std::string kubeconfig;
  std::string config;
  unsigned mode = 0;
};

class ServeTest : public CliTest {
 public:
  int Serve(std::vector<std::string> args) {
    args.insert(args.begin(), "serve");
    Context context{.programs = programs_, .terminal = terminal_};
    return RunCommandLine(args, context);
  }
  Impatient terminal_;  // in place of CliTest
};

TEST_F(ServeTest, StartsSaysSoAndEndsAtASignal) {
  EXPECT_EQ(Serve({"--kubeconfig", "my config"}), 0);
  EXPECT_EQ(terminal_.out, "export KUBECONFIG='my config'\n");
  EXPECT_THAT(terminal_.err, StartsWith("wavetank serve: ready at https://127.0.0.1:"));
  EXPECT_TRUE(std::filesystem::exists("my config"));  // it was named, so it stays
}

TEST_F(ServeTest, TheKubeconfigIsCompleteAndPrivate) {
  EXPECT_EQ(Serve({"--token", "abc.def", "--kubeconfig", "kc"}), 0);
  EXPECT_EQ(terminal_.mode, 0600u);
  const Result<std::vector<Value>> documents = ParseYamlValues(terminal_.config);
  ASSERT_TRUE(documents.ok());
  ASSERT_EQ(documents->size(), 1u);
  const Value& config = (*documents)[0];
  EXPECT_EQ(config["kind"].AsString(), "Config");
  EXPECT_EQ(config["current-context"].AsString(), config["contexts"][0]["name"].AsString());
  EXPECT_EQ(config["users"][0]["user"]["token"].AsString(), "abc.def");
  EXPECT_THAT(std::string(config["clusters"][0]["cluster"]["server"].AsString()), StartsWith("https://127.0.0.1:"));
  const Result<std::string> ca =
      DecodeBase64(config["clusters"][0]["cluster"]["certificate-authority-data"].AsString());
  ASSERT_TRUE(ca.ok());
  EXPECT_THAT(*ca, StartsWith("-----BEGIN CERTIFICATE-----\n"));
}

TEST_F(ServeTest, AFileOfItsOwnIsRemovedAtTheEnd) {
  EXPECT_EQ(Serve({"--controllers", "none"}), 0);
  EXPECT_THAT(terminal_.kubeconfig, HasSubstr("/wavetank-"));
  EXPECT_FALSE(terminal_.config.empty());
  EXPECT_FALSE(std::filesystem::exists(terminal_.kubeconfig));
}

TEST_F(ServeTest, ForeignFilesAreNotTouched) {
  Write("kc", "apiVersion: v1\nkind: Config # of a real cluster\n");
  EXPECT_EQ(Serve({"--kubeconfig", "kc"}), kFailed);
  EXPECT_THAT(terminal_.err, HasSubstr("kc: is there already and was not written by `serve`"));
  EXPECT_EQ(Read("kc"), "apiVersion: v1\nkind: Config # of a real cluster\n");
  EXPECT_EQ(Serve({"--kubeconfig", "no/such/folder/kc"}), kFailed);
  EXPECT_THAT(terminal_.err, HasSubstr("no/such/folder/kc: cannot be written: No such file or directory"));
  // Its own it replaces.
  EXPECT_EQ(Serve({"--kubeconfig", "own"}), 0);
  const std::string first = terminal_.config;
  EXPECT_EQ(Serve({"--kubeconfig", "own"}), 0);
  EXPECT_NE(terminal_.config, first);
}

TEST_F(ServeTest, APortInUseIsNamed) {
  struct Second final : Terminal {
    explicit Second(ServeTest& test) : test(test) {}
    void Out(std::string_view) override { raise(SIGTERM); }
    void Err(std::string_view text) override {
      err += text;
      const size_t colon = err.rfind(':');
      if (err.find("ready at") == std::string::npos || asked) return;
      asked = true;
      const std::string port = err.substr(colon + 1, err.find(';', colon) - colon - 1);
      status = test.Serve({"--port", port});
    }
    bool out_is_terminal() const override { return false; }
    bool err_is_terminal() const override { return false; }
    bool likes_colour() const override { return false; }
    Duration Now() const override { return Duration(0); }
    ServeTest& test;
    std::string err;
    bool asked = false;
    int status = -1;
  };
  Second first(*this);
  Context context{.programs = programs_, .terminal = first};
  EXPECT_EQ(RunCommandLine(std::vector<std::string>{"serve"}, context), 0);
  EXPECT_EQ(first.status, kFailed);
  EXPECT_THAT(terminal_.err, HasSubstr("cannot listen at: 127.0.0.1:"));
  EXPECT_THAT(terminal_.err, HasSubstr(": Address already in use\n"));
}

TEST_F(ServeTest, BadUsageIsExplained) {
  EXPECT_EQ(Serve({"--controllers", "schedular"}), kBadUsage);
  EXPECT_THAT(terminal_.err, HasSubstr("unknown controller \"schedular\" (did you mean \"scheduler\"?)"));
  EXPECT_EQ(Serve({"--controllers", "scheduler,scheduler"}), kBadUsage);
  EXPECT_EQ(Serve({"--controllers", ""}), kBadUsage);
  EXPECT_EQ(Serve({"--port", "65536"}), kBadUsage);
  EXPECT_EQ(Serve({"--token", "two words"}), kBadUsage);
  EXPECT_EQ(Serve({"extra"}), kBadUsage);
  EXPECT_EQ(Serve({"--address", "localhost"}), kFailed);
  EXPECT_THAT(terminal_.err, HasSubstr("localhost is no IP address"));
}

std::vector<std::string> NamesOf(std::string_view list, uint64_t nodes) {
  ControllerRegistry programs;
  programs.Add("mine", Idle, "idles");
  programs.Add("replicaset-like", Idle, "idles");
  programs.Add("replicationcontroller", Idle, "idles");
  std::vector<std::string> names;
  const Result<std::vector<sim::LiveProgram>> chosen = ServePrograms(list, nodes, programs);
  if (!chosen.ok()) return {chosen.status().message()};
  for (const sim::LiveProgram& program : *chosen) names.push_back(program.name);
  return names;
}

TEST(ServePrograms, AreChosenByName) {
  EXPECT_THAT(NamesOf("none", 3), ElementsAre());
  EXPECT_THAT(NamesOf("mine,scheduler", 3), ElementsAre("mine", "scheduler"));
  EXPECT_THAT(NamesOf("kubelet", 2), ElementsAre("kubelet-node-1", "kubelet-node-2"));
  const std::vector<std::string> all = NamesOf("all", 1);
  EXPECT_THAT(all, testing::IsSupersetOf({"scheduler", "kubelet-node-1", "replicaset-like", "replicationcontroller"}));
  EXPECT_THAT(all, testing::Not(testing::Contains("mine")));
  EXPECT_THAT(NamesOf("none,scheduler", 1), ElementsAre("unknown controller \"none\""));
}

TEST(Kubeconfig, QuotesWhatNeedsIt) {
  const std::string text = KubeconfigText({.server = "https://[::1]:6443", .ca_pem = "x", .token = "a\"b"});
  const Result<std::vector<Value>> documents = ParseYamlValues(text);
  ASSERT_TRUE(documents.ok());
  EXPECT_EQ((*documents)[0]["users"][0]["user"]["token"].AsString(), "a\"b");
  EXPECT_EQ((*documents)[0]["clusters"][0]["cluster"]["server"].AsString(), "https://[::1]:6443");
}

}  // namespace
}  // namespace wavetank::cli
