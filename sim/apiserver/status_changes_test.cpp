// What the status of workloads and of certificate requests does not take back: answers of a real server.
#include <gtest/gtest.h>

#include <string>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

TEST(StatusChanges, CollisionsAreNotForgotten) {
  for (const char* plural : {"daemonsets", "deployments"}) {
    TestServer t;
    const Gvr kind("apps", "v1", plural);
    ASSERT_EQ(t.Post(kind, "default", R"({"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})")
                  .code,
              201);
    const auto set = [&](const std::string& count) {
      return t.Merge(kind, "default", "x", R"({"status":{"collisionCount":)" + count + "}}", "status");
    };
    EXPECT_EQ(set("3").code, 200);
    const std::string who = std::string(plural) == "daemonsets" ? "DaemonSet.apps" : "Deployment.apps";
    EXPECT_EQ(Message(set("2")),
              who + " \"x\" is invalid: status.collisionCount: Invalid value: 2: cannot be decremented");
    EXPECT_EQ(Message(set("null")),
              who + " \"x\" is invalid: status.collisionCount: Invalid value: 0: cannot be decremented");
    EXPECT_EQ(Message(set("-1")), who +
                                      " \"x\" is invalid: [status.collisionCount: Invalid value: -1: must be greater "
                                      "than or equal to 0, status.collisionCount: Invalid value: -1: cannot be "
                                      "decremented]");
    EXPECT_EQ(set("4").code, 200);
  }
}

constexpr char kRequest[] =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITE1IUUNBUUF3RWpFUU1BNEdBMVVFQXd3SGMyOXRaVzl1WlRCWk1CTUdCeXFH"
    "U000OUFnRUdDQ3FHU000OQpBd0VIQTBJQUJBZElseDc4K1I4YXZTaHA3R2NBNzJOWW5CZnpKSFZJcklZemFXcjlobmk2cTJmcy9oT1EzRmk3Citn"
    "OEFOK2dvZzIwZVZxWUFQMnREaVk2NUV0RU8vUHFnQURBS0JnZ3Foa2pPUFFRREFnTkhBREJFQWlCWCs1TEgKcmIvQVhLS29PSSswQ3g4c3NYU0kx"
    "d1RxSW55UmZWOTRNcEhNK3dJZ051M1U5TnA0Zy9sMGo1SjQ1M3YvQXlhVgorb081UmtKanUwdUE0RjVZMlh3PQotLS0tLUVORCBDRVJUSUZJQ0FU"
    "RSBSRVFVRVNULS0tLS0K";
constexpr char kCertificate[] =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiVENDQVJPZ0F3SUJBZ0lVSlF3cFB3clRqTm8wR1NVOTJPdUdDdGYrYWw4d0NnWUlLb1pJ"
    "emowRUF3SXcKRERFS01BZ0dBMVVFQXd3QllUQWVGdzB5TmpFeE1qTXhOVFV5TVRoYUZ3MHpOakV4TWpBeE5UVXlNVGhhTUF3eApDakFJQmdOVkJB"
    "TU1BV0V3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVFIU0pjZS9Qa2ZHcjBvCmFleG5BTzlqV0p3WDh5UjFTS3lHTTJscS9ZWjR1"
    "cXRuN1A0VGtOeFl1L29QQURmb0tJTnRIbGFtQUQ5clE0bU8KdVJMUkR2ejZvMU13VVRBZEJnTlZIUTRFRmdRVWF6RjZkdEhTTlV2RHQ3SXQ1ZWlm"
    "SDRBSnc1UXdId1lEVlIwagpCQmd3Rm9BVWF6RjZkdEhTTlV2RHQ3SXQ1ZWlmSDRBSnc1UXdEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtCZ2dxCmhr"
    "ak9QUVFEQWdOSUFEQkZBaUVBMkpmalNFczQzbkJwSGZqZ3k2akEwUU5uVXBaTXVYa3BkZENPSjVpaGhOOEMKSUdLZFZvNEpJc2Z3cGoxMkpYcHF1"
    "Tk9UbVV5ZU5Ma1djbmlZLzdickp4Y1MKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
