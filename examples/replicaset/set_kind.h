// SetKind: what differs between the two kinds that this controller can keep pods for (RS-006).
//
//   const SetKind& kind = ReplicaSetKind();
//   LabelSelector selector = *kind.SelectorOf(set);
//
// A ReplicaSet of apps/v1 and a ReplicationController of v1 are the same machine; kind, names and the form of the selector
// are data. Nothing else in this folder names a group, a resource or a kind (BUG-19 of RS table 2.9 is what happens then).
// Values of static life; pure functions.
#pragma once

#include <string_view>

#include "runtime/api/object.h"
#include "runtime/api/selectors.h"
#include "runtime/base/status.h"

namespace wavetank::examples {

struct SetKind {
  Gvk gvk;
  std::string_view controller_name;  // the queue's and the logs' word
  std::string_view component;        // who events come from
  bool plain_selector;               // spec.selector is a map of labels, not a LabelSelector
  bool terminating_replicas;         // the status has that field

  // An error when the selector cannot be understood. One of no requirements selects nothing when pods look for their set
  // (RS-015); the caller asks MatchesEverything().
  Result<LabelSelector> SelectorOf(const Object& set) const;
  // The reference by which a set controls a pod (RS-049: the kind is the controller's, not the object's).
  Value ControllerReference(const Object& set) const;
};

const SetKind& ReplicaSetKind();
const SetKind& ReplicationControllerKind();

// spec.replicas; a server always sets it (RS-109).
int64_t WantedReplicas(const Object& set);
int64_t MinReadySeconds(const Object& set);

}  // namespace wavetank::examples
