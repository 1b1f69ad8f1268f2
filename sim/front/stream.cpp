#include "sim/front/stream.h"

#include <algorithm>
#include <utility>

#include "runtime/api/status_error.h"
#include "runtime/base/check.h"
#include "runtime/wire/watch_frames.h"
#include "sim/front/transform.h"

namespace wavetank::sim {
namespace {

// The server ends every watch after a while; a client that names no time gets half an hour (API-667).
constexpr Duration kDefaultTimeout = std::chrono::minutes(30);
// Who allows bookmarks gets one about every minute, so that it can go on after the log has forgotten (API-329).
constexpr Duration kBookmarkPeriod = std::chrono::minutes(1);

class Stream final : public FrontWatch {
 public:
  Stream(FrontHost& host, ResourceCall call, WatchOutcome started) : host_(host), call_(std::move(call)) {
    const int64_t seconds = call_.request.list == nullptr ? 0 : call_.request.list->timeout_seconds;
    deadline_ = host.now() +
                (seconds > 0 ? Duration(std::chrono::seconds(std::min<int64_t>(seconds, 1 << 30))) : kDefaultTimeout);
    if (auto* start = std::get_if<WatchStart>(&started)) {
      filter_.emplace(std::move(start->filter));
      initial_ = std::move(start->initial);
      revision_ = start->revision;
      if (start->bookmarks) bookmark_at_ = host.now() + kBookmarkPeriod;
    } else {
      initial_.push_back(std::get<WatchEvent>(std::move(started)));
    }
  }

  std::vector<std::string> Poll() override {
    std::vector<std::string> frames;
    if (ended_) return frames;
    for (const WatchEvent& event : std::exchange(initial_, {})) Write(event, frames);
    if (!ended_) Follow(frames);
    if (!ended_ && host_.now() >= bookmark_at_) Bookmark(frames);
    if (!ended_ && host_.now() >= deadline_) ended_ = true;
    return frames;
  }

  bool ended() const override { return ended_; }
  Time deadline() const override { return std::min(deadline_, bookmark_at_); }

 private:
  void Follow(std::vector<std::string>& frames) {
    const ApiServer& server = host_.server();
    const uint64_t reached = host_.replica().revision(server);
    if (revision_ >= reached) return;
    if (revision_ < server.log_floor()) {
      Write({WatchEvent::Type::kError, Object(), ToStatusDocument(ExpiredError("too old resource version"))}, frames);
      return;
    }
    for (const LogEntry& entry : server.LogSince(revision_)) {
      if (entry.revision > reached || ended_) break;
      if (std::optional<WatchEvent> event = filter_->Translate(entry); event.has_value()) Write(*event, frames);
    }
    revision_ = reached;
  }

  void Bookmark(std::vector<std::string>& frames) {
    bookmark_at_ = host_.now() + kBookmarkPeriod;
    const uint64_t reached = std::max(revision_, host_.replica().revision(host_.server()));
    Write({WatchEvent::Type::kBookmark, MakeBookmark(*call_.resource, reached, false), Value()}, frames);
  }

  void Write(const WatchEvent& event, std::vector<std::string>& frames) {
    std::string chunk;
    if (event.type == WatchEvent::Type::kError) {
      ended_ = true;
      Encode(event.type, event.status, chunk);
    } else if (!call_.format.transform.has_value()) {
      Encode(event.type, event.object.value(), chunk);
    } else {
      const TransformInput input{*call_.resource, host_.server(), host_.now(), call_.include_object, true, first_};
      Result<Value> document = TransformObject(*call_.format.transform, event.object, input);
      if (document.ok()) {
        Encode(event.type, *document, chunk);
      } else {
        ended_ = true;
        Encode(WatchEvent::Type::kError, ToStatusDocument(document.status()), chunk);
      }
      first_ = false;
    }
    frames.push_back(std::move(chunk));
  }

  void Encode(WatchEvent::Type type, const Value& object, std::string& chunk) {
    const Status written = EncodeEvent(type, object, host_.server().kinds(), call_.format, chunk);
    if (!written.ok()) ended_ = true;  // nothing more can be said in that format
  }

  FrontHost& host_;
  ResourceCall call_;
  std::optional<WatchFilter> filter_;  // none when the watch ends with its first event
  std::vector<WatchEvent> initial_;
  uint64_t revision_ = 0;
  Time deadline_;
  Time bookmark_at_ = Time::Max();
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<FrontWatch> OpenStream(FrontHost& host, ResourceCall call, WatchOutcome started) {
  WT_CHECK(!std::holds_alternative<ApiResponse>(started), "a refused watch has no stream");
  return std::make_unique<Stream>(host, std::move(call), std::move(started));
}

}  // namespace wavetank::sim
