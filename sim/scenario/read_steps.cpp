// The steps of users.

#include <algorithm>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/scenario/read_parts.h"

namespace wavetank::sim {
namespace {

std::string KindText(const ResourceInfo* resource) {
  return resource == nullptr ? "?" : std::string(resource->gvk.kind.view());
}

void AddManifests(const Value& value, const Cursor& at, std::vector<Manifest>& out, ReadState& state) {
  if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) AddManifests(value[i], at.Item(i), out, state);
    return;
  }
  if (value.is_string()) {
    const std::vector<Manifest>* manifests = state.context.ManifestsOf(std::string(value.AsString()), at);
    if (manifests != nullptr) out.insert(out.end(), manifests->begin(), manifests->end());
    return;
  }
  if (std::optional<Manifest> manifest = state.context.InlineManifest(value, at); manifest.has_value()) {
    out.push_back(*std::move(manifest));
  }
}

void ReadApply(const Value& value, const Cursor& at, bool create_only, Step& step, ReadState& state) {
  ApplyStep apply;
  apply.create_only = create_only;
  AddManifests(value, at, apply.manifests, state);
  step.text = create_only ? "create" : "apply";
  for (size_t i = 0; i < apply.manifests.size() && i < 3; ++i) {
    const Value& metadata = apply.manifests[i].object[names::kMetadata];
    const Value& name = metadata.Has(names::kName) ? metadata[names::kName] : metadata[names::kGenerateName];
    step.text += (i == 0 ? " " : ", ") + KindText(apply.manifests[i].resource) + " " + std::string(name.AsString());
  }
  if (apply.manifests.size() > 3) step.text += " and " + std::to_string(apply.manifests.size() - 3) + " more";
  step.action = std::move(apply);
}

void ReadUntil(const Value& value, Step& step) {
  UntilStep until;
  if (value.is_string()) {
    until.goal = value == "quiet" ? UntilStep::Goal::kQuiet : UntilStep::Goal::kConverged;
    step.text = "until " + std::string(value.AsString());
  } else {
    until.goal = UntilStep::Goal::kHolds;
    until.that = value["that"].AsString();
    if (value.Has("within")) until.within = ReadDuration(value["within"]);
    step.text = "until " + until.that;
  }
  step.action = std::move(until);
}

void ReadScale(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  struct Sugar {
    std::string_view field;
    Gvk kind;
  };
  static const Sugar kSugar[] = {{"replicaset", Gvk("apps", "v1", "ReplicaSet")},
                                 {"deployment", Gvk("apps", "v1", "Deployment")},
                                 {"statefulset", Gvk("apps", "v1", "StatefulSet")}};
  ScaleStep scale;
  scale.to = value["to"].AsInt();
  for (const Sugar& sugar : kSugar) {
    if (!value.Has(sugar.field)) continue;
    scale.object.resource = state.context.kinds().Find(sugar.kind);
    scale.object.name = value[sugar.field].AsString();
    scale.object.ns = NamespaceFor(scale.object.resource, value["namespace"]);
  }
  if (value.Has("object")) {
    scale.object = ReadObjectRef(value["object"], at.Child("object"), state.context);
    if (scale.object.resource != nullptr && !scale.object.resource->has_scale) {
      state.context.Error(at.Child("object").Child("kind"),
                          "a " + KindText(scale.object.resource) + " cannot be scaled; use `patch`");
    }
  }
  step.text = "scale " + scale.object.Describe() + " to " + std::to_string(scale.to);
  step.action = std::move(scale);
}

// The server would say of a wrong one only that it is wrong.
void CheckOperations(const Value& operations, const Cursor& at, LoadContext& context) {
  static const std::vector<std::string_view> kFields = {"op", "path", "from", "value"};
  static const std::vector<std::string_view> kOps = {"add", "remove", "replace", "move", "copy", "test"};
  for (size_t i = 0; i < operations.size(); ++i) {
    const Cursor here = at.Item(i);
    for (const Field& field : operations[i].fields()) {
      if (std::ranges::find(kFields, field.key.view()) != kFields.end()) continue;
      context.ErrorAtKey(here, field.key.view(),
                         "unknown field " + Quote(field.key.view()) + Suggestion(field.key.view(), kFields));
    }
    const std::string_view op = operations[i]["op"].AsString();
    if (std::ranges::find(kOps, op) != kOps.end()) continue;
    const std::string near = Suggestion(op, kOps);
    const bool there = operations[i].Has("op");
    context.Error(there ? here.Child("op") : here, there ? Quote(op) + " is not allowed here" + near
                                                         : "field \"op\" is missing (one of " + Join(kOps, ", ") + ")");
  }
}

