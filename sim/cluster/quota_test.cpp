// The controller of ResourceQuotas: what it counts, and when it counts anew.
#include <gtest/gtest.h>

#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

const Gvk kQuotaKind("", "v1", "ResourceQuota");

Object Quota(const std::string& spec) {
  return Obj("{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'default'},'spec':" + spec +
             "}");
}

Object Service(const std::string& name, const std::string& type, int ports) {
  std::string list;
  for (int i = 0; i < ports; ++i) {
    list +=
        std::string(i > 0 ? "," : "") + "{'name':'p" + std::to_string(i) + "','port':" + std::to_string(80 + i) + "}";
  }
  return Obj("{'apiVersion':'v1','kind':'Service','metadata':{'name':'" + name +
             "','namespace':'default'},'spec':{'type':'" + type + "','ports':[" + list + "]}}");
}

Object HungryPod(const std::string& name, const std::string& cpu, const std::string& priority = "") {
  return Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name +
             "','namespace':'default'},'spec':{'terminationGracePeriodSeconds':0," +
             (priority.empty() ? "" : "'priorityClassName':'" + priority + "',") +
             "'containers':[{'name':'web','image':'nginx','resources':{'requests':{'cpu':'" + cpu +
             "','memory':'1Gi'},'limits':{'cpu':'2'}}}],'initContainers':[{'name':'init','image':'nginx','resources':"
             "{'requests':{'cpu':'300m'}}}]}}");
}

class QuotaTest : public testing::TestWithParam<uint64_t> {
 protected:
  QuotaTest()
      : walk_(GetParam()), world_(EmptyCluster(), walk_, {.seed = GetParam(), .nodes = 1, .garbage_collector = false}) {
    world_.AddProcess("resource-quota", QuotaControllerMain);
    world_.Start();
  }
  void Settle() { ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet); }
  void Make(const Object& object) {
    MustCreate(world_, object);
    Settle();
  }
  void Remove(const Gvk& kind, const Object& object) {
    ASSERT_TRUE(world_.ApplyNow(DeleteRequest(kind, object)).ok());
    Settle();
  }
  void Change(const std::string& patch) {
    ApiRequest request(Verb::kPatch, BuiltInKind(kQuotaKind).gvr);
    request.ns = "default";
    request.name = "q";
    request.patch_type = PatchType::kMerge;
    request.body = Json(patch);
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
    Settle();
  }
  std::string Status() { return WriteJson(Stored(world_, kQuotaKind, "q").status()); }
  std::string Used() { return WriteJson(Stored(world_, kQuotaKind, "q").status()["used"]); }

  RandomWalk walk_;
  World world_;
};

INSTANTIATE_TEST_SUITE_P(Seeds, QuotaTest, testing::Range<uint64_t>(1, 11));

TEST_P(QuotaTest, CountsWhatIsThereAndWhatComesAndGoes) {
  const Object map = ConfigMap("a");
  Make(map);
  Make(
      Quota("{'hard':{'configmaps':'5','count/configmaps':'7','secrets':'1','count/leases.coordination.k8s.io':'3'}}"));
  EXPECT_EQ(
      Status(),
      R"({"hard":{"configmaps":"5","count/configmaps":"7","count/leases.coordination.k8s.io":"3","secrets":"1"},)"
      R"("used":{"configmaps":"1","count/configmaps":"1","count/leases.coordination.k8s.io":"0","secrets":"0"}})");
  Make(ConfigMap("b"));  // charged by the server
  EXPECT_EQ(Stored(world_, kQuotaKind, "q").status()["used"]["configmaps"], "2");
  Remove(kConfigMap, map);
  EXPECT_EQ(Stored(world_, kQuotaKind, "q").status()["used"]["configmaps"], "1");
}

TEST_P(QuotaTest, FollowsItsSpec) {
  Make(Quota("{'hard':{'secrets':'1'}}"));
  Make(Secret("a"));
  Change("{'spec':{'hard':{'secrets':'2','services':'4'}}}");
  EXPECT_EQ(Status(), R"({"hard":{"secrets":"2","services":"4"},"used":{"secrets":"1","services":"0"}})");
}

// What nobody counts is not spoken of.
TEST_P(QuotaTest, UnknownLimits) {
  Make(
      Quota("{'hard':{'count/widgets.example.com':'1','limits.example.com/x':'2','requests.example.com/x':'3',"
            "'hugepages-2Mi':'4Mi','pods':'5'}}"));
  EXPECT_EQ(Used(), R"({"hugepages-2Mi":"0","pods":"0","requests.example.com/x":"0"})");
}

