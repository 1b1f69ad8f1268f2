// KnownPods: what a set knows about the pods that are its own or might be, kept from sync to sync.
//
//   KnownPods& known = controller.known_pods[set.key()];
//   known.Update(*controller.pods, set, selector);              // the listing of a sync
//   CO_RETURN_IF_ERROR(co_await ClaimPods(&controller, set, &known));
//   PodCounts counts = known.Count(min_ready_seconds, now);
//
// A pod is asked again only when it, or the spec of the set, is another object than at the last sync: objects never change.
// So a sync that one changed pod of a thousand causes looks into one pod and not into a thousand (BUG-17); what it
// finds is what it would find without a memory.
// Invariant (asserted): the keys strictly increase. Memory: one entry a pod that the set controls or nobody does.
// Not to be updated while a sync works with it: a set is synced by one worker at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/api/selectors.h"
#include "runtime/base/time.h"
#include "runtime/cache/store.h"

namespace wavetank::examples {

struct KnownPod {
  Object pod;
  bool active : 1 = false;
  bool terminating : 1 = false;
  bool ready : 1 = false;
  bool ours : 1 = false;      // its controller is the set
  bool matches : 1 = false;   // the selector
  bool labelled : 1 = false;  // has all labels of the template
  bool claimed : 1 = false;   // in this sync; ClaimPods says so
};

// Of the claimed pods.
struct PodCounts {
  int64_t active = 0;
  int64_t labelled = 0;  // and active, as the two below
  int64_t ready = 0;
  int64_t available = 0;
  int64_t terminating = 0;
};

class KnownPods {
 public:
  // Takes the pods of the set's namespace that it controls or nobody does from the cache, in the order of their keys. None is
  // claimed. O(pods), and for each that is as it was a comparison of two pointers.
  void Update(const Store& cache, const Object& set, const LabelSelector& selector);

  std::span<KnownPod> pods() { return pods_; }
  // What the status counts. O(pods).
  PodCounts Count(int64_t min_ready_seconds, Time now) const;
  // The claimed and active pods.
  std::vector<Object> Active() const;

 private:
  std::vector<KnownPod> pods_;
  String uid_;  // of the set that was asked for
  Value spec_;  // and its spec: selector and template are in it
};

}  // namespace wavetank::examples
