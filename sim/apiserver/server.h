// ApiServer: the Kubernetes API server as a pure state machine (DESIGN section 6).
//
//   ApiServer server(ApiServer::Options{});
//   Outcome out = server.Apply(std::move(request), {now, &ids, "system:admin"}, replica);
//   if (auto* response = std::get_if<ApiResponse>(&out)) ...
//   for (const LogEntry& e : server.LogSince(before)) ...        // what watchers get
//   ApiServer next_schedule = server;                            // O(resources); both go on from here
//
// No clock, no threads, no IO, no randomness of its own: time and ids come with each request. Apply either answers, or
// says what it needs first: an answer of a webhook (NeedsCall), or a replica that has got further (WaitFor). What is left
// to do is then a plain value; Resume goes on with it, and other requests may have been applied in between.
//
// Order of the path, as in the real server: options, decode with defaulting, (patch), mutating admission, preparation,
// validation, store (observed.md "Order on create").
// Invariants: those of Store; a stored object has kind, apiVersion, uid, creationTimestamp and resourceVersion.
// Complexity: get, create, update, delete O(log n); list O(visited); a copy O(resources).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/time.h"
#include "runtime/transport/request.h"
#include "sim/apiserver/ids.h"
#include "sim/apiserver/state.h"
#include "sim/apiserver/store.h"

namespace wavetank::sim {

class Replica;

// What a request may know of the world around it.
struct RequestInfo {
  Time now;
  IdSource* ids = nullptr;
  String user;
};

// Where a request goes on after a wait: a plain value.
struct Continuation {
  enum class Stage : uint8_t { kRead, kCreateHook, kUpdateHook, kDeleteHook };
  explicit Continuation(ApiRequest request) : request(std::move(request)) {}

  ApiRequest request;
  Stage stage = Stage::kRead;
  Value object;      // as far as the path got: decoded, admitted by the hooks before `hook`
  Object base;       // what the store held then
  size_t hook = 0;   // in Options::hooks
  int attempts = 0;  // how often an update began anew because the object had moved
  Time deadline;     // of a read from the future
  std::vector<String> warnings;
};

// A webhook (or conversion) has to be asked; `body` is an AdmissionReview.
struct NeedsCall {
  std::string target;
  Value body;
  std::unique_ptr<Continuation> next;
};

// A read wants at least `revision`; it fails with 504 when that has not come by `deadline` (API-126).
struct WaitFor {
  uint64_t revision = 0;
  Time deadline;
  std::unique_ptr<Continuation> next;
};

using Outcome = std::variant<ApiResponse, NeedsCall, WaitFor>;

// How a call ended. For a WaitFor nothing of it is read.
struct CallAnswer {
  bool arrived = true;
  Value body;         // the AdmissionReview that came back
  std::string error;  // why nothing arrived
};

class ApiServer {
 public:
  using Options = ServerOptions;

  explicit ApiServer(Options options = {}, KindRegistry kinds = KindRegistry::BuiltIn());

  // Every verb but watch (watch.h).
  Outcome Apply(ApiRequest request, const RequestInfo& info, const Replica& replica);
  Outcome Resume(Continuation next, const CallAnswer& answer, const RequestInfo& info, const Replica& replica);

  uint64_t revision() const { return state_.store.revision(); }
  // The entries written since `revision`, in order. REQUIRES: revision >= log_floor(). Valid until the next Apply.
  std::span<const LogEntry> LogSince(uint64_t revision) const { return state_.store.log().Since(revision); }
  uint64_t log_floor() const { return state_.store.log().floor(); }
  // Versions up to `revision` are forgotten: exact lists, continue tokens and watches from before get 410.
  void Compact(uint64_t revision) { state_.store.Compact(revision); }
  // The same without the watches, which a real server serves from memory a while longer (observed.md 323).
  void CompactStorage(uint64_t revision) { state_.store.CompactStorage(revision); }

  const KindRegistry& kinds() const { return state_.kinds; }
  void SetKinds(KindRegistry kinds);
  const Options& options() const { return *state_.options; }

  // For oracles: what is stored, without a request. Empty when absent.
  Object Get(const ResourceInfo& resource, const ObjectKey& key) const;
  // In key order; an empty namespace means all of them.
  void ForEach(const ResourceInfo& resource, std::string_view ns,
               const std::function<void(const Object&)>& visit) const;
  size_t Count(const ResourceInfo& resource) const { return state_.store.tables().Of(resource).size(); }

  // For the other files of this folder.
  ServerState& state() { return state_; }
  const ServerState& state() const { return state_; }

 private:
  ServerState state_;
};

}  // namespace wavetank::sim