// A status that somebody else wrote is believed until the limits change.
TEST_P(QuotaTest, BelievesItsStatus) {
  Make(Quota("{'hard':{'secrets':'3'}}"));
  ApiRequest lie(Verb::kPatch, BuiltInKind(kQuotaKind).gvr);
  lie.ns = "default";
  lie.name = "q";
  lie.subresource = "status";
  lie.patch_type = PatchType::kMerge;
  lie.body = Json("{'status':{'hard':{'secrets':'7'},'used':{'secrets':'5'}}}");
  ASSERT_TRUE(world_.ApplyNow(std::move(lie)).ok());
  Settle();
  EXPECT_EQ(Status(), R"({"hard":{"secrets":"7"},"used":{"secrets":"5"}})");
  Change("{'spec':{'hard':{'secrets':'4'}}}");
  EXPECT_EQ(Status(), R"({"hard":{"secrets":"4"},"used":{"secrets":"0"}})");
}

TEST_P(QuotaTest, ClaimsCountForTheirClass) {
  const auto claim = [](const char* name, const char* size, const char* of_class) {
    return Obj("{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'" + std::string(name) +
               "','namespace':'default'},'spec':{" + of_class +
               "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'" + size + "'}}}}");
  };
  Make(claim("plain", "1Gi", ""));
  Make(claim("fast", "2Gi", "'storageClassName':'fast',"));
  Make(
      Quota("{'hard':{'requests.storage':'9Gi','fast.storageclass.storage.k8s.io/requests.storage':'9Gi',"
            "'fast.storageclass.storage.k8s.io/persistentvolumeclaims':'9',"
            "'slow.storageclass.storage.k8s.io/requests.storage':'9Gi'}}"));
  EXPECT_EQ(Used(), R"({"fast.storageclass.storage.k8s.io/persistentvolumeclaims":"1",)"
                    R"("fast.storageclass.storage.k8s.io/requests.storage":"2Gi","requests.storage":"3Gi",)"
                    R"("slow.storageclass.storage.k8s.io/requests.storage":"0"})");
}

TEST_P(QuotaTest, CountsWhatPodsAskForUntilTheyHaveFinished) {
  Make(HungryPod("a", "100m"));
  Make(HungryPod("b", "1500m"));
  Make(Quota(
      "{'hard':{'pods':'9','count/pods':'9','cpu':'9','requests.cpu':'9','limits.cpu':'9','requests.memory':'9Gi'}}"));
  // The greediest init container counts when it asks for more than the containers together.
  EXPECT_EQ(
      Used(),
      R"({"count/pods":"2","cpu":"1800m","limits.cpu":"4","pods":"2","requests.cpu":"1800m","requests.memory":"2Gi"})");
  ApiRequest end(Verb::kPatch, BuiltInKind(kPod).gvr);
  end.ns = "default";
  end.name = "b";
  end.subresource = "status";
  end.patch_type = PatchType::kMerge;
  end.body = Json("{'status':{'phase':'Succeeded'}}");
  ASSERT_TRUE(world_.ApplyNow(std::move(end)).ok());
  Settle();
  EXPECT_EQ(
      Used(),
      R"({"count/pods":"2","cpu":"300m","limits.cpu":"2","pods":"1","requests.cpu":"300m","requests.memory":"1Gi"})");
}

TEST_P(QuotaTest, ServicesHavePortsAndMayBecomeOthers) {
  Make(Service("a", "NodePort", 2));
  Make(Service("b", "ClusterIP", 1));
  Make(Quota("{'hard':{'services':'9','services.nodeports':'9','services.loadbalancers':'9'}}"));
  EXPECT_EQ(Used(), R"({"services":"2","services.loadbalancers":"0","services.nodeports":"2"})");
  ApiRequest change(Verb::kPatch, Gvr("", "v1", "services"));
  change.ns = "default";
  change.name = "a";
  change.patch_type = PatchType::kMerge;
  change.body = Json("{'spec':{'type':'ClusterIP'}}");
  ASSERT_TRUE(world_.ApplyNow(std::move(change)).ok());
  Settle();
  EXPECT_EQ(Used(), R"({"services":"2","services.loadbalancers":"0","services.nodeports":"0"})");
}

TEST_P(QuotaTest, ScopesSayWhichPods) {
  Make(TestPod("plain"));
  Make(HungryPod("hungry", "1"));
  Make(Quota("{'hard':{'pods':'9'},'scopes':['BestEffort']}"));
  EXPECT_EQ(Used(), R"({"pods":"1"})");
  Remove(kQuotaKind, Quota("{}"));
  Make(Quota("{'hard':{'pods':'9'},'scopes':['NotBestEffort','NotTerminating']}"));
  EXPECT_EQ(Used(), R"({"pods":"1"})");
  Remove(kQuotaKind, Quota("{}"));
  Make(Obj("{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'rush'},'value':7}"));
  Make(HungryPod("urgent", "1", "rush"));
  Make(
      Quota("{'hard':{'pods':'9'},'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In',"
            "'values':['rush']}]}}"));
  EXPECT_EQ(Used(), R"({"pods":"1"})");
}

}  // namespace
}  // namespace wavetank::sim::cluster
