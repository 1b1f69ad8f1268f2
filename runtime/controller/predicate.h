// Predicates: which events reach a handler (RT-100..104).
//
//   ControllerManagedBy(manager).For<Widget>({GenerationChanged()})
//       .Owns<Pod>({Or({LabelChanged(), AnnotationChanged()})})
//       .WithEventFilter(NewPredicate([](const Object& o) { return o.ns() == "prod"; }))
//
// A predicate saves reconciles, not memory: the informer holds the objects all the same. To hold fewer, restrict the
// cache (RT-105). All predicates of a watch must accept (RT-092); they are asked in order until one refuses.
// Predicates are plain functions: no state that outlives a process, no waiting. Copies share what they captured.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "runtime/api/selectors.h"
#include "runtime/base/status.h"
#include "runtime/controller/event.h"

namespace wavetank {

using Predicate = std::function<bool(const ObjectEvent&)>;

// One function for each type of event; a missing one accepts (RT-100).
struct PredicateFuncs {
  std::function<bool(const ObjectEvent&)> on_create;
  std::function<bool(const ObjectEvent&)> on_update;
  std::function<bool(const ObjectEvent&)> on_delete;
  std::function<bool(const ObjectEvent&)> on_generic;
  bool operator()(const ObjectEvent& event) const;
};

// Asks about the object; of an update about the new one (RT-104).
Predicate NewPredicate(std::function<bool(const Object&)> accept);

// Drops updates that changed nothing, that is resyncs (RT-101).
Predicate ResourceVersionChanged();

// Drops updates that left metadata.generation alone (RT-102). What it loses, too: changes of labels, annotations,
// finalizers and status, and resyncs. Kinds without generation (ConfigMap, Secret) have none to change: all their updates
// are dropped, the one that sets deletionTimestamp included. Kinds without a status subresource count every write.
// Combine: Or({GenerationChanged(), LabelChanged()}).
Predicate GenerationChanged();

// Drop updates that left the labels, the annotations alone (RT-103).
Predicate LabelChanged();
Predicate AnnotationChanged();

// Accepts objects whose labels match, of an update the new one (RT-104). The error says what is wrong with the selector.
Result<Predicate> LabelSelectorPredicate(std::string_view selector);
Predicate LabelSelectorPredicate(LabelSelector selector);

// Accepts what differs, by `hash`, from the last state of the object that it accepted (RT-106): an update that changes
// nothing of interest is dropped, however many there were in between; so is the same object again after a relist. Another uid
// is another object; deletes always pass. Of several functions any may differ: HashChanged({GenerationHash, LabelsHash}).
// Remembers the `remembered` objects seen most recently; one that was forgotten passes.
using ObjectHash = uint64_t (*)(const Object&);
Predicate HashChanged(std::vector<ObjectHash> hashes, size_t remembered = 10'000);
uint64_t GenerationHash(const Object& object);
uint64_t LabelsHash(const Object& object);
uint64_t AnnotationsHash(const Object& object);
uint64_t FinalizersHash(const Object& object);

Predicate And(std::vector<Predicate> predicates);  // of none: accepts
Predicate Or(std::vector<Predicate> predicates);   // of none: refuses
Predicate Not(Predicate predicate);

}  // namespace wavetank
