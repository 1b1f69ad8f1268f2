#include "sim/report/junit.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/base/strings.h"
#include "sim/report/text.h"

namespace wavetank::sim {
namespace {

// What XML calls a Char, given a well-formed character of UTF-8.
bool IsXmlChar(std::string_view character) {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character[0]);
    return byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
  }
  return character != "\xef\xbf\xbe" && character != "\xef\xbf\xbf";  // U+FFFE, U+FFFF
}

// Line breaks and tabs survive in attributes only as references.
std::string_view Reference(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&apos;";
    case '\n': return "&#10;";
    case '\r': return "&#13;";
    case '\t': return "&#9;";
    default: return {};
  }
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + EscapeXml(value) + "\"";
}

// "1.234": seconds.
std::string Seconds(Duration duration) {
  const int64_t millis = duration.count() / 1'000'000;
  std::string fraction = std::to_string(1000 + millis % 1000).substr(1);
  return std::to_string(millis / 1000) + "." + fraction;
}

struct Totals {
  uint64_t tests = 0;
  uint64_t failures = 0;
  uint64_t errors = 0;
  Duration time{0};
  void Add(const ScenarioReport& report) {
    ++tests;
    if (report.outcome == ScenarioOutcome::kFailed) ++failures;
    if (report.outcome == ScenarioOutcome::kNondeterminism) ++errors;
    time += report.real_time;
  }
  std::string Attributes() const {
    return Attribute("tests", std::to_string(tests)) + Attribute("failures", std::to_string(failures)) +
           Attribute("errors", std::to_string(errors)) + Attribute("skipped", "0") + Attribute("time", Seconds(time));
  }
};

// Line breaks stay what they are in the text of an element.
std::string Text(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += EscapeXml(line) + "\n";
  return out;
}

// "scenarios/a/b.yaml" -> "scenarios.a.b": CI servers make a tree of the dots.
std::string ClassName(std::string_view file) {
  const size_t slash = file.rfind('/');
  const size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) file = file.substr(0, dot);
  while (file.starts_with("./") || file.starts_with("/")) file.remove_prefix(file.starts_with("/") ? 1 : 2);
  std::string name(file);
  std::ranges::replace(name, '/', '.');
  return name;
}

void AppendCase(const ScenarioReport& report, std::string& out) {
  out += "    <testcase" + Attribute("name", report.name) + Attribute("classname", ClassName(report.file)) +
         Attribute("time", Seconds(report.real_time)) + Attribute("file", report.file) +
         Attribute("line", std::to_string(report.line)) + ">\n";
  if (!report.passed()) {
    const std::string element = report.outcome == ScenarioOutcome::kNondeterminism ? "error" : "failure";
    out += "      <" + element + Attribute("type", report.failure_class) +
           Attribute("message", OneLine(report.reason)) + ">\n" + Text(report.card) + "</" + element + ">\n";
  }
  std::vector<std::string> facts = {std::string(OutcomeWord(report.outcome)) + ": seed " + std::to_string(report.seed) +
                                    ", " + Count(report.schedules, "schedule") + ", " + Count(report.steps, "step") +
                                    ", " + ShortDuration(report.virtual_time) + " of virtual time, run hash " +
                                    Hex(report.run_hash)};
  facts.insert(facts.end(), report.trace.begin(), report.trace.end());
  out += "      <system-out>" + Text(facts) + "</system-out>\n    </testcase>\n";
}

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = Utf8Length(text, at);
    const std::string_view character = text.substr(at, length);
    if (length == 0 || !IsXmlChar(character)) {
      out += "\xef\xbf\xbd";
    } else if (const std::string_view reference = Reference(text[at]); !reference.empty()) {
      out += reference;
    } else {
      out += character;
    }
    at += std::max<size_t>(length, 1);
  }
  return out;
}

std::string JunitXml(std::span<const ScenarioReport> reports) {
  Totals all;
  for (const ScenarioReport& report : reports) all.Add(report);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + Attribute("name", "wavetank") +
                    all.Attributes() + ">\n";
  // Reports of one file stand side by side.
  for (size_t begin = 0; begin < reports.size();) {
    size_t end = begin;
    Totals suite;
    for (; end < reports.size() && reports[end].file == reports[begin].file; ++end) suite.Add(reports[end]);
    out += "  <testsuite" + Attribute("name", reports[begin].file) + suite.Attributes() + ">\n";
    for (const ScenarioReport& report : reports.subspan(begin, end - begin)) AppendCase(report, out);
    out += "  </testsuite>\n";
    begin = end;
  }
  return out + "</testsuites>\n";
}

}  // namespace wavetank::sim
