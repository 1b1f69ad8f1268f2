// For the tests of this folder: objects from short descriptions.
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"

namespace wavetank::examples {

inline constexpr Time kTestNow = Time::FromSeconds(1'750'000'000);

// Single quotes stand for double quotes.
inline Value Json(std::string_view json) {
  std::string text(json);
  for (char& c : text) {
    if (c == '\'') c = '"';
  }
  Result<Value> value = ParseJson(text);
  WT_CHECK(value.ok(), "a test's JSON is well-formed");
  return *std::move(value);
}

inline String Ago(Duration age) { return String(FormatTime(kTestNow - age)); }

// A pod that is being described: TestPod("a").On("n1").Ready(1h).object().
class TestPod {
 public:
  explicit TestPod(std::string_view name) {
    value_ =
        Json("{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'namespace': 'ns'}, 'status': {'phase': 'Pending'}}");
    Meta(names::kName, name);
    Meta(names::kUid, "uid-" + std::string(name));
    Meta(names::kCreationTimestamp, Ago(std::chrono::hours(1)));
    Meta(names::kLabels, Json("{'app': 'web'}"));
  }
  TestPod& Uid(std::string_view uid) { return Meta(names::kUid, uid); }
  TestPod& Created(Duration age) { return Meta(names::kCreationTimestamp, Ago(age)); }
  TestPod& CreatedNever() { return Meta(names::kCreationTimestamp, Value()); }
  TestPod& Labels(std::string_view json) { return Meta(names::kLabels, Json(json)); }
  TestPod& Deleting() { return Meta(names::kDeletionTimestamp, Ago(Duration(0))); }
  TestPod& Cost(std::string_view cost) {
    return Meta(names::kAnnotations, Value::EmptyObject().Set("controller.kubernetes.io/pod-deletion-cost", cost));
  }
  TestPod& ControlledBy(std::string_view uid, std::string_view kind = "ReplicaSet", std::string_view name = "web") {
    const Value reference = ObjectBuilder(4)
                                .Add(names::kController, true)
                                .Add(names::kKind, kind)
                                .Add(names::kName, name)
                                .Add(names::kUid, uid)
                                .Build();
    return Meta(names::kOwnerReferences, Value::Array({reference}));
  }
  TestPod& On(std::string_view node) {
    value_ = value_.SetIn({names::kSpec, names::kNodeName}, node);
    return *this;
  }
  TestPod& Phase(std::string_view phase) {
    value_ = value_.SetIn({names::kStatus, names::kPhase}, phase);
    return *this;
  }
  TestPod& Ready(Duration age) { return Condition("True", Ago(age)); }
  TestPod& ReadySinceNobodyKnows() { return Condition("True", String()); }
  TestPod& NotReady(Duration age) { return Condition("False", Ago(age)); }
  TestPod& Restarts(int64_t count) {
    return Status("containerStatuses", "[{'name': 'c', 'restartCount': " + std::to_string(count) + "}]");
  }
  // `sidecar`: the init container restarts for ever; else it runs once.
  TestPod& InitRestarts(int64_t count, bool sidecar) {
    value_ = value_.Set(names::kSpec, value_[names::kSpec].Set(
                                          "initContainers", Json(sidecar ? "[{'name': 'i', 'restartPolicy': 'Always'}]"
                                                                         : "[{'name': 'i'}]")));
    return Status("initContainerStatuses", "[{'name': 'i', 'restartCount': " + std::to_string(count) + "}]");
  }
  Object object() const { return Object(value_); }
  operator Object() const { return object(); }  // NOLINT(google-explicit-constructor)

 private:
  TestPod& Meta(Name field, Value value) {
    value_ = value_.SetIn({names::kMetadata, field}, std::move(value));
    return *this;
  }
  TestPod& Status(std::string_view field, const std::string& json) {
    value_ = value_.Set(names::kStatus, value_[names::kStatus].Set(field, Json(json)));
    return *this;
  }
  TestPod& Condition(const char* status, const String& since) {
    Value condition = Value::EmptyObject().Set(names::kType, "Ready").Set(names::kStatus, status);
    if (!since.empty()) condition = condition.Set("lastTransitionTime", since);
    value_ = value_.SetIn({names::kStatus, names::kConditions}, Value::Array({condition}));
    return *this;
  }

  Value value_;
};

// A ReplicaSet "ns/web" of uid "set" that selects app=web.
inline Object TestSet(int64_t replicas = 2, int64_t min_ready_seconds = 0) {
  return Object(
      Json("{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet',"
           " 'metadata': {'namespace': 'ns', 'name': 'web', 'uid': 'set', 'generation': 3, 'resourceVersion': '7'},"
           " 'spec': {'replicas': " +
           std::to_string(replicas) + ", 'minReadySeconds': " + std::to_string(min_ready_seconds) +
           ", 'selector': {'matchLabels': {'app': 'web'}},"
           " 'template': {'metadata': {'labels': {'app': 'web'}}, 'spec': {'containers': [{'name': 'c'}]}}}}"));
}

}  // namespace wavetank::examples
