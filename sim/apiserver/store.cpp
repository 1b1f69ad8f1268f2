#include "sim/apiserver/store.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"

namespace wavetank::sim {

void Tables::Redo(const LogEntry& entry) {
  ObjectTree& tree = Mutable(*entry.resource);
  if (entry.type == WatchEvent::Type::kDeleted) {
    tree.Erase(entry.object.key());
  } else {
    tree.Put(entry.object);
  }
}

void Tables::Undo(const LogEntry& entry) {
  ObjectTree& tree = Mutable(*entry.resource);
  if (entry.type == WatchEvent::Type::kAdded) {
    tree.Erase(entry.object.key());
  } else {
    tree.Put(entry.previous);
  }
}

void Store::Commit(LogEntry entry) {
  WT_CHECK(entry.object.resource_version() == entry.revision, "an object carries the revision of its last write");
  revision_ = entry.revision;
  log_.Append(std::move(entry));
}

const Object* Store::Create(const ResourceInfo& resource, const Object& object) {
  if (const Object* taken = tables_.Mutable(resource).Insert(object); taken != nullptr) return taken;
  Commit({next(), &resource, WatchEvent::Type::kAdded, object, Object()});
  return nullptr;
}

void Store::Replace(const ResourceInfo& resource, const Object& object, const Object& previous) {
  WT_CHECK(object.key() == previous.key(), "a write keeps the key");
  tables_.Mutable(resource).Put(object);
  Commit({next(), &resource, WatchEvent::Type::kModified, object, previous});
}

void Store::Delete(const ResourceInfo& resource, const Object& object, const Object& previous) {
  WT_CHECK(object.key() == previous.key(), "a write keeps the key");
  WT_CHECK(tables_.Mutable(resource).Erase(object.key()), "what is deleted was there");
  Commit({next(), &resource, WatchEvent::Type::kDeleted, object, previous});
}

void Store::CompactStorage(uint64_t revision) { compacted_ = std::max(compacted_, std::min(revision, revision_)); }

void Store::Compact(uint64_t revision) {
  CompactStorage(revision);
  log_.Forget(std::min(revision, revision_));
}

std::optional<Tables> Store::At(uint64_t revision) const {
  WT_CHECK(revision <= revision_, "the future cannot be read");
  if (revision < compacted()) return std::nullopt;
  Tables tables = tables_;
  const std::span<const LogEntry> entries = log_.Since(revision);
  for (size_t i = entries.size(); i > 0; --i) tables.Undo(entries[i - 1]);
  return tables;
}

}  // namespace wavetank::sim
