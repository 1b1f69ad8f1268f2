#include "runtime/wire/media_type.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"

namespace wavetank {
namespace {

Result<AnswerFormat> Ask(std::string_view accept, Endpoint endpoint = Endpoint::kObject, bool custom = false) {
  return Negotiate({.accept = accept}, endpoint, custom);
}

TEST(Accept, ClausesByQualityThenByText) {
  const std::vector<MediaClause> clauses = ParseAccept("a/b;q=0.5;x=1, c/d , e/f;q=0.5,g/h;q=nonsense");
  ASSERT_EQ(clauses.size(), 4u);
  EXPECT_EQ(clauses[0].type, "c/d");
  EXPECT_EQ(clauses[1].type, "g/h");
  EXPECT_EQ(clauses[2].type, "a/b");
  EXPECT_EQ(clauses[2].Param("x"), "1");
  EXPECT_EQ(clauses[3].type, "e/f");
  EXPECT_TRUE(ParseAccept("").empty());
}

TEST(Accept, FirstClauseThatCanBeServed) {  // API-011
  EXPECT_EQ(Ask("")->codec->media_type, "application/json");
  EXPECT_EQ(Ask("text/csv, */*;q=0.1")->codec->media_type, "application/json");
  EXPECT_EQ(Ask("application/yaml;q=0.2, application/json;q=0.1")->codec->media_type, "application/yaml");
  EXPECT_EQ(Ask("application/vnd.kubernetes.protobuf")->codec->media_type, "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(Ask("application/vnd.kubernetes.protobuf, application/json", Endpoint::kObject, true)->codec->media_type,
            "application/json");  // API-008
}

TEST(Accept, TransformsThatCannotBeHadArePassedOver) {
  const Result<AnswerFormat> format =
      Ask("application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1, "
          "application/json;as=Table;g=meta.k8s.io;v=v1beta1");
  ASSERT_TRUE(format.ok());
  ASSERT_TRUE(format->transform.has_value());
  EXPECT_EQ(format->transform->version, "v1beta1");
  EXPECT_EQ(Ask("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", Endpoint::kList)->transform->kind,
            Transform::Kind::kPartialMetadataList);
}

TEST(Accept, TwoKindsOfNo) {  // API-012
  EXPECT_EQ(Ask("image/gif").status().message(),
            "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf");
  EXPECT_NE(Ask("image/gif", Endpoint::kList).status().message().find("application/json;stream=watch"),
            std::string::npos);
  EXPECT_EQ(Ask("application/json;as=Chair;g=meta.k8s.io;v=v1").status().message(),
            "only the following media types are accepted: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(Ask("image/gif", Endpoint::kObject, true).status().message(),
            "only the following media types are accepted: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf");
}

TEST(Accept, Pretty) {  // API-015
  const auto pretty = [](std::string_view agent, std::optional<std::string> query) {
    return Negotiate({.user_agent = agent, .pretty = std::move(query)}, Endpoint::kObject, false)->pretty;
  };
  EXPECT_TRUE(pretty("Wget/2", std::nullopt));
  EXPECT_FALSE(pretty("Wget/2", "0"));
  EXPECT_TRUE(pretty("Wget/2", ""));
  EXPECT_TRUE(pretty("x", "T"));
  EXPECT_FALSE(pretty("x", "yes"));
}

TEST(Accept, Gzip) {  // API-016
  const auto gzip = [](std::string_view header) {
    return Negotiate({.accept_encoding = header}, Endpoint::kObject, false)->gzip;
  };
  EXPECT_TRUE(gzip("br, gzip"));
  EXPECT_FALSE(gzip("gzip;q=1"));
  EXPECT_FALSE(gzip(""));
}

TEST(ContentType, ParametersMustBeWellFormed) {  // API-013
  EXPECT_EQ(ContentTypeOf("application/yaml; charset=utf-8"), "application/yaml");
  EXPECT_EQ(ContentTypeOf("application/yaml;"), "application/yaml");
  EXPECT_EQ(ContentTypeOf("application/yaml;;"), std::nullopt);
  EXPECT_EQ(ContentTypeOf("application/yaml;x"), std::nullopt);
}

TEST(ErrorFormat, UnacceptableIsIndentedJson) {
  EXPECT_TRUE(FormatForErrors({.accept = "image/gif"}).pretty);
  EXPECT_FALSE(FormatForErrors({.accept = ""}).pretty);
  EXPECT_EQ(FormatForErrors({.accept = "application/yaml"}).codec->media_type, "application/yaml");
}

}  // namespace
}  // namespace wavetank
