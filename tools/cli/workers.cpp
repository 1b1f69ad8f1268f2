#include "tools/cli/workers.h"

#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace wavetank::cli {
namespace {

// A message on its way: its kind, its length, its bytes.
enum class Kind : uint64_t { kPiece, kProgress, kAnswer };
struct Header {
  Kind kind = Kind::kPiece;
  uint64_t size = 0;
};
struct ProgressBody {
  uint64_t done = 0;
  uint64_t of = 0;
};

// False: nobody reads any more. No SIGPIPE, or a worker that died would take the parent along.
bool WriteAll(int fd, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t wrote = send(fd, at, size, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    at += wrote;
    size -= static_cast<size_t>(wrote);
  }
  return true;
}

bool ReadAll(int fd, void* data, size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(fd, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

bool Send(int fd, Kind kind, std::string_view body) {
  const Header header{kind, body.size()};
  return WriteAll(fd, &header, sizeof(header)) && WriteAll(fd, body.data(), body.size());
}

// "ended with signal 11 (Segmentation fault)"; empty when it ended well.
std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return "ended with signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  }
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : "ended with status " + std::to_string(code);
}

// The life of a worker: pieces in, answers out, until there are no more.
[[noreturn]] void Serve(int in, int out, const WorkerTasks& tasks) {
  uint64_t piece = 0;
  while (ReadAll(in, &piece, sizeof(piece))) {
    const std::string answer = tasks.work(piece, [&](uint64_t done, uint64_t of) {
      const ProgressBody body{done, of};
      Send(out, Kind::kProgress, {reinterpret_cast<const char*>(&body), sizeof(body)});
    });
    if (!Send(out, Kind::kAnswer, answer)) break;
  }
  close(in);
  close(out);
  std::exit(0);  // not _exit: sanitizers report leaks here
}

struct Worker {
  pid_t pid = -1;
  int to = -1;
  int from = -1;
  std::optional<size_t> piece;  // that it works on
};

class Pool {
 public:
  Pool(size_t pieces, const WorkerTasks& tasks) : pieces_(pieces), tasks_(tasks) {}

  std::vector<std::string> Run(size_t jobs) {
    for (size_t i = 0; i < std::min(jobs, pieces_); ++i) {
      if (!Start()) break;
    }
    while (!workers_.empty()) Wait();
    // Pieces that nobody could be started for.
    while (next_ < pieces_) Give(next_++, Status(Code::kUnavailable, "no process could be started"));
    return std::move(complaints_);
  }

 private:
  // Forks a worker and gives it the next piece.
  bool Start() {
    int down[2];
    int up[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, down) != 0) return false;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, up) != 0) {
      close(down[0]);
      close(down[1]);
      return false;
    }
    std::fflush(nullptr);  // or the worker would print it again
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
      // When the parent ends by a signal or a closed pipe nobody waits for the rest.
      if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) std::_Exit(1);
      // The ends of others: held open here, they would hide that somebody died.
      for (const Worker& other : workers_) {
        close(other.to);
        close(other.from);
      }
      close(down[1]);
      close(up[0]);
      Serve(down[0], up[1], tasks_);
    }
    close(down[0]);
    close(up[1]);
    if (pid < 0) {
      close(down[1]);
      close(up[0]);
      return false;
    }
    workers_.push_back({pid, down[1], up[0], std::nullopt});
    GivePiece(workers_.back());
    return true;
  }

  void GivePiece(Worker& worker) {
    if (next_ == pieces_) {
      worker.piece.reset();
      close(worker.to);  // it ends
      worker.to = -1;
      return;
    }
    worker.piece = next_++;
    const uint64_t piece = *worker.piece;
    WriteAll(worker.to, &piece, sizeof(piece));  // a failure shows as the end of `from`
  }

  void Wait() {
    std::vector<pollfd> polled;
    for (const Worker& worker : workers_) polled.push_back({worker.from, POLLIN, 0});
    if (poll(polled.data(), polled.size(), -1) < 0) return;  // interrupted
    for (size_t i = polled.size(); i-- > 0;) {
      if (polled[i].revents != 0) Receive(i);
    }
  }

  void Receive(size_t at) {
    Worker& worker = workers_[at];
    Header header;
    if (!ReadAll(worker.from, &header, sizeof(header))) return Bury(at);
    std::string body(header.size, '\0');
    if (!ReadAll(worker.from, body.data(), body.size())) return Bury(at);
    if (header.kind == Kind::kProgress && body.size() == sizeof(ProgressBody)) {
      ProgressBody progress;
      std::memcpy(&progress, body.data(), sizeof(progress));
      if (tasks_.progress && worker.piece.has_value()) tasks_.progress(*worker.piece, progress.done, progress.of);
    } else if (header.kind == Kind::kAnswer && worker.piece.has_value()) {
      Give(*worker.piece, std::move(body));
      GivePiece(worker);
    }
  }

  // The worker is gone; somebody else takes its place when there is work left.
  void Bury(size_t at) {
    const Worker worker = workers_[at];
    workers_.erase(workers_.begin() + static_cast<ptrdiff_t>(at));
    close(worker.from);
    if (worker.to >= 0) close(worker.to);
    int status = 0;
    while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
    }
    const std::string how = HowItEnded(status);
    if (worker.piece.has_value()) {
      Give(*worker.piece, Status(Code::kInternal, "its process " + (how.empty() ? "ended early" : how)));
      if (next_ < pieces_) Start();
    } else if (!how.empty()) {
      complaints_.push_back("a worker process " + how + " after its last scenario");
    }
  }

  // Hands out what is next in order.
  void Give(size_t piece, Answer answer) {
    waiting_.emplace(piece, std::move(answer));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == given_; first = waiting_.begin()) {
      Answer ready = std::move(first->second);
      waiting_.erase(first);
      tasks_.done(given_++, std::move(ready));
    }
  }

  const size_t pieces_;
  const WorkerTasks& tasks_;
  std::vector<Worker> workers_;
  size_t next_ = 0;   // the first piece that nobody has
  size_t given_ = 0;  // answers that were handed out
  std::map<size_t, Answer> waiting_;
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> RunInWorkers(size_t pieces, size_t jobs, const WorkerTasks& tasks) {
  if (pieces == 0) return {};
  if (jobs > 0) return Pool(pieces, tasks).Run(jobs);
  for (size_t piece = 0; piece < pieces; ++piece) {
    tasks.done(piece, tasks.work(piece, [&](uint64_t done, uint64_t of) {
      if (tasks.progress) tasks.progress(piece, done, of);
    }));
  }
  return {};
}

size_t Processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<size_t>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace wavetank::cli
