// HandOut: pairs ready entries with idle workers (the rule and its reasons: queue.h).
//
// `Ready` holds the entries that are offered to nobody: Push, Reinsert, Remove, front, empty, size, and the total order
// `Before(a, b)`.
// Invariants, after every call but Abandon: not both an idle worker and an unoffered entry; no unoffered entry comes before
// an offered one; an offered entry and its GetOp point at each other.
// Abandon runs while frames are destroyed, maybe by a crash, so it offers nothing; the next call does.
#pragma once

#include <string>

#include "runtime/workqueue/entry.h"

namespace wavetank::internal {

template <typename Key, typename Ready>
class HandOut {
 public:
  using Entry = QueueEntry<Key>;
  using GetOp = typename Queue<Key>::GetOp;

  HandOut(Executor& executor, uint64_t name_hash, Ready ready)
      : executor_(executor), name_hash_(name_hash), ready_(std::move(ready)) {}
  HandOut(const HandOut&) = delete;
  HandOut& operator=(const HandOut&) = delete;
  ~HandOut() {
    EndIdleWaits(/*wake=*/false);
    while (!offers_.empty()) Withdraw(offers_.back()).Detach();
  }

  bool nothing_unoffered() const { return ready_.empty(); }
  // Ready entries, offered or not.
  size_t size() const { return ready_.size() + offers_.size(); }
  // f(entry) for each, in no particular but always the same order.
  template <typename F>
  void ForEach(F f) const {
    offers_.ForEach(f);
    ready_.ForEach(f);
  }
  bool Before(const Entry& a, const Entry& b) const { return ready_.Before(a, b); }

  // An entry is ready and not at work.
  void Push(Entry& entry) {
    ready_.Push(entry);
    Match();
  }
  // Between Moving and Moved the caller may change the entry's place in the order, forwards only.
  void Moving(Entry& entry) {
    if (entry.offer != nullptr) {
      offers_.Remove(entry);
    } else {
      ready_.Remove(entry);
    }
  }
  void Moved(Entry& entry) {
    if (entry.offer != nullptr) {
      AddOffer(entry);
    } else {
      Push(entry);
    }
  }

  // A worker waits.
  void Wait(GetOp& op) {
    idle_.PushBack(op);
    Match();
  }
  // A worker's event has fired: the entry that was offered to it.
  Entry& Take(GetOp& op) {
    Entry& entry = *static_cast<Entry*>(op.offered);
    Unbind(entry, op);
    return entry;
  }
  // A waiting worker is destroyed; its entry goes back to its place.
  void Abandon(GetOp& op) {
    if (op.offered == nullptr) return;  // the idle list forgets it by itself
    Entry& entry = *static_cast<Entry*>(op.offered);
    Unbind(entry, op);
    ready_.Reinsert(entry);
  }
  // Workers without an offer wake with nothing; with `offers_too`, all of them.
  void EndWaits(bool offers_too) {
    EndIdleWaits(/*wake=*/true);
    while (offers_too && !offers_.empty()) {
      GetOp& op = Withdraw(offers_.front());
      op.Detach();
      executor_.Ready(op);
    }
  }

 private:
  void Match() {
    while (!ready_.empty() && !idle_.empty()) Offer(static_cast<GetOp&>(idle_.PopFront()));
    // The last offer gives way to what comes before it. One round for each entry that is more urgent than an offer.
    while (!ready_.empty() && !offers_.empty() && ready_.Before(ready_.front(), offers_.back())) {
      Offer(Withdraw(offers_.back()));
    }
  }
  void Offer(GetOp& op) {
    Entry& entry = ready_.front();
    ready_.Remove(entry);
    entry.offer = &op;
    op.offered = &entry;
    op.set_text(&HandOut::Text);
    AddOffer(entry);
    executor_.Offer(op, {EventKind::kWork, HashCombine(name_hash_, entry.hash), &op});
  }
  void AddOffer(Entry& entry) {
    offers_.Insert(entry, [this](const Entry& a, const Entry& b) { return ready_.Before(a, b); });
  }
  void Unbind(Entry& entry, GetOp& op) {
    offers_.Remove(entry);
    entry.offer = nullptr;
    op.offered = nullptr;
  }
  // Takes back an offer. The worker is linked nowhere then.
  GetOp& Withdraw(Entry& entry) {
    GetOp& op = *entry.offer;
    op.Unlink();
    Unbind(entry, op);
    ready_.Reinsert(entry);
    return op;
  }
  void EndIdleWaits(bool wake) {
    while (!idle_.empty()) {
      GetOp& op = static_cast<GetOp&>(idle_.PopFront());
      op.Detach();
      if (wake) executor_.Ready(op);
    }
  }
  static std::string Text(const GetOp& op) {
    if (op.offered == nullptr) return "";
    return KeyText(static_cast<const Entry*>(op.offered)->key);
  }

  Executor& executor_;
  const uint64_t name_hash_;
  Ready ready_;
  WaitList idle_;            // workers without an offer, longest idle first
  EntryList<Entry> offers_;  // offered entries in the queue's order
};

}  // namespace wavetank::internal
