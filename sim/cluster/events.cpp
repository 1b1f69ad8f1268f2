#include "sim/cluster/events.h"

#include "runtime/base/hash.h"
#include "runtime/base/time.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

Value Reference(const Object& about) {
  ObjectBuilder reference(6);
  reference.Add(names::kApiVersion, about.api_version()).Add(names::kKind, about.kind()).Add(names::kName, about.name());
  if (!about.ns().empty()) reference.Add(names::kNamespace, about.ns());
  reference.Add(names::kResourceVersion, about.metadata()[names::kResourceVersion]).Add(names::kUid, about.uid());
  return reference.Build();
}

std::string Hex(uint64_t number) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; number >>= 4) text[i] = kDigits[number & 15];
  return text;
}

}  // namespace

Task<Status> WriteEvent(Client client, std::string_view component, Object about, std::string_view type,
                        std::string_view reason, std::string message) {
  const Time now = client.executor().Now();
  const uint64_t about_now = HashCombine(about.uid().hash(), static_cast<uint64_t>(now.nanos()));
  const uint64_t id = HashBytes(message, HashBytes(reason, about_now));
  const String ns = about.ns().empty() ? String("default") : about.ns();
  const Value stamp(FormatTime(now));
  Value metadata = ObjectBuilder(2)
                       .Add(names::kName, about.name().str() + "." + Hex(id))
                       .Add(names::kNamespace, ns)
                       .Build();
  Object event(ObjectBuilder(13)
                   .Add(names::kApiVersion, "v1")
                   .Add(names::kKind, "Event")
                   .Add(names::kMetadata, std::move(metadata))
                   .Add("involvedObject", Reference(about))
                   .Add("reason", reason)
                   .Add("message", message)
                   .Add("source", ObjectBuilder(1).Add("component", component).Build())
                   .Add("firstTimestamp", stamp)
                   .Add("lastTimestamp", stamp)
                   .Add("count", 1)
                   .Add("type", type)
                   .Add("reportingComponent", component)
                   .Add("reportingInstance", "")
                   .Build());
  Result<Object> made = co_await client.Create(std::move(event));
  co_return made.code() == Code::kAlreadyExists ? Status() : made.status();
}

}  // namespace wavetank::sim::cluster
