// Sums over a Pod: what scheduler, limits and quotas take of it.
#include "runtime/api/pod_resources.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

Value Spec(std::string text) {
  for (char& c : text) c = c == '\'' ? '"' : c;
  return *ParseJson(text);
}

std::string Told(const ResourceTotals& totals) {
  std::string told;
  for (const auto& [name, amount] : totals.entries) {
    told.append(told.empty() ? "" : " ").append(name).append("=").append(amount.ToString());
  }
  return told;
}

std::string Container(const std::string& requests, const std::string& more = "") {
  return "{'resources':{'requests':{" + requests + "}}" + more + "}";
}

TEST(PodTotals, ContainersRunTogetherAndInitContainersOneAfterTheOther) {
  const std::string containers = Container("'cpu':'100m','memory':'1Gi'") + "," + Container("'cpu':'150m'");
  EXPECT_EQ(Told(PodTotals(Spec("{'containers':[" + containers + "]}"), "requests")), "cpu=250m memory=1Gi");
  const std::string init = Container("'cpu':'200m'") + "," + Container("'cpu':'300m','memory':'64Mi'");
  EXPECT_EQ(Told(PodTotals(Spec("{'containers':[" + containers + "],'initContainers':[" + init + "]}"), "requests")),
            "cpu=300m memory=1Gi");
}

TEST(PodTotals, SidecarsRunBesideEverythingAfterThem) {
  const std::string sidecar = Container("'cpu':'50m'", ",'restartPolicy':'Always'");
  const std::string containers = Container("'cpu':'100m'");
  const auto told = [&](const std::string& init) {
    return Told(PodTotals(Spec("{'containers':[" + containers + "],'initContainers':[" + init + "]}"), "requests"));
  };
  EXPECT_EQ(told(sidecar), "cpu=150m");
  EXPECT_EQ(told(sidecar + "," + Container("'cpu':'120m'")), "cpu=170m") << "the second starts beside the first";
  EXPECT_EQ(told(Container("'cpu':'120m'") + "," + sidecar), "cpu=150m") << "the first has ended before";
}

TEST(PodTotals, ThePodsOwnWordCountsInPlaceOfItsContainers) {
  const Value spec = Spec("{'resources':{'requests':{'cpu':'1'}},'containers':[" +
                          Container("'cpu':'100m','memory':'1Gi','example.com/gpu':'2'") + "]}");
  EXPECT_EQ(Told(PodTotals(spec, "requests")), "cpu=1 example.com/gpu=2 memory=1Gi");
  EXPECT_EQ(Told(ContainerTotals(spec, "requests")), "cpu=100m example.com/gpu=2 memory=1Gi");
}

TEST(PodTotals, OverheadComesOnTopOfWhatIsLimited) {
  const Value spec = Spec(
      "{'overhead':{'cpu':'10m','memory':'1Mi'},'containers':[{'resources':{'requests':{'cpu':'1'},'limits':{'cpu':'2'}"
      "}}]}");
  EXPECT_EQ(Told(PodTotals(spec, "requests")), "cpu=1010m memory=1Mi");
  EXPECT_EQ(Told(PodTotals(spec, "limits")), "cpu=2010m") << "memory has no limit";
}

TEST(QosClass, GoesByCpuAndMemory) {
  const auto of = [](const std::string& resources) {
    return QosClassOf(Spec("{'containers':[{'resources':{" + resources + "}}]}"));
  };
  EXPECT_EQ(of(""), "BestEffort");
  EXPECT_EQ(of("'requests':{'example.com/gpu':'1'}"), "BestEffort");
  EXPECT_EQ(of("'requests':{'cpu':'0'}"), "BestEffort");
  EXPECT_EQ(of("'requests':{'cpu':'1'}"), "Burstable");
  EXPECT_EQ(of("'limits':{'cpu':'1','memory':'1Gi'}"), "Guaranteed");
  EXPECT_EQ(of("'requests':{'cpu':'500m'},'limits':{'cpu':'1','memory':'1Gi'}"), "Burstable");
  EXPECT_EQ(QosClassOf(Spec("{'resources':{'limits':{'cpu':'1','memory':'1Gi'}},'containers':[{}]}")), "Guaranteed");
}

}  // namespace
}  // namespace wavetank
