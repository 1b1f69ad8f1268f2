// Rollbacks by annotation: to a revision, to the last, and to what is not there.
#include <gtest/gtest.h>

#include "sim/cluster/deployment_test_util.h"

namespace wavetank::sim::cluster {
namespace {

class Rollbacks : public Deployments {
 protected:
  void Annotate(std::string_view name, std::string_view value) {
    Patch(kDeploymentKind, "d",
          "{'metadata':{'annotations':{'" + std::string(name) + "':'" + std::string(value) + "'}}}");
  }
  void RollTo(std::string_view image) {
    SetImage(std::string(image));
    Finish();
  }
  void Finish() {
    for (int i = 0; i < 4; ++i) AllReady();
  }
  std::string Image() {
    return std::string(Get().spec()[kTemplate][names::kSpec][kContainers][0][kImage].AsString());
  }
  // Events are told after what they are about.
  std::string Told(std::string_view reason) {
    std::string message;
    world_.server().ForEach(BuiltInKind(Gvk("", "v1", "Event")), "", [&](const Object& event) {
      if (event.value()[kReason] == reason) message = event.value()[kMessage].AsString();
    });
    return message;
  }
  bool IsAsked() { return !Get().annotations()[kRollbackAnnotation].is_null(); }
};

TEST_F(Rollbacks, GoToARevision) {
  Create("'replicas':1");
  Annotate("cause", "first");
  AllReady();
  Annotate("cause", "second");
  RollTo("two");
  Annotate(kRollbackAnnotation, "1");
  Finish();
  EXPECT_EQ(Image(), "one");
  EXPECT_FALSE(IsAsked());
  EXPECT_EQ(Get().annotations()[kRevisionAnnotation], "3");
  EXPECT_EQ(Sized(), (Sizes{0, 1}));
  // What the set took over when it was the new one comes back with it; here both changes were made while it was.
  EXPECT_EQ(Get().annotations()["cause"], "second");
  EXPECT_EQ(Told("DeploymentRollback"), "Rolled back deployment \"d\" to revision 1");
}

TEST_F(Rollbacks, BringTheAnnotationsOfTheSet) {
  Create("'replicas':1");
  AllReady();
  Patch(kDeploymentKind, "d",
        "{'metadata':{'annotations':{'cause':'second'}},'spec':{'template':{'spec':{'containers':"
        "[{'name':'c','image':'two'}]}}}}");
  Finish();
  Annotate(kRollbackAnnotation, "1");
  Finish();
  EXPECT_EQ(Image(), "one");
  EXPECT_TRUE(Get().annotations()["cause"].is_null());
}

TEST_F(Rollbacks, ZeroIsTheOneBefore) {
  Create("'replicas':1");
  AllReady();
  RollTo("two");
  RollTo("three");
  Annotate(kRollbackAnnotation, "0");
  Finish();
  EXPECT_EQ(Image(), "two");
}

TEST_F(Rollbacks, GiveUpWhatIsNotThere) {
  Create("'replicas':1");
  AllReady();
  Annotate(kRollbackAnnotation, "0");
  EXPECT_EQ(Told("DeploymentRollbackRevisionNotFound"), "Unable to find last revision.");
  EXPECT_FALSE(IsAsked());
  Annotate(kRollbackAnnotation, "1");
  EXPECT_EQ(Told("DeploymentRollbackTemplateUnchanged"),
            "The rollback revision contains the same template as current deployment \"d\"");
  EXPECT_FALSE(IsAsked());
}

TEST_F(Rollbacks, UnknownRevisions) {
  Create("'replicas':1");
  AllReady();
  Annotate(kRollbackAnnotation, "17");
  EXPECT_EQ(Told("DeploymentRollbackRevisionNotFound"), "Unable to find the revision to rollback to.");
  EXPECT_FALSE(IsAsked());
  EXPECT_EQ(Image(), "one");
}

TEST_F(Rollbacks, WaitForTheEndOfAPause) {
  Create("'replicas':1");
  AllReady();
  RollTo("two");
  Patch(kDeploymentKind, "d", "{'spec':{'paused':true}}");
  Annotate(kRollbackAnnotation, "1");
  EXPECT_TRUE(IsAsked());
  EXPECT_EQ(Image(), "two");
  Patch(kDeploymentKind, "d", "{'spec':{'paused':false}}");
  EXPECT_EQ(Image(), "one");
}

TEST(Revisions, TheLastIsTheSecondGreatest) {
  const auto set = [](const char* revision) {
    return Obj("{'metadata':{'annotations':{'deployment.kubernetes.io/revision':'" + std::string(revision) + "'}}}");
  };
  EXPECT_EQ(LastRevision({}), 0);
  EXPECT_EQ(LastRevision({set("4")}), 0);
  EXPECT_EQ(LastRevision({set("4"), set("9"), set("7"), set("odd")}), 7);
  EXPECT_EQ(LastRevision({set("9"), set("7"), set("4")}), 7);
}

}  // namespace
}  // namespace wavetank::sim::cluster
