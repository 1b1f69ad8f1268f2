#include "runtime/api/status_error.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

const Gvr kPods("", "v1", "pods");
const Gvr kReplicaSets("apps", "v1", "replicasets");
const Gvk kDeployment("apps", "v1", "Deployment");

std::string Document(const Status& s) { return WriteJson(ToStatusDocument(s)); }

TEST(StatusError, Api040To043) {
  EXPECT_EQ(
      Document(NotFoundError(kPods, "a")),
      R"({"apiVersion":"v1","code":404,"details":{"kind":"pods","name":"a"},"kind":"Status","message":"pods \"a\" not found","metadata":{},"reason":"NotFound","status":"Failure"})");
  const Status exists = AlreadyExistsError(kReplicaSets, "a", true);
  EXPECT_EQ(exists.message(), "object is being deleted: replicasets.apps \"a\" already exists");
  EXPECT_EQ(HttpCode(exists), 409);
  EXPECT_TRUE(IsAlreadyExists(exists));
  EXPECT_EQ(
      ConflictError(kPods, "a").message(),
      "Operation cannot be fulfilled on pods \"a\": the object has been modified; please apply your changes to the "
      "latest version and try again");
  const FieldError required = field::Required("spec.selector");
  const Status invalid = InvalidError(kDeployment, "d", {required, field::Invalid("a", 1, "no"), required});
  EXPECT_EQ(invalid.message(),
            "Deployment.apps \"d\" is invalid: [spec.selector: Required value, a: Invalid value: 1: no]");
  EXPECT_EQ(WriteJson(DocumentOf(invalid)["details"]),
            R"({"causes":[{"field":"spec.selector","message":"Required value","reason":"FieldValueRequired"},)"
            R"({"field":"a","message":"Invalid value: 1: no","reason":"FieldValueInvalid"},)"
            R"({"field":"spec.selector","message":"Required value","reason":"FieldValueRequired"}],)"
            R"("group":"apps","kind":"Deployment","name":"d"})");
  EXPECT_TRUE(HasCause(invalid, "FieldValueInvalid"));
  EXPECT_FALSE(HasCause(invalid, "NamespaceTerminating"));
}

TEST(StatusError, Api044FieldErrors) {
  EXPECT_EQ(field::Required("p", "why").body, "Required value: why");
  EXPECT_EQ(field::Invalid("p", "a\"b", "no").body, "Invalid value: \"a\\\"b\": no");
  EXPECT_EQ(field::Invalid("p", Value(), "no").body, "Invalid value: null: no");
  EXPECT_EQ(field::NotSupported("p", "x", {"A", "B"}).body, "Unsupported value: \"x\": supported values: \"A\", \"B\"");
  EXPECT_EQ(field::Forbidden("p", "no").body, "Forbidden: no");
  EXPECT_EQ(field::Duplicate("p", "x").body, "Duplicate value: \"x\"");
  EXPECT_EQ(field::NotFound("p", true).body, "Not found: true");
  EXPECT_EQ(field::TooLong("p", 3).body, "Too long: may not be more than 3 bytes");
  EXPECT_EQ(field::TooMany("p", 2, 1).body, "Too many: 2: must have at most 1 item");
  EXPECT_EQ(field::TooMany("p", 3, 2).ToString(), "p: Too many: 3: must have at most 2 items");
  EXPECT_EQ(field::Internal("p", "x").body, "Internal error: x");
}

