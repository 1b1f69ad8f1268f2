// A ClusterView over documents given in the test or benchmark.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cel/cluster_functions.h"

namespace wavetank::cel {

class FakeClusterView : public ClusterView {
 public:
  void Add(const Value& object) {
    const std::string kind(object["kind"].AsString());
    Value& all = objects_[kind];
    all = (all.is_null() ? Value::EmptyArray() : all).Append(object);
  }
  void AddHistory(std::string_view kind, Val entry) { history_[std::string(kind)].push_back(std::move(entry)); }
  void set_now(Time now) { now_ = now; }

  Result<Value> Objects(std::string_view kind) override {
    const auto found = objects_.find(kind);
    return found == objects_.end() ? Value::EmptyArray() : found->second;
  }
  Result<Value> Object(std::string_view kind, std::string_view name_space, std::string_view name) override {
    if (kind == "Broken") return Status(Code::kInvalidArgument, "unknown kind Broken");
    if (name_space.empty()) name_space = "default";
    const auto found = objects_.find(kind);
    if (found == objects_.end()) return Value();
    for (const Value& object : found->second.elements()) {
      const Value& metadata = object["metadata"];
      if (metadata["name"] == name && metadata["namespace"] == name_space) return object;
    }
    return Value();
  }
  std::span<const Val> History(std::string_view kind) override {
    const auto found = history_.find(kind);
    if (found == history_.end()) return {};
    return found->second;
  }
  Time Now() override { return now_; }

 private:
  std::map<std::string, Value, std::less<>> objects_;
  std::map<std::string, std::vector<Val>, std::less<>> history_;
  Time now_ = Time::FromSeconds(1735689600);  // 2025-01-01T00:00:00Z
};

}  // namespace wavetank::cel
