#include "runtime/controller/predicate.h"

#include <memory>
#include <utility>

#include "runtime/controller/lru_map.h"

namespace wavetank {
namespace {

// Accepts all but updates for which `changed` says no. An update with a missing side is refused (RT-103).
template <typename F>
Predicate OnUpdates(F changed) {
  return [changed](const ObjectEvent& event) {
    if (event.type != ObjectEvent::Type::kUpdate) return true;
    return event.old && event.object && changed(event.old, event.object);
  };
}

bool Ask(const std::function<bool(const ObjectEvent&)>& function, const ObjectEvent& event) {
  return !function || function(event);
}

// No labels and an empty object of labels are the same to everybody.
bool SameMap(const Value& a, const Value& b) { return (a.empty() && b.empty()) || a == b; }

}  // namespace

bool PredicateFuncs::operator()(const ObjectEvent& event) const {
  switch (event.type) {
    case ObjectEvent::Type::kCreate: return Ask(on_create, event);
    case ObjectEvent::Type::kUpdate: return Ask(on_update, event);
    case ObjectEvent::Type::kDelete: return Ask(on_delete, event);
    case ObjectEvent::Type::kGeneric: return Ask(on_generic, event);
  }
  return true;
}

Predicate NewPredicate(std::function<bool(const Object&)> accept) {
  return [accept = std::move(accept)](const ObjectEvent& event) { return accept(event.object); };
}

Predicate ResourceVersionChanged() {
  return OnUpdates([](const Object& old, const Object& now) { return old.resource_version() != now.resource_version(); });
}

Predicate GenerationChanged() {
  return OnUpdates([](const Object& old, const Object& now) { return old.generation() != now.generation(); });
}

Predicate LabelChanged() {
  return OnUpdates([](const Object& old, const Object& now) { return !SameMap(old.labels(), now.labels()); });
}

Predicate AnnotationChanged() {
  return OnUpdates([](const Object& old, const Object& now) { return !SameMap(old.annotations(), now.annotations()); });
}

Result<Predicate> LabelSelectorPredicate(std::string_view text) {
  WT_ASSIGN(LabelSelector selector, LabelSelector::Parse(text));
  return LabelSelectorPredicate(std::move(selector));
}

Predicate LabelSelectorPredicate(LabelSelector selector) {
  return NewPredicate([selector = std::move(selector)](const Object& object) { return selector.Matches(object.labels()); });
}

uint64_t GenerationHash(const Object& object) {
  // A kind without generation: all of it, or nothing would ever differ.
  return object.generation() == 0 ? object.content_hash() : static_cast<uint64_t>(object.generation());
}
uint64_t LabelsHash(const Object& object) { return object.labels().hash(); }
uint64_t AnnotationsHash(const Object& object) { return object.annotations().hash(); }
uint64_t FinalizersHash(const Object& object) { return object.metadata()[names::kFinalizers].hash(); }

Predicate HashChanged(std::vector<ObjectHash> hashes, size_t remembered) {
  struct Seen {
    String uid;
    uint64_t hash = 0;
    bool known = false;
  };
  auto seen = std::make_shared<internal::LruMap<Seen>>(remembered);
  return [hashes = std::move(hashes), seen](const ObjectEvent& event) {
    uint64_t hash = 0;
    for (const ObjectHash each : hashes) hash = HashCombine(hash, each(event.object));
    Seen& last = seen->Touch(event.object.key().ToString());
    if (event.type == ObjectEvent::Type::kDelete) {
      last = Seen();
      return true;
    }
    const bool same = last.known && last.hash == hash && last.uid == event.object.uid();
    last = Seen{event.object.uid(), hash, true};
    return !same;
  };
}

Predicate And(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const ObjectEvent& event) {
    for (const Predicate& predicate : predicates) {
      if (!predicate(event)) return false;
    }
    return true;
  };
}

Predicate Or(std::vector<Predicate> predicates) {
  return [predicates = std::move(predicates)](const ObjectEvent& event) {
    for (const Predicate& predicate : predicates) {
      if (predicate(event)) return true;
    }
    return false;
  };
}

Predicate Not(Predicate predicate) {
  return [predicate = std::move(predicate)](const ObjectEvent& event) { return !predicate(event); };
}

}  // namespace wavetank
