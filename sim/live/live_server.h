// LiveServer: HTTP exchanges of real clients, answered out of a LiveWorld.
//
//   LiveServer server(world, clockwork, {.token = "s3cret"});
//   https->Start(server);
//   server.Wake();                                     // the world begins to move
//
// Between requests it moves the world: as fast as there is something due, in portions, so that clients are heard meanwhile;
// then it sleeps until the next timer. Watches read the server's log; a client that reads slowly gets no more before it has
// taken what it got, and 410 when it falls behind the log.
// Ownership: world and clockwork outlive the server, and the clockwork calls nothing once it is gone; exchanges of watches
// and of waiting requests live here.
// Bounds: a watch or a waiting request for each exchange under way; kUnsentHigh bytes and one portion for each watch.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "runtime/transport/http_server.h"
#include "sim/front/front.h"
#include "sim/live/live_world.h"

namespace wavetank::sim {

// Time and turns, as a LiveServer needs them: an event loop, or a test.
class Clockwork {
 public:
  virtual Time Now() = 0;
  // In a later turn.
  virtual void Soon(std::function<void()> work) = 0;
  // At that time, in place of what was set before; nothing for Time::Max().
  virtual void WakeAt(Time at, std::function<void()> work) = 0;

 protected:
  ~Clockwork() = default;
};

// What happened, for a log of requests.
struct ServedRequest {
  std::string_view method;
  std::string_view target;
  int status = 0;
  size_t bytes = 0;  // of the body; of a watch those of its head
};

class LiveServer final : public HttpHandler {
 public:
  LiveServer(LiveWorld& world, Clockwork& clockwork, FrontOptions options)
      : world_(world), clockwork_(clockwork), front_(world, std::move(options)) {}

  void Handle(HttpRequest request, std::unique_ptr<HttpExchange> exchange) override;

  // Something is due: the programs were started, say.
  void Wake();
  // Ends all watches in good order and refuses what waits; from now on every request is answered 503.
  void Close();

  // Called after each answer.
  std::function<void(const ServedRequest&)> on_served;

  size_t watches() const { return watches_.size(); }

 private:
  static constexpr uint64_t kStepsAtOnce = 2000;
  static constexpr size_t kUnsentHigh = size_t{1} << 20;

  struct Watch {
    std::unique_ptr<HttpExchange> exchange;
    std::unique_ptr<FrontWatch> watch;
    bool gone = false;
    bool held = false;  // until the client has read
  };
  struct Waiting {
    HttpRequest request;
    std::unique_ptr<HttpExchange> exchange;
    std::optional<FrontPending> pending;
    bool gone = false;
    bool Ready(LiveWorld& world) const;
  };

  void Answer(const HttpRequest& request, std::unique_ptr<HttpExchange> exchange, Front::Outcome outcome);
  void Open(FrontAnswer answer, std::unique_ptr<HttpExchange> exchange);
  void Refuse(HttpExchange& exchange) const;
  void Served(const HttpRequest& request, const HttpResponse& response) const;

  void Turn();
  void FeedWatches();
  void Feed(Watch& watch);
  void ResumeWaiting();
  Time NextWake() const;

  LiveWorld& world_;
  Clockwork& clockwork_;
  Front front_;
  std::list<Watch> watches_;
  std::list<Waiting> waiting_;
  uint64_t turned_revision_ = 0;  // of the last turn
  bool awake_ = false;            // a turn is on its way
  bool closed_ = false;
};

}  // namespace wavetank::sim
