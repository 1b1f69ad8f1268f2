#include "runtime/manager/event_correlator.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "runtime/api/label_syntax.h"

namespace wavetank::internal {
namespace {

const Name kCount("count");
const Name kLastTimestamp("lastTimestamp");
const Name kMessage("message");

// Parts that may be empty and may hold anything: each ends with a byte that no name has.
void AppendParts(std::string* key, std::initializer_list<String> parts) {
  for (const String& part : parts) {
    key->append(part.view());
    key->push_back('\0');
  }
}

// Source and object: what spam is counted by. Every key begins with it.
std::string SpamKey(const core_v1::Event& event) {
  const core_v1::EventSource source = event.source();
  const core_v1::ObjectReference object = event.involved_object();
  std::string key;
  AppendParts(&key, {source.component(), source.host(), object.kind(), object.namespace_(), object.name(), object.uid(),
                     object.api_version()});
  return key;
}

std::string FullKey(const core_v1::Event& event, std::string key) {
  AppendParts(&key, {event.involved_object().field_path(), event.type(), event.reason(), event.message()});
  return key;
}

std::string SimilarKey(const core_v1::Event& event, std::string key) {
  AppendParts(&key, {event.type(), event.reason(), event.reporting_component(), event.reporting_instance()});
  return key;
}

}  // namespace

std::string EventNamer::NameFor(std::string_view object, Time now) {
  last_ = std::max(last_ + 1, now.nanos() + offset_);
  std::array<char, 16> hex;
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), static_cast<uint64_t>(last_), 16).ptr;
  std::string name(object);
  name += '.';
  name.append(hex.data(), end);
  if (!Dns1123SubdomainErrors(name).empty()) return random_.Uuid();
  return name;
}

CorrelatedEvent EventCorrelator::Correlate(const core_v1::Event& event, Time now) {
  const std::string spam_key = SpamKey(event);  // combining changes neither source nor object
  std::string key;
  CorrelatedEvent out;
  out.event = Combine(event, now, spam_key, &key);
  out.patch = Count(&out.event, key);
  out.skip = IsSpam(spam_key, now);
  return out;
}

core_v1::Event EventCorrelator::Combine(const core_v1::Event& event, Time now, const std::string& spam_key,
                                        std::string* key) {
  *key = SimilarKey(event, spam_key);
  Similar& similar = similar_.Touch(*key);
  if (now - similar.last > kSimilarWithin) similar.messages.clear();
  similar.last = now;
  const String message = event.message();
  if (std::find(similar.messages.begin(), similar.messages.end(), message) == similar.messages.end()) {
    similar.messages.push_back(message);
  }
  if (similar.messages.size() < kSimilar) {
    *key = FullKey(event, spam_key);
    return event;
  }
  similar.messages.erase(similar.messages.begin());

  core_v1::Event combined =
      core_v1::Event::New(event.ns(), namer_->NameFor(event.involved_object().name().view(), now));
  combined.set_involved_object(event.involved_object())
      .set_reason(event.reason())
      .set_message("(combined from similar events): " + message.str())
      .set_source(event.source())
      .set_first_timestamp(now)
      .set_last_timestamp(now)
      .set_count(1)
      .set_type(event.type());
  return combined;
}

Value EventCorrelator::Count(core_v1::Event* event, const std::string& key) {
  Repeated& repeated = repeated_.Touch(key);
  if (repeated.count == 0) {
    repeated = {1, event->name().str(), event->first_timestamp()};
    return Value();
  }
  ++repeated.count;
  event->edit_metadata([&](meta_v1::ObjectMeta& metadata) { metadata.set_name(repeated.name); });
  event->set_first_timestamp(repeated.first).set_count(repeated.count);
  ObjectBuilder patch(3);
  patch.Add(kCount, repeated.count).Add(kLastTimestamp, json::WriteTime(event->last_timestamp()));
  if (!event->message().empty()) patch.Add(kMessage, event->message());
  return patch.Build();
}

// A token bucket as one time: each event moves it by a refill; it may be at most a burst ahead.
bool EventCorrelator::IsSpam(const std::string& spam_key, Time now) {
  Spam& spam = spam_.Touch(spam_key);
  const Time next = std::max(spam.paid_until, now) + kRefill;
  if (next - now > kBurst * kRefill) return true;
  spam.paid_until = next;
  return false;
}

}  // namespace wavetank::internal
