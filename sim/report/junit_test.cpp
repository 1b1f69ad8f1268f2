#include "sim/report/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "sim/report/report_test_util.h"

namespace wavetank::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// As much of an XML parser as JUnit needs; `error` says what is not well formed.
struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;
  std::vector<Element> children;
};

class XmlReader {
 public:
  explicit XmlReader(std::string_view xml) : xml_(xml) {
    constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    if (xml_.starts_with(kHead)) at_ = kHead.size();
    Blanks();
    root = ReadElement();
    Blanks();
    if (at_ != xml_.size()) Fail("something follows the root");
  }
  Element root;
  std::string error;

 private:
  void Fail(const std::string& what) {
    if (error.empty()) error = what + " at " + std::to_string(at_);
    at_ = xml_.size();
  }
  bool Take(std::string_view text) {
    if (!xml_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  void Blanks() {
    while (at_ < xml_.size() && std::isspace(static_cast<unsigned char>(xml_[at_])) != 0) ++at_;
  }
  std::string Name() {
    const size_t begin = at_;
    while (at_ < xml_.size() && (std::isalnum(static_cast<unsigned char>(xml_[at_])) != 0 || xml_[at_] == '-')) ++at_;
    if (begin == at_) Fail("a name is missing");
    return std::string(xml_.substr(begin, at_ - begin));
  }
  std::string Characters(char end) {
    static const std::map<std::string, std::string> references = {{"&amp;", "&"},   {"&lt;", "<"},   {"&gt;", ">"},
                                                                  {"&quot;", "\""}, {"&apos;", "'"}, {"&#10;", "\n"},
                                                                  {"&#13;", "\r"},  {"&#9;", "\t"}};
    std::string text;
    while (at_ < xml_.size() && xml_[at_] != end) {
      const char c = xml_[at_];
      if (c == '<' || (static_cast<unsigned char>(c) < 0x20 && c != '\n')) Fail("a bare character");
      if (c == '&') {
        const size_t semicolon = xml_.find(';', at_);
        const auto found = references.find(std::string(xml_.substr(at_, semicolon - at_ + 1)));
        if (found == references.end()) {
          Fail("an unknown reference");
          return text;
        }
        text += found->second;
        at_ = semicolon + 1;
      } else {
        text += c;
        ++at_;
      }
    }
    return text;
  }
  Element ReadElement() {
    Element element;
    if (!Take("<")) Fail("an element is missing");
    element.name = Name();
    while (Blanks(), at_ < xml_.size() && xml_[at_] != '>' && xml_[at_] != '/') {
      const std::string name = Name();
      if (!Take("=\"")) Fail("an attribute without a value");
      element.attributes[name] = Characters('"');
      if (!Take("\"")) Fail("an attribute without an end");
    }
    if (Take("/>")) return element;
    if (!Take(">")) Fail("a tag without an end");
    while (at_ < xml_.size()) {
      element.text += Characters('<');
      if (Take("</" + element.name + ">")) return element;
      if (xml_.substr(at_).starts_with("</")) Fail("the wrong end tag");
      if (at_ < xml_.size()) element.children.push_back(ReadElement());
    }
    Fail("an element without an end");
    return element;
  }

  std::string_view xml_;
  size_t at_ = 0;
};

TEST(Junit, IsWellFormedAndComplete) {
  ScenarioReport failed = FailedReport();
  failed.card = {"FAIL scale", "  reason:   a < b && c > \"d\""};
  failed.real_time = std::chrono::milliseconds(1234);
  ScenarioReport other = PassedReport();
  other.file = "other.yaml";
  other.outcome = ScenarioOutcome::kNondeterminism;
  other.failure_class = "nondeterminism";
  const ScenarioReport reports[] = {PassedReport(), failed, other};
  const XmlReader xml(JunitXml(reports));
  ASSERT_EQ(xml.error, "");
  EXPECT_EQ(xml.root.name, "testsuites");
  EXPECT_EQ(xml.root.attributes.at("tests"), "3");
  EXPECT_EQ(xml.root.attributes.at("failures"), "1");
  EXPECT_EQ(xml.root.attributes.at("errors"), "1");
  EXPECT_EQ(xml.root.attributes.at("time"), "1.234");
  ASSERT_EQ(xml.root.children.size(), 2u);
  const Element& suite = xml.root.children[0];
  EXPECT_EQ(suite.attributes.at("name"), "scenarios/scale.yaml");
  EXPECT_EQ(suite.attributes.at("tests"), "2");
  ASSERT_EQ(suite.children.size(), 2u);
  const Element& passed_case = suite.children[0];
  EXPECT_EQ(passed_case.attributes.at("name"), "scale");
  EXPECT_EQ(passed_case.attributes.at("classname"), "scenarios.scale");
  ASSERT_EQ(passed_case.children.size(), 1u);
  EXPECT_THAT(passed_case.children[0].text, HasSubstr("run hash ffffffffffffffff"));
  const Element& failure = suite.children[1].children[0];
  EXPECT_EQ(failure.name, "failure");
  EXPECT_EQ(failure.attributes.at("type"), "expectation");
  EXPECT_EQ(failure.attributes.at("message"), failed.reason);
  EXPECT_THAT(failure.text, HasSubstr("a < b && c > \"d\""));
  EXPECT_EQ(xml.root.children[1].children[0].children[0].name, "error");
}

TEST(Junit, HoldsAnyText) {
  ScenarioReport report = FailedReport();
  report.name = "<&>\"'";
  report.reason = "a\nb\tc\x01\x1b]]>\xff\xef\xbf\xbf grün";
  report.card = {report.reason};
  const XmlReader xml(JunitXml({&report, 1}));
  ASSERT_EQ(xml.error, "");
  const Element& one = xml.root.children[0].children[0];
  EXPECT_EQ(one.attributes.at("name"), "<&>\"'");
  EXPECT_EQ(one.children[0].text, "\na\nb\tc\xef\xbf\xbd\xef\xbf\xbd]]>\xef\xbf\xbd\xef\xbf\xbd grün\n");
}

TEST(Junit, OfNothing) {
  const XmlReader xml(JunitXml({}));
  EXPECT_EQ(xml.error, "");
  EXPECT_EQ(xml.root.attributes.at("tests"), "0");
}

}  // namespace
}  // namespace wavetank::sim
