// A controller for tests: it gives every ConfigMap of the default namespace the label `seen: "true"`.
//
// Written with runtime/client only: list, write what is missing, watch, and list again when the watch ends.
// Labeller is right under every fault; the others have a defect each.
#pragma once

#include "runtime/client/client.h"
#include "runtime/exec/sleep.h"
#include "sim/scenario/programs.h"

namespace wavetank::sim {

inline const Gvk& ConfigMapKind() {
  static const Gvk kKind("", "v1", "ConfigMap");
  return kKind;
}

// Writes the label when it is missing. An error means: look again later.
inline Task<Status> LabelOne(Client client, Object object) {
  static const Name kSeen("seen");
  if (object.deleting() || object.labels()[kSeen] == "true") co_return Status();
  const Object labelled = object.With(object.value().SetIn({names::kMetadata, names::kLabels, kSeen}, "true"));
  Result<Object> written = co_await client.Update(labelled);
  if (!written.ok() && written.code() == Code::kNotFound) co_return Status();
  co_return written.status();
}

inline Task<Status> LabelAll(Client client, std::vector<Object> objects) {
  for (const Object& object : objects) {
    Status done = co_await LabelOne(client, object);
    if (!done.ok()) co_return done;
  }
  co_return Status();
}

// One list, and the events after it until the watch ends.
inline Task<Status> LabelRound(Client client) {
  Result<ObjectList> list = co_await client.List(ConfigMapKind(), InNamespace("default"));
  CO_RETURN_IF_ERROR(list.status());
  Status labelled = co_await LabelAll(client, list->items);
  CO_RETURN_IF_ERROR(labelled);
  ListOptionsBuilder from = InNamespace("default");
  from.AtResourceVersion(list->resource_version);
  Result<std::unique_ptr<WatchStream>> stream = co_await client.Watch(ConfigMapKind(), from);
  CO_RETURN_IF_ERROR(stream.status());
  for (;;) {
    Result<std::optional<WatchEvent>> event = co_await (*stream)->Next();
    CO_RETURN_IF_ERROR(event.status());
    if (!event->has_value()) co_return Status();
    const WatchEvent& news = **event;
    if (news.type == WatchEvent::Type::kError) co_return Status();
    if (news.type != WatchEvent::Type::kAdded && news.type != WatchEvent::Type::kModified) continue;
    Status done = co_await LabelOne(client, news.object);
    CO_RETURN_IF_ERROR(done);
  }
}

inline Task<Status> Labeller(Environment& env) {
  ClientOptions options;
  options.max_retries = 0;
  Client client(&env, KindRegistry::BuiltIn(), options);
  for (;;) {
    Status round = co_await LabelRound(client);
    if (round.ok()) continue;
    env.logger().Info("again", {{"why", round.message()}});
    co_await Sleep(env.executor(), std::chrono::seconds(1));
  }
}

// Gives up at the first error, for ever: it never converges once a request has failed.
inline Task<Status> GivesUp(Environment& env) {
  Client client(&env, KindRegistry::BuiltIn());
  Status round = co_await LabelRound(client);
  for (;;) co_await Sleep(env.executor(), std::chrono::hours(24), TimerClass::kBackground);
}

// Ends, which a controller never does.
inline Task<Status> Ends(Environment& env) {
  co_await Sleep(env.executor(), std::chrono::seconds(1));
  co_return Status(Code::kUnavailable, "no leader");
}

// Looks again every second, for ever; with `write`, writes each time.
inline Task<Status> Busy(Environment& env, bool write, Duration pause) {
  Client client(&env, KindRegistry::BuiltIn());
  for (int64_t i = 0;; ++i) {
    Result<ObjectList> list = co_await client.List(ConfigMapKind(), InNamespace("default"));
    if (list.ok() && write) {
      for (const Object& object : list->items) {
        const Value next = object.value().SetIn({names::kMetadata, names::kLabels, Name("count")}, std::to_string(i));
        Result<Object> written = co_await client.Update(object.With(next));
        (void)written;
      }
    }
    if (pause > Duration::zero()) co_await Sleep(env.executor(), pause);
  }
}

// Different in every life: what a static variable does to a simulation.
inline Task<Status> Forgetful(Environment& env) {
  static int lives = 0;
  ++lives;
  Client client(&env, KindRegistry::BuiltIn());
  for (int i = 0; i < lives; ++i) {
    Result<ObjectList> list = co_await client.List(ConfigMapKind(), InNamespace("default"));
    (void)list;
  }
  for (;;) co_await Sleep(env.executor(), std::chrono::hours(24), TimerClass::kBackground);
}

inline ControllerRegistry TestPrograms() {
  ControllerRegistry programs;
  programs.Add("labeller", Labeller, "labels config maps");
  programs.Add("gives-up", GivesUp);
  programs.Add("ends", Ends);
  programs.Add("looks", [](Environment& env) { return Busy(env, false, std::chrono::seconds(1)); });
  programs.Add("writes", [](Environment& env) { return Busy(env, true, std::chrono::seconds(1)); });
  programs.Add("spins", [](Environment& env) { return Busy(env, false, Duration::zero()); });
  programs.Add("forgetful", Forgetful);
  return programs;
}

}  // namespace wavetank::sim
