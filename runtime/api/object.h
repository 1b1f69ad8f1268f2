// Object: the one handle by which the store, the watch history, every watcher and every informer cache hold an object.
//
//   Object pod(value);                       // extracts key, uid and resourceVersion once
//   pod.key().name, pod.uid(), pod.labels()["app"]
//   Object next = pod.With(pod.value().SetIn({names::kStatus, names::kPhase}, "Running"));
//
// An Object is one counted pointer; a copy is an increment. It is immutable: `With` makes another one.
// A default Object is empty (`!object`); reading an empty one gives empty answers.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/api/gvk.h"
#include "runtime/api/names.h"
#include "runtime/value/value.h"

namespace wavetank {

// Namespace and name; the namespace is empty for cluster-scoped objects.
struct ObjectKey {
  String ns;
  String name;

  ObjectKey() = default;
  ObjectKey(String ns, String name) : ns(std::move(ns)), name(std::move(name)) {}
  bool operator==(const ObjectKey&) const = default;
  // The order of lists: byte order of "<namespace>/<name>" with its slash (observed.md 285).
  friend std::strong_ordering operator<=>(const ObjectKey& a, const ObjectKey& b);
  uint64_t hash() const { return HashCombine(ns.hash(), name.hash()); }
  // "default/frontend", or "node-1" without a namespace.
  std::string ToString() const;
};

class Object {
 public:
  Object() = default;
  // REQUIRES: `value` is a JSON object. O(fields of metadata).
  explicit Object(Value value);
  Object(const Object& other) : rep_(other.rep_) {
    if (rep_ != nullptr) ++rep_->refs;
  }
  Object(Object&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}
  Object& operator=(Object other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }
  ~Object() {
    if (rep_ != nullptr && --rep_->refs == 0) Destroy(rep_);
  }

  explicit operator bool() const { return rep_ != nullptr; }
  const Value& value() const { return rep().value; }
  const ObjectKey& key() const { return rep().key; }
  const String& name() const { return key().name; }
  const String& ns() const { return key().ns; }
  const String& uid() const { return rep().uid; }
  // The number in metadata.resourceVersion; 0 when there is none or it is no number.
  uint64_t resource_version() const { return rep_ == nullptr ? 0 : rep_->resource_version; }

  // What is asked for most was looked up once, when the object was made.
  const Value& metadata() const { return *rep().metadata; }
  const Value& labels() const { return *rep().labels; }
  const Value& annotations() const { return metadata()[names::kAnnotations]; }
  const Value& spec() const { return *rep().spec; }
  const Value& status() const { return *rep().status; }
  std::string_view kind() const { return value()[names::kKind].AsString(); }
  std::string_view api_version() const { return value()[names::kApiVersion].AsString(); }
  int64_t generation() const { return metadata()[names::kGeneration].AsInt(); }
  bool deleting() const { return rep().deleting; }
  // The controller's reference among ownerReferences (controller: true), null when there is none.
  const Value& controller() const { return *rep().controller; }

  // Hash of everything but metadata.resourceVersion and managedFields; cached. Equal for equal objects of two runs that
  // made their writes in another order (search.md 2.5).
  uint64_t content_hash() const;

  // The same object with other content (key, uid and version are read anew).
  Object With(Value value) const { return Object(std::move(value)); }

  // Content. Identity first.
  friend bool operator==(const Object& a, const Object& b) {
    return a.rep_ == b.rep_ || (a.rep_ != nullptr && b.rep_ != nullptr && a.rep_->value == b.rep_->value);
  }
  bool SameAs(const Object& other) const { return rep_ == other.rep_; }

 private:
  // Invariant: the pointers point into `value`, which never changes, or at a null of static storage.
  struct Rep {
    uint32_t refs = 1;
    bool deleting = false;
    uint64_t resource_version = 0;
    const Value* metadata = nullptr;
    const Value* labels = nullptr;
    const Value* spec = nullptr;
    const Value* status = nullptr;
    const Value* controller = nullptr;
    Value value;
    ObjectKey key;
    String uid;
    uint64_t content_hash = 0;  // 0: not computed yet
  };
  const Rep& rep() const { return rep_ == nullptr ? Empty() : *rep_; }
  static const Rep& Empty();
  static void Destroy(Rep* rep);
  Rep* rep_ = nullptr;
};

// Object::content_hash of a document that is no Object yet.
uint64_t ContentHash(const Value& document);

inline const Value& ControllerOf(const Object& object) { return object.controller(); }

}  // namespace wavetank
