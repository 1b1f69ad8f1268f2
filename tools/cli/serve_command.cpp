#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "runtime/net/https_server.h"
#include "sim/live/live_server.h"
#include "tools/cli/command.h"
#include "tools/cli/kubeconfig.h"
#include "tools/cli/serve_programs.h"

namespace wavetank::cli {
namespace {

constexpr HelpText kHelp = {
    .command = "serve",
    .about =
        "Serves a simulated cluster over HTTPS, for kubectl and for clients in any language. Time is real: what waits "
        "a\n"
        "second takes a second. The cluster is empty at first and forgotten at the end. The certificate, and the token "
        "of "
        "the\n"
        "one administrator, are made up at the start and stand in a kubeconfig file.\n"
        "\n"
        "Prints one line on standard output when it is ready, to be pasted (or given to eval):\n"
        "  export KUBECONFIG=FILE\n"
        "Ctrl-C or SIGTERM ends it: watches are closed, answers under way are given. The second one ends it at once.\n"
        "\n"
        "Exit status: 0 ended by a signal; 1 it could not start (port in use, file cannot be written); 2 bad usage;\n"
        "130 ended by a second signal.\n",
    .examples =
        "serve | any free port, all controllers\n"
        "serve --port 6443 --kubeconfig cluster.kubeconfig | the same place each time\n"
        "serve --controllers none | an API server, and nobody behind it\n",
};

constexpr int kCutShort = 130;
constexpr Duration kGrace = std::chrono::seconds(1);

struct ServeFlags {
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  std::optional<std::string> kubeconfig;
  std::optional<std::string> token;
  uint64_t seed = 1;
  uint64_t nodes = 3;
  std::string controllers = "all";
  bool verbose = false;
};

// An event loop as the live server's clockwork.
class LoopClockwork final : public sim::Clockwork {
 public:
  explicit LoopClockwork(EventLoop& loop) : loop_(loop), alarm_(loop) {}
  Time Now() override { return loop_.Now(); }
  void Soon(std::function<void()> work) override { loop_.Post(std::move(work)); }
  void WakeAt(Time at, std::function<void()> work) override {
    if (at == Time::Max()) return alarm_.Cancel();
    alarm_.Set(at, std::move(work));
  }

 private:
  EventLoop& loop_;
  Alarm alarm_;
};

class Session {
 public:
  Session(const ServeFlags& flags, std::vector<sim::LiveProgram> programs, Context& context)
      : flags_(flags),
        context_(context),
        token_(flags.token.has_value() ? *flags.token : RandomToken()),
        clockwork_(loop_),
        world_({.seed = flags.seed,
                .start = loop_.Now(),
                .programs = std::move(programs),
                .logs = flags.verbose ? std::make_shared<SpdlogSink>() : nullptr}),
        server_(world_, clockwork_, {.token = token_}) {}

  int Run() {
    const Status started = Start();
    if (!started.ok()) {
      context_.terminal.Err(context_.short_name() + " serve: " + started.message() + "\n");
      return kFailed;
    }
    loop_.OnSignals({SIGINT, SIGTERM, SIGHUP}, [this](int) { OnSignal(); });
    Announce();
    loop_.Run();
    if (!flags_.kubeconfig.has_value()) unlink(kubeconfig_.c_str());  // nobody named it, nobody would find it
    return status_;
  }

 private:
  Status Start() {
    WT_ASSIGN(ServerIdentity identity, MakeServerIdentity(IdentityFor(flags_.address), loop_.Now()));
    const std::string ca = identity.ca_pem;
    HttpsServerOptions options{.address = flags_.address, .port = flags_.port, .identity = std::move(identity)};
    options.max_unsent = size_t{512} << 20;  // one portion of a watch; the live server waits before it gives the next
    https_ = MakeHttpsServer(loop_, std::move(options));
    WT_RETURN_IF_ERROR(https_->Start(server_).Wrap("cannot listen at"));
    url_ = "https://" + Reachable(https_->address());
    const uint16_t port = static_cast<uint16_t>(std::stoul(url_.substr(url_.rfind(':') + 1)));
    kubeconfig_ = flags_.kubeconfig.has_value() ? *flags_.kubeconfig : DefaultKubeconfigPath(port);
    WT_RETURN_IF_ERROR(WriteKubeconfig(kubeconfig_, {.server = url_, .ca_pem = ca, .token = token_}));
    if (flags_.verbose) {
      server_.on_served = [this](const sim::ServedRequest& served) { Log(served); };
    }
    world_.Start();
    server_.Wake();
    return {};
  }

