#include "runtime/manager/group.h"

#include "runtime/base/strings.h"

namespace wavetank::internal {

void Group::Add(Runnable* runnable, bool warmup) {
  members_.push_back(Member{runnable, warmup});
  if (started_ && !stop_.is_set()) tasks_.Spawn(Run(&members_.back()));
}

void Group::Start() {
  // A member that adds another one while it starts: that one is launched by Add.
  const size_t count = members_.size();
  started_ = true;
  size_t i = 0;
  for (auto it = members_.begin(); i < count; ++it, ++i) tasks_.Spawn(Run(&*it));
}

Task<Status> Group::WaitUntilReady() {
  const size_t count = members_.size();
  size_t i = 0;
  for (auto it = members_.begin(); i < count; ++it, ++i) {
    Status ready = co_await it->runnable->WaitUntilReady();
    if (!ready.ok()) co_return ready.Wrap(it->runnable->name());
  }
  co_return Status();
}

Task<void> Group::Run(Member* member) {
  member->running = true;
  const RunContext run{.environment = environment_, .logger = logger_, .stop = &stop_};
  Task<Status> task = member->warmup ? member->runnable->Warmup(run) : member->runnable->Start(run);
  Status ended = co_await std::move(task);
  member->running = false;
  if (!ended.ok()) listener_->OnError(*member->runnable, ended);
}

void Group::DescribeRunning(std::vector<std::string>* out) const {
  for (const Member& member : members_) {
    if (!member.running) continue;
    const std::vector<std::string> inside = member.runnable->Running(environment_->Now());
    std::string text = member.runnable->name();
    if (!inside.empty()) text += " (" + wavetank::Join(inside, ", ") + ")";
    out->push_back(std::move(text));
  }
}

}  // namespace wavetank::internal
