#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

std::string First(const ApiResponse& r) { return r.warnings.empty() ? "" : r.warnings[0].str(); }

class WarningsTest : public ::testing::Test, public TestServer {
 protected:
  const Gvr templates{"", "v1", "podtemplates"};
  const Gvr volumes{"", "v1", "persistentvolumes"};
  const Gvr daemonsets{"apps", "v1", "daemonsets"};
  const Gvr endpoints{"", "v1", "endpoints"};
  const Gvr nodes{"", "v1", "nodes"};

  static std::string Template(std::string_view spec) {
    return R"({"metadata":{"labels":{"a":"b"}},"spec":)" + std::string(spec) + "}";
  }
};

TEST_F(WarningsTest, DeprecatedKindsOnEveryVerb) {  // API-201
  const std::string text = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
  EXPECT_EQ(First(Post(endpoints, "default", R"({"metadata":{"name":"e"}})")), text);
  EXPECT_EQ(First(Get(endpoints, "default", "none")), text);
  EXPECT_EQ(First(List(endpoints, "default")), text);
  EXPECT_EQ(std::get<WatchStart>(Watch(endpoints, "default")).warnings.size(), 1u);
  EXPECT_EQ(First(Get(configmaps, "default", "none")), "");
}

TEST_F(WarningsTest, SpecsOfPods) {  // API-202
  EXPECT_EQ(
      First(Post(pods, "default", R"({"metadata":{"name":"x.y"},"spec":{"containers":[{"name":"c","image":"i"}]}})")),
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is "
      "recommended: [must not contain dots]");
  const ApiResponse hidden = Post(
      templates, "default",
      R"({"metadata":{"name":"t"},"template":)" +
          Template(R"({"nodeSelector":{"beta.kubernetes.io/os":"linux"},"containers":[{"name":"c","image":"i",)"
                   R"("env":[{"name":"X","value":"1"},{"name":"X","value":"$(X)2"},{"name":"X","value":"3"}]}]})") +
          "}");
  ASSERT_EQ(hidden.warnings.size(), 2u) << Message(hidden);
  EXPECT_EQ(
      hidden.warnings[0],
      "template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead");
  EXPECT_EQ(
      hidden.warnings[1],
      "template.spec.containers[0].env[2]: hides previous definition of \"X\", which may be dropped when using apply");
}

TEST_F(WarningsTest, ChangesOfTheSpecOnly) {
  const std::string spec =
      Template(R"({"containers":[{"name":"c","image":"i","resources":{"limits":{"memory":"1500m"}}}]})");
  const std::string text =
      "spec.template.spec.containers[0].resources.limits[memory]: fractional byte value \"1500m\" is invalid, must be "
      "an "
      "integer";
  EXPECT_EQ(
      First(Post(daemonsets, "default",
                 R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":)" + spec + "}}")),
      text);
  EXPECT_EQ(First(Merge(daemonsets, "default", "d", R"({"metadata":{"labels":{"x":"y"}}})")), "");
  EXPECT_EQ(First(Merge(daemonsets, "default", "d", R"({"spec":{"minReadySeconds":1}})")), text);
}

TEST_F(WarningsTest, OldAnnotations) {
  EXPECT_EQ(
      First(Post(volumes, "",
                 R"({"metadata":{"name":"v","annotations":{"volume.beta.kubernetes.io/mount-options":"x"}},"spec":)"
                 R"({"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}}})")),
      "metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use \"mountOptions\" "
      "attribute instead");
}

TEST_F(WarningsTest, TheSingleValueHasTheLastWord) {  // observed.md 223
  Post(nodes, "", R"({"metadata":{"name":"n"},"spec":{"podCIDR":"10.0.0.0/24"}})");
  const Object node = Get(nodes, "", "n").object;
  EXPECT_EQ(WriteJson(node.spec()["podCIDRs"]), R"(["10.0.0.0/24"])");
  const ApiResponse out = Merge(nodes, "", "n", R"({"spec":{"podCIDRs":["10.1.0.0/24","10.0.0.0/24"]}})");
  EXPECT_EQ(out.object.resource_version(), node.resource_version()) << Message(out);
}

TEST_F(WarningsTest, NamesThatBeginThoseOfPods) {  // API-202
  EXPECT_EQ(
      First(Post(Gvr("", "v1", "replicationcontrollers"), "default",
                 R"({"metadata":{"name":"x.y"},"spec":{"selector":{"a":"b"},"template":)" +
                     Template(R"({"containers":[{"name":"c","image":"i"}]})") + "}}")),
      "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label "
      "is recommended: [must not contain dots]");
}

TEST_F(WarningsTest, PortsInEachOthersWay) {  // API-202
  const ApiResponse two =
      Post(templates, "default",
           R"({"metadata":{"name":"t"},"template":)" +
               Template(R"({"containers":[{"name":"c","image":"i","ports":[{"containerPort":80,"name":"web"}]},)"
                        R"({"name":"d","image":"i","ports":[{"containerPort":80,"hostPort":80,"name":"web"}]}]})") +
               "}");
  ASSERT_EQ(two.warnings.size(), 2u);
  EXPECT_EQ(two.warnings[0],
            "template.spec.containers[1].ports[0]: overlapping port definition with "
            "template.spec.containers[0].ports[0]");
  EXPECT_TRUE(two.warnings[1].view().find("duplicate port name \"web\"") != std::string_view::npos);
}

TEST_F(WarningsTest, SpellingsOfAddresses) {  // API-202
  const ApiResponse alias = Post(
      templates, "default",
      R"({"metadata":{"name":"t"},"template":)" +
          Template(R"({"hostAliases":[{"ip":"FD00::1","hostnames":["a"]}],"containers":[{"name":"c","image":"i"}]})") +
          "}");
  EXPECT_EQ(First(alias),
            "template.spec.hostAliases[0].ip: IPv6 address \"FD00::1\" should be in RFC 5952 canonical format "
            "(\"fd00::1\")");
  const ApiResponse open = Post(Gvr("", "v1", "services"), "default",
                                R"({"metadata":{"name":"s"},"spec":{"externalIPs":["1.2.3.4"],"ports":[{"port":1}]}})");
  EXPECT_EQ(First(open), "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
}

}  // namespace
}  // namespace wavetank::sim