constexpr char kAnother[] =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiRENDQVJPZ0F3SUJBZ0lVTmhLT2VwVUxPeCsrRkVseVlaOHZrWWI0QXNBd0NnWUlLb1pJ"
    "emowRUF3SXcKRERFS01BZ0dBMVVFQXd3QllqQWVGdzB5TmpFeE1qTXhOVFV5TVRoYUZ3MHpOakV4TWpBeE5UVXlNVGhhTUF3eApDakFJQmdOVkJB"
    "TU1BV0l3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVFIU0pjZS9Qa2ZHcjBvCmFleG5BTzlqV0p3WDh5UjFTS3lHTTJscS9ZWjR1"
    "cXRuN1A0VGtOeFl1L29QQURmb0tJTnRIbGFtQUQ5clE0bU8KdVJMUkR2ejZvMU13VVRBZEJnTlZIUTRFRmdRVWF6RjZkdEhTTlV2RHQ3SXQ1ZWlm"
    "SDRBSnc1UXdId1lEVlIwagpCQmd3Rm9BVWF6RjZkdEhTTlV2RHQ3SXQ1ZWlmSDRBSnc1UXdEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtCZ2dxCmhr"
    "ak9QUVFEQWdOSEFEQkVBaUFwbTRDN0RpK3ZMSndIZ3pyNjBkbXhDUlhRVWh5NWdoa3RqRDZYVU9HZVdnSWcKSUVuUURwUGFTYzdLalgveEI0TUJz"
    "aFNjWFNQOFdPcUhGUzBna2graW1mYz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

class CertificateChanges : public testing::Test {
 protected:
  void SetUp() override {
    const std::string body = std::string(R"({"metadata":{"name":"x"},"spec":{"signerName":"example.com/s",
        "usages":["client auth"],"request":")") +
                             kRequest + "\"}}";
    ASSERT_EQ(t_.Post(kRequests, "", body).code, 201);
  }
  ApiResponse Conditions(const std::string& list, std::string_view subresource) {
    return t_.Merge(kRequests, "", "x", R"({"status":{"conditions":[)" + list + "]}}", subresource);
  }
  ApiResponse Certificate(std::string_view text, std::string_view subresource = "status") {
    return t_.Merge(kRequests, "", "x", R"({"status":{"certificate":")" + std::string(text) + "\"}}", subresource);
  }
  static std::string Verdict(const std::string& type, const std::string& message = "m") {
    return R"({"type":")" + type + R"(","status":"True","reason":"R","message":")" + message + "\"}";
  }
  static std::string Refused(const std::string& why) {
    return "CertificateSigningRequest.certificates.k8s.io \"x\" is invalid: " + why;
  }

  const Gvr kRequests{"certificates.k8s.io", "v1", "certificatesigningrequests"};
  TestServer t_;
};

TEST_F(CertificateChanges, VerdictsComeByApprovalAndStay) {
  EXPECT_EQ(Message(Conditions(Verdict("Approved"), "status")),
            Refused("status.conditions: Forbidden: updates may not add a condition of type \"Approved\""));
  EXPECT_EQ(
      Message(Conditions(Verdict("Approved") + "," + Verdict("Denied"), "approval")),
      Refused("status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive"));
  ASSERT_EQ(Conditions(Verdict("Approved"), "approval").code, 200);
  EXPECT_EQ(Message(Conditions("", "approval")),
            Refused("status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""));
  // Who writes the status changes nothing about it, and is not told.
  const ApiResponse kept = Conditions(Verdict("Failed") + "," + Verdict("Approved", "other"), "status");
  ASSERT_EQ(kept.code, 200);
  EXPECT_EQ(kept.object.status()["conditions"][1]["message"], "m");
  EXPECT_EQ(Message(Conditions(Verdict("Approved"), "status")),
            Refused("status.conditions: Forbidden: updates may not remove a condition of type \"Failed\""));
  EXPECT_EQ(Conditions(Verdict("Failed") + "," + Verdict("Approved", "other"), "approval").code, 200);
}

TEST_F(CertificateChanges, ACertificateIsIssuedOnce) {
  EXPECT_EQ(Message(Certificate("bm9uc2Vuc2U=")),
            Refused("status.certificate: Invalid value: \"<certificate data>\": must "
                    "contain at least one CERTIFICATE PEM block"));
  EXPECT_EQ(Certificate(kCertificate, "approval").code, 200);
  EXPECT_FALSE(t_.Get(kRequests, "", "x").object.status().Has("certificate")) << "that is not what /approval is for";
  ASSERT_EQ(Certificate(kCertificate).code, 200);
  EXPECT_EQ(Message(Certificate(kAnother)),
            Refused("status.certificate: Forbidden: updates may not modify existing certificate content"));
}

}  // namespace
}  // namespace wavetank::sim
