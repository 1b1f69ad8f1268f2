#include "runtime/api/metadata.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

Object O(std::string_view text) { return Object(*ParseJson(text)); }

Object Owner() {
  return O(R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"rs","namespace":"n","uid":"u1"}})");
}
Object Pod() { return O(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"odd":1})"); }

TEST(OwnerReferences, Rt260ControllerReference) {
  const Object owner = Owner();
  const Object pod = *SetControllerReference(Pod(), owner);
  EXPECT_EQ(
      WriteJson(pod.metadata()["ownerReferences"]),
      R"([{"apiVersion":"apps/v1","blockOwnerDeletion":true,"controller":true,"kind":"ReplicaSet","name":"rs","uid":"u1"}])");
  EXPECT_EQ(pod.value()["odd"], Value(1));
  EXPECT_TRUE(IsControlledBy(pod, owner));
  EXPECT_TRUE(HasOwnerReference(pod, owner));
  // Again: nothing changes, not even the node.
  EXPECT_TRUE(SetControllerReference(pod, owner)->SameAs(pod));
  // The same group, kind and name with another uid and version is updated in place.
  const Object reborn =
      O(R"({"apiVersion":"apps/v2","kind":"ReplicaSet","metadata":{"name":"rs","namespace":"n","uid":"u2"}})");
  const Object again = *SetControllerReference(pod, reborn);
  EXPECT_EQ(again.metadata()["ownerReferences"].size(), 1u);
  EXPECT_TRUE(IsControlledBy(again, reborn));
  EXPECT_FALSE(IsControlledBy(again, owner));
  // Somebody else's.
  const Object other =
      O(R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"n","uid":"u3"}})");
  const Status taken = SetControllerReference(pod, other).status();
  EXPECT_TRUE(IsAlreadyOwned(taken));
  EXPECT_EQ(taken.message(), "Object n/p is already owned by another ReplicaSet controller rs");
  const Object shared = *SetOwnerReference(pod, other);
  EXPECT_EQ(shared.metadata()["ownerReferences"].size(), 2u);
  EXPECT_FALSE(shared.metadata()["ownerReferences"][1].Has("controller"));
  EXPECT_TRUE(IsControlledBy(*SetOwnerReference(shared, owner), owner));
  const Object left = *RemoveOwnerReference(*RemoveOwnerReference(shared, owner), other);
  EXPECT_FALSE(left.metadata().Has("ownerReferences"));
  EXPECT_EQ(RemoveOwnerReference(left, owner).code(), Code::kNotFound);
  EXPECT_FALSE((*SetControllerReference(Pod(), owner, {.block_owner_deletion = false}))
                   .metadata()["ownerReferences"][0]
                   .Has("blockOwnerDeletion"));
}

TEST(OwnerReferences, Rt261Scopes) {
  const Object elsewhere = O(R"({"kind":"Pod","metadata":{"name":"p","namespace":"m"}})");
  const Object cluster = O(R"({"kind":"Node","metadata":{"name":"p"}})");
  const Object node = O(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"x","uid":"u"}})");
  EXPECT_EQ(SetControllerReference(elsewhere, Owner()).code(), Code::kInvalidArgument);
  EXPECT_EQ(SetOwnerReference(cluster, Owner()).code(), Code::kInvalidArgument);
  EXPECT_TRUE(SetControllerReference(elsewhere, node).ok());
  EXPECT_EQ(SetControllerReference(Pod(), O(R"({"kind":"Pod","metadata":{"name":"x"}})")).code(),
            Code::kInvalidArgument);
}

TEST(Finalizers, Rt264SayWhetherTheyChanged) {
  Object pod = Pod();
  EXPECT_TRUE(AddFinalizer(pod, "a/b"));
  EXPECT_FALSE(AddFinalizer(pod, "a/b"));
  EXPECT_TRUE(AddFinalizer(pod, "c/d"));
  EXPECT_EQ(WriteJson(pod.metadata()["finalizers"]), R"(["a/b","c/d"])");
  EXPECT_TRUE(HasFinalizer(pod, "c/d"));
  EXPECT_TRUE(RemoveFinalizer(pod, "a/b"));
  EXPECT_FALSE(RemoveFinalizer(pod, "a/b"));
  EXPECT_TRUE(RemoveFinalizer(pod, "c/d"));
  EXPECT_EQ(pod, Pod());
}

TEST(Labels, SetAndRemove) {
  const Object pod = WithLabel(Pod(), "app", "a");
  EXPECT_EQ(Label(pod, "app"), "a");
  EXPECT_TRUE(WithLabel(pod, "app", "a").SameAs(pod));
  EXPECT_EQ(WithoutLabel(pod, "app"), Pod());
  EXPECT_TRUE(WithoutLabel(pod, "none").SameAs(pod));
  EXPECT_EQ(Annotation(WithAnnotation(pod, "x", "y"), "x"), "y");
  EXPECT_EQ(WithoutAnnotation(WithAnnotation(pod, "x", "y"), "x"), pod);
  EXPECT_EQ(Label(pod, "none"), "");
}

TEST(Conditions, TimeMovesWithTheStatusOnly) {
  const Time t1 = *ParseTime("2026-01-01T00:00:01Z");
  const Time t2 = *ParseTime("2026-01-01T00:00:02Z");
  const Value ready = SetCondition(Value(), {"Ready", "False", "Starting", "0 of 1"}, t1);
  EXPECT_EQ(WriteJson(ready), R"({"conditions":[{"lastTransitionTime":"2026-01-01T00:00:01Z","message":"0 of 1",)"
                              R"("reason":"Starting","status":"False","type":"Ready"}]})");
  EXPECT_FALSE(IsConditionTrue(ready, "Ready"));
  EXPECT_EQ(SetCondition(ready, {"Ready", "False", "Starting", "0 of 1"}, t2).identity(), ready.identity());
  const Value message = SetCondition(ready, {"Ready", "False", "Starting", "still"}, t2);
  EXPECT_EQ(FindCondition(message, "Ready")["lastTransitionTime"], "2026-01-01T00:00:01Z");
  const Value now = SetCondition(message, {"Ready", "True", "Up", "", 3}, t2);
  EXPECT_EQ(FindCondition(now, "Ready")["lastTransitionTime"], "2026-01-01T00:00:02Z");
  EXPECT_EQ(FindCondition(now, "Ready")["observedGeneration"], Value(3));
  EXPECT_TRUE(IsConditionTrue(now, "Ready"));
  EXPECT_TRUE(FindCondition(WithoutCondition(now, "Ready"), "Ready").is_null());
  EXPECT_EQ(SetCondition(now, {"Other", "True", "x", ""}, t2)["conditions"].size(), 2u);
}

}  // namespace
}  // namespace wavetank
