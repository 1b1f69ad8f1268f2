// A pod's row: how many containers are ready, one word for its state, restarts (API-389).
#include <algorithm>
#include <optional>
#include <string>

#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

struct Progress {
  int64_t ready = 0;
  int64_t total = 0;
  int64_t restarts = 0;
  std::string_view last_restart;  // the latest end of a container; RFC 3339 in UTC orders as text
  std::string reason;
};

void Restarted(const Value& status, int64_t& restarts, std::string_view& last) {
  restarts += status["restartCount"].AsInt();
  last = std::max(last, status["lastState"]["terminated"]["finishedAt"].AsString());
}

// A sidecar: an init container that is restarted all along.
bool IsSidecar(const Value& pod, const Value& status) {
  const Value& container = FirstWith(pod["spec"]["initContainers"], "name", status["name"].AsString());
  return container["restartPolicy"] == "Always";
}

// "ExitCode:3", "Signal:9", or the reason given.
std::string EndOf(const Value& terminated) {
  if (!terminated["reason"].empty()) return std::string(terminated["reason"].AsString());
  if (terminated["signal"].AsInt() != 0) return "Signal:" + std::to_string(terminated["signal"].AsInt());
  return "ExitCode:" + std::to_string(terminated["exitCode"].AsInt());
}

// What an init container that is not through says; nothing when it is.
std::optional<std::string> InitReason(const Value& pod, const Value& status, size_t index, Progress& progress) {
  const Value& terminated = status["state"]["terminated"];
  const std::string_view waiting = status["state"]["waiting"]["reason"].AsString();
  if (!terminated.is_null() && terminated["exitCode"].AsInt() == 0) return std::nullopt;
  if (IsSidecar(pod, status) && status["started"].AsBool()) {
    if (status["ready"].AsBool()) ++progress.ready;
    return std::nullopt;
  }
  if (!terminated.is_null()) return "Init:" + EndOf(terminated);
  if (!waiting.empty() && waiting != "PodInitializing") return "Init:" + std::string(waiting);
  return "Init:" + std::to_string(index) + "/" + std::to_string(pod["spec"]["initContainers"].size());
}

// True while the pod initialises. Restarts count all init containers then, and only sidecars afterwards.
bool LookAtInit(const Value& pod, Progress& progress, Progress& sidecars) {
  const Value& statuses = pod["status"]["initContainerStatuses"];
  for (size_t i = 0; i < statuses.size(); ++i) {
    Restarted(statuses[i], progress.restarts, progress.last_restart);
    if (IsSidecar(pod, statuses[i])) Restarted(statuses[i], sidecars.restarts, sidecars.last_restart);
    if (std::optional<std::string> reason = InitReason(pod, statuses[i], i, progress); reason.has_value()) {
      progress.reason = *std::move(reason);
      return true;
    }
  }
  return false;
}

void LookAtContainers(const Value& pod, Progress& progress) {
  bool running = false;
  std::string failure;
  const Value& statuses = pod["status"]["containerStatuses"];
  for (size_t i = statuses.size(); i-- > 0;) {
    const Value& status = statuses[i];
    const Value& terminated = status["state"]["terminated"];
    const std::string_view waiting = status["state"]["waiting"]["reason"].AsString();
    Restarted(status, progress.restarts, progress.last_restart);
    if (!waiting.empty()) {
      progress.reason = waiting;
    } else if (!terminated.is_null()) {
      progress.reason = EndOf(terminated);
      if (terminated["exitCode"].AsInt() != 0) failure = progress.reason;
    } else if (status["ready"].AsBool() && !status["state"]["running"].is_null()) {
      running = true;
      ++progress.ready;
    }
  }
  if (progress.reason != "Completed") return;
  // One container is through, another one may not be.
  const bool ready = FirstWith(pod["status"]["conditions"], "type", "Ready")["status"] == "True";
  if (running && ready) {
    progress.reason = "Running";
  } else if (!failure.empty()) {
    progress.reason = failure;
  } else if (running) {
    progress.reason = "NotReady";
  }
}

Progress ProgressOf(const Value& pod) {
  const Value& status = pod["status"];
  Progress progress;
  progress.total = static_cast<int64_t>(pod["spec"]["containers"].size());
  for (const Value& init : pod["spec"]["initContainers"].elements()) {
    if (init["restartPolicy"] == "Always") ++progress.total;
  }
  progress.reason = status["reason"].empty() ? status["phase"].AsString() : status["reason"].AsString();
  for (const Value& condition : status["conditions"].elements()) {
    if (condition["type"] == "PodScheduled" && condition["reason"] == "SchedulingGated")
      progress.reason = "SchedulingGated";
  }
  Progress sidecars;
  const bool initialising = LookAtInit(pod, progress, sidecars);
  if (!initialising || FirstWith(status["conditions"], "type", "Initialized")["status"] == "True") {
    progress.restarts = sidecars.restarts;
    progress.last_restart = sidecars.last_restart;
    LookAtContainers(pod, progress);
  }
  if (pod["metadata"]["deletionTimestamp"].is_null()) return progress;
  const bool ended = status["phase"] == "Succeeded" || status["phase"] == "Failed";
  if (status["reason"] == "NodeLost") {
    progress.reason = "Unknown";
  } else if (!ended) {
    progress.reason = "Terminating";
  }
  return progress;
}

Value RowConditions(std::string_view reason, std::string_view message) {
  return Value::Array({ObjectBuilder()
                           .Add("type", "Completed")
                           .Add("status", "True")
                           .Add("reason", reason)
                           .Add("message", message)
                           .Build()});
}

std::string ReadinessGates(const Value& pod) {
  const Value& gates = pod["spec"]["readinessGates"];
  if (gates.empty()) return "<none>";
  int64_t met = 0;
  for (const Value& gate : gates.elements()) {
    const Value& condition = FirstWith(pod["status"]["conditions"], "type", gate["conditionType"].AsString());
    if (condition["status"] == "True") ++met;
  }
  return std::to_string(met) + "/" + std::to_string(gates.size());
}

}  // namespace

void PrintPod(Row& row) {
  const Value& status = row["status"];
  if (status["phase"] == "Succeeded")
    row.conditions = RowConditions("Succeeded", "The pod has completed successfully.");
  if (status["phase"] == "Failed") row.conditions = RowConditions("Failed", "The pod failed.");
  const Progress progress = ProgressOf(row.object);
  std::string restarts = std::to_string(progress.restarts);
  if (progress.restarts != 0 && !progress.last_restart.empty()) {
    restarts += " (" + row.Since(progress.last_restart) + " ago)";
  }
  row.Name().Add(std::to_string(progress.ready) + "/" + std::to_string(progress.total)).Add(progress.reason);
  row.Add(restarts).Age();
  row.TextOr(status["podIPs"][0]["ip"], "<none>").TextOr(row["spec"]["nodeName"], "<none>");
  row.TextOr(status["nominatedNodeName"], "<none>").Add(ReadinessGates(row.object));
}

}  // namespace wavetank::sim
