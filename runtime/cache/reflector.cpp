#include "runtime/cache/reflector.h"

#include <charconv>

#include "runtime/api/status_error.h"
#include "runtime/base/hash.h"
#include "runtime/exec/sleep.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kPageSize = 500;
const String kNotOlderThan("NotOlderThan");
constexpr Duration kFirstWait = 800ms;
constexpr Duration kLongestWait = 30s;
constexpr Duration kForgetAfter = 2min;
constexpr Duration kVeryShort = 1s;

// 0 for what is no number (RT-178).
uint64_t ParseVersion(std::string_view text) {
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  return error == std::errc() && end == text.data() + text.size() ? version : 0;
}

}  // namespace

std::string Reflector::Purpose(std::string_view what) const {
  const std::string_view kind = kind_.gvk.kind.view();
  const std::string_view group = kind_.gvk.group.view();
  const std::string_view ns = options_.ns.view();
  std::string text;
  text.reserve(what.size() + options_.owner.size() + kind.size() + group.size() + ns.size() + 3);
  text.append(what).append(options_.owner.view()).append("/").append(kind);
  if (!group.empty()) text.append(".").append(group);
  if (!ns.empty()) text.append("/").append(ns);
  return text;
}

Duration ReflectorBackoff::Next(Time now) {
  if (!used_ || now - last_ > kForgetAfter) next_ = kFirstWait;
  used_ = true;
  last_ = now;
  const Duration base = next_;
  next_ = std::min(next_ * 2, kLongestWait);
  return base + Duration(static_cast<int64_t>(random_.Below(static_cast<uint64_t>(base.count()) + 1)));
}

Reflector::Reflector(Client client, const ResourceInfo& kind, ReflectorOptions options, ReflectorSink* sink)
    : client_(client.Live()),
      kind_(kind),
      options_(std::move(options)),
      sink_(sink),
      random_(client.env().RandomFor(Purpose("reflector-watch/"))),
      logger_(client.env().logger().WithName("reflector")) {}

String Reflector::last_version() const {
  if (last_seen_) return last_seen_.metadata()[names::kResourceVersion].ToSharedString();
  return list_version_;
}

SleepUntil Reflector::BackOff() {
  constexpr std::string_view kWhat = "reflector-backoff/";
  const std::string purpose = Purpose(kWhat);
  if (!backoff_.has_value()) backoff_.emplace(client_.env().RandomFor(purpose));
  const std::string_view name = std::string_view(purpose).substr(kWhat.size());
  const EventLabel label{EventKind::kTimer, HashBytes(name, HashBytes("reflector-backoff"))};
  const Time now = client_.executor().Now();
  return SleepUntil(client_.executor(), now + backoff_->Next(now), TimerClass::kForeground, label);
}

Task<void> Reflector::Run() {
  for (;;) {
    WatchEnd end = co_await Load();
    while (end != WatchEnd::kRelist) {
      if (end == WatchEnd::kAgainAfterBackoff) co_await BackOff();
      end = co_await WatchOnce();
    }
    co_await BackOff();
  }
}

// Everything there is, by a list or by a watch that begins with it, and in that case what comes after, too.
Task<Reflector::WatchEnd> Reflector::Load() {
  WatchEnd end = options_.watch_list ? WatchEnd::kRelistAtOnce : WatchEnd::kListInstead;
  while (end == WatchEnd::kRelistAtOnce) {
    ++counters_.lists;
    initial_ = std::make_unique<Store>();
    end = co_await WatchOnce();
    initial_.reset();
  }
  if (end != WatchEnd::kListInstead) co_return end;
  const Status listed = co_await ListOnce();
  co_return listed.ok() ? WatchEnd::kAgain : WatchEnd::kRelist;
}

// RT-162, RT-163.
ListOptionsBuilder Reflector::ListQuery() const {
  String version = last_version();
  if (version_unavailable_) {
    version = String();
  } else if (version.empty()) {
    version = "0";
  }
  int64_t page_size = options_.page_size;
  // A server answers "this version or newer" from its watch cache only when nobody asks for pages.
  if (page_size == 0 && (paginated_ || version.empty() || version == "0")) page_size = kPageSize;
  ListOptionsBuilder query = options_.query;
  query.InNamespace(options_.ns).AtResourceVersion(std::move(version)).PageSize(page_size);
  return query;
}

Task<Status> Reflector::ListOnce() {
  ++counters_.lists;
  ListOptionsBuilder query = ListQuery();
  const bool any_version = query.resource_version() == "0";
  Result<ObjectList> list = co_await client_.List(kind_, std::move(query));
  const auto version_gone = [](const Status& s) { return IsExpired(s) || HasCause(s, "ResourceVersionTooLarge"); };
  if (!list.ok() && version_gone(list.status())) {
    // Once more, at once, with whatever is most recent (RT-164).
    version_unavailable_ = true;
    list = co_await client_.List(kind_, ListQuery());
  } else if (list.ok() && any_version && list->pages > 1) {
    paginated_ = true;
  }
  if (!list.ok()) {
    Report(list.status(), false);
    co_return list.status();
  }
  const String version = list->resource_version;
  std::erase_if(list->items, [this](const Object& object) { return !Wellformed(object); });
  Loaded(std::move(list->items), version);
  co_return Status();
}

void Reflector::Loaded(std::vector<Object> items, const String& version) {
  version_unavailable_ = false;
  last_error_ = Status();
  sink_->Replace(options_.ns, std::move(items), ParseVersion(version.view()));
  // Only now (RT-167): who is cancelled before lists again from where it was.
  list_version_ = version;
  last_seen_ = Object();
}