  // The usual names of this machine, and where it listens.
  static IdentityOptions IdentityFor(const std::string& address) {
    IdentityOptions options;
    if (address != "0.0.0.0" && address != "::" && std::ranges::find(options.names, address) == options.names.end()) {
      options.names.push_back(address);
    }
    return options;
  }
  // "0.0.0.0:6443" is no place to connect to.
  static std::string Reachable(std::string address) {
    for (const std::string_view everywhere : {"0.0.0.0:", "[::]:"}) {
      if (address.starts_with(everywhere)) address = "127.0.0.1:" + address.substr(everywhere.size());
    }
    return address;
  }

  void Announce() {
    std::string path = kubeconfig_;
    if (path.find_first_of(" '\"$\\`!*?&|;<>()[]{}#~") != std::string::npos) {
      std::string quoted = "'";
      for (const char c : path) c == '\'' ? quoted += "'\\''" : quoted += c;
      path = quoted + "'";
    }
    context_.terminal.Err(context_.short_name() + " serve: ready at " + url_ + "; Ctrl-C ends it\n");
    context_.terminal.Out("export KUBECONFIG=" + path + "\n");
  }

  void Log(const sim::ServedRequest& served) {
    context_.terminal.Err(std::string(served.method) + " " + std::string(served.target) + " " +
                          std::to_string(served.status) + " " + std::to_string(served.bytes) + "\n");
  }

  void OnSignal() {
    if (std::exchange(stopping_, true)) {
      status_ = kCutShort;
      loop_.Stop();
      return;
    }
    server_.Close();
    https_->Stop(kGrace, [this] { loop_.Stop(); });
  }

  const ServeFlags& flags_;
  Context& context_;
  const std::string token_;
  EventLoop loop_;
  LoopClockwork clockwork_;
  sim::LiveWorld world_;
  sim::LiveServer server_;
  std::unique_ptr<HttpServer> https_;
  std::string url_;
  std::string kubeconfig_;
  bool stopping_ = false;
  int status_ = kPassed;
};

int Serve(std::span<const std::string> args, Context& context) {
  ServeFlags given;
  std::optional<std::string> address;
  std::optional<std::string> controllers;
  std::optional<uint64_t> port;
  std::optional<uint64_t> seed;
  std::optional<uint64_t> nodes;
  Flags flags;
  flags.Number("--port", "N", "the port; 0 (the default): any that is free", &port, 0, 65535);
  flags.Text("--address", "IP", "where to listen (127.0.0.1)", &address);
  flags.Text("--kubeconfig", "FILE", "where the kubeconfig goes (a file for temporary use, removed at the end)",
             &given.kubeconfig);
  flags.Text("--token", "T", "the administrator's bearer token (made up)", &given.token);
  flags.Text("--controllers", "LIST",
             "who lives in the cluster: all (the default), none, or names with commas; see below", &controllers);
  flags.Number("--nodes", "N", "nodes, each with a kubelet (3)", &nodes, 0, 10'000);
  flags.Number("--seed", "N", "of uids and generated names (1)", &seed);
  flags.Switch("-v,--verbose", "requests and the controllers' logs on standard error", &given.verbose);
  const std::string about = std::string(kHelp.about) + "\n" + ServeProgramsHelp(context.programs);
  const HelpText help{.command = kHelp.command, .about = about, .examples = kHelp.examples};
  if (const std::optional<int> done = ParseOrExplain(args, help, flags, context)) return *done;

  given.port = static_cast<uint16_t>(port.value_or(0));
  given.seed = seed.value_or(given.seed);
  given.nodes = nodes.value_or(given.nodes);
  given.address = address.value_or(given.address);
  given.controllers = controllers.value_or(given.controllers);
  if (given.token.has_value() && !UsableToken(*given.token)) {
    return Misused("serve", "--token: a token is of letters, digits and -._~+/=", context);
  }
  Result<std::vector<sim::LiveProgram>> programs = ServePrograms(given.controllers, given.nodes, context.programs);
  if (!programs.ok()) return Misused("serve", "--controllers: " + programs.status().message(), context);
  return Session(given, *std::move(programs), context).Run();
}

}  // namespace

Command ServeCommand() { return {"serve", "serve a simulated cluster to kubectl and other clients", &Serve}; }

}  // namespace wavetank::cli
