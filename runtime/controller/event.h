// ObjectEvent: what an informer tells handlers and predicates about one object (RT-091).
#pragma once

#include <cstdint>

#include "runtime/api/object.h"

namespace wavetank {

struct ObjectEvent {
  enum class Type : uint8_t { kCreate, kUpdate, kDelete, kGeneric };

  Type type = Type::kGeneric;
  bool initial = false;        // create: part of the informer's first list
  bool state_unknown = false;  // delete: found missing by a relist; `object` is the last known state, perhaps stale
  Object object;               // the new state; of a delete the last one
  Object old;                  // of an update: the state before

  static ObjectEvent Create(Object object, bool initial = false) {
    return {.type = Type::kCreate, .initial = initial, .object = std::move(object), .old = {}};
  }
  static ObjectEvent Update(Object old, Object object) {
    return {.type = Type::kUpdate, .object = std::move(object), .old = std::move(old)};
  }
  static ObjectEvent Delete(Object object, bool state_unknown = false) {
    return {.type = Type::kDelete, .state_unknown = state_unknown, .object = std::move(object), .old = {}};
  }
  // From outside the cluster's API (a webhook of a vendor, a timer): `object` may hold nothing but metadata.
  static ObjectEvent Generic(Object object) {
    return {.type = Type::kGeneric, .object = std::move(object), .old = {}};
  }

  // An update that changed nothing: a resync. (An unknown resourceVersion, 0, never counts as unchanged.)
  bool resync() const {
    return type == Type::kUpdate && object.resource_version() != 0 &&
           object.resource_version() == old.resource_version();
  }
};

}  // namespace wavetank
