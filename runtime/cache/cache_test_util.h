// What the tests of this folder share: pods, a fake server, a sink and a handler that write down what they are told.
#pragma once

#include <string>
#include <vector>

#include "runtime/cache/informer.h"
#include "runtime/client/fake_transport.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/value/json.h"

namespace wavetank::testing_util {

inline const Gvk kPod{"", "v1", "Pod"};
inline const Gvr kPods{"", "v1", "pods"};

inline Object Pod(const std::string& name, const std::string& node = "n1", const std::string& ns = "default",
                  const std::string& app = "web") {
  return Object(*ParseJson(R"({"apiVersion":"v1","kind":"Pod","metadata":{"namespace":")" + ns + R"(","name":")" +
                           name + R"(","labels":{"app":")" + app + R"("}},"spec":{"nodeName":")" + node + R"("}})"));
}

struct World {
  World() : env(executor), client(&env, KindRegistry::BuiltIn()), pods(KindRegistry::BuiltIn().Find(kPod)) {}
  FakeTransport& server() { return env.fake; }
  void Settle() { executor.RunPending(); }

  ManualExecutor executor;
  FakeEnvironment env;
  Client client;
  const ResourceInfo* pods;
};

// "+a +b(initial) ~a -b": adds, updates, deletes; a tombstone is "-b?".
class Notes final : public ResourceEventHandler {
 public:
  explicit Notes(std::string* out) : out_(out) {}
  void OnAdd(const Object& object, bool initial) override { Write("+", object, initial ? "(initial)" : ""); }
  void OnUpdate(const Object& before, const Object& after) override {
    Write("~", after, before.SameAs(after) ? "(resync)" : "");
  }
  void OnDelete(const Object& object, bool unknown) override { Write("-", object, unknown ? "?" : ""); }

 private:
  void Write(const char* sign, const Object& object, const char* more) {
    if (!out_->empty()) out_->append(" ");
    out_->append(sign).append(object.name().view()).append(more);
  }
  std::string* out_;
};

}  // namespace wavetank::testing_util
