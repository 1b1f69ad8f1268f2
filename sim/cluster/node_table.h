// NodeTable: what the scheduler knows of nodes: how full each is, and which pods it takes.
//
//   NodeTable nodes;
//   nodes.Put(node);                       // as the informer shows it
//   nodes.Count("node-1", +1);             // a pod came to it, or left
//   NodeTable::Node* best = nodes.Pick(pod);
//   if (best == nullptr) status = nodes.WhyNone(pod);   // "0/3 nodes are available: 3 node(s) were unschedulable."
//
// A node takes a pod when it exists, is not cordoned, has no taint that the pod does not tolerate, and matches the pod's
// nodeSelector. A node that is not Ready counts as tainted node.kubernetes.io/not-ready:NoSchedule: in a real cluster the
// node lifecycle controller writes and removes that taint. Not looked at: resources, affinity, topology, ports, volumes.
// Among those the one with the fewest pods wins, then the first by name.
// Invariants: nodes are sorted by name; an entry never moves, so a Node* stays good; counts are never negative.
// Complexity: Pick O(nodes); Count O(log nodes).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/api/object.h"

namespace wavetank::sim::cluster {

class NodeTable {
 public:
  struct Node {
    String name;
    bool registered = false;  // false: only pods name it (still, or no more)
    bool cordoned = false;
    Value labels;
    Value taints;  // those that keep pods away: the effects NoSchedule and NoExecute
    int64_t pods = 0;
    Value target;  // of bindings: {kind: Node, name}
  };

  // True when it may take pods now that it did not take before.
  bool Put(const Object& node);
  void Remove(const String& name);
  void Count(const String& name, int change) { Count(*Entry(name), change); }
  void Count(Node& node, int change);

  // Null when no node takes the pod.
  Node* Pick(const Object& pod);
  // Why Pick found none, in the scheduler's words.
  std::string WhyNone(const Object& pod) const;

 private:
  Node* Entry(const String& name);
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace wavetank::sim::cluster
