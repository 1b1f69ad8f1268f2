// TaskGroup: owns tasks that run beside their maker. There are no detached tasks.
//
//   TaskGroup group(executor);
//   group.Spawn(Serve(connection));           // runs until its first suspension, here and now
//   co_await group.Join();                    // until all have ended
//   group.Clear();                            // destroys what still runs: cancellation
//
// Destroying a group destroys its tasks, in the order of their start. A task's end does not free its frame at once (it is
// on the stack); the frame goes at the next Spawn, Clear or destruction.
// A task may Spawn into its own group, but may not Clear or destroy it. A destructor in a member's frame may do anything
// with the group but destroy it; what it spawns during a Clear is cleared too.
// Clear ends the wait of those who Join from outside; destruction does not (they would find no group).
// Invariants: live_ holds exactly the members that have not ended. Spawn and the end of a task are O(1).
// Bound: as many frames as were started and not collected.
#pragma once

#include <iterator>
#include <list>
#include <utility>

#include "runtime/base/pool.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/task.h"

namespace wavetank {

class TaskGroup {
 public:
  explicit TaskGroup(Executor& executor) : executor_(executor), idle_(executor) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { DestroyAll(); }

  // REQUIRES: `task` is valid and not started.
  void Spawn(Task<void> task) {
    WT_CHECK(task.valid(), "an empty task was spawned");
    ended_.clear();  // none of them is on the stack: a task only ends by suspending for the last time
    live_.push_back(Member{std::move(task), {}});
    Member& member = live_.back();
    member.self = std::prev(live_.end());
    member.task.handle().promise().set_on_done(&TaskGroup::OnDone, this, &member);
    member.task.Start(executor_);
  }

  size_t live() const { return live_.size(); }

  // Until no member lives. Several may wait.
  Task<void> Join() {
    while (!live_.empty()) co_await idle_.Wait();
  }

  // Destroys every member's frame, oldest first.
  void Clear() {
    DestroyAll();
    idle_.Ring();
  }

 private:
  struct Member;
  using Members = std::list<Member, PoolAllocator<Member>>;
  struct Member {
    Task<void> task;
    Members::iterator self;
  };
  static void OnDone(void* self, void* ended) {
    auto* group = static_cast<TaskGroup*>(self);
    auto* member = static_cast<Member*>(ended);
    group->ended_.splice(group->ended_.end(), group->live_, member->self);
    if (group->live_.empty()) group->idle_.Ring();
  }
  void DestroyAll() {
    while (!live_.empty()) {
      // Taken out first: a destructor in the frame may look at the group.
      Task<void> task = std::move(live_.front().task);
      live_.pop_front();
      task.Reset();
    }
    ended_.clear();
  }

  Executor& executor_;
  Bell idle_;
  Members live_;
  Members ended_;
};

}  // namespace wavetank
