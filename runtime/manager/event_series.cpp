#include "runtime/manager/event_series.h"

#include <array>
#include <utility>

namespace wavetank::internal {
namespace {

const Name kSeries("series");
const Name kCount("count");
const Name kLastObservedTime("lastObservedTime");
const Name kRegarding("regarding");
const Name kRelated("related");

// The parts that make two events the same.
std::string KeyOf(const Object& event) {
  static const std::array<Name, 5> kParts = {names::kType, Name("action"), Name("reason"), Name("reportingController"),
                                             Name("reportingInstance")};
  static const std::array<Name, 6> kReference = {names::kKind, names::kNamespace, names::kName,
                                                 names::kUid,  names::kApiVersion, Name("fieldPath")};
  std::string key;
  const auto append = [&key](const Value& part) {
    key.append(part.AsString());
    key.push_back('\0');
  };
  for (const Name part : kParts) append(event.value()[part]);
  for (const Name object : {kRegarding, kRelated}) {
    for (const Name part : kReference) append(event.value()[object][part]);
  }
  return key;
}

}  // namespace

void EventSeries::Observe(const Object& event, Time now, const Tell& tell) {
  Series& series = series_.Touch(KeyOf(event));
  ++series.count;
  series.last = now;
  if (series.count == 1) {
    series.first = event;
    tell(event, Value());
  } else if (series.count == 2) {
    TellCount(&series, now, tell);
  }
}

void EventSeries::TellCount(Series* series, Time now, const Tell& tell) {
  series->told = now;
  Value count = ObjectBuilder(2)
                    .Add(kCount, series->count)
                    .Add(kLastObservedTime, FormatMicroTime(series->last))
                    .Build();
  Object whole = series->first.With(series->first.value().Set(kSeries, count));
  tell(whole, ObjectBuilder(1).Add(kSeries, std::move(count)).Build());
}

void EventSeries::Upkeep(Time now, const Tell& tell) {
  for (auto entry = series_.entries().begin(); entry != series_.entries().end();) {
    Series& series = entry->value;
    const bool over = now - series.last > kFinish;
    const bool refresh = series.count > 1 && now - series.told >= kRefresh;
    if (series.count > 1 && (over || refresh)) TellCount(&series, now, tell);
    entry = over ? series_.Erase(entry) : std::next(entry);
  }
}

}  // namespace wavetank::internal
