// FakeTransport: a server for tests of runtime/, with a scripted tongue and a map for a memory.
//
//   ManualExecutor executor;
//   FakeEnvironment env(executor);                      // Environment around executor and env.fake
//   env.fake.Put(Object(*ParseJson(...)));               // visible to get, list and watches
//   env.fake.FailNext(Verb::kUpdate, ConflictError(pods, "web-0"));
//   env.fake.LoseAnswerOfNext(Verb::kCreate);            // applied, but the caller gets kConnection
//   EXPECT_EQ(env.fake.Log(), "create pods default/web-0\n");
//
// It knows create, get, list (pages, selectors), update, status, merge patch (also a strategic one without lists), delete,
// watch with resourceVersions; no defaulting, no validation. It answers within Start, unless Hold() is on. Tests that need the real server's behaviour
// live in sim/. Memory: everything it ever saw.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/transport/transport.h"

namespace wavetank {

class FakeStream;

class FakeTransport final : public Transport {
 public:
  FakeTransport();
  ~FakeTransport() override;

  // Transport.
  void Start(Call& call) override;
  void Forget(Call& call) override;

  // ---- The memory. Writes here reach open watches like any other.
  // Creates or replaces; sets resourceVersion, and a uid when missing. The resource is that of the object's apiVersion and
  // kind; of custom kinds it is the lower case kind and an "s".
  Object Put(const Object& object);
  void Remove(const Gvr& resource, const ObjectKey& key);
  const Object* Find(const Gvr& resource, const ObjectKey& key) const;
  std::vector<Object> All(const Gvr& resource) const;
  uint64_t revision() const { return revision_; }
  void set_revision(uint64_t revision) { revision_ = revision; }

  // ---- The script. Each waits for a matching request; several for the same verb are used in order.
  void FailNext(Verb verb, Status error);
  // No answer. Applied: the write happens all the same.
  void DropNext(Verb verb) { script_.push_back({verb, Step::kDrop, {}}); }
  void LoseAnswerOfNext(Verb verb) { script_.push_back({verb, Step::kLose, {}}); }
  void AnswerNext(Verb verb, std::function<Result<ApiResponse>(const ApiRequest&)> answer) {
    script_.push_back({verb, Step::kAnswer, std::move(answer)});
  }
  // While on, requests wait; Release() answers the oldest, false when none waits.
  void Hold(bool on) { hold_ = on; }
  bool Release();
  size_t held() const { return held_.size(); }

  // ---- Watches.
  // While on, events of writes stay with the server until ReleaseWatchEvents.
  void HoldWatchEvents(bool on);
  void ReleaseWatchEvents(size_t count = SIZE_MAX);
  // Ends all open watches of the resource in good order / with an error event / as a broken connection.
  void CloseWatches(const Gvr& resource);
  void FailWatches(const Gvr& resource, const Status& error);
  void BreakWatches(const Gvr& resource);
  void SendBookmark(const Gvr& resource);
  // While off, watches that ask for initial events are refused, as by a server that does not know them (RT-176).
  void KnowsInitialEvents(bool on) { initial_events_ = on; }
  // While on, the bookmark that ends initial events is not sent, but by SendInitialMark.
  void HoldInitialMark(bool on) { hold_mark_ = on; }
  void SendInitialMark(const Gvr& resource);
  // Sends this very event, whatever the memory says.
  void SendEvent(const Gvr& resource, const WatchEvent& event);
  size_t open_watches(const Gvr& resource) const;
  // Watches and lists from before this revision get 410.
  void Compact() { compacted_ = revision_; }

  // ---- What came in.
  // One line a request, as ApiRequest::Describe says it.
  std::string Log() const;
  struct Record {
    Verb verb;
    Gvr resource;
    String ns;
    String name;
    String subresource;
    PatchType patch_type;
    Value body;
    ListOptions list;
    String field_manager;
    String resource_version;
    bool dry_run;
    std::string text;
  };
  const std::vector<Record>& requests() const { return requests_; }
  void ClearLog() { requests_.clear(); }
  size_t Count(Verb verb) const;

 private:
  friend class FakeStream;
  struct Step {
    enum What : uint8_t { kDrop, kLose, kAnswer };
    Verb verb;
    What what;
    std::function<Result<ApiResponse>(const ApiRequest&)> answer;
  };
  struct Change {
    uint64_t revision;
    Gvr resource;
    WatchEvent event;
  };

  void Note(const ApiRequest& request);
  Result<ApiResponse> Answer(const ApiRequest& request);
  Result<ApiResponse> Apply(const ApiRequest& request);
  Result<ApiResponse> ApplyVerb(const ApiRequest& request);
  Result<ApiResponse> List(const ApiRequest& request) const;
  Result<ApiResponse> Watch(const ApiRequest& request);
  Result<ApiResponse> Create(const ApiRequest& request);
  Result<ApiResponse> Update(const ApiRequest& request, const Object& current, Value next);
  Result<ApiResponse> Delete(const ApiRequest& request, const Object& current);
  Result<ApiResponse> DeleteAll(const ApiRequest& request);
  Object Save(const Gvr& resource, const Object& object, WatchEvent::Type type);
  void Publish(const Gvr& resource, WatchEvent::Type type, const Object& object);
  std::vector<FakeStream*> StreamsOf(const Gvr& resource) const;

  std::map<std::pair<Gvr, ObjectKey>, Object> objects_;
  std::vector<Change> history_;
  std::vector<Record> requests_;
  std::deque<Step> script_;
  std::deque<Call*> held_;
  std::vector<FakeStream*> streams_;
  uint64_t revision_ = 1;
  uint64_t compacted_ = 0;
  uint64_t names_ = 0;
  bool hold_ = false;
  bool hold_events_ = false;
  bool initial_events_ = true;
  bool hold_mark_ = false;
};

// An Environment for tests: the given executor, a FakeTransport, seeded random streams.
class FakeEnvironment final : public Environment {
 public:
  explicit FakeEnvironment(ManualExecutor& executor, uint64_t seed = 1) : executor_(executor), seed_(seed) {}
  Executor& executor() override { return executor_; }
  Transport& transport() override { return fake; }
  Random RandomFor(std::string_view purpose) override { return Random(seed_, "test", purpose); }
  const Logger& logger() override { return logger_; }
  std::optional<std::string> Variable(std::string_view) override { return std::nullopt; }
  Result<std::string> ReadFile(std::string_view path) override;
  std::string Hostname() override { return "test-host"; }
  void set_logger(Logger logger) { logger_ = std::move(logger); }

  FakeTransport fake;

 private:
  ManualExecutor& executor_;
  uint64_t seed_;
  Logger logger_;
};

}  // namespace wavetank
