#include "sim/scenario/observers.h"

#include <utility>

namespace wavetank::sim {
namespace {

std::string_view WriteVerb(WatchEvent::Type type) {
  switch (type) {
    case WatchEvent::Type::kAdded: return "create";
    case WatchEvent::Type::kDeleted: return "delete";
    default: return "update";
  }
}

}  // namespace

void Tracer::Note(std::string text, bool important) {
  if (events_.size() == keep_) {
    events_.pop_front();
    ++dropped_;
  }
  events_.push_back({kernel_.steps(), kernel_.now() - Kernel::kStart, std::move(text), important});
}

void Tracer::BeforeStep(const Option& option) {
  std::string text = option.source->Describe(option.what);
  // One a minute for each watch: an hour of them would leave no room for anything that happened.
  if (text.starts_with("bookmark for ") || text.starts_with("deliver BOOKMARK ")) return;
  Note(std::move(text), false);
}

void Tracer::OnWrite(const LogEntry& entry, const Process* process) {
  const std::string actor = process == nullptr ? "somebody else" : process->name();
  // The first half of a graceful deletion is a change like any other to the store, but not to who reads a card.
  const bool begins_to_go = entry.object.deleting() && static_cast<bool>(entry.previous) &&
                            !entry.previous.deleting() && entry.type == WatchEvent::Type::kModified;
  const std::string_view kind = entry.resource->gvk.kind.view();
  Note(actor + " wrote: " + std::string(begins_to_go ? "delete (it goes later)" : WriteVerb(entry.type)) + " " +
           std::string(kind) + " " + entry.object.key().ToString() + " (version " + std::to_string(entry.revision) +
           ")",
       kind != "Event");  // advice, and seldom what a failure is about
}

void RequestLog::OnSend(const ApiRequest& request, const Process& process) {
  const String& name =
      !request.name.empty() ? request.name : String(request.body[names::kMetadata][names::kName].AsString());
  for (size_t i = 0; i < tallies_.size(); ++i) {
    const auto* what = std::get_if<ExpectRequests>(&scenario_.expect[i].what);
    if (what == nullptr || !IsProcess(what->by, process.name())) continue;
    if (what->order.has_value()) {
      static const Name kEvents("events");
      if (!IsWrite(request.verb) || request.resource.resource == kEvents) continue;
      if (++tallies_[i].count > static_cast<int64_t>(kOrderKept)) continue;
      const ResourceInfo* kind = scenario_.kinds.Find(request.resource);
      Write write{std::string(VerbName(request.verb)) + " " +
                      std::string(kind == nullptr ? request.resource.resource.view() : kind->gvk.kind.view()),
                  name.str()};
      if (!request.subresource.empty()) write.text += "/" + request.subresource.str();
      tallies_[i].order.push_back(std::move(write));
      continue;
    }
    if (!what->verb.empty() && what->verb != VerbName(request.verb)) continue;
    if (what->resource != nullptr && !(what->resource->gvr == request.resource)) continue;
    if (what->subresource.has_value() && !(request.subresource == *what->subresource)) continue;
    if (!what->ns.empty() && !(request.ns == what->ns)) continue;
    if (!what->name.empty() && !(name == what->name)) continue;
    ++tallies_[i].count;
  }
}

RequestCounter::RequestCounter(const Scenario& scenario, Baseline& out) : scenario_(scenario), out_(out) {
  out_.requests.assign(scenario_.controllers.size(), {});
}

Verdict RequestCounter::OnSend(const ApiRequest& request, Process& process) {
  for (size_t i = 0; i < scenario_.controllers.size(); ++i) {
    if (scenario_.controllers[i].name == process.name()) ++out_.requests[i][static_cast<size_t>(request.verb)];
  }
  return {};
}

LogCounter::LogCounter(const Scenario& scenario, std::shared_ptr<LogSink> next)
    : scenario_(scenario), next_(std::move(next)), counts_(scenario.expect.size(), 0) {}

void LogCounter::Write(const LogRecord& record) {
  std::string line;
  for (size_t i = 0; i < scenario_.expect.size(); ++i) {
    const auto* what = std::get_if<ExpectLogs>(&scenario_.expect[i].what);
    if (what == nullptr) continue;
    if (!IsProcess(what->controller, record.name.substr(0, record.name.find('.')))) continue;
    if (line.empty()) line = FormatLogText(record);
    if (line.find(what->contains) != std::string::npos) ++counts_[i];
  }
  if (next_ != nullptr) next_->Write(record);
  if (tracer_ == nullptr) return;
  if (record.error != nullptr) {
    last_error_ = std::string(record.name) + ": " + std::string(record.message) + ": " + record.error->message();
  }
  LogRecord untimed = record;  // the event knows the time
  untimed.time.reset();
  tracer_->Note("log: " + FormatLogText(untimed), false);
}

bool CountsWrite(const ExpectWrites& what, const LogEntry& entry, std::string_view actor) {
  if (what.resource != entry.resource) return false;
  if (!IsProcess(what.by, actor)) return false;
  if (!what.verb.empty() && what.verb != WriteVerb(entry.type)) return false;
  if (!what.name.empty() && !(entry.object.name() == what.name)) return false;
  return what.ns.empty() || entry.object.ns() == what.ns;
}

}  // namespace wavetank::sim
