#include "runtime/controller/predicate.h"

#include <gtest/gtest.h>

#include "runtime/controller/test_objects.h"

namespace wavetank {
namespace {

using test::Obj;

ObjectEvent UpdateOf(std::string_view old_metadata, std::string_view new_metadata) {
  return ObjectEvent::Update(Obj("{'metadata':" + std::string(old_metadata) + "}"),
                             Obj("{'metadata':" + std::string(new_metadata) + "}"));
}

// RT-100.
TEST(PredicateTest, MissingFunctionsAccept) {
  PredicateFuncs funcs;
  funcs.on_update = [](const ObjectEvent&) { return false; };
  const Predicate predicate = funcs;
  const Object object = Obj("{'metadata':{'name':'a'}}");
  EXPECT_TRUE(predicate(ObjectEvent::Create(object)));
  EXPECT_FALSE(predicate(ObjectEvent::Update(object, object)));
  EXPECT_TRUE(predicate(ObjectEvent::Delete(object)));
  EXPECT_TRUE(predicate(ObjectEvent::Generic(object)));
}

// RT-101.
TEST(PredicateTest, ResourceVersionChangedDropsResyncs) {
  const Predicate changed = ResourceVersionChanged();
  EXPECT_FALSE(changed(UpdateOf("{'resourceVersion':'5'}", "{'resourceVersion':'5'}")));
  EXPECT_TRUE(changed(UpdateOf("{'resourceVersion':'5'}", "{'resourceVersion':'6'}")));
  EXPECT_TRUE(changed(ObjectEvent::Create(Obj("{'metadata':{'resourceVersion':'5'}}"))));
}

// RT-102: and what it loses.
TEST(PredicateTest, GenerationChangedSeesGenerationsOnly) {
  const Predicate changed = GenerationChanged();
  EXPECT_FALSE(changed(UpdateOf("{'generation':1}", "{'generation':1,'labels':{'a':'b'}}")));
  EXPECT_TRUE(changed(UpdateOf("{'generation':1}", "{'generation':2}")));
  // A kind without generation: the deletion is lost.
  EXPECT_FALSE(changed(UpdateOf("{}", "{'deletionTimestamp':'2025-01-01T00:00:00Z'}")));
  EXPECT_TRUE(changed(ObjectEvent::Delete(Obj("{'metadata':{}}"))));
}

// RT-103.
TEST(PredicateTest, LabelsAndAnnotations) {
  EXPECT_FALSE(LabelChanged()(UpdateOf("{'labels':{'a':'b'},'annotations':{'x':'1'}}", "{'labels':{'a':'b'}}")));
  EXPECT_TRUE(LabelChanged()(UpdateOf("{'labels':{'a':'b'}}", "{'labels':{'a':'c'}}")));
  EXPECT_FALSE(LabelChanged()(UpdateOf("{'labels':{}}", "{}")));
  EXPECT_TRUE(AnnotationChanged()(UpdateOf("{'annotations':{'x':'1'}}", "{}")));
  EXPECT_FALSE(AnnotationChanged()(UpdateOf("{'labels':{'a':'b'}}", "{}")));
  // A side is missing.
  EXPECT_FALSE(LabelChanged()(ObjectEvent::Update(Object(), Obj("{'metadata':{'labels':{'a':'b'}}}"))));
}

// RT-104.
TEST(PredicateTest, AndOrNot) {
  const Predicate yes = [](const ObjectEvent&) { return true; };
  const Predicate no = [](const ObjectEvent&) { return false; };
  const ObjectEvent event = ObjectEvent::Generic(Obj("{}"));
  EXPECT_TRUE(And({})(event));
  EXPECT_TRUE(And({yes, yes})(event));
  EXPECT_FALSE(And({yes, no})(event));
  EXPECT_FALSE(Or({})(event));
  EXPECT_TRUE(Or({no, yes})(event));
  EXPECT_FALSE(Or({no, no})(event));
  EXPECT_TRUE(Not(no)(event));
}

// RT-104: of an update the new object decides.
TEST(PredicateTest, SelectorAsksTheNewObject) {
  const Result<Predicate> web = LabelSelectorPredicate("app=web");
  ASSERT_TRUE(web.ok());
  EXPECT_TRUE((*web)(UpdateOf("{}", "{'labels':{'app':'web'}}")));
  EXPECT_FALSE((*web)(UpdateOf("{'labels':{'app':'web'}}", "{}")));
  EXPECT_FALSE(LabelSelectorPredicate("app in").ok());
}

// RT-106, T-115: compared with what was accepted last, not with the event before; another uid is another object.
TEST(PredicateTest, HashChangedRemembersWhatItAccepted) {
  const Predicate predicate = HashChanged({GenerationHash, LabelsHash});
  const auto object = [](int generation, const std::string& label, const std::string& uid = "u1",
                         const std::string& version = "1") {
    return Obj("{'metadata':{'name':'a','uid':'" + uid + "','generation':" + std::to_string(generation) +
               ",'resourceVersion':'" + version + "','labels':{'x':'" + label + "'}}}");
  };
  EXPECT_TRUE(predicate(ObjectEvent::Create(object(1, "p"))));
  EXPECT_FALSE(predicate(ObjectEvent::Create(object(1, "p"))));  // a relist
  EXPECT_FALSE(predicate(ObjectEvent::Update(object(1, "p"), object(1, "p", "u1", "2"))));
  EXPECT_TRUE(predicate(ObjectEvent::Update(object(1, "p"), object(2, "p"))));
  EXPECT_TRUE(predicate(ObjectEvent::Update(object(2, "p"), object(2, "q"))));
  EXPECT_TRUE(predicate(ObjectEvent::Update(object(2, "q"), object(2, "q", "u2"))));  // another object of that name
  EXPECT_TRUE(predicate(ObjectEvent::Delete(object(2, "q", "u2"))));
  EXPECT_TRUE(predicate(ObjectEvent::Create(object(2, "q", "u2"))));
}

// T-115: bounded by a number of objects, where kube-rs has a time to live: predicates have no clock.
TEST(PredicateTest, HashChangedForgetsTheOldest) {
  const Predicate predicate = HashChanged({FinalizersHash, AnnotationsHash}, 2);
  const auto create = [&](const char* name) {
    return predicate(ObjectEvent::Create(Obj("{'metadata':{'name':'" + std::string(name) + "'}}")));
  };
  EXPECT_TRUE(create("a"));
  EXPECT_TRUE(create("b"));
  EXPECT_FALSE(create("a"));
  EXPECT_TRUE(create("c"));  // b goes
  EXPECT_FALSE(create("a"));
  EXPECT_TRUE(create("b"));
}

}  // namespace
}  // namespace wavetank
