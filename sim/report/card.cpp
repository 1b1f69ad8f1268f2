#include "sim/report/card.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "sim/report/scenario_report.h"
#include "sim/report/text.h"
#include "sim/report/trace_text.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kIndent = "            ";  // as wide as "  expected: "
constexpr size_t kTextWidth = kCardWidth - kIndent.size();
constexpr size_t kLinesOfWords = 2;  // each of reason, expected, found
constexpr size_t kFaults = 3;
constexpr size_t kEvents = 3;  // at least, where there are so many
constexpr size_t kFewEvents = 4;

std::string Labelled(std::string_view label, std::string_view text) {
  return PadRight("  " + std::string(label) + ":", kIndent.size()) + std::string(text);
}

// The first line with its label, the others beneath.
void AddBlock(std::string_view label, std::span<const std::string> lines, std::vector<std::string>& card) {
  for (size_t i = 0; i < lines.size(); ++i) {
    card.push_back(i == 0 ? Labelled(label, lines[i]) : std::string(kIndent) + lines[i]);
  }
}

void AddWords(std::string_view label, std::string_view text, std::vector<std::string>& card) {
  AddBlock(label, Wrap(OneLine(text), kTextWidth, kLinesOfWords), card);
}

// The first line; the place has a line of its own where both are too long for one.
void AddHeader(const CardInput& input, std::vector<std::string>& card) {
  const Failure& failure = input.run.failure;
  std::string what = std::string(OutcomeWord(input.outcome)) + " " + input.scenario.name;
  if (failure) what += " (" + std::string(FailureClassName(failure.failure_class)) + ")";
  what = OneLine(what);
  const Position at = failure && failure.place.at.line > 0 ? failure.place.at : input.scenario.place.at;
  std::string place = OneLine(input.scenario.file);
  if (at.line > 0) place += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  if (Width(what) + 1 + Width(place) <= kCardWidth) {
    card.push_back(what + " " + place);
  } else {
    card.push_back(Clip(what, kCardWidth));
    card.push_back(Labelled("where", Clip(place, kTextWidth)));
  }
}

std::string When(const CardInput& input) {
  return Clip("schedule " + std::to_string(input.schedule) + " of seed " + std::to_string(input.seed) + ", step " +
                  std::to_string(input.run.steps) + ", " + ShortDuration(input.run.virtual_time) + " of virtual time",
              kTextWidth);
}

std::vector<std::string> FaultLines(const RunResult& run, size_t room) {
  std::vector<std::string> lines;
  const size_t shown = run.struck.size() <= room ? run.struck.size() : room - 1;
  for (size_t i = run.struck.size() - shown; i < run.struck.size(); ++i) {
    const Injector::Struck& struck = run.struck[i];
    lines.push_back(Clip("step " + std::to_string(struck.step) + ": " + OneLine(struck.what), kTextWidth));
  }
  if (shown < run.struck.size()) lines.push_back("and " + std::to_string(run.struck.size() - shown) + " before");
  return lines;
}

// What the cluster's own parts do is the background of what controllers, users and faults do.
bool IsBackground(const TraceEvent& event) {
  for (const std::string_view actor : {"kubelet-", "scheduler", "garbage-collector"}) {
    if (event.text.find(actor) != std::string::npos) return true;
  }
  return false;
}

// The last ones of importance; where these are few, the last ones of all too. Those of controllers, users and faults come
// before those of the cluster. In the order in which they happened.
std::vector<const TraceEvent*> EventsThatMatter(const RunResult& run, size_t room) {
  struct Pass {
    bool important;
    bool background;
    size_t up_to;
  };
  const size_t few = std::min(kFewEvents, room);
  std::vector<size_t> chosen;
  for (const Pass& pass :
       {Pass{true, false, room}, Pass{true, true, room}, Pass{false, false, few}, Pass{false, true, few}}) {
    for (size_t i = run.events.size(); i-- > 0 && chosen.size() < pass.up_to;) {
      const TraceEvent& event = run.events[i];
      if (event.important == pass.important && IsBackground(event) == pass.background) chosen.push_back(i);
    }
  }
  std::ranges::sort(chosen);
  std::vector<const TraceEvent*> events;
  for (const size_t i : chosen) events.push_back(&run.events[i]);
  return events;
}

}  // namespace

std::vector<std::string> FailureCard(const CardInput& input) {
  const RunResult& run = input.run;
  std::vector<std::string> card;
  AddHeader(input, card);
  card.push_back(Labelled("when", When(input)));
  AddWords("reason", run.failure.reason, card);
  AddWords("expected", run.failure.expected, card);
  AddWords("found", run.failure.found, card);

  std::vector<std::string> commands;
  if (!input.replay.empty()) commands.push_back(Labelled("replay", input.replay));
  if (!input.repeat.empty()) commands.push_back(Labelled("repeat", input.repeat));

  size_t room = kCardLines - card.size() - commands.size();
  const size_t events = std::min(kEvents, run.events.size());
  const std::vector<std::string> faults = FaultLines(run, std::min(kFaults, room - events));
  AddBlock("faults", faults, card);
  room -= faults.size();

  std::vector<std::string> lines;
  for (const TraceEvent* event : EventsThatMatter(run, room)) lines.push_back(Clip(EventLine(*event), kTextWidth));
  AddBlock("events", lines, card);
  card.insert(card.end(), commands.begin(), commands.end());
  WT_CHECK(card.size() <= kCardLines, "a card is short");
  return card;
}

std::vector<std::string> PaintCard(const std::vector<std::string>& card, const Style& style) {
  std::vector<std::string> painted;
  for (size_t i = 0; i < card.size(); ++i) {
    const std::string& line = card[i];
    const size_t colon = line.find(':');
    if (i == 0) {
      const size_t end = std::min(line.find(' '), line.size());
      painted.push_back(style.Bad(line.substr(0, end)) + line.substr(end));
    } else if (!line.starts_with(kIndent) && colon != std::string::npos) {
      painted.push_back("  " + style.Label(line.substr(2, colon - 1)) + line.substr(colon + 1));
    } else {
      painted.push_back(line);
    }
  }
  return painted;
}

}  // namespace wavetank::sim
