// Replays what a real server answered to objects made for this purpose: every rule of validation broken, defaults,
// changes (sim/apiserver/testdata/rules/README.md has the format). API-043..045, API-722..740.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/base/strings.h"
#include "sim/apiserver/system_objects.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/front/front.h"

namespace wavetank::sim {
namespace {

using Json = nlohmann::json;
using Pointer = Json::json_pointer;

constexpr const char* kTopics[] = {"config", "metadata", "network", "pods", "policy", "storage", "workloads"};

// "{{a*5}}" -> "aaaaa".
std::string Unfold(std::string text) {
  for (size_t at = text.find("{{a*"); at != text.npos; at = text.find("{{a*", at)) {
    const size_t end = text.find("}}", at);
    text.replace(at, end + 2 - at, std::string(std::stoul(text.substr(at + 4)), 'a'));
  }
  return text;
}

std::vector<Json> Lines(const std::string& topic) {
  std::vector<Json> lines;
  std::ifstream file(std::string(WAVETANK_SOURCE_DIR) + "/sim/apiserver/testdata/rules/" + topic + ".jsonl");
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(Unfold(std::move(line))));
  return lines;
}

bool Like(std::string_view text, std::string_view shape) {  // '9' a digit, 'x' a hexadecimal one
  return text.size() == shape.size() && std::ranges::equal(text, shape, [](char c, char s) {
           if (s == '9') return c >= '0' && c <= '9';
           if (s == 'x') return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           return c == s;
         });
}

std::string MaskText(std::string text) {
  if (text.starts_with("20") && text.ends_with('Z') && text.size() >= 20 && Like(text.substr(0, 11), "9999-99-99T"))
    return "{{t}}";
  constexpr std::string_view kUid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  for (size_t at = 0; at + kUid.size() <= text.size(); ++at) {
    if (text[at + 8] == '-' && Like(std::string_view(text).substr(at, kUid.size()), kUid))
      text.replace(at, kUid.size(), "{{u}}");
  }
  return text;
}

// Without what the server draws.
Json Masked(const Json& value) {
  static constexpr std::string_view kDrawn[] = {"clusterIP",           "clusterIPs",         "nodePort",
                                                "healthCheckNodePort", "lastTransitionTime", "lastProbeTime"};
  if (value.is_string()) return MaskText(value.get<std::string>());
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& element : value) list.push_back(Masked(element));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, field] : value.items()) {
    const bool said = field == "None" || field == Json::array({"None"}) || field == "";
    const bool drawn = std::ranges::find(kDrawn, key) != std::end(kDrawn) && !said;
    object[key] = drawn ? Json("{{r}}") : Masked(field);
  }
  return object;
}

Json Stripped(Json object) {
  if (!object.contains("metadata")) return object;
  for (const char* field : {"uid", "resourceVersion", "creationTimestamp", "managedFields"})
    object["metadata"].erase(field);
  return object;
}

void Drop(Json& object, const std::string& pointer) {
  const Pointer at(pointer);
  if (!object.contains(at)) return;
  Json& parent = object[at.parent_pointer()];
  if (parent.is_array()) {
    parent.erase(std::stoul(at.back()));
  } else {
    parent.erase(at.back());
  }
}

Json Changed(Json object, const Json& set, const Json& drop) {
  for (const auto& [pointer, value] : set.items()) object[Pointer(pointer)] = value;
  for (const Json& pointer : drop) Drop(object, pointer.get<std::string>());
  return object;
}

// The object with a case's changes.
Json ChangedBy(const Json& line, Json object) {
  Json set = line.value("set", Json::object());
  for (const auto& [pointer, fill] : line.value("fill", Json::object()).items()) {
    const size_t times = fill[1];
    Json list(times, fill[0]);
    if (fill[0].is_string()) list = std::string(times, fill[0].get<std::string>()[0]);
    object = Changed(std::move(object), set, Json::array());
    set = Json::object();
    object[Pointer(pointer)] = std::move(list);
  }
  return Changed(std::move(object), set, line.value("drop", Json::array()));
}

