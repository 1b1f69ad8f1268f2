// Front: the HTTP face of a simulated API server. HTTP request value -> server verbs -> HTTP response value; watches as
// sequences of encoded frames. No sockets: `wavetank serve` reads and writes those, `wavetank conformance` needs none.
//
//   Front front(host, {});
//   Front::Outcome out = front.Handle(http);
//   if (auto* answer = std::get_if<FrontAnswer>(&out)) {
//     send(answer->response);                                      // of a watch: the head
//     while (answer->watch && !answer->watch->ended()) send(answer->watch->Poll());
//   }
//
// The order of the real server's filters: audit id, deadline, who is it, may they, then routing and the handler (wire).
// Paths of no resource are answered by a table of pages (pages.h), Table and PartialObjectMetadata by transform.h.
// Ownership: the host outlives the front, its answers and watches. Single thread, as everything of a world.
// Bounds: a watch holds no events: it reads the server's log, and ends (410) when it fell behind the log.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/transport/http.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/request_codec.h"
#include "runtime/wire/target.h"
#include "sim/apiserver/openapi_cache.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/server.h"
#include "sim/apiserver/watch.h"

namespace wavetank::sim {

// Who applies requests: a bare server (BareHost below), or a world with a network around it.
class FrontHost {
 public:
  virtual ~FrontHost() = default;
  virtual ApiServer& server() = 0;
  virtual const Replica& replica() = 0;
  virtual Time now() = 0;
  // The outcome of a verb but watch; the world's own watchers are told.
  virtual Outcome Apply(ApiRequest request, std::string_view user) = 0;
  virtual Outcome Resume(Continuation next, const CallAnswer& answer, std::string_view user) = 0;
  // For Audit-Id and the like.
  virtual IdSource& ids() = 0;
};

struct FrontOptions {
  std::string token = "admin-token";  // Authorization: Bearer of the administrator
  // Who has no credentials is the administrator too (tests); else system:anonymous, who may look at health and version.
  bool trust_everybody = false;
};

// An accepted watch.
class FrontWatch {
 public:
  virtual ~FrontWatch() = default;
  // Everything that came since the last call as encoded frames, one a chunk.
  virtual std::vector<std::string> Poll() = 0;
  // No more will come: its time is over (timeoutSeconds), or an ERROR event was the last.
  virtual bool ended() const = 0;
  // When it has something to say by itself: its end, a bookmark; Time::Max() when it has not.
  virtual Time deadline() const = 0;
};

struct FrontAnswer {
  HttpResponse response;
  std::unique_ptr<FrontWatch> watch;  // of an accepted watch
};

// The request goes on when somebody was asked (a webhook), or a replica got further, or `deadline` came.
struct FrontPending {
  std::variant<NeedsCall, WaitFor> why;
  std::string user;
  AnswerFormat format;
  const ResourceInfo* resource = nullptr;
  std::string audit_id;
  std::string include_object;
  std::string limit;  // goes with an answer 201 (limits.h)
  Time deadline() const;
};

class Front {
 public:
  using Outcome = std::variant<FrontAnswer, FrontPending>;

  Front(FrontHost& host, FrontOptions options) : host_(host), options_(std::move(options)) {}

  Outcome Handle(const HttpRequest& request);
  Outcome Resume(FrontPending pending, const CallAnswer& answer);

  const FrontOptions& options() const { return options_; }

 private:
  class Exchange;
  Outcome Finish(sim::Outcome outcome, FrontPending pending, bool head);
  HttpResponse Encode(const ApiResponse& response, const FrontPending& pending);

  FrontHost& host_;
  const FrontOptions options_;
  OpenApiCache openapi_;
};

// A server with nothing around it: the caller moves the clock.
class BareHost : public FrontHost {
 public:
  BareHost(ApiServer& server, IdSource& ids, Time now) : server_(server), ids_(ids), now_(now) {}
  ApiServer& server() override { return server_; }
  const Replica& replica() override { return replica_; }
  Time now() override { return now_; }
  void set_now(Time now) { now_ = now; }
  Outcome Apply(ApiRequest request, std::string_view user) override;
  Outcome Resume(Continuation next, const CallAnswer& answer, std::string_view user) override;
  IdSource& ids() override { return ids_; }

 private:
  ApiServer& server_;
  IdSource& ids_;
  Replica replica_;
  Time now_;
};

}  // namespace wavetank::sim
