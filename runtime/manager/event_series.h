// EventSeries: Events of events.k8s.io/v1, repeats of which become a series (RT-293). For runtime/manager only.
//
//   series.Observe(event, now, tell);     // tell(event, null): create it; tell(event, patch): patch it; not called: counted
//   series.Upkeep(now, tell);             // every kFinish while !series.empty()
//
// The first of its kind is created. The second makes a series of it (a patch: count 2). Later ones are only counted; the
// count is told every 30 minutes while it goes on (which also keeps the server from forgetting it), and when 6 minutes have
// passed without another one, which ends the series. "The same" is all but the note, the time and the object's
// resourceVersion.
// Bound: 4096 series; the one idle longest goes first, untold.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "runtime/controller/lru_map.h"

namespace wavetank::internal {

class EventSeries {
 public:
  static constexpr size_t kEntries = 4096;
  static constexpr Duration kFinish = std::chrono::minutes(6);
  static constexpr Duration kRefresh = std::chrono::minutes(30);

  // What to send: the event, and the patch when it is there already.
  using Tell = std::function<void(const Object& event, Value patch)>;

  void Observe(const Object& event, Time now, const Tell& tell);
  // Called from time to time: ends what is idle, refreshes what goes on.
  void Upkeep(Time now, const Tell& tell);
  bool empty() const { return series_.empty(); }

 private:
  struct Series {
    Object first;  // empty: new
    int64_t count = 0;
    Time last;
    Time told;
  };
  static void TellCount(Series* series, Time now, const Tell& tell);

  LruMap<Series> series_{kEntries};
};

}  // namespace wavetank::internal
