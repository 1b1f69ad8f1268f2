// Store: the objects of one kind, by key and by index.
//
//   Store store;
//   store.AddIndex("spec.nodeName", [](const Object& pod, IndexValues& out) { out.Add(pod.spec()[names::kNodeName]); });
//   Object before = store.Put(pod);              // empty: it was not there
//   const Object* found = store.Find(key);
//   store.ForEach([&](const Object& object) { ... });            // in the order of keys, always
//   store.ForEachIndexed("spec.nodeName", "node-1", ns, visit);
//
// Reads and iteration depend on the content only, not on the order of arrival (spec runtime.md N-01).
// Complexity: Find O(1); Put of a known key O(1) when its index values stay; Put and Remove of others O(log n) key
// comparisons and a memmove of one block; iteration O(results). Ranges of one namespace are found in O(log n).
// Memory: one node and one pointer an object, one pointer for each index value; empty index sets are removed (RT-217).
// Invariants (asserted): every ordered set strictly increases; index sets hold exactly the nodes that have the value.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/cache/ordered_nodes.h"
#include "runtime/cache/pointer_table.h"

namespace wavetank {

// What an index function found. Duplicates count once.
class IndexValues {
 public:
  void Add(String value) { values_.push_back(std::move(value)); }
  // Ignores everything but strings.
  void Add(const Value& value) {
    if (value.is_string()) values_.push_back(value.ToSharedString());
  }
  const std::vector<String>& values() const { return values_; }
  void Clear() { values_.clear(); }
  // Sorted, each once.
  void Normalize();
  bool operator==(const IndexValues&) const = default;

 private:
  std::vector<String> values_;
};

// A pure function of the object: it is called again to find the values an old object had.
using IndexFunction = std::function<void(const Object&, IndexValues&)>;

class Store : public Pooled<Store> {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  size_t size() const { return by_key_.size(); }
  const Object* Find(const ObjectKey& key) const {
    const StoreNode* node = FindNode(key);
    return node == nullptr ? nullptr : &node->object;
  }
  // Returns what the key held before; empty: nothing.
  Object Put(Object object);
  Object Remove(const ObjectKey& key);
  void Clear();

  // Takes out and returns what no Put has touched since BeginRound, in key order; of one namespace, or of all.
  void BeginRound() { ++round_; }
  std::vector<Object> RemoveUntouched(std::string_view ns);

  // AlreadyExists when the name is taken. Objects that are here already are indexed at once (RT-217).
  Status AddIndex(String name, IndexFunction function);
  bool HasIndex(std::string_view name) const { return FindIndex(name) != nullptr; }

  // visit(const Object&), in key order. The store must not change meanwhile. An empty namespace: all of them.
  template <typename F>
  void ForEach(F&& visit, std::string_view ns = {}) const {
    ordered_.ForEach(ns, visit);
  }
  // Nothing is visited for an unknown index or value.
  template <typename F>
  void ForEachIndexed(std::string_view index, const String& value, std::string_view ns, F&& visit) const {
    const OrderedNodes* nodes = FindIndexed(index, value);
    if (nodes != nullptr) nodes->ForEach(ns, visit);
  }
  // Whether `accept(const Object&)` holds for one of those with the value; stops at the first.
  template <typename F>
  bool AnyIndexed(std::string_view index, const String& value, const F& accept) const {
    const OrderedNodes* nodes = FindIndexed(index, value);
    return nodes != nullptr && nodes->Any(accept);
  }
  // Whether the index function finds the value in the object.
  bool IndexFinds(std::string_view index, const Object& object, const String& value) const;
  // Distinct values of an index that have objects, sorted.
  std::vector<String> IndexKeys(std::string_view index) const;
  size_t CountIndexed(std::string_view index, const String& value) const;

 private:
  struct Bucket : Pooled<Bucket> {
    Bucket(const String& v) : value(v), hash(v.hash()) {}  // NOLINT(google-explicit-constructor)
    String value;
    uint64_t hash;
    OrderedNodes nodes;
  };
  struct Index : Pooled<Index> {
    String name;
    IndexFunction function;
    PointerTable<Bucket> buckets;
    std::set<String> values;  // those that have a bucket
    ~Index();
    Bucket* Find(const String& value) const {
      return buckets.Find(value.hash(), [&value](const Bucket& bucket) { return bucket.value == value; });
    }
  };

  const StoreNode* FindNode(const ObjectKey& key) const;
  const Index* FindIndex(std::string_view name) const;
  const OrderedNodes* FindIndexed(std::string_view index, const String& value) const;
  static void AddToIndex(Index& index, const String& value, StoreNode* node);
  static void RemoveFromIndex(Index& index, const String& value, StoreNode* node);
  // Either object may be empty: the node comes or goes.
  void Reindex(StoreNode* node, const Object& before, const Object& after);

  PointerTable<StoreNode> by_key_;
  OrderedNodes ordered_;
  PoolVector<std::unique_ptr<Index>> indexes_;
  uint64_t round_ = 1;
  IndexValues old_values_;  // scratch
  IndexValues new_values_;
};

}  // namespace wavetank
