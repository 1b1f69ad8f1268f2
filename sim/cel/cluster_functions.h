// The functions that rules about a cluster are written with, over whatever can show one.
//
//   objects("Pod").filter(p, isActive(p)).size() <= object("ReplicaSet", "frontend").spec.replicas + 1
//
//   objects(kind)                   all objects of a kind, as the view orders them
//   object(kind, name)              one object of the default namespace (or of a kind without namespaces)
//   object(kind, namespace, name)   one object; an error when there is none
//   history(kind)                   what was done to objects of a kind: {verb, actor, object, step, time}, oldest first
//   isActive(pod)                   neither Succeeded nor Failed nor being deleted
//   isReady(pod)                    its condition Ready is True
//   ownedBy(child, owner)           one of the child's owner references has the owner's uid
//   now                             the time of the world, a timestamp
//
//   Environment environment = ClusterEnvironment();
//   WT_ASSIGN(Program rule, Compile(text, environment));
//   Activation activation(&view);                 // view: a ClusterView, alive during the evaluation
//   WT_ASSIGN(bool holds, EvaluateBool(rule, activation));
//
// KindsRead tells which kinds a rule looks at, so that it is evaluated only after writes that can change it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/time.h"
#include "runtime/value/value.h"
#include "sim/cel/environment.h"
#include "sim/cel/program.h"

namespace wavetank::cel {

// What rules see. Nothing is copied: an implementation keeps what it shows, and makes it anew after a write.
class ClusterView : public Host {
 public:
  // A JSON array of the objects of a kind; an empty one when there is none. A wrong kind is an error of the result.
  virtual Result<Value> Objects(std::string_view kind) = 0;
  // Null (not an error) when there is no such object. An empty namespace: the default one, or none for a kind that has
  // none.
  virtual Result<Value> Object(std::string_view kind, std::string_view name_space, std::string_view name) = 0;
  // Entries made by HistoryEntry, oldest first. They live until the view changes.
  virtual std::span<const Val> History(std::string_view kind) = 0;
  virtual Time Now() = 0;
};

// One entry of history(kind). Make it once, when the write happens.
Val HistoryEntry(std::string_view verb, std::string_view actor, Value object, int64_t step, Time time);

// Adds the functions above. They need a ClusterView as the Activation's host, and nothing else may be it.
void AddClusterFunctions(Environment& environment);
// An Environment with nothing else.
Environment ClusterEnvironment();

// The kinds that a rule reads, sorted, each once. {"*"} when a kind is no constant: the rule may read any.
std::vector<std::string> KindsRead(const Program& program);
// Whether the rule's value may change by the passing of time alone.
bool ReadsTime(const Program& program);

bool IsActivePod(const Value& pod);
bool IsReadyPod(const Value& pod);
bool IsOwnedBy(const Value& child, const Value& owner);

}  // namespace wavetank::cel
