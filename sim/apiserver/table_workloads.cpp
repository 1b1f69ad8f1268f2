// Rows of the workload kinds (API-390).
#include "runtime/base/strings.h"
#include "sim/apiserver/table.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

std::string Ratio(const Value& have, const Value& want) {
  return std::to_string(have.AsInt()) + "/" + std::to_string(want.AsInt());
}

const Value& PodSpecOf(const Row& row) { return row["spec"]["template"]["spec"]; }

void PrintReplicaSet(Row& row) {
  row.Name().Int(row["spec"]["replicas"]).Int(row["status"]["replicas"]).Int(row["status"]["readyReplicas"]).Age();
  row.Containers(PodSpecOf(row)).Selector(row["spec"]["selector"]);
}

void PrintReplicationController(Row& row) {
  row.Name().Int(row["spec"]["replicas"]).Int(row["status"]["replicas"]).Int(row["status"]["readyReplicas"]).Age();
  row.Containers(PodSpecOf(row)).Add(LabelsText(row["spec"]["selector"]));
}

void PrintDeployment(Row& row) {
  row.Name().Add(Ratio(row["status"]["readyReplicas"], row["spec"]["replicas"]));
  row.Int(row["status"]["updatedReplicas"]).Int(row["status"]["availableReplicas"]).Age();
  row.Containers(PodSpecOf(row)).Selector(row["spec"]["selector"]);
  // This one prints a selector of everything as nothing.
  if (row.cells.back() == "<none>") row.cells.back() = "";
  if (row.cells.back() == "<error>") row.cells.back() = "<invalid>";
}

void PrintStatefulSet(Row& row) {
  row.Name().Add(Ratio(row["status"]["readyReplicas"], row["spec"]["replicas"])).Age();
  row.Containers(PodSpecOf(row));
}

void PrintDaemonSet(Row& row) {
  row.Name();
  for (const char* count : {"desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled",
                            "numberAvailable"}) {
    row.Int(row["status"][count]);
  }
  row.Add(LabelsText(PodSpecOf(row)["nodeSelector"])).Age();
  row.Containers(PodSpecOf(row)).Selector(row["spec"]["selector"]);
}

std::string_view JobStatus(const Row& row) {
  const auto holds = [&](std::string_view type) {
    return FirstWith(row["status"]["conditions"], "type", type)["status"] == "True";
  };
  for (const std::string_view type : {"Complete", "Failed"}) {
    if (holds(type)) return type;
  }
  if (!row["metadata"]["deletionTimestamp"].is_null()) return "Terminating";
  for (const std::string_view type : {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
    if (holds(type)) return type;
  }
  return "Running";
}

std::string JobDuration(const Row& row) {
  const std::optional<Time> start = ParseTime(row["status"]["startTime"].AsString());
  if (!start) return "";
  const std::optional<Time> end = ParseTime(row["status"]["completionTime"].AsString());
  return HumanDuration(end.value_or(row.now) - *start);
}

void PrintJob(Row& row) {
  const Value& spec = row["spec"];
  std::string completions = Ratio(row["status"]["succeeded"], spec["completions"]);
  if (spec["completions"].is_null()) {
    completions = std::to_string(row["status"]["succeeded"].AsInt()) + "/1";
    if (spec["parallelism"].AsInt() > 1) completions += " of " + std::to_string(spec["parallelism"].AsInt());
  }
  row.Name().Add(JobStatus(row)).Add(completions).Add(JobDuration(row)).Age();
  row.Containers(PodSpecOf(row)).Selector(spec["selector"]);
}

void PrintCronJob(Row& row) {
  const Value& spec = row["spec"];
  const Value& last = row["status"]["lastScheduleTime"];
  const Value& job = spec["jobTemplate"]["spec"];
  row.Name().Text(spec["schedule"]).Text(spec["timeZone"], "<none>");
  row.Add(spec["suspend"].is_null() ? "<unset>" : spec["suspend"].AsBool() ? "True" : "False");
  row.Count(row["status"]["active"]).Add(last.is_null() ? "<none>" : row.Since(last)).Age();
  row.Containers(job["template"]["spec"]).Selector(job["selector"]);
}

void PrintControllerRevision(Row& row) {
  std::string controller = "<none>";
  for (const Value& owner : row["metadata"]["ownerReferences"].elements()) {
    if (!owner["controller"].AsBool()) continue;
    const std::string_view api_version = owner["apiVersion"].AsString();
    const size_t slash = api_version.find('/');
    const std::string group = slash == api_version.npos ? "" : "." + std::string(api_version.substr(0, slash));
    controller = std::string(owner["kind"].AsString()) + group;
    for (char& c : controller) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    controller += "/" + std::string(owner["name"].AsString());
    break;
  }
  row.Name().Add(controller).Int(row["revision"]).Age();
}

void PrintPodTemplate(Row& row) {
  const Value& pod = row["template"];
  row.Name().Containers(pod["spec"]).Add(LabelsText(pod["metadata"]["labels"]));
}

constexpr PrinterRow kRows[] = {
    {"", "Pod", PrintPod},
    {"", "PodTemplate", PrintPodTemplate},
    {"", "ReplicationController", PrintReplicationController},
    {"apps", "ControllerRevision", PrintControllerRevision},
    {"apps", "DaemonSet", PrintDaemonSet},
    {"apps", "Deployment", PrintDeployment},
    {"apps", "ReplicaSet", PrintReplicaSet},
    {"apps", "StatefulSet", PrintStatefulSet},
    {"autoscaling", "HorizontalPodAutoscaler", PrintAutoscaler},
    {"batch", "CronJob", PrintCronJob},
    {"batch", "Job", PrintJob},
};

}  // namespace

std::span<const PrinterRow> WorkloadPrinters() { return kRows; }

}  // namespace wavetank::sim