void ReadPatch(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  PatchStep patch;
  patch.object = ReadObjectRef(value["object"], at.Child("object"), state.context);
  patch.type = value.Has("json") ? PatchType::kJson : PatchType::kMerge;
  patch.patch = value.Has("json") ? value["json"] : value["merge"];
  patch.subresource = value["subresource"].AsString();
  if (value.Has("json")) {
    CheckOperations(patch.patch, at.Child("json"), state.context);
  } else if (patch.object.resource != nullptr) {
    state.context.CheckPatch(*patch.object.resource, patch.subresource, patch.patch, at.Child("merge"));
  }
  step.text = "patch " + patch.object.Describe();
  if (!patch.subresource.empty()) step.text += " (" + patch.subresource + ")";
  step.action = std::move(patch);
}

void ReadDelete(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  DeleteStep remove;
  if (value.Has("kind")) {
    remove.object.resource = ReadKind(value["kind"], state.context);
    remove.object.ns = NamespaceFor(remove.object.resource, value["namespace"]);
    remove.selector = ReadSelector(value["selector"]);
    step.text = "delete every " + KindText(remove.object.resource);
    if (!remove.selector.empty()) step.text += " with " + remove.selector;
  } else {
    remove.object = ReadObjectRef(value["object"], at.Child("object"), state.context);
    step.text = "delete " + remove.object.Describe();
  }
  remove.propagation = value["propagation"].AsString();
  if (value.Has("gracePeriodSeconds")) remove.grace_period_seconds = value["gracePeriodSeconds"].AsInt();
  step.action = std::move(remove);
}

void ReadPreload(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  PreloadStep preload;
  AddManifests(value, at, preload.manifests, state);
  for (const Manifest& manifest : preload.manifests) {
    if (manifest.object[names::kMetadata][names::kName].empty()) {
      state.context.Error(at, "an object that is there from the start has a name");
    }
  }
  step.text = "preload " + std::to_string(preload.manifests.size()) + " objects";
  step.action = std::move(preload);
}

void ReadSync(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  SyncStep sync{ReadProcess(value, at, state), ReadObjectRef(value["object"], at.Child("object"), state.context)};
  step.text = "sync " + sync.controller + " " + sync.object.Describe();
  step.action = std::move(sync);
}

bool ReadStep(const Value& value, const Cursor& at, Step& step, ReadState& state) {
  if (value.fields().size() != 1) return false;
  const std::string_view name = value.fields()[0].key.view();
  const Value& what = value.fields()[0].value;
  const Cursor here = at.Child(name);
  step.place = state.context.PlaceOf(here);
  if (name == "apply" || name == "create") {
    ReadApply(what, here, name == "create", step, state);
  } else if (name == "until") {
    ReadUntil(what, step);
  } else if (name == "wait") {
    step.action = WaitStep{ReadDuration(what)};
    step.text = "wait " + std::string(what.AsString());
  } else if (name == "scale") {
    ReadScale(what, here, step, state);
  } else if (name == "patch") {
    ReadPatch(what, here, step, state);
  } else if (name == "delete") {
    ReadDelete(what, here, step, state);
  } else if (name == "preload") {
    ReadPreload(what, here, step, state);
  } else if (name == "sync") {
    ReadSync(what, here, step, state);
  } else {
    std::optional<Fault> fault = ReadFault(name, what, here, state);
    if (!fault.has_value()) return false;
    step.text = fault->Describe();
    step.action = FaultStep{*std::move(fault)};
  }
  return true;
}

}  // namespace

std::vector<Step> ReadSteps(const Value& steps, const Cursor& at, ReadState& state) {
  std::vector<Step> out;
  for (size_t i = 0; i < steps.size(); ++i) {
    Step step;
    const bool first = std::all_of(
        out.begin(), out.end(), [](const Step& before) { return std::holds_alternative<PreloadStep>(before.action); });
    if (!first && steps[i].Has("preload")) {
      state.context.Error(at.Item(i).Child("preload"), "what is there before anything runs is the first step");
    }
    if (ReadStep(steps[i], at.Item(i), step, state)) out.push_back(std::move(step));
  }
  return out;
}

}  // namespace wavetank::sim
