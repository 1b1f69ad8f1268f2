#include "runtime/cache/store.h"

#include <algorithm>

namespace wavetank {

void IndexValues::Normalize() {
  if (values_.size() < 2) return;
  std::ranges::sort(values_);
  values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
}

Store::~Store() { Clear(); }

Store::Index::~Index() {
  for (const String& value : values) delete Find(value);
}

void Store::Clear() {
  ordered_.ForEachNode({}, [](StoreNode* node) { delete node; });
  ordered_.Clear();
  by_key_.Clear();
  for (const auto& index : indexes_) {
    for (const String& value : index->values) delete index->Find(value);
    index->values.clear();
    index->buckets.Clear();
  }
}

const StoreNode* Store::FindNode(const ObjectKey& key) const {
  return by_key_.Find(key.hash(), [&key](const StoreNode& node) { return node.object.key() == key; });
}

Object Store::Put(Object object) {
  auto* node = const_cast<StoreNode*>(FindNode(object.key()));
  if (node == nullptr) {
    node = new StoreNode(std::move(object));
    node->round = round_;
    by_key_.Insert(node);
    ordered_.Insert(node);
    Reindex(node, Object(), node->object);
    return Object();
  }
  node->round = round_;
  Object before = std::exchange(node->object, std::move(object));
  if (!indexes_.empty()) Reindex(node, before, node->object);
  return before;
}

Object Store::Remove(const ObjectKey& key) {
  auto* node = const_cast<StoreNode*>(FindNode(key));
  if (node == nullptr) return Object();
  Reindex(node, node->object, Object());
  by_key_.Erase(node);
  ordered_.Erase(node);
  Object before = std::move(node->object);
  delete node;
  return before;
}

std::vector<Object> Store::RemoveUntouched(std::string_view ns) {
  std::vector<Object> gone;
  ordered_.ForEachNode(ns, [&](StoreNode* node) {
    if (node->round != round_) gone.push_back(node->object);
  });
  for (const Object& object : gone) Remove(object.key());
  return gone;
}

Status Store::AddIndex(String name, IndexFunction function) {
  if (HasIndex(name.view())) return Status(Code::kAlreadyExists, "an index \"" + name.str() + "\" exists already");
  auto index = std::make_unique<Index>();
  index->name = std::move(name);
  index->function = std::move(function);
  ordered_.ForEachNode({}, [&](StoreNode* node) {
    new_values_.Clear();
    index->function(node->object, new_values_);
    new_values_.Normalize();
    for (const String& value : new_values_.values()) AddToIndex(*index, value, node);
  });
  indexes_.push_back(std::move(index));
  return {};
}

void Store::AddToIndex(Index& index, const String& value, StoreNode* node) {
  Bucket* bucket = index.Find(value);
  if (bucket == nullptr) {
    bucket = new Bucket(value);
    index.buckets.Insert(bucket);
    index.values.insert(value);
  }
  bucket->nodes.Insert(node);
}

void Store::RemoveFromIndex(Index& index, const String& value, StoreNode* node) {
  Bucket* bucket = index.Find(value);
  WT_CHECK(bucket != nullptr, "an index function gives the same values each time");
  bucket->nodes.Erase(node);
  if (!bucket->nodes.empty()) return;
  index.buckets.Erase(bucket);
  index.values.erase(value);
  delete bucket;
}

void Store::Reindex(StoreNode* node, const Object& before, const Object& after) {
  for (const auto& index : indexes_) {
    old_values_.Clear();
    new_values_.Clear();
    if (before) index->function(before, old_values_);
    if (after) index->function(after, new_values_);
    old_values_.Normalize();
    new_values_.Normalize();
    if (old_values_ == new_values_) continue;
    // Both are sorted; what stands in one only, goes or comes.
    const auto has = [](const IndexValues& values, const String& value) {
      return std::ranges::binary_search(values.values(), value);
    };
    for (const String& value : old_values_.values()) {
      if (!has(new_values_, value)) RemoveFromIndex(*index, value, node);
    }
    for (const String& value : new_values_.values()) {
      if (!has(old_values_, value)) AddToIndex(*index, value, node);
    }
  }
}

const Store::Index* Store::FindIndex(std::string_view name) const {
  for (const auto& index : indexes_) {
    if (index->name == name) return index.get();
  }
  return nullptr;
}

const OrderedNodes* Store::FindIndexed(std::string_view name, const String& value) const {
  const Index* index = FindIndex(name);
  const Bucket* bucket = index == nullptr ? nullptr : index->Find(value);
  return bucket == nullptr ? nullptr : &bucket->nodes;
}

bool Store::IndexFinds(std::string_view name, const Object& object, const String& value) const {
  const Index* index = FindIndex(name);
  if (index == nullptr) return false;
  IndexValues values;
  index->function(object, values);
  return std::ranges::find(values.values(), value) != values.values().end();
}

std::vector<String> Store::IndexKeys(std::string_view name) const {
  const Index* index = FindIndex(name);
  if (index == nullptr) return {};
  return {index->values.begin(), index->values.end()};
}

size_t Store::CountIndexed(std::string_view name, const String& value) const {
  const OrderedNodes* nodes = FindIndexed(name, value);
  return nodes == nullptr ? 0 : nodes->size();
}

}  // namespace wavetank
