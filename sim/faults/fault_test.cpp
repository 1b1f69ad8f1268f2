// What a server that a fault speaks for says: the shapes of the real one, so that clients classify it as they would (API-040..062).
#include "sim/faults/fault.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

ApiRequest Create(std::string_view metadata) {
  ApiRequest request(Verb::kCreate, Gvr("batch", "v1", "jobs"));
  request.ns = "default";
  request.body = *ParseJson(R"({"apiVersion":"batch/v1","kind":"Job","metadata":)" + std::string(metadata) + "}");
  return request;
}

TEST(FaultStatus, InvalidNamesTheKindAndHasACause) {
  const Value status = FaultStatus(422, 0, Create(R"({"name":"nightly"})"));
  EXPECT_EQ(status["code"], 422);
  EXPECT_EQ(status["reason"], "Invalid");
  EXPECT_EQ(status["message"], "Job.batch \"nightly\" is invalid: spec: Forbidden: refused by a fault of the scenario");
  EXPECT_EQ(WriteJson(status["details"]),
            R"({"causes":[{"field":"spec","message":"Forbidden: refused by a fault of the scenario",)"
            R"("reason":"FieldValueForbidden"}],"group":"batch","kind":"Job","name":"nightly"})");
}

TEST(FaultStatus, InvalidOfAPartOfAnObjectAndOfOneWithoutAName) {
  EXPECT_EQ(FaultStatus(422, 0, Create(R"({"generateName":"nightly-"})"))["details"]["name"], "nightly-");
  ApiRequest update(Verb::kUpdate, Gvr("batch", "v1", "jobs"));
  update.name = "nightly";
  update.subresource = "status";
  EXPECT_EQ(FaultStatus(422, 0, update)["details"]["causes"][0]["field"], "status");
  ApiRequest custom(Verb::kPatch, Gvr("sea.example", "v1", "boats"));
  custom.name = "tug";
  EXPECT_EQ(FaultStatus(422, 0, custom)["details"]["kind"], "boats");  // nobody knows its kind
}

TEST(FaultStatus, EveryCodeOfTheFormatIsThatCode) {
  for (const int code : {403, 409, 422, 429, 500, 503, 504}) {
    const Value status = FaultStatus(code, 2, Create(R"({"name":"a"})"));
    EXPECT_EQ(status["code"], code);
    EXPECT_EQ(status["status"], "Failure");
    EXPECT_FALSE(status["reason"].empty());
  }
}

}  // namespace
}  // namespace wavetank::sim
