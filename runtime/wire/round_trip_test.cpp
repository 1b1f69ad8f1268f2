// Whatever can be asked can be written as HTTP, and reads back as the same request; answers and watch events likewise.
#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/base/random.h"
#include "runtime/value/json.h"
#include "runtime/wire/gzip.h"
#include "runtime/wire/request_codec.h"
#include "runtime/wire/response_codec.h"
#include "runtime/wire/watch_frames.h"

namespace wavetank {
namespace {

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed, "test", "round-trip") {}

  ApiRequest Request() {
    const std::vector<const ResourceInfo*> all = KindRegistry::BuiltIn().Resources();
    for (;;) {
      const ResourceInfo& resource = *all[random_.Below(all.size())];
      const Verb verb = static_cast<Verb>(random_.Below(8));
      if (!resource.stored || !resource.HasVerb(VerbName(verb))) continue;
      ApiRequest request(verb, resource.gvr);
      const bool item = verb == Verb::kGet || verb == Verb::kUpdate || verb == Verb::kPatch || verb == Verb::kDelete;
      const bool reads = verb == Verb::kList || verb == Verb::kWatch;
      if (resource.namespaced && (!reads || Coin())) request.ns = "ns-" + Word();
      if (item) request.name = Word();
      Options(request);
      return request;
    }
  }
  Value Body() {
    return ObjectBuilder(2).Add("x" + Word(), Word()).Add("n", static_cast<int64_t>(random_.Below(1000))).Build();
  }
  bool Coin() { return random_.Below(2) == 0; }
  std::string Word() {
    static constexpr std::string_view kWords[] = {"a", "b-c", "d.e", "f g", "x=1,y!=2", "\xC3\xA4", "100", "&?#+/"};
    std::string word(kWords[random_.Below(std::size(kWords))]);
    return word.find('/') == std::string::npos ? word : "plain";
  }

 private:
  void Options(ApiRequest& request) {
    switch (request.verb) {
      case Verb::kGet:
        if (Coin()) request.resource_version = "0";
        break;
      case Verb::kList:
      case Verb::kWatch:
      case Verb::kDeleteCollection: {
        auto list = std::make_unique<ListOptions>();
        if (Coin()) list->label_selector = Word();
        if (Coin()) list->field_selector = Word();
        if (Coin()) list->resource_version = "17";
        if (Coin()) list->limit = static_cast<int64_t>(random_.Below(9)) - 4;
        if (Coin()) list->continue_token = Word();
        if (Coin()) list->timeout_seconds = 30;
        list->allow_bookmarks = Coin();
        if (Coin()) list->send_initial_events = Coin();
        request.list = std::move(list);
        if (request.verb == Verb::kDeleteCollection && Coin()) request.body = Value::EmptyObject();
        break;
      }
      case Verb::kPatch: request.patch_type = static_cast<PatchType>(random_.Below(4)); [[fallthrough]];
      case Verb::kCreate:
      case Verb::kUpdate:
        request.body = Body();
        request.dry_run = Coin();
        request.field_validation = static_cast<FieldValidation>(random_.Below(3));
        if (Coin() || request.patch_type == PatchType::kApply) request.field_manager = Word();
        request.force = request.verb == Verb::kPatch && request.patch_type == PatchType::kApply && Coin();
        break;
      case Verb::kDelete:
        if (Coin()) request.body = ObjectBuilder(1).Add("gracePeriodSeconds", 5).Build();
        break;
    }
  }
  Random random_;
};

void ExpectSame(const ApiRequest& a, const ApiRequest& b) {
  EXPECT_EQ(a.verb, b.verb);
  EXPECT_EQ(a.resource, b.resource);
  EXPECT_EQ(a.ns, b.ns);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.subresource, b.subresource);
  EXPECT_EQ(a.field_manager, b.field_manager);
  EXPECT_EQ(a.resource_version, b.resource_version);
  EXPECT_EQ(a.dry_run, b.dry_run);
  EXPECT_EQ(a.force, b.force);
  EXPECT_EQ(WriteJson(a.body), WriteJson(b.body));
  if (a.verb == Verb::kPatch) EXPECT_EQ(a.patch_type, b.patch_type);
  EXPECT_EQ(a.field_validation, b.field_validation);
  ASSERT_EQ(a.list == nullptr, b.list == nullptr);
  if (a.list == nullptr) return;
  EXPECT_EQ(a.list->label_selector, b.list->label_selector);
  EXPECT_EQ(a.list->field_selector, b.list->field_selector);
  EXPECT_EQ(a.list->resource_version, b.list->resource_version);
  EXPECT_EQ(a.list->limit, b.list->limit);
  EXPECT_EQ(a.list->continue_token, b.list->continue_token);
  EXPECT_EQ(a.list->timeout_seconds, b.list->timeout_seconds);
  EXPECT_EQ(a.list->allow_bookmarks, b.list->allow_bookmarks);
  EXPECT_EQ(a.list->send_initial_events, b.list->send_initial_events);
}

