// For the tests of sim/cluster: a world with parts of the cluster in it, and objects from JSON text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/metadata.h"
#include "runtime/value/json.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/words.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/world.h"

namespace wavetank::sim::cluster {

// Single quotes stand for double quotes.
inline Value Json(std::string_view json) {
  std::string text(json);
  for (char& c : text) {
    if (c == '\'') c = '"';
  }
  Result<Value> value = ParseJson(text);
  WT_CHECK(value.ok(), "a test's JSON is well-formed");
  return *value;
}

inline Object Obj(std::string_view json) { return Object(Json(json)); }

inline Object TestPod(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name +
             "','namespace':'default'},'spec':{'containers':[{'name':'web','image':'nginx:1.29'}]}}");
}

inline const ApiServer& EmptyCluster() {
  static const ApiServer cluster = NewCluster();
  return cluster;
}

inline const Gvk kConfigMap("", "v1", "ConfigMap");
inline const Gvk kSecret("", "v1", "Secret");

inline Object ConfigMap(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name + "','namespace':'default'}}");
}

inline Object Owned(const Object& object, const Object& owner) {
  Result<Object> owned = SetOwnerReference(object, owner);
  WT_CHECK(owned.ok(), "the owner of a test is fine");
  return *owned;
}

inline Object Secret(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'" + name + "','namespace':'default'}}");
}

// `options`: the DeleteOptions, or nothing.
inline ApiRequest DeleteRequest(const Gvk& kind, const Object& object, std::string_view options = {}) {
  ApiRequest request(Verb::kDelete, BuiltInKind(kind).gvr);
  request.ns = object.ns();
  request.name = object.name();
  if (!options.empty()) request.body = Json(options);
  return request;
}

// Creates it as a user would, while nothing else moves; the program stops when it is refused.
inline Object MustCreate(World& world, const Object& object) {
  const ResourceInfo* kind = world.kinds().FindKind(object.api_version(), object.kind());
  ApiRequest request(Verb::kCreate, kind->gvr);
  request.ns = object.ns();
  request.body = object.value();
  ApiResponse response = world.ApplyNow(std::move(request));
  WT_CHECK(response.ok(), WriteJson(response.Document()).c_str());
  return response.object;
}

inline Object Stored(World& world, const Gvk& kind, const std::string& name, const std::string& ns = "default") {
  return world.server().Get(BuiltInKind(kind), ObjectKey(ns, name));
}

inline bool IsReady(const Object& pod) {
  return pod.status()[names::kPhase] == "Running" && IsConditionTrue(pod.status(), "Ready");
}

// Active pods by node; those without a node under "".
inline std::map<std::string, int> PodsByNode(World& world) {
  std::map<std::string, int> pods;
  world.server().ForEach(BuiltInKind(kPod), "", [&](const Object& pod) {
    if (!IsFinished(pod)) ++pods[std::string(pod.spec()[names::kNodeName].AsString())];
  });
  return pods;
}

inline int ReadyPods(World& world) {
  int ready = 0;
  world.server().ForEach(BuiltInKind(kPod), "", [&](const Object& pod) { ready += IsReady(pod) ? 1 : 0; });
  return ready;
}

}  // namespace wavetank::sim::cluster
