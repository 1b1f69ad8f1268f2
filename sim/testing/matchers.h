// GoogleMock matchers for objects of Kubernetes.
//
//   EXPECT_THAT(world.Get("Pod", "a"), IsReady());
//   EXPECT_THAT(world.Get("Deployment", "web"), HasCondition("Available", "True"));
//   EXPECT_THAT(world.List("Pod"), SizeIs(3));
//   EXPECT_THAT(world.Get("ReplicaSet", "frontend"), MatchesObject("status: {readyReplicas: 3}"));
//
// They take what names an object: an Object, a Value, a typed view, and a Result of one. An empty Object matches nothing
// but Not(Exists()).
#pragma once

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "runtime/api/object.h"
#include "runtime/base/status.h"

namespace wavetank::testing {
namespace internal {

inline Value DocumentOf(const Value& value) { return value; }
inline Value DocumentOf(const Object& object) { return object.value(); }
template <typename View>
  requires requires(const View& view) { view.ToObject(); }
Value DocumentOf(const View& view) {
  return view.ToObject().value();
}
template <typename T>
Value DocumentOf(const Result<T>& result) {
  return result.ok() ? DocumentOf(*result) : Value();
}

// Each explains itself in `why` when the answer is no.
bool Exists(const Value& object, std::string& why);
bool HasCondition(const Value& object, std::string_view type, std::string_view status, std::string& why);
bool HasEntry(const Value& object, std::string_view map, std::string_view key, std::string_view value,
              std::string& why);
bool MatchesObject(const Value& object, std::string_view yaml, std::string& why);
bool IsOwnedBy(const Value& object, const Value& owner, std::string& why);

}  // namespace internal

// The object is there.
MATCHER(Exists, negation ? "does not exist" : "exists") {
  std::string why;
  const bool good = internal::Exists(internal::DocumentOf(arg), why);
  *result_listener << why;
  return good;
}
// status.conditions has an entry of this type and status.
MATCHER_P2(HasCondition, type, status, "has the condition " + std::string(type) + "=" + std::string(status)) {
  std::string why;
  const bool good = internal::HasCondition(internal::DocumentOf(arg), type, status, why);
  *result_listener << why;
  return good;
}
// The condition Ready is True.
MATCHER(IsReady, negation ? "is not ready" : "is ready") {
  std::string why;
  const bool good = internal::HasCondition(internal::DocumentOf(arg), "Ready", "True", why);
  *result_listener << why;
  return good;
}
// metadata.deletionTimestamp is set.
MATCHER(IsBeingDeleted, negation ? "is not being deleted" : "is being deleted") {
  return !internal::DocumentOf(arg)["metadata"]["deletionTimestamp"].is_null();
}
MATCHER_P2(HasLabel, key, value, "has the label " + std::string(key) + "=" + std::string(value)) {
  std::string why;
  const bool good = internal::HasEntry(internal::DocumentOf(arg), "labels", key, value, why);
  *result_listener << why;
  return good;
}
MATCHER_P2(HasAnnotation, key, value, "has the annotation " + std::string(key) + "=" + std::string(value)) {
  std::string why;
  const bool good = internal::HasEntry(internal::DocumentOf(arg), "annotations", key, value, why);
  *result_listener << why;
  return good;
}
// Every field that the YAML text names is there and equal (sim/oracle/match.h); null means absent.
MATCHER_P(MatchesObject, yaml, "has the fields\n" + std::string(yaml)) {
  std::string why;
  const bool good = internal::MatchesObject(internal::DocumentOf(arg), yaml, why);
  *result_listener << why;
  return good;
}
// One of its owner references has the owner's uid.
MATCHER_P(IsOwnedBy, owner, "is owned by the other object") {
  std::string why;
  const bool good = internal::IsOwnedBy(internal::DocumentOf(arg), internal::DocumentOf(owner), why);
  *result_listener << why;
  return good;
}

}  // namespace wavetank::testing