ListOptionsBuilder Reflector::WatchQuery() {
  const auto timeout = 300 + static_cast<int64_t>(random_.Below(301));  // RT-168
  ListOptionsBuilder query = options_.query;
  query.InNamespace(options_.ns).TimeoutSeconds(timeout).AllowBookmarks();
  if (initial_ != nullptr) {
    // Without a version it is what the store has now, whatever cache the server asks.
    query.AtResourceVersion(version_unavailable_ ? String() : last_version(), kNotOlderThan).SendInitialEvents();
  } else {
    query.AtResourceVersion(last_version());
  }
  return query;
}

Task<Reflector::WatchEnd> Reflector::WatchOnce() {
  ++counters_.watches;
  const String from = last_version();
  hold_version_ = from.empty() || from == "0";
  const Time begin = client_.executor().Now();
  Result<std::unique_ptr<WatchStream>> stream = co_await client_.Watch(kind_, WatchQuery());
  if (!stream.ok()) co_return AfterStartError(stream.status());
  last_error_ = Status();
  uint64_t events = 0;
  for (;;) {
    Result<std::optional<WatchEvent>> next = co_await (*stream)->Next();
    // A broken connection ends the stream like a clean end (RT-281).
    if (!next.ok() || !next->has_value()) co_return AfterStreamEnd(begin, events);
    std::optional<WatchEvent> event = std::move(*next);
    for (; event.has_value(); event = (*stream)->TryNext()) {
      ++events;
      if (event->type == WatchEvent::Type::kError) co_return AfterErrorEvent(FromStatusDocument(event->status, 500));
      Take(std::move(*event));
    }
  }
}

// Of a watch that brings the list: what comes before the bookmark that ends it is not news yet (RT-175).
void Reflector::Collect(WatchEvent event) {
  static const Name kInitialEventsEnd("k8s.io/initial-events-end");
  if (event.type == WatchEvent::Type::kDeleted) {
    initial_->Remove(event.object.key());
  } else if (event.type != WatchEvent::Type::kBookmark) {
    initial_->Put(std::move(event.object));
  } else if (event.object.annotations()[kInitialEventsEnd] == "true") {
    const std::unique_ptr<Store> complete = std::move(initial_);
    std::vector<Object> items;
    items.reserve(complete->size());
    complete->ForEach([&items](const Object& object) { items.push_back(object); });
    Loaded(std::move(items), event.object.metadata()[names::kResourceVersion].ToSharedString());
    hold_version_ = false;
  }
}

// RT-170, RT-171.
void Reflector::Take(WatchEvent event) {
  if (event.type == WatchEvent::Type::kBookmark) {
    if (initial_ != nullptr) return Collect(std::move(event));
    hold_version_ = false;
    if (event.object.metadata()[names::kResourceVersion].empty()) return;
    last_seen_ = event.object;
    sink_->Bookmark(event.object.resource_version());
    return;
  }
  if (!Wellformed(event.object)) {
    logger_.Error(Status(Code::kInternal, "unexpected object in the watch"), "Skipped an event",
                  {{"kind", kind_.gvk.kind.view()}, {"got", event.object.kind()}});
    return;
  }
  if (initial_ != nullptr) return Collect(std::move(event));
  ++counters_.events;
  if (event.type != WatchEvent::Type::kAdded) hold_version_ = false;
  if (!hold_version_ && !event.object.metadata()[names::kResourceVersion].empty()) last_seen_ = event.object;
  sink_->Apply(event.type, std::move(event.object));
}

bool Reflector::Wellformed(const Object& object) const {
  if (!object || object.name().empty()) return false;
  if (!options_.ns.empty() && object.ns() != options_.ns.view()) return false;
  const std::string_view kind = object.kind();
  return kind.empty() || kind == kind_.gvk.kind.view();
}

// RT-175.
Reflector::WatchEnd Reflector::AfterLoadError(const Status& error) {
  Report(error, /*expected=*/true);
  if (IsExpired(error) || HasCause(error, "ResourceVersionTooLarge")) {
    return std::exchange(version_unavailable_, true) ? WatchEnd::kRelist : WatchEnd::kRelistAtOnce;
  }
  const bool again = error.code() == Code::kConnection || IsTooManyRequests(error);
  return again ? WatchEnd::kRelist : WatchEnd::kListInstead;
}

// RT-169.
Reflector::WatchEnd Reflector::AfterStartError(const Status& error) {
  if (initial_ != nullptr) return AfterLoadError(error);
  Report(error, IsExpired(error));
  const bool again = error.code() == Code::kConnection || IsTooManyRequests(error);
  return again ? WatchEnd::kAgainAfterBackoff : WatchEnd::kRelist;
}

// RT-173.
Reflector::WatchEnd Reflector::AfterErrorEvent(const Status& error) {
  if (initial_ != nullptr) return AfterLoadError(error);
  Report(error, IsExpired(error));
  return IsTooManyRequests(error) ? WatchEnd::kAgainAfterBackoff : WatchEnd::kRelist;
}

// RT-172.
Reflector::WatchEnd Reflector::AfterStreamEnd(Time begin, uint64_t events) {
  const bool lasted = events > 0 || client_.executor().Now() - begin >= kVeryShort;
  if (lasted) return initial_ != nullptr ? WatchEnd::kRelistAtOnce : WatchEnd::kAgain;
  if (initial_ != nullptr) return WatchEnd::kListInstead;
  Report(Status(Code::kUnavailable, "very short watch: it lasted less than a second and brought no event"), false);
  return WatchEnd::kRelist;
}

void Reflector::Report(const Status& error, bool expected) {
  last_error_ = error;
  if (expected) {
    logger_.V(1).Info("Watch closed", {{"kind", kind_.gvk.kind.view()}, {"reason", error.message()}});
  } else {
    logger_.Error(error, "Failed to watch", {{"kind", kind_.gvk.kind.view()}});
  }
}

}  // namespace wavetank
