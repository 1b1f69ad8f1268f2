// EventCorrelator: keeps a controller from flooding the server with Events of core/v1 (RT-290). For runtime/manager only.
//
//   CorrelatedEvent out = correlator.Correlate(event, now);
//   if (out.skip) return;                         // too many about this object
//   out.patch.is_null() ? create(out.event) : patch(out.event.key(), out.patch);
//
// Three stages, as client-go has them:
//   similar   the same but for the message: from the tenth different message on, as long as no 600 s pass without one, all
//             are told as one event "(combined from similar events): <message>"
//   repeated  the same event again becomes a patch of count, lastTimestamp and message of the first one
//   spam      25 at once about one object from one source, then one each 300 s; a repeat costs as much as a first one
// What is "the same" leaves out the object's resourceVersion, so that writing the object starts no new count.
//
// Bound: 4096 entries in each stage, the ones used longest ago go first; 10 messages in each of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/api/core_v1.h"
#include "runtime/base/random.h"
#include "runtime/base/time.h"
#include "runtime/controller/lru_map.h"

namespace wavetank::internal {

// Names of Events: `<object>.<hex of a time in nanoseconds>` (RT-292). Virtual time stands still while many events are made,
// so a name's number is never used twice; and each process adds an offset of its own below a millisecond, so that two that
// speak about one object in one instant do not meet (RT-295). An object whose name makes no name of an Event gets a uuid.
class EventNamer {
 public:
  explicit EventNamer(Random random) : random_(random), offset_(static_cast<int64_t>(random_.Below(1'000'000))) {}
  std::string NameFor(std::string_view object, Time now);

 private:
  Random random_;
  const int64_t offset_;
  int64_t last_ = 0;
};

struct CorrelatedEvent {
  bool skip = false;
  core_v1::Event event;
  Value patch;  // null: create the event; else patch the one of this name
};

class EventCorrelator {
 public:
  static constexpr size_t kEntries = 4096;
  static constexpr size_t kSimilar = 10;  // different messages
  static constexpr Duration kSimilarWithin = std::chrono::seconds(600);
  static constexpr int kBurst = 25;
  static constexpr Duration kRefill = std::chrono::seconds(300);

  explicit EventCorrelator(EventNamer* namer) : namer_(namer) {}
  CorrelatedEvent Correlate(const core_v1::Event& event, Time now);

 private:
  struct Similar {
    std::vector<String> messages;  // different ones, the oldest first
    Time last = Time::FromNanos(INT64_MIN);
  };
  struct Repeated {
    int32_t count = 0;
    std::string name;
    std::optional<Time> first;
  };
  struct Spam {
    Time paid_until = Time::FromNanos(INT64_MIN);  // when all of the burst will be there again
  };

  // The event to tell, and puts the key under which it is counted into `key`.
  core_v1::Event Combine(const core_v1::Event& event, Time now, const std::string& spam_key, std::string* key);
  Value Count(core_v1::Event* event, const std::string& key);
  bool IsSpam(const std::string& spam_key, Time now);

  EventNamer* const namer_;
  LruMap<Similar> similar_{kEntries};
  LruMap<Repeated> repeated_{kEntries};
  LruMap<Spam> spam_{kEntries};
};

}  // namespace wavetank::internal
