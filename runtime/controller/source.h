// Sources: where events come from (RT-090..093).
//
//   KindSource      objects of one kind, through an informer (kind_source.h)
//   ChannelSource   events from elsewhere in the process (channel_source.h)
//   FuncSource      any function that adds to the queue (below)
//
// A controller starts its sources together and waits for all of them before it hands out the first key (RT-061).
// Ownership: the controller owns its sources; they are destroyed after its tasks and before what SourceScope points to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "runtime/api/object.h"
#include "runtime/base/logging.h"
#include "runtime/base/pool.h"
#include "runtime/base/status.h"
#include "runtime/controller/handler.h"
#include "runtime/controller/predicate.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/task_group.h"

namespace wavetank {

// What a source gets at its start. Outlives it.
struct SourceScope {
  Environment* environment;
  Queue<ObjectKey>* queue;
  const Logger* logger;
  Signal* stop;               // set when the controller stops
  TaskGroup* tasks;           // for what runs beside the source's Start, until the controller has stopped
  uint64_t* handler_panics;   // counted by Dispatch
};

class Source : public Pooled<Source> {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  // "kind source: Pod".
  virtual std::string Describe() const = 0;
  // Begins to deliver. Ends at once, or fails; what takes time belongs in WaitForSync.
  virtual Task<Status> Start(SourceScope* scope) = 0;
  // Until everything that existed at the start has been delivered.
  virtual Task<Status> WaitForSync() { co_return Status(); }
};

// One event on its way: the predicates in order, then the handler (RT-092). An exception out of either skips the event
// (RT-098). `reason` is static text for the queue, or null.
void Dispatch(SourceScope& scope, const std::vector<Predicate>& predicates, const Handler& handler,
              const ObjectEvent& event, const char* reason);

// A function that starts a source of its own making. Global predicates do not see what it adds (RT-082).
class FuncSource final : public Source {
 public:
  using Function = std::function<Task<Status>(SourceScope*)>;
  explicit FuncSource(Function function) : function_(std::move(function)) {}
  std::string Describe() const override { return "function source"; }
  Task<Status> Start(SourceScope* scope) override { return function_(scope); }

 private:
  Function function_;
};

}  // namespace wavetank