// The message of a refusal, from its causes.
std::string MessageOf(const Json& object, const std::string& name, const Json& causes) {
  std::vector<std::string> texts;
  for (const Json& cause : causes) {
    std::string text = cause[0].get<std::string>() + ": " + cause[2].get<std::string>();
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  const std::string version = object["apiVersion"];
  const size_t slash = version.find('/');
  const std::string group = slash == version.npos ? "" : "." + version.substr(0, slash);
  const std::string body = texts.size() == 1 ? texts[0] : "[" + Join(texts, ", ") + "]";
  return object["kind"].get<std::string>() + group + " \"" + name + "\" is invalid: " + body;
}

// Where two documents differ first; empty when they are equal.
std::string Difference(const Json& expected, const Json& found) {
  const Json patch = Json::diff(expected, found);
  if (patch.empty()) return "";
  const std::string at = patch[0]["path"];
  const auto show = [&at](const Json& document) {
    return document.contains(Pointer(at)) ? document[Pointer(at)].dump().substr(0, 400) : "(nothing)";
  };
  return at + " expected " + show(expected) + " found " + show(found);
}

struct Answer {
  int code = 0;
  Json body;
  Json warnings = Json::array();
};

class Replay {
 public:
  // `broken` is told of the rows of the rule tables that complained.
  explicit Replay(const std::string& topic, std::vector<const void*>* broken = nullptr)
      : lines_(Lines(topic)), server_(ServerOptions{.broken_rules = broken}) {
    WT_CHECK(MakeSystemObjects(server_, {kNow, &ids_, "system:apiserver"}).ok(),
             "a fresh server takes its own objects");
    Ask("POST", "/api/v1/namespaces", Json{{"metadata", {{"name", "rules"}}}});
  }

  // What is wrong, one text a case.
  std::vector<std::string> Run() {
    std::vector<std::string> wrong;
    Json base;
    for (const Json& line : lines_) {
      std::string what = line.contains("base") ? Begin(base = line) : Judge(base, line);
      if (line.value("differs", false)) what = what.empty() ? "is no longer different: remove its mark" : "";
      if (what.empty()) continue;
      Json said{{"do", line.value("do", "store")},
                {"set", line.value("set", Json::object())},
                {"drop", line.value("drop", Json::array())}};
      wrong.push_back(line.value("case", base["base"].get<std::string>()) + " " + said.dump().substr(0, 300) +
                      "\n    " + what);
    }
    return wrong;
  }
  size_t cases() const { return lines_.size(); }

 private:
  static constexpr Time kNow = Time::FromSeconds(1'800'000'000);

  Answer Ask(std::string method, const std::string& target, const Json& body) {
    HttpRequest request{.method = std::move(method), .target = target};
    request.headers = {
        {"Authorization", "Bearer admin-token"}, {"Content-Type", "application/json"}, {"Accept", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    Front::Outcome outcome = front_.Handle(request);
    const HttpResponse& response = std::get<FrontAnswer>(outcome).response;
    Answer answer{response.status, Json::parse(response.body)};
    for (const HttpHeader& header : response.headers) {
      constexpr std::string_view kPrefix = "299 - ";
      if (header.name == "Warning") answer.warnings.push_back(Json::parse(header.value.substr(kPrefix.size())));
    }
    return answer;
  }

  std::string Begin(const Json& base) {
    Json object = base["object"];
    object["metadata"]["name"] = base["stored"];
    const std::string path = base["path"];
    Ask("POST", path, object);
    live_ = Ask("GET", path + "/" + base["stored"].get<std::string>(), Json()).body;
    version_ = live_.contains("metadata") ? live_["metadata"].value("resourceVersion", "") : "";
    live_ = Stripped(std::move(live_));
    if (!base.contains("made")) return "";
    return Difference(Masked(Changed(Masked(object), base["made"], base.value("gone", Json::array()))), Masked(live_));
  }

  std::string Judge(const Json& base, const Json& line) {
    const bool create = line["do"] == "create";
    const Json sent = ChangedBy(line, create ? base["object"] : live_);
    const std::string name = base["stored"];
    const std::string path = base["path"].get<std::string>() +
                             (create ? "" : "/" + name + (line["do"] == "status" ? "/status" : "")) + "?dryRun=All";
    Json request = sent;
    if (!create) request["metadata"]["resourceVersion"] = version_;
    const Answer answer = Ask(create ? "POST" : "PUT", path, request);
    if (answer.code != line["code"]) {
      return "code: expected " + line["code"].dump() + " found " + std::to_string(answer.code) + " " +
             answer.body.dump().substr(0, 600);
    }
    if (line.value("warn", Json::array()) != answer.warnings) {
      return "warnings: expected " + line.value("warn", Json::array()).dump() + " found " + answer.warnings.dump();
    }
    if (answer.code < 300) {
      const Json expected =
          Changed(Masked(Stripped(sent)), line.value("made", Json::object()), line.value("gone", Json::array()));
      return Difference(Masked(expected), Masked(Stripped(answer.body)));
    }
    Json causes = Json::array();
    if (answer.body.contains("details")) {
      for (const Json& cause : answer.body["details"].value("causes", Json::array())) {
        std::string reason = cause["reason"];
        if (constexpr std::string_view kPrefix = "FieldValue"; reason.starts_with(kPrefix))
          reason.erase(0, kPrefix.size());
        causes.push_back({cause["field"], reason, cause["message"]});
      }
    }
    const Json expected = line.value("causes", Json::array());
    if (std::string what = Difference(Masked(expected), Masked(causes)); !what.empty()) return "causes" + what;
    const std::string own = sent["metadata"].value("name", "");
    const std::string message =
        line.contains("message") ? line["message"].get<std::string>() : MessageOf(base["object"], own, expected);
    return Difference(Masked(Json{{"message", message}}), Masked(Json{{"message", answer.body["message"]}}));
  }

  std::vector<Json> lines_;
  ApiServer server_;
  RandomIds ids_{Random(1, "rules", "recorded")};
  BareHost host_{server_, ids_, kNow};
  Front front_{host_, {}};
  Json live_;
  std::string version_;  // of what is live
};

class RulesRecorded : public testing::TestWithParam<const char*> {};

TEST_P(RulesRecorded, AnswersAsTheRealServer) {
  constexpr size_t kShown = 20;
  Replay replay(GetParam());
  ASSERT_GT(replay.cases(), 50u);
  const std::vector<std::string> wrong = replay.Run();
  for (size_t i = 0; i < std::min(wrong.size(), kShown); ++i) ADD_FAILURE() << wrong[i];
  EXPECT_EQ(wrong.size(), 0u) << "of " << replay.cases();
}

// Rows that no request reaches, since something before them refuses it.
struct Unreached {
  std::string_view type;
  size_t row;
  std::string_view why;
};
constexpr Unreached kUnreached[] = {
    {"core.v1.ServiceSpec", 5, "addresses are refused where they are handed out"},
};

// Changes of what a status holds already, which dry runs cannot make: sim/apiserver/status_changes_test.cpp has them.
constexpr std::string_view kNeedTwoWrites[] = {"CertificateSigningRequest", "DaemonSet", "Deployment"};

// A rule that nobody breaks is a rule that nobody tests.
TEST(RulesRecorded, EveryRuleIsBrokenBySomeCase) {
  std::vector<const void*> broken;
  for (const char* topic : kTopics) Replay(topic, &broken).Run();
  for (const TypeRules& type : AllRules()) {
    for (size_t i = 0; i < type.rules.size(); ++i) {
      const Rule& rule = type.rules[i];
      const bool unreached = std::ranges::any_of(kUnreached, [&](const Unreached& u) { return u.type == type.type && u.row == i; });
      const bool seen = std::ranges::find(broken, static_cast<const void*>(&rule)) != broken.end();
      if (rule.check == Skip || seen != unreached) continue;
      ADD_FAILURE() << type.type << " row " << i << " (\"" << rule.field << "\", words \"" << rule.words << "\") is broken by "
                    << (seen ? "some case after all" : "no case");
    }
  }
  for (const KindCheck& check : AllKindChecks()) {
    const bool seen = std::ranges::find(broken, check.id) != broken.end();
    const bool elsewhere = check.what == "changed" && std::ranges::find(kNeedTwoWrites, check.kind) != std::end(kNeedTwoWrites);
    if (seen == elsewhere) ADD_FAILURE() << "the check of " << check.kind << " (" << check.what << ") is broken by " << (seen ? "some case" : "no case");
  }
}

INSTANTIATE_TEST_SUITE_P(Topics, RulesRecorded, testing::ValuesIn(kTopics),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace wavetank::sim
