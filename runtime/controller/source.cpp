#include "runtime/controller/source.h"

#include <exception>

namespace wavetank {
namespace {

void Pass(SourceScope& scope, const std::vector<Predicate>& predicates, const Handler& handler, const ObjectEvent& event,
          const char* reason) {
  for (const Predicate& predicate : predicates) {
    if (!predicate(event)) return;
  }
  RequestSink sink(*scope.queue, event, reason);
  handler(event, sink);
}

}  // namespace

void Dispatch(SourceScope& scope, const std::vector<Predicate>& predicates, const Handler& handler,
              const ObjectEvent& event, const char* reason) {
  std::string what;  // made only when needed: this runs for every event
  try {
    return Pass(scope, predicates, handler, event, reason);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
    what = "an exception that is no std::exception";
  }
  ++*scope.handler_panics;
  scope.logger->Error(Status(Code::kInternal, "panic: " + what + " [recovered]"), "An event handler failed; event skipped",
                      {{"object", event.object.key().ToString()}});
}

}  // namespace wavetank
