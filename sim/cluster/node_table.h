// NodeTable: what the scheduler knows of nodes: how full each is, and which pods it takes.
//
//   NodeTable nodes;
//   nodes.Put(node);                              // as the informer shows it
//   nodes.Count("node-1", NeedsOf(pod), +1);      // a pod came to it, or left
//   NodeTable::Node* best = nodes.Pick(pod);
//   if (best == nullptr) status = nodes.WhyNone(pod);   // "0/3 nodes are available: 3 Insufficient cpu. ..."
//
// A node takes a pod when it exists, is not cordoned, has no taint that the pod does not tolerate, matches the pod's
// nodeSelector and required node affinity, and has room: for one more pod, for its requests of cpu and memory, and with its
// host ports free. A node that is not Ready counts as tainted node.kubernetes.io/not-ready:NoSchedule: in a real cluster the
// node lifecycle controller writes and removes that taint. Not looked at: pod affinity, topology, volumes, preferences.
// Among those the one with the fewest pods wins, then the first by name.
// Invariants: nodes are sorted by name; an entry never moves, so a Node* stays good; counts are never negative.
// Complexity: Count O(log nodes). Pick looks at nodes from the emptiest on, so the first is nearly always the one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/api/object.h"

namespace wavetank::sim::cluster {

// What a pod takes of a node.
struct PodNeeds {
  int64_t cpu = 0;                 // millicores
  int64_t memory = 0;              // bytes
  std::vector<std::string> ports;  // "80/TCP", of the host
};
// By PodTotals (runtime/api/pod_resources.h). Remembered for each template.
const PodNeeds& NeedsOf(const Object& pod);

class NodeTable {
 public:
  struct Node {
    String name;
    bool registered = false;  // false: only pods name it (still, or no more)
    bool cordoned = false;
    Value labels;
    Value taints;  // those that keep pods away: the effects NoSchedule and NoExecute
    int64_t pods = 0;
    int64_t cpu = 0;  // requested
    int64_t memory = 0;
    std::map<std::string, int> ports;  // of the host, by how many pods have them
    int64_t most_pods = INT64_MAX;     // allocatable; without a word of it, everything
    int64_t most_cpu = INT64_MAX;
    int64_t most_memory = INT64_MAX;
    Value target;  // of bindings: {kind: Node, name}
  };

  // True when it may take pods now that it did not take before.
  bool Put(const Object& node);
  void Remove(const String& name);
  void Count(const String& name, const PodNeeds& needs, int change) { Count(*Entry(name), needs, change); }
  void Count(Node& node, const PodNeeds& needs, int change);

  // Null when no node takes the pod.
  Node* Pick(const Object& pod);
  // Why Pick found none, in the scheduler's words.
  std::string WhyNone(const Object& pod) const;

 private:
  Node* Entry(const String& name);
  std::vector<std::unique_ptr<Node>> nodes_;
  std::map<std::pair<int64_t, String>, Node*> by_pods_;  // the emptiest first, then by name
};

}  // namespace wavetank::sim::cluster
