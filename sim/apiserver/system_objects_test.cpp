#include "sim/apiserver/system_objects.h"

#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

TEST(SystemObjects, AreTakenByAFreshServer) {  // API-666, API-835, API-837
  TestServer t;
  const Status made = MakeSystemObjects(t.server, t.info());
  ASSERT_TRUE(made.ok()) << made.ToString();
  const Gvr schemas("flowcontrol.apiserver.k8s.io", "v1", "flowschemas");
  EXPECT_EQ(t.Get(schemas, "", "kube-scheduler").object.spec()["matchingPrecedence"].AsInt(), 800);
  EXPECT_EQ(t.Get(schemas, "", "kube-scheduler").object.status()["conditions"][0]["reason"], "Found");
  const Gvr ranges("networking.k8s.io", "v1", "servicecidrs");
  EXPECT_EQ(t.Get(ranges, "", "kubernetes").object.status()["conditions"][0]["status"], "True");
  const Gvr maps("", "v1", "configmaps");
  const ApiResponse trusted = t.Get(maps, "kube-system", "extension-apiserver-authentication");
  EXPECT_TRUE(trusted.object.value()["data"]["client-ca-file"].AsString().starts_with("-----BEGIN CERTIFICATE-----"));
  const ApiResponse tracking = t.Get(maps, "kube-system", "kube-apiserver-legacy-service-account-token-tracking");
  EXPECT_EQ(tracking.object.value()["data"]["since"].AsString(), FormatTime(t.info().now).substr(0, 10));
  const Gvr services("apiregistration.k8s.io", "v1", "apiservices");
  const ApiResponse policy = t.Get(services, "", "v1.policy");
  EXPECT_EQ(policy.object.spec()["groupPriorityMinimum"].AsInt(), 17100);
  EXPECT_EQ(policy.object.status()["conditions"][0]["status"], "True");
  EXPECT_TRUE(MakeSystemObjects(t.server, t.info()).ok()) << "what is there already is left alone";
}

}  // namespace
}  // namespace wavetank::sim
