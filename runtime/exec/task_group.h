// TaskGroup: owns tasks that run beside their maker. There are no detached tasks.
//
//   TaskGroup group(executor);
//   group.Spawn(Serve(connection));           // runs until its first suspension, here and now
//   co_await group.Join();                    // until all have ended
//   group.Clear();                            // destroys what still runs: cancellation
//
// Destroying a group destroys its tasks, in the order of their start. A task's end does not free its frame at once (it is
// on the stack); the frame goes at the next Spawn, Clear or destruction.
// A task may Spawn into its own group, but may not Clear or destroy it.
// Invariants: live_ counts the members that have not ended. Bound: as many frames as were started and not collected.
#pragma once

#include <list>
#include <utility>

#include "runtime/exec/signal.h"
#include "runtime/exec/task.h"

namespace wavetank {

class TaskGroup {
 public:
  explicit TaskGroup(Executor& executor) : executor_(executor), idle_(executor) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { Clear(); }

  void Spawn(Task<void> task) {
    Collect();
    members_.push_back(Member{std::move(task)});
    Member& member = members_.back();
    ++live_;
    member.task.handle().promise().set_on_done(&TaskGroup::OnDone, this, &member);
    member.task.Start(executor_);
  }

  size_t live() const { return live_; }

  // Until no member lives. Several may wait.
  Task<void> Join() {
    while (live_ > 0) co_await idle_.Wait();
  }

  // Destroys every member's frame, oldest first.
  void Clear() {
    while (!members_.empty()) {
      // Taken out first: a destructor in the frame may look at the group.
      Member member = std::move(members_.front());
      members_.pop_front();
      if (!member.done) --live_;
      member.task.Reset();
    }
  }

 private:
  struct Member {
    Task<void> task;
    bool done = false;
  };
  static void OnDone(void* self, void* member) {
    auto* group = static_cast<TaskGroup*>(self);
    static_cast<Member*>(member)->done = true;
    group->finished_ = true;
    if (--group->live_ == 0) group->idle_.Ring();
  }
  // Frees ended frames. None of them is on the stack: a task only ends by suspending for the last time.
  void Collect() {
    if (!finished_) return;
    finished_ = false;
    for (auto it = members_.begin(); it != members_.end();) {
      it = it->done ? members_.erase(it) : std::next(it);
    }
  }

  Executor& executor_;
  Bell idle_;
  std::list<Member> members_;
  size_t live_ = 0;
  bool finished_ = false;
};

}  // namespace wavetank
