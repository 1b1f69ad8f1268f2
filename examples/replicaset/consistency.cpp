#include "examples/replicaset/consistency.h"

#include <algorithm>
#include <utility>

namespace wavetank::examples {

void ConsistencyStore::AddReader(std::string group_resource, ReadVersion read) {
  readers_[std::move(group_resource)] = std::move(read);
}

void ConsistencyStore::WroteAt(const ObjectKey& owner, const String& uid, std::string_view group_resource,
                               uint64_t version) {
  if (version == 0 || !readers_.contains(group_resource)) return;
  Owner& record = owners_[owner];
  if (!(record.uid == uid)) record = Owner{.uid = uid, .written = {}};
  uint64_t& written = record.written[std::string(group_resource)];
  written = std::max(written, version);
}

Status ConsistencyStore::EnsureReady(const ObjectKey& owner) {
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return Status();
  auto& written = found->second.written;
  for (auto at = written.begin(); at != written.end(); at = written.erase(at)) {
    const uint64_t read = readers_.find(at->first)->second();
    if (read >= at->second) continue;
    return Status(Code::kFailedPrecondition, "read version: " + std::to_string(read) +
                                                 " is not as new as written version: " + std::to_string(at->second) +
                                                 " for group resource " + at->first);
  }
  owners_.erase(found);
  return Status();
}

void ConsistencyStore::Clear(const ObjectKey& owner, const String& uid) {
  const auto found = owners_.find(owner);
  if (found != owners_.end() && found->second.uid == uid) owners_.erase(found);
}

uint64_t ConsistencyStore::Fingerprint() const {
  uint64_t hash = owners_.size();
  for (const auto& [owner, record] : owners_) {
    hash = HashCombine(hash, owner.hash());
    hash = HashCombine(hash, record.uid.hash());
    for (const auto& [resource, version] : record.written) {
      hash = HashCombine(hash, HashBytes(resource));
      hash = HashCombine(hash, version);
    }
  }
  return hash;
}

}  // namespace wavetank::examples
