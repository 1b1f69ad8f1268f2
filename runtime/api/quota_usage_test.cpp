// What objects cost, and which quotas are about them.
#include "runtime/api/quota_usage.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

Value Doc(std::string text) {
  for (char& c : text) c = c == '\'' ? '"' : c;
  return *ParseJson(text);
}

const ResourceInfo& Kind(std::string_view resource, std::string_view group = "", std::string_view version = "v1") {
  return *KindRegistry::BuiltIn().Find(Gvr(group, version, resource));
}

std::string Cost(const ResourceInfo& kind, const std::string& object) {
  std::string told;
  for (const auto& [name, amount] : QuotaUsageOf(kind, Doc(object))) {
    told.append(told.empty() ? "" : " ").append(name).append("=").append(amount.ToString());
  }
  return told;
}

TEST(QuotaUsage, EveryObjectCountsAndSomeUnderTheirPlainName) {
  EXPECT_EQ(Cost(Kind("secrets"), "{}"), "count/secrets=1 secrets=1");
  EXPECT_EQ(Cost(Kind("endpoints"), "{}"), "count/endpoints=1");
  EXPECT_EQ(Cost(Kind("deployments", "apps"), "{}"), "count/deployments.apps=1");
}

TEST(QuotaUsage, PodsCostWhatTheyAskForUntilTheyHaveFinished) {
  const std::string spec =
      "'spec':{'containers':[{'resources':{'requests':{'cpu':'100m','example.com/gpu':'2'},'limits':{'memory':'1Gi',"
      "'example.com/gpu':'2'}}}]}";
  EXPECT_EQ(Cost(Kind("pods"), "{" + spec + "}"),
            "count/pods=1 cpu=100m limits.memory=1Gi pods=1 requests.cpu=100m requests.example.com/gpu=2");
  EXPECT_EQ(Cost(Kind("pods"), "{" + spec + ",'status':{'phase':'Failed'}}"), "count/pods=1");
}

TEST(QuotaUsage, ClaimsCostTheirSizeAlsoByClass) {
  const std::string size = "'resources':{'requests':{'storage':'5Gi'}}";
  EXPECT_EQ(Cost(Kind("persistentvolumeclaims"), "{'spec':{" + size + "}}"),
            "count/persistentvolumeclaims=1 persistentvolumeclaims=1 requests.storage=5Gi");
  EXPECT_EQ(Cost(Kind("persistentvolumeclaims"), "{'spec':{'storageClassName':'fast'," + size + "}}"),
            "count/persistentvolumeclaims=1 fast.storageclass.storage.k8s.io/persistentvolumeclaims=1 "
            "fast.storageclass.storage.k8s.io/requests.storage=5Gi persistentvolumeclaims=1 requests.storage=5Gi");
}

TEST(QuotaUsage, ServicesCostPortsOfNodes) {
  const auto cost = [](const std::string& spec) { return Cost(Kind("services"), "{'spec':{" + spec + "}}"); };
  EXPECT_EQ(cost("'type':'NodePort','ports':[{},{}]"),
            "count/services=1 services=1 services.loadbalancers=0 services.nodeports=2");
  EXPECT_EQ(cost("'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'nodePort':30001},{}]"),
            "count/services=1 services=1 services.loadbalancers=1 services.nodeports=1");
  EXPECT_EQ(cost("'type':'LoadBalancer','allocateLoadBalancerNodePorts':true,'ports':[{},{}]"),
            "count/services=1 services=1 services.loadbalancers=1 services.nodeports=2");
}

TEST(QuotaScopes, SayWhichPods) {
  const auto about = [](const std::string& quota, const std::string& pod) {
    return QuotaIsAbout(Doc(quota), Kind("pods"), Doc("{'spec':" + pod + "}"));
  };
  EXPECT_TRUE(about("{}", "{}"));
  EXPECT_TRUE(about("{'scopes':['BestEffort','NotTerminating']}", "{}"));
  EXPECT_FALSE(about("{'scopes':['BestEffort','Terminating']}", "{}"));
  EXPECT_TRUE(about("{'scopes':['Terminating']}", "{'activeDeadlineSeconds':5}"));
  EXPECT_TRUE(about("{'scopes':['CrossNamespacePodAffinity']}",
                    "{'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'podAffinityTerm':"
                    "{'namespaces':['a']}}]}}}"));
  EXPECT_FALSE(about("{'scopes':['CrossNamespacePodAffinity']}", "{'affinity':{}}"));
  const auto selects = [](const std::string& rest) {
    return "{'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass'," + rest + "}]}}";
  };
  const std::string rush = "{'priorityClassName':'rush'}";
  EXPECT_TRUE(about(selects("'operator':'In','values':['rush']"), rush));
  EXPECT_FALSE(about(selects("'operator':'NotIn','values':['rush']"), rush));
  EXPECT_TRUE(about(selects("'operator':'Exists'"), rush));
  EXPECT_TRUE(about(selects("'operator':'DoesNotExist'"), "{}"));
  EXPECT_FALSE(QuotaIsAbout(Doc("{'scopes':['NotBestEffort']}"), Kind("secrets"), Doc("{}"))) << "scopes are of pods";
}

TEST(QuotaLimits, EachBelongsToAKind) {
  EXPECT_TRUE(QuotaLimitIsOf("count/deployments.apps", Kind("deployments", "apps")));
  EXPECT_FALSE(QuotaLimitIsOf("count/deployments", Kind("deployments", "apps")));
  EXPECT_TRUE(QuotaLimitIsOf("secrets", Kind("secrets")));
  EXPECT_FALSE(QuotaLimitIsOf("secrets", Kind("pods")));
  EXPECT_TRUE(QuotaLimitIsOf("limits.cpu", Kind("pods")));
  EXPECT_TRUE(QuotaLimitIsOf("services.nodeports", Kind("services")));
  EXPECT_TRUE(QuotaLimitIsOf("requests.storage", Kind("persistentvolumeclaims")));
  EXPECT_TRUE(QuotaLimitIsOf("fast.storageclass.storage.k8s.io/requests.storage", Kind("persistentvolumeclaims")));
  EXPECT_FALSE(QuotaLimitIsOf("requests.storage", Kind("pods")));
  EXPECT_TRUE(QuotaLimitIsOf("requests.example.com/gpu", Kind("pods")));
  EXPECT_FALSE(QuotaLimitIsOf("limits.example.com/gpu", Kind("pods"))) << "devices are requested";
  EXPECT_TRUE(QuotaLimitIsOf("requests.hugepages-2Mi", Kind("pods")));
  EXPECT_FALSE(QuotaLimitIsOf("widgets", Kind("pods"))) << "nobody counts those";
  EXPECT_TRUE(HasPlainQuotaName(Kind("replicationcontrollers")));
  EXPECT_FALSE(HasPlainQuotaName(Kind("endpoints")));
  EXPECT_FALSE(HasPlainQuotaName(Kind("events", "events.k8s.io")));
}

}  // namespace
}  // namespace wavetank
