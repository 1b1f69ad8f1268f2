// ClientCore: what all copies of a Client share. For runtime/client only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>

#include "runtime/client/client.h"

namespace wavetank {

class ClientCore {
 public:
  ClientCore(Environment* env, KindRegistry kinds, ClientOptions options)
      : env(env),
        executor(&env->executor()),
        transport(&env->transport()),
        kinds(std::move(kinds)),
        options(std::move(options)) {}

  // Takes a turn of the limiter (RT-280). Zero: go ahead; else how long to wait first.
  Duration Reserve() {
    if (options.queries_per_second <= 0) return Duration(0);
    const Duration interval = Duration(1'000'000'000) / options.queries_per_second;
    const Duration credit = interval * (std::max(options.burst, 1) - 1);
    const Time now = executor->Now();
    const Time at = std::max(next_turn_, now);
    next_turn_ = at + interval;
    return std::max(at - now - credit, Duration(0));
  }

  // By the object's own apiVersion and kind; null when nobody knows it. Objects of one template share these two nodes, so
  // the last few answers are remembered by identity.
  const ResourceInfo* KindOf(const Object& object) {
    const Value& kind = object.value()[names::kKind];
    const Value& api_version = object.value()[names::kApiVersion];
    Seen& seen = seen_[(reinterpret_cast<uintptr_t>(kind.identity()) >> 5) % std::size(seen_)];
    if (seen.info == nullptr || seen.kind.identity() != kind.identity() ||
        seen.api_version.identity() != api_version.identity()) {
      seen = {kind, api_version, kinds.FindKind(api_version.AsString(), kind.AsString())};
    }
    return seen.info;
  }

  Environment* const env;
  Executor* const executor;
  Transport* const transport;
  const KindRegistry kinds;
  const ClientOptions options;

 private:
  struct Seen {
    Value kind;
    Value api_version;
    const ResourceInfo* info = nullptr;
  };
  Seen seen_[8];
  Time next_turn_;  // when the limiter would have no credit left
};

namespace internal {

// All of the list, page by page (RT-165).
Task<Result<ObjectList>> ListLive(std::shared_ptr<ClientCore> core, const ResourceInfo* kind,
                                  ListOptionsBuilder options);

}  // namespace internal
}  // namespace wavetank