TEST(StatusError, OtherTexts) {
  EXPECT_EQ(ForbiddenError({"", "pods", ""}, "no").message(), "pods is forbidden: no");
  EXPECT_EQ(ForbiddenError({"apps", "replicasets", "a"}, "no").message(), "replicasets.apps \"a\" is forbidden: no");
  EXPECT_EQ(
      Document(ForbiddenError({"", "", ""}, "no")),
      R"({"apiVersion":"v1","code":403,"details":{},"kind":"Status","message":"forbidden: no","metadata":{},"reason":"Forbidden","status":"Failure"})");
  EXPECT_EQ(InternalError("x").message(), "Internal error occurred: x");
  EXPECT_EQ(DocumentOf(InternalError("x"))["details"]["causes"][0]["message"], "x");
  EXPECT_FALSE(DocumentOf(RawError("x")).Has("reason"));
  EXPECT_EQ(HttpCode(RawError("x")), 500);
  const Status slow = ServerTimeoutError(ErrorSubject(kPods, ""), "list", 2);
  EXPECT_EQ(slow.message(), "The list operation against pods could not be completed at this time, please try again.");
  EXPECT_EQ(slow.retry_after_seconds(), 2);
  EXPECT_EQ(DocumentOf(slow)["details"]["name"], "list");
  EXPECT_EQ(TooLargeError("limit is 3145728").message(), "Request entity too large: limit is 3145728");
  EXPECT_EQ(GenerateNameError(ErrorSubject(kPods, "a-x")).retry_after_seconds(), 1);
  EXPECT_EQ(ReasonOf(TimeoutError("x")), "Timeout");
  EXPECT_TRUE(IsOutcomeUnknown(TimeoutError("x")));
  const Status terminating = WithCause(ForbiddenError({"", "pods", "a"}, "no"),
                                       {"NamespaceTerminating", "namespace n is being terminated", ""});
  EXPECT_TRUE(HasCause(terminating, "NamespaceTerminating"));
  EXPECT_TRUE(IsForbidden(terminating));
  EXPECT_EQ(
      WriteJson(DeletedDocument(ErrorSubject(kPods, "a"), "u1")),
      R"({"apiVersion":"v1","details":{"kind":"pods","name":"a","uid":"u1"},"kind":"Status","metadata":{},"status":"Success"})");
}

TEST(StatusError, ReadsWhatItWrites) {
  for (const Status& s : {NotFoundError(kPods, "a"), ConflictError(kPods, "a"), ExpiredError("old"), RawError("raw"),
                          TooManyRequestsError("slow down", 3), UnauthorizedError(), MethodNotAllowedError()}) {
    const Status back = FromStatusDocument(ToStatusDocument(s), 599);
    EXPECT_EQ(back.code(), s.code());
    EXPECT_EQ(back.message(), s.message());
    EXPECT_EQ(HttpCode(back), HttpCode(s));
    EXPECT_EQ(back.retry_after_seconds(), s.retry_after_seconds());
    EXPECT_EQ(ToStatusDocument(back), ToStatusDocument(s));
  }
  EXPECT_TRUE(FromStatusDocument(ToStatusDocument({}), 200).ok());
}

TEST(StatusError, ReadsWhatOthersWrite) {
  // An unknown reason goes by the code; no Status at all goes by the HTTP code.
  EXPECT_EQ(
      FromStatusDocument(*ParseJson(R"({"kind":"Status","status":"Failure","reason":"Odd","code":404})"), 404).code(),
      Code::kNotFound);
  EXPECT_EQ(FromStatusDocument("502 Bad Gateway", 502).code(), Code::kUnknown);
  EXPECT_EQ(FromStatusDocument(Value(), 503).code(), Code::kUnavailable);
  EXPECT_TRUE(FromStatusDocument(Value::EmptyObject(), 200).ok());
  // The message of a wrapped error travels, the rest of the document stays.
  const Value wrapped = ToStatusDocument(NotFoundError(kPods, "a").Wrap("get"));
  EXPECT_EQ(wrapped["message"], "get: pods \"a\" not found");
  EXPECT_EQ(wrapped["details"]["name"], "a");
  // Errors of our own.
  EXPECT_EQ(ToStatusDocument(Status(Code::kCancelled, "gone"))["code"], Value(500));
  EXPECT_EQ(ToStatusDocument(Status(Code::kTooManyRequests, "x").WithRetryAfter(4))["details"]["retryAfterSeconds"],
            Value(4));
}

}  // namespace
}  // namespace wavetank
