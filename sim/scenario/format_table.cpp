#include "sim/scenario/format_table.h"

#include <utility>

#include "sim/cluster/parts.h"
#include "sim/scenario/draw.h"

namespace wavetank::sim {
namespace {

using Fields = std::vector<FieldSpec>;

// Fields that several types share.
class TableMaker {
 public:
  explicit TableMaker(FormatTypes& types) : t_(types) { MakeShared(); }
  const StructType& Root();

 private:
  void MakeShared();
  void AddObjectSteps(Fields& steps);
  void AddFaultSteps(Fields& steps);
  const StructType& Step();
  const StructType& Expectation();
  const StructType& Spec();
  // A type whose fault strikes at once, or when `before`, `after` or `atStep` say so.
  StructType& Timed(std::string_view name, std::string_view doc, Fields fields);
  Fields RequestFields();
  Fields WithBounds(Fields fields);
  StructType& Struct(std::string_view name, std::string_view doc, Fields fields) {
    StructType& type = t_.Struct(name, doc);
    type.fields = std::move(fields);
    return type;
  }

  FormatTypes& t_;
  const FieldType* text_ = nullptr;
  const FieldType* duration_ = nullptr;
  const FieldType* kind_ = nullptr;
  const FieldType* name_ = nullptr;
  const FieldType* controller_ = nullptr;
  const FieldType* expression_ = nullptr;
  const FieldType* bool_ = nullptr;
  const FieldType* positive_ = nullptr;
  const FieldType* object_ref_ = nullptr;
  const FieldType* request_ = nullptr;
};

constexpr std::string_view kOnlyController = "the only controller";

void TableMaker::MakeShared() {
  text_ = t_.Text();
  duration_ = t_.Text(TextFormat::kDuration);
  kind_ = t_.Text(TextFormat::kKind);
  name_ = t_.Text(TextFormat::kName);
  controller_ = t_.Text(TextFormat::kController);
  expression_ = t_.Text(TextFormat::kExpression);
  bool_ = t_.Bool();
  positive_ = t_.Int(1);
  object_ref_ = t_.Of(Struct("ObjectRef", "One object, by kind and name.",
                             {{"apiVersion", text_, false, "Needed only when several groups have the kind."},
                              {"kind", kind_, true, "Kind, plural or short name."},
                              {"name", text_, true, "metadata.name."},
                              {"namespace", text_, false, "Of kinds that have one.", "default"}}));
  request_ =
      t_.Of(Struct("Request", "Which request of a controller. What is left out matches everything.", RequestFields()));
}

Fields TableMaker::RequestFields() {
  return {
      {"request", t_.OneOfTexts({"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}),
       false, "The verb."},
      {"kind", kind_, false, "The kind of its object."},
      {"name", text_, false, "The object's name; of a create with generateName nothing can be said."},
      {"namespace", text_, false, "The object's namespace."},
      {"subresource", t_.OneOfTexts({"", "status", "scale", "binding", "eviction"}), false,
       "\"\" is the object itself.", "any"},
      {"controller", controller_, false, "Who sends it.", "the fault's controller"},
      {"nth", positive_, false, "Which of the matching requests, counted from the moment the fault is armed.", "1"}};
}

Fields TableMaker::WithBounds(Fields fields) {
  const FieldType* number = t_.Int(0);
  fields.push_back({"is", number, false, "Exactly so many."});
  fields.push_back({"atLeast", number, false, "So many or more."});
  fields.push_back({"atMost", number, false, "So many or fewer."});
  return fields;
}

StructType& TableMaker::Timed(std::string_view name, std::string_view doc, Fields fields) {
  fields.push_back(
      {"before", request_, false,
       "When this request is about to be sent (crash) or applied. Armed together with the step before it."});
  fields.push_back(
      {"after", t_.OneOf({duration_, request_}), false,
       "So long after the step is reached, or when this request has been applied. A fault that waits for a "
       "request is armed together with the step before it, or it might miss what that step sets off."});
  fields.push_back(
      {"atStep", positive_, false, "When the world has made so many steps. Armed together with the step before it."});
  StructType& type = Struct(name, doc, std::move(fields));
  type.groups.push_back({{"before", "after", "atStep"}, 0, 1});
  return type;
}

void TableMaker::AddObjectSteps(Fields& steps) {
  const FieldType* file = t_.Text(TextFormat::kFile);
  const FieldType* inline_object = t_.ManifestObject();
  const FieldType* manifests = t_.OneOf({file, inline_object, t_.ListOf(t_.OneOf({file, inline_object}))});
  steps.push_back({"apply", manifests, false, "Creates the objects of manifests, or merges them into what exists."});
  steps.push_back({"create", manifests, false, "Creates the objects of manifests; they must not exist."});
  const StructType& until =
      Struct("Until", "Waits until an expression holds.",
             {{"that", expression_, true, "The expression."},
              {"within", duration_, false, "How much virtual time it may take.", "limits.virtualTime"}});
  steps.push_back({"until", t_.OneOf({t_.OneOfTexts({"converged", "quiet"}), t_.Of(until)}), false,
                   "Waits until the world has converged (nothing is left to do), or until an expression holds."});
  steps.push_back({"wait", duration_, false, "Lets virtual time pass."});

  StructType& scale = Struct("Scale", "Sets spec.replicas through the scale subresource.",
                             {{"replicaset", text_, false, "The name of a ReplicaSet."},
                              {"deployment", text_, false, "The name of a Deployment."},
                              {"statefulset", text_, false, "The name of a StatefulSet."},
                              {"object", object_ref_, false, "Any object that can be scaled."},
                              {"namespace", text_, false, "Of the first three.", "default"},
                              {"to", t_.Int(0, INT32_MAX), true, "How many replicas."}});
  scale.groups.push_back({{"replicaset", "deployment", "statefulset", "object"}, 1, 1});
  steps.push_back({"scale", t_.Of(scale), false, "Changes a number of replicas."});

  StructType& patch = Struct("Patch", "Patches an object.",
                             {{"object", object_ref_, true, "Which."},
                              {"merge", t_.AnyObject(), false, "A merge patch."},
                              {"json", t_.ListOf(t_.AnyObject()), false, "The operations of a JSON patch."},
                              {"subresource", t_.OneOfTexts({"status", "scale"}), false, "Patch this part."}});
  patch.groups.push_back({{"merge", "json"}, 1, 1});
  steps.push_back({"patch", t_.Of(patch), false, "Patches an object."});

  StructType& remove = Struct(
      "Delete", "Deletes one object, or all of a kind that a selector matches.",
      {{"object", object_ref_, false, "Which."},
       {"kind", kind_, false, "All of this kind."},
       {"selector", t_.OneOf({t_.Text(TextFormat::kSelector), t_.Labels()}), false, "Of `kind`: which labels."},
       {"namespace", text_, false, "Of `kind`.", "default"},
       {"propagation", t_.OneOfTexts({"Background", "Foreground", "Orphan"}), false, "What becomes of its dependents."},
       {"gracePeriodSeconds", t_.Int(0), false, "For pods."}});
  remove.groups.push_back({{"object", "kind"}, 1, 1});
  remove.groups.push_back({{"object", "selector"}, 0, 1});
  remove.groups.push_back({{"object", "namespace"}, 0, 1});
  steps.push_back({"delete", t_.Of(remove), false, "Deletes objects."});

  steps.push_back(
      {"preload", manifests, false,
       "Objects that are there before anything runs, with their status and with the uid, creationTimestamp, "
       "generation and deletionTimestamp that they have in the manifest; an ownerReference without a uid gets "
       "that of the object it names. The first step, if any; it lasts until all caches have seen them."});
  const StructType& sync =
      Struct("Sync", "One reconcile of one object, alone: meanwhile nothing else moves and no cache changes.",
             {{"controller", controller_, false, "Who.", kOnlyController},
              {"object", object_ref_, true, "The key to reconcile; the object need not exist."}});
  steps.push_back({"sync", t_.Of(sync), false,
                   "One reconcile, alone. A controller that a `sync` names works at no other time; its caches follow "
                   "between the steps (`until: quiet`)."});
}

void TableMaker::AddFaultSteps(Fields& steps) {
  const FieldSpec controller{"controller", controller_, false, "To whom.", kOnlyController};
  const FieldSpec watched{"kind", kind_, false, "Which watches.", "all"};
  const FieldSpec duration{"for", duration_, false, "How long."};
  const FieldSpec server{"server", t_.Int(0), true, "An API server; 0 is where everybody starts."};
  const auto add = [&](std::string_view name, const StructType& type) {
    steps.push_back({name, t_.Of(type), false, type.doc});
  };
  add("crash", Timed("Crash", "The controller dies and starts again.",
                     {controller,
                      {"for", duration_, false, "How long it is down.", "0s"},
                      {"restart", bool_, false, "false: it stays down until a `restart` or the end.", "true"}}));
  add("restart", Timed("Restart", "The controller starts again, dying first if it lives.", {controller}));
  add("pause", Timed("Pause", "The controller does nothing, until `resume` or for a time.", {controller, duration}));
  add("resume", Timed("Resume", "A paused controller goes on.", {controller}));

  StructType& with = Struct("FailWith", "What happens to the request.",
                            {{"delay", duration_, false, "It arrives so much later."},
                             {"code", t_.OneOfNumbers({403, 409, 422, 429, 500, 503, 504}), false, "The server's answer."},
                             {"retryAfter", t_.Int(0, 3600), false, "Seconds, of 429 and 503."},
                             {"applied", bool_, false, "Whether it is applied all the same: of 500, 503 and 504.", "false"}});
  with.groups.push_back({{"delay", "code"}, 1, 1});
  with.groups.push_back({{"delay", "retryAfter"}, 0, 1});
  with.groups.push_back({{"delay", "applied"}, 0, 1});
  Fields fail = RequestFields();
  fail.push_back(
      {"with", t_.OneOf({t_.OneOfTexts({"drop", "lost-response"}), t_.Of(with)}), true,
       "drop: it never arrives. lost-response: it is applied, and the connection breaks before the answer."});
  fail.push_back({"count", t_.Int(0), false, "How many matching requests; 0: all from then on.", "1"});
  add("fail",
      Struct("Fail", "A request of a controller goes wrong. Armed together with the step before it.", std::move(fail)));
  add("writer",
      Struct("Writer",
             "Somebody else writes the object just before a request is applied to it. Armed together with the "
             "step before it.",
             {{"before", request_, true, "Before which request."},
              {"patch", t_.AnyObject(), false, "The merge patch that is written.", "an annotation"}}));

  add("closeWatch", Timed("CloseWatch", "The server ends watches in good order.", {controller, watched}));
  add("breakWatch", Timed("BreakWatch", "The connections of watches break.", {controller, watched}));
  add("expireWatch",
      Timed("ExpireWatch", "Watches end with 410 Gone: who watched lists again.", {controller, watched}));
  add("holdWatch", Timed("HoldWatch", "Watch events are late: the cache lags.", {controller, watched, duration}));
  add("releaseWatch", Timed("ReleaseWatch", "Held watches go on.", {controller, watched}));
  add("holdReplica", Timed("HoldReplica", "An API server falls behind.", {server, duration}));
  add("releaseReplica", Timed("ReleaseReplica", "A held API server catches up.", {server}));
  add("switchReplica", Timed("SwitchReplica", "The controller's connections break; it goes on with another API server.",
                             {controller, server}));
}

const StructType& TableMaker::Step() {
  Fields fields;
  AddObjectSteps(fields);
  AddFaultSteps(fields);
  std::vector<std::string_view> names;
  for (const FieldSpec& field : fields) names.push_back(field.name);
  StructType& step = Struct("Step", "One step; its only field says what it does.", std::move(fields));
  step.groups.push_back({std::move(names), 1, 1});
  return step;
}

const StructType& TableMaker::Expectation() {
  StructType& count = Struct("Count", "How many objects there are.",
                             WithBounds({{"kind", kind_, true, "Of which kind."},
                                         {"selector", t_.OneOf({t_.Text(TextFormat::kSelector), t_.Labels()}), false,
                                          "With which labels.", "all"},
                                         {"namespace", text_, false, "In which namespace.", "all"}}));
  count.groups.push_back({{"is", "atLeast", "atMost"}, 1, 3});
  StructType& writes = Struct("Writes", "How often something was written during the run.",
                              WithBounds({{"by", controller_, false, "Who wrote.", "anybody"},
                                          {"kind", kind_, true, "Objects of which kind."},
                                          {"name", text_, false, "Which object.", "all"},
                                          {"namespace", text_, false, "In which namespace.", "all"},
                                          {"verb", t_.OneOfTexts({"create", "update", "delete"}), false,
                                           "What was done; a patch is an update.", "anything"}}));
  writes.groups.push_back({{"is", "atLeast", "atMost"}, 1, 3});
  const StructType& logs = Struct("Logs", "What a controller logged.",
                                  WithBounds({{"controller", controller_, false, "Who.", kOnlyController},
                                              {"contains", text_, true, "A part of the line."}}));
  StructType& requests = Struct(
      "Requests", "How many requests a controller sent, or which writes in which order.",
      WithBounds(
          {{"by", controller_, false, "Who.", kOnlyController},
           {"verb", t_.OneOfTexts({"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}),
            false, "The verb.", "any"},
           {"kind", kind_, false, "The kind of its object.", "any"},
           {"subresource", t_.OneOfTexts({"", "status", "scale", "binding", "eviction"}), false,
            "\"\" is the object itself.", "any"},
           {"name", text_, false, "The object's name.", "any"},
           {"namespace", text_, false, "The object's namespace.", "any"},
           {"order", t_.ListOf(text_), false,
            "All of its writes in their order, as \"create Pod\", \"update ReplicaSet/status\" or \"delete Pod "
            "web-1\". Events are left out."}}));
  requests.groups.push_back({{"is", "atLeast", "atMost", "order"}, 1, 3});
  for (const std::string_view filter :
       {"is", "atLeast", "atMost", "verb", "kind", "subresource", "name", "namespace"}) {
    requests.groups.push_back({{"order", filter}, 0, 1});
  }
  StructType& expectation =
      Struct("Expectation", "What must be so in the end; its only field says what is looked at.",
             {{"object", t_.ManifestObject(), false,
               "An object that must exist and have these fields. Lists of named things match by name or type."},
              {"absent", object_ref_, false, "An object that must not exist."},
              {"count", t_.Of(count), false, "How many objects there are."},
              {"that", expression_, false, "An expression that must hold."},
              {"writes", t_.Of(writes), false, "How often something was written."},
              {"requests", t_.Of(requests), false, "What a controller sent."},
              {"logs", t_.Of(logs), false, "What a controller logged."}});
  expectation.groups.push_back({{"object", "absent", "count", "that", "writes", "requests", "logs"}, 1, 1});
  return expectation;
}

const StructType& TableMaker::Spec() {
  std::vector<std::string_view> parts;
  for (const ClusterPart& part : OptionalClusterParts()) parts.push_back(part.name);
  const StructType& cluster =
      Struct("Cluster", "The cluster around the controllers.",
             {{"nodes", t_.Int(0, 10'000), false, "Nodes node-1, node-2, ...", "0"},
              {"podsPerNode", t_.Int(1, 1'000'000), false, "How many pods a node takes.", "110"},
              {"apiServers", t_.Int(1, 9), false, "Replicas of the API server.", "1"},
              {"scheduler", bool_, false, "Whether pods are bound to nodes.", "true"},
              {"kubelets", bool_, false, "Whether nodes are registered and run their pods.", "true"},
              {"garbageCollector", bool_, false, "Whether dependents of deleted owners are deleted.", "true"},
              {"controllers", t_.ListOf(t_.OneOfTexts(std::move(parts))), false,
               "Controllers of the cluster that run beside these.", "none"}});
  StructType& clock = Struct(
      "Clock", "A clock that is wrong by the same amount all the time.",
      {{"ahead", duration_, false, "It shows so much more."}, {"behind", duration_, false, "It shows so much less."}});
  clock.groups.push_back({{"ahead", "behind"}, 1, 1});
  const StructType& controller = Struct(
      "Controller", "A program that runs in the world.",
      {{"name", name_, false, "What this scenario calls it.", "as in `use`"},
       {"use", t_.Text(TextFormat::kProgram), true, "A registered program; `wavetank list --controllers`."},
       {"replicas", t_.Int(1, 9), false,
        "How many processes. With more than one they are called NAME-1, NAME-2, ... (which is their hostname, too), "
        "and NAME means any of them: in `writes`, `requests` and `logs`, and in faults that wait for a request, "
        "which then strike its sender.",
        "1"},
       {"restartPolicy", t_.OneOfTexts({"Always", "Never"}), false,
        "What happens when the program's main ends. Always: it starts again, as a kubelet does it, with a growing "
        "backoff. Never: the scenario fails.",
        "Always with several replicas, else Never"},
       {"clock", t_.Of(clock), false, "Its clock, where it differs from everybody's.", "right"},
       {"args", t_.ListOf(text_), false, "Arguments for the program."}});
  std::vector<std::string_view> drawable;
  for (const DrawableFault& fault : DrawableFaults()) drawable.push_back(fault.name);
  const StructType& faults =
      Struct("Faults", "Faults that schedules draw beside the scripted ones.",
             {{"allow", t_.ListOf(t_.OneOfTexts(std::move(drawable))), false, "Which.", "the usual ones"},
              {"atMost", t_.Int(0, 100), true, "How many in one schedule."}});
  const StructType& rule =
      Struct("Rule", "A rule that is judged after every write to a kind it reads.",
             {{"name", text_, true, "What a report calls it."}, {"that", expression_, true, "The expression."}});
  const FieldType* rules = t_.ListOf(t_.Of(rule));
  const StructType& explore = Struct("Explore", "How much is searched.",
                                     {{"schedules", positive_, false, "How many schedules.", "100"},
                                      {"seed", t_.Int(0), false, "Where they start.", "1"}});
  const StructType& limits =
      Struct("Limits", "When a run is given up.",
             {{"steps", positive_, false, "Events of one run; a tenth of them at one moment is a livelock.", "1000000"},
              {"virtualTime", duration_, false, "How long the world may take to converge, each time.", "1h"},
              {"calm", duration_, false,
               "A world has converged, too, when nothing was written for so long: for controllers that look again "
               "every so often.",
               "never"}});
  return Struct(
      "Spec", "What happens, and what must hold.",
      {{"description", text_, false, "What the scenario is about."},
       {"cluster", t_.Of(cluster), false, "The cluster."},
       {"controllers", t_.ListOf(t_.Of(controller)), false, "The programs under test."},
       {"steps", t_.ListOf(t_.Of(Step())), true, "What is done, in this order."},
       {"faults", t_.Of(faults), false, "What may go wrong beside the steps."},
       {"always", rules, false, "Rules that hold at every moment."},
       {"never", rules, false, "Expressions that are false at every moment."},
       {"expect", t_.ListOf(t_.Of(Expectation())), false, "What must be so when the world has converged."},
       {"expectFailure", text_, false, "The scenario passes only if it fails, with a reason that contains this text."},
       {"explore", t_.Of(explore), false, "How much is searched."},
       {"limits", t_.Of(limits), false, "When a run is given up."}});
}

const StructType& TableMaker::Root() {
  const StructType& metadata =
      Struct("Metadata", "Who it is.",
             {{"name", name_, true, "Unique in the file."}, {"labels", t_.Labels(), false, "For your own order."}});
  const StructType& spec = Spec();
  return Struct("Scenario", "One scenario. A file holds one or more, as documents.",
                {{"apiVersion", t_.OneOfTexts({kScenarioApiVersion}), true, "Always this."},
                 {"kind", t_.OneOfTexts({kScenarioKind}), true, "Always this."},
                 {"metadata", t_.Of(metadata), true, "Who it is."},
                 {"spec", t_.Of(spec), true, "What happens, and what must hold."}});
}

}  // namespace

const StructType& MakeScenarioFormat(FormatTypes& types) { return TableMaker(types).Root(); }

}  // namespace wavetank::sim