TEST(RoundTrip, RequestsReadBackAsTheyWereWritten) {
  Maker maker(1);
  for (int i = 0; i < 3000; ++i) {
    const ApiRequest request = maker.Request();
    const HttpRequest http = EncodeRequest(request, {.token = "t"});
    const ParsedRequest parsed = ParseRequest(http, KindRegistry::BuiltIn());
    const auto* call = std::get_if<ResourceCall>(&parsed);
    ASSERT_NE(call, nullptr) << http.method << " " << http.target << " "
                             << (std::holds_alternative<Refusal>(parsed) ? std::get<Refusal>(parsed).status.ToString()
                                                                         : "");
    ExpectSame(request, call->request);
    if (HasFailure()) FAIL() << http.method << " " << http.target;
  }
}

Object Secret(std::string_view name) {
  return Object(*ParseJson("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"" + std::string(name) +
                           "\",\"namespace\":\"a\"},\"type\":\"Opaque\"}"));
}

TEST(RoundTrip, AnswersInEveryFormat) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const ResourceInfo* secrets = kinds.Find(Gvr("", "v1", "secrets"));
  for (const Codec& codec : Codecs()) {
    const AnswerFormat format{.codec = &codec};
    ApiResponse one;
    one.code = 201;
    one.object = Secret("s");
    one.warnings.emplace_back("say \"hi\"\\");
    Result<ApiResponse> back = ParseResponse(EncodeResponse(one, secrets, kinds, format), kinds);
    ASSERT_TRUE(back.ok()) << codec.media_type << back.status().ToString();
    EXPECT_EQ(back->code, 201);
    EXPECT_EQ(WriteJson(back->object.value()), WriteJson(one.object.value())) << codec.media_type;
    EXPECT_EQ(back->warnings, one.warnings);

    ApiResponse list;
    list.items = {Secret("s"), Secret("t")};
    list.body = *ParseJson("{\"apiVersion\":\"v1\",\"kind\":\"SecretList\",\"metadata\":{\"resourceVersion\":\"7\"}}");
    back = ParseResponse(EncodeResponse(list, secrets, kinds, format), kinds);
    ASSERT_TRUE(back.ok()) << codec.media_type;
    ASSERT_EQ(back->items.size(), 2u);
    EXPECT_EQ(WriteJson(back->items[1].value()), WriteJson(list.items[1].value()));
    EXPECT_EQ(WriteJson(back->body), WriteJson(list.body));
  }
}

TEST(Answers, ErrorsAndTheirHeaders) {  // API-050
  const AnswerFormat format{.codec = &JsonCodec(), .pretty = true};
  const HttpResponse http = EncodeStatus(TooManyRequestsError("later", 7), KindRegistry::BuiltIn(), format);
  EXPECT_EQ(http.status, 429);
  EXPECT_EQ(*http.Find("Retry-After"), "7");
  EXPECT_EQ(*http.Find("Cache-Control"), "no-cache, private");
  EXPECT_EQ(http.body.substr(0, 45), "{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n ");
  EXPECT_NE(http.body.back(), '\n');
}

TEST(Answers, LargeOnesAreGzippedForThoseWhoTakeIt) {  // API-016
  ApiResponse big;
  big.object = Object(Secret("s").value().Set("type", std::string(200'000, 'x')));
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  const HttpResponse http =
      EncodeResponse(big, kinds.Find(Gvr("", "v1", "secrets")), kinds, {.codec = &JsonCodec(), .gzip = true});
  EXPECT_EQ(*http.Find("Content-Encoding"), "gzip");
  EXPECT_EQ(*http.Find("Vary"), "Accept-Encoding");
  EXPECT_LT(http.body.size(), 10'000u);
  const Result<ApiResponse> back = ParseResponse(http, kinds);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->object.value()["type"].size(), 200'000u);
  EXPECT_FALSE(Gunzip(http.body.substr(0, 30)).ok());
  EXPECT_FALSE(Gunzip("no gzip").ok());
}

TEST(WatchFrames, EventsInPieces) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  for (const Codec& codec : Codecs()) {
    if (codec.stream_media_type.empty()) continue;
    const AnswerFormat format{.codec = &codec};
    std::string bytes;
    ASSERT_TRUE(EncodeEvent(WatchEvent::Type::kAdded, Secret("s").value(), kinds, format, bytes).ok());
    ASSERT_TRUE(
        EncodeEvent(WatchEvent::Type::kError, ToStatusDocument(ExpiredError("old")), kinds, format, bytes).ok());
    FrameReader reader(codec, kinds);
    std::vector<WatchEvent> events;
    for (const char c : bytes) ASSERT_TRUE(reader.Feed(std::string_view(&c, 1), events).ok()) << codec.media_type;
    ASSERT_EQ(events.size(), 2u) << codec.media_type;
    EXPECT_EQ(events[0].object.name(), "s");
    EXPECT_EQ(events[1].type, WatchEvent::Type::kError);
    EXPECT_EQ(events[1].status["reason"], "Expired");
  }
}

TEST(Warnings, HeadersBothWays) {  // API-200
  EXPECT_EQ(WarningHeader("a \"b\"\n"), "299 - \"a \\\"b\\\"\"");
  EXPECT_EQ(WarningText("299 - \"a \\\"b\\\"\""), "a \"b\"");
  EXPECT_EQ(WarningText("199 - \"x\""), std::nullopt);
}

}  // namespace
}  // namespace wavetank
