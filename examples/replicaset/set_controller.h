// SetController: what the parts of one ReplicaSet controller share: clients, caches, expectations, events.
//
// Made by RunReplicaSet (replica_set.h) for one life of a process and outlives everything that refers to it; a restart
// makes another one, so nothing here survives a crash (RS-066).
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "examples/replicaset/known_pods.h"
#include "examples/replicaset/options.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/restart_backoff.h"
#include "examples/replicaset/set_kind.h"
#include "runtime/cache/store.h"
#include "runtime/client/client.h"
#include "runtime/controller/consistency.h"
#include "runtime/controller/expectations.h"
#include "runtime/manager/event_recorder.h"

namespace wavetank::examples {

struct SetController {
  SetController(const ReplicaSetOptions& options, Client live, Logger log)
      : options(options),
        kind(options.replication_controllers ? ReplicationControllerKind() : ReplicaSetKind()),
        live(std::move(live)),
        log(std::move(log)),
        expectations(this->live.executor(), Ttl(options)),
        backoff(this->live.executor()) {}

  Executor& executor() const { return live.executor(); }
  // A write for the set succeeded, and this is the answer.
  void WrotePod(const Object& set, const Object& pod) { Wrote(set, PodKind(), pod); }
  void WroteSet(const Object& set, const Object& written) { Wrote(set, kind.gvk, written); }
  // When the expectations of a set stop blocking, if they do. Upstream wakes nobody for that (RS-065).
  std::optional<Duration> UntilExpired(const ObjectKey& set) const;

  const ReplicaSetOptions options;
  const SetKind& kind;
  const Client live;  // reads and writes at the server
  const Logger log;
  const Store* sets = nullptr;  // the caches; valid while the manager is
  const Store* pods = nullptr;
  std::map<ObjectKey, KnownPods> known_pods;  // forgotten with the set
  Expectations expectations;
  // Fidelity with its gate; else there is none. As upstream a cache that is behind is an error and tried again with backoff,
  // not waited for (RT-253).
  std::optional<ConsistencyStore> consistency;
  RestartBackoff backoff;           // hardened only
  EventRecorder* events = nullptr;  // a reconcile never depends on what becomes of an event (RT-296)

 private:
  void Wrote(const Object& set, const Gvk& what, const Object& written) {
    if (consistency.has_value()) consistency->WroteAt(set.key(), set.uid(), what, written.resource_version());
  }
  // A hardened controller looks at the server before it acts, so it need not wait long for what may never be seen.
  static Duration Ttl(const ReplicaSetOptions& options) {
    return options.hardened() ? Duration(std::chrono::seconds(30)) : Expectations::kTtl;
  }
};

}  // namespace wavetank::examples
