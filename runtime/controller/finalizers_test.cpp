#include "runtime/controller/finalizers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/api/metadata.h"
#include "runtime/client/fake_transport.h"
#include "runtime/controller/test_objects.h"

namespace wavetank {
namespace {

using test::Obj;
using testing::ElementsAre;

Object Bucket(const std::string& finalizers, bool deleting) {
  const std::string going = deleting ? ",'deletionTimestamp':'2026-01-01T00:00:00Z'" : "";
  return Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'namespace':'default','name':'b','finalizers':[" +
             finalizers + "]" + going + "}}");
}

Task<Status> Note(std::vector<std::string>* log, std::string what, Status answer) {
  log->push_back(std::move(what));
  co_return answer;
}

class FinalizersTest : public testing::Test {
 protected:
  FinalizerStep Step(const std::string& what, Status answer = Status()) {
    auto* log = &log_;
    return [log, what, answer](Object) { return Note(log, what, answer); };
  }
  // The outcome, and the patch that was sent.
  Result<FinalizerOutcome> Run(const Object& object, Status cleanup = Status()) {
    env_.fake.AnswerNext(Verb::kPatch, [this, object](const ApiRequest& request) -> Result<ApiResponse> {
      patch_ = WriteJson(request.body);
      ApiResponse response;
      response.object = object;
      return response;
    });
    return executor_.Run(
        RunFinalizer(client_, object, "example.com/b", Step("apply"), Step("cleanup", std::move(cleanup))));
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  Client client_{&env_, KindRegistry::BuiltIn()};
  std::vector<std::string> log_;
  std::string patch_;
};

// RT-265, T-115: nothing is applied before the finalizer is stored.
TEST_F(FinalizersTest, TheFinalizerComesFirst) {
  EXPECT_EQ(*Run(Bucket("", false)), FinalizerOutcome::kAdded);
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(patch_, R"([{"op":"test","path":"/metadata/finalizers","value":[]},)"
                    R"({"op":"add","path":"/metadata/finalizers","value":["example.com/b"]}])");
  EXPECT_EQ(*Run(Bucket("'x/y'", false)), FinalizerOutcome::kAdded);
  EXPECT_EQ(patch_, R"([{"op":"test","path":"/metadata/finalizers","value":["x/y"]},)"
                    R"({"op":"add","path":"/metadata/finalizers","value":["x/y","example.com/b"]}])");
}

TEST_F(FinalizersTest, ThenItIsApplied) {
  EXPECT_EQ(*Run(Bucket("'x/y','example.com/b'", false)), FinalizerOutcome::kApplied);
  EXPECT_THAT(log_, ElementsAre("apply"));
  EXPECT_TRUE(patch_.empty());
}

TEST_F(FinalizersTest, CleanupThenRemoval) {
  EXPECT_EQ(*Run(Bucket("'x/y','example.com/b'", true)), FinalizerOutcome::kRemoved);
  EXPECT_THAT(log_, ElementsAre("cleanup"));
  EXPECT_EQ(patch_, R"([{"op":"test","path":"/metadata/finalizers/1","value":"example.com/b"},)"
                    R"({"op":"remove","path":"/metadata/finalizers/1"}])");
}

TEST_F(FinalizersTest, AFailedCleanupKeepsIt) {
  EXPECT_EQ(Run(Bucket("'example.com/b'", true), Status(Code::kUnavailable, "not now")).code(), Code::kUnavailable);
  EXPECT_TRUE(patch_.empty());
}

TEST_F(FinalizersTest, WhatGoesWithoutItIsNobodysBusiness) {
  EXPECT_EQ(*Run(Bucket("'x/y'", true)), FinalizerOutcome::kNothing);
  EXPECT_TRUE(log_.empty());
}

// RT-264, T-112: all run, what succeeded is taken off, failures are told together.
TEST_F(FinalizersTest, SeveralAreRunWhateverFails) {
  Finalizers finalizers;
  ASSERT_TRUE(finalizers.Register("x/c", Step("c", Status(Code::kInternal, "no c"))).ok());
  ASSERT_TRUE(finalizers.Register("x/a", Step("a", Status(Code::kUnavailable, "no a"))).ok());
  ASSERT_TRUE(finalizers.Register("x/b", Step("b")).ok());
  EXPECT_EQ(finalizers.Register("x/b", Step("b")).code(), Code::kAlreadyExists);
  EXPECT_EQ(finalizers.Register("b", Step("b")).code(), Code::kInvalidArgument);

  const FinalizersOutcome fresh = executor_.Run(finalizers.Finalize(Bucket("'x/b'", false)));
  EXPECT_TRUE(fresh.changed);
  EXPECT_TRUE(fresh.error.ok());
  EXPECT_EQ(WriteJson(fresh.object.metadata()["finalizers"]), R"(["x/b","x/a","x/c"])");
  EXPECT_TRUE(log_.empty());

  const FinalizersOutcome gone = executor_.Run(finalizers.Finalize(Bucket("'x/a','x/b','y/z'", true)));
  EXPECT_THAT(log_, ElementsAre("a", "b"));
  EXPECT_TRUE(gone.changed);
  EXPECT_EQ(WriteJson(gone.object.metadata()["finalizers"]), R"(["x/a","y/z"])");
  EXPECT_EQ(gone.error.code(), Code::kUnavailable);
  EXPECT_EQ(gone.error.message(), "finalizer x/a failed: no a");

  EXPECT_FALSE(executor_.Run(finalizers.Finalize(Bucket("'x/a','x/b','x/c'", false))).changed);
}

}  // namespace
}  // namespace wavetank
