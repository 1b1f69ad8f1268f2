// KindStrategy: what the server does differently for a kind, as data.
//
//   const KindStrategy& s = StrategyOf(*pods);
//   if (s.graceful) ...
//
// One row a kind (strategy.cpp); kinds without a row get the rule for built-in or for custom kinds. A row says facts;
// the few kinds that need code name a function (prepare.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"

namespace wavetank::sim {

struct PrepareContext;

// Which names an object may have (API-094).
enum class NameRule : uint8_t { kSubdomain, kLabel, kLabel1035, kPathSegment, kAny };

// Who may be garbage-collected how, when a DELETE names no policy (API-143).
enum class GcPolicy : uint8_t { kDeleteDependents, kOrphanDependents, kUnsupported };

// Who counts metadata.generation (API-075..077).
enum class GenerationRule : uint8_t {
  kNone,                // nobody; a client's number is kept on create
  kOnce,                // 1 at creation, kept ever after
  kSpec,                // +1 when anything outside metadata and status changes
  kChanges,             // none at creation, +1 when anything outside metadata and status changes
  kSpecAndLabels,       // the same as kSpec, and when labels change
  kSpecAndAnnotations,  // the same, and when annotations change
};

// What a write through /status keeps of the stored object besides the spec (API-104, API-687).
enum class StatusKeeps : uint8_t {
  kSpec,           // only the spec: labels, annotations, finalizers, owners may change
  kSpecAndLabels,  // Deployment
  kSpecAndOwners,  // Pod
  kAllButStatus,   // custom resources and newer kinds
};

struct KindStrategy {
  std::string_view group;
  std::string_view kind;
  GenerationRule generation = GenerationRule::kNone;
  bool unconditional_update = true;  // PUT without resourceVersion (API-131)
  bool create_on_update = false;     // PUT of a missing name (API-132)
  bool graceful = false;             // DELETE waits for a kubelet (API-688)
  bool returns_deleted = false;      // DELETE answers with the object (API-138)
  bool keeps_status_on_create = false;
  bool warns_of_orphans = false;  // DELETE without a policy keeps the dependents, and says so (API-202)
  GcPolicy gc = GcPolicy::kDeleteDependents;
  NameRule name = NameRule::kSubdomain;
  StatusKeeps status_keeps = StatusKeeps::kSpec;
  // Why no object of the kind is taken, though all is well with it: whoever stored one would wait for what never comes.
  std::string_view refused;
  // Code for what a row cannot say; null: nothing. They get and return the object without its server-made metadata.
  Value (*prepare_create)(const PrepareContext&, Value object) = nullptr;
  Value (*prepare_update)(const PrepareContext&, Value object, const Object& stored) = nullptr;
};

// O(rows): found once a resource and server, see served.h. The reference lives for ever.
const KindStrategy& StrategyOf(const ResourceInfo& resource);

}  // namespace wavetank::sim
