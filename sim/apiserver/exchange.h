// Exchange: one request on its way through the server, and what every verb needs for it.
//
//   Status failed = ...;
//   if (!failed.ok()) return Fail(failed);
//   return Reply(exchange, 200, object);
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "runtime/transport/request.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/server.h"
#include "sim/apiserver/state.h"

namespace wavetank::sim {

struct Exchange {
  ApiServer& server;
  ServerState& state;
  ApiRequest& request;
  const RequestInfo& info;
  const Replica& replica;
  const Served& served;
  std::vector<String> warnings;
  int attempts = 0;
  Time deadline;          // of a read that waits already; zero: it has not waited
  bool restored = false;  // of an update: a change was taken back, and makes it a write nevertheless

  const ResourceInfo& resource() const { return *served.resource; }
  const ResourceInfo& shown() const { return *served.shown; }  // the version of the request
  // A document of the request's version as it is stored, and back; the very document for nearly all kinds.
  Value ToStorage(const Value& document) const {
    return served.version == nullptr ? document : served.version->to_storage(state.kinds, document);
  }
  Value FromStorage(const Value& document) const {
    return served.version == nullptr ? document : served.version->from_storage(state.kinds, document);
  }
  const KindStrategy& strategy() const { return *served.strategy; }
  KeyView key() const { return KeyView(request.ns.view(), request.name.view()); }
  void Warn(std::string_view text);
};

// The answers. Warnings of the exchange go along.
ApiResponse Fail(const Status& status);
ApiResponse Reply(Exchange& exchange, int code, Object object);
ApiResponse ReplyDocument(Exchange& exchange, int code, Value document);

// The verbs (one file each).
Outcome Get(Exchange& exchange);
Outcome List(Exchange& exchange);
Outcome Create(Exchange& exchange);
Outcome Update(Exchange& exchange);
Outcome Patch(Exchange& exchange);
Outcome Delete(Exchange& exchange);
Outcome DeleteCollection(Exchange& exchange);
// POST of a kind that is asked and not stored: a Binding, a review.
Outcome CreateUnstored(Exchange& exchange);

// A new object from a decoded body, past the checks of names: POST, and PUT of a name that is free.
Outcome CreateObject(Exchange& exchange, Value object);
// A decoded document for the name in the path, from a PUT or made by a patch. `found`: what the store holds under that
// name, null when nothing.
Outcome UpdateObject(Exchange& exchange, Value object, const Object* found);
// PUT and PATCH of /scale.
Outcome UpdateScale(Exchange& exchange);
Outcome GetScale(Exchange& exchange, const Object& object);
// 404 or 405 for a subresource that the kind does not have, 501-like for one that is not built.
Status UnknownSubresource(const Exchange& exchange);
// Whether the kind table lists the verb ("get", "patch") for the request's subresource.
bool AllowsSubresource(const Exchange& exchange, std::string_view verb);
// What is left of the exchange while somebody else is asked. Takes the request out of it.
std::unique_ptr<Continuation> Suspend(Exchange& exchange, Continuation::Stage stage, Value object, size_t hook);

// Going on after a webhook answered. `next.object` is admitted up to hook `next.hook` (excluded).
Outcome ContinueCreate(Exchange& exchange, Value object, size_t hook);
Outcome ContinueUpdate(Exchange& exchange, const Object& base, Value object, size_t hook);
Outcome ContinueDelete(Exchange& exchange, size_t hook);

}  // namespace wavetank::sim
