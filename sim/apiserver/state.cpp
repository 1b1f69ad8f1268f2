#include "sim/apiserver/state.h"

#include <utility>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "runtime/base/hash.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/warnings.h"

namespace wavetank::sim {
namespace {

size_t HashOf(const Gvr& gvr) {
  return HashCombine(gvr.resource.node()->hash, HashCombine(gvr.group.node()->hash, gvr.version.node()->hash));
}

// The status of an object whose creator set none, as the type prints it: `{}`, {"replicas": 0}, or nothing at all.
Value EmptyStatus(const ResourceInfo& resource) {
  if (resource.type == nullptr) return {};
  Result<Decoded> decoded = Decode(*resource.type, Value::EmptyObject());
  if (!decoded.ok()) return {};
  return ApplyDefaults(*resource.type, decoded->value)[names::kStatus];
}

uint32_t VerbsOf(const ResourceInfo& resource) {
  uint32_t verbs = 0;
  for (unsigned v = 0; v <= static_cast<unsigned>(Verb::kDeleteCollection); ++v) {
    if (resource.HasVerb(VerbName(static_cast<Verb>(v)))) verbs |= 1u << v;
  }
  return verbs;
}

const TypeInfo* MetadataType(const ResourceInfo& resource) {
  const FieldInfo* field = resource.type == nullptr ? nullptr : resource.type->Find("metadata");
  return field == nullptr ? nullptr : field->type.type;
}

}  // namespace

const Value& ListHead::At(const Value& api_version, const Value& list_kind, uint64_t revision) {
  if (head_.is_null() || revision_ != revision) {
    revision_ = revision;
    head_ = ObjectBuilder(3)
                .Add(names::kApiVersion, api_version)
                .Add(names::kKind, list_kind)
                .Add(names::kMetadata, ObjectBuilder(1).Add(names::kResourceVersion, RevisionText(revision)).Build())
                .Build();
  }
  return head_;
}

const Served* ServedCache::Find(const KindRegistry& kinds, const Gvr& gvr) {
  if (slots_.empty()) slots_.resize(64);
  for (size_t i = HashOf(gvr) & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i] == nullptr) return Insert(kinds, gvr);
    if (slots_[i]->gvr == gvr) return &slots_[i]->served;
  }
}

const Served* ServedCache::Insert(const KindRegistry& kinds, const Gvr& gvr) {
  const ResourceInfo* shown = kinds.Find(gvr);
  if (shown == nullptr) return nullptr;
  const ResourceInfo* resource = shown;
  const KindVersion* version = FindKindVersion(gvr);
  if (version != nullptr) {
    resource = kinds.FindResource(version->stored_group, version->stored_version, version->resource);
    if (resource == nullptr) resource = shown;
    if (resource == shown) version = nullptr;
  }
  if ((used_ + 1) * 2 > slots_.size()) {
    std::vector<std::unique_ptr<Slot>> old(slots_.size() * 2);
    old.swap(slots_);
    for (std::unique_ptr<Slot>& slot : old) {
      if (slot == nullptr) continue;
      size_t i = HashOf(slot->gvr) & (slots_.size() - 1);
      while (slots_[i] != nullptr) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = std::move(slot);
    }
  }
  size_t i = HashOf(gvr) & (slots_.size() - 1);
  while (slots_[i] != nullptr) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = std::make_unique<Slot>(gvr);
  slots_[i]->served = {.resource = resource,
                       .strategy = &StrategyOf(*resource),
                       .verbs = VerbsOf(*shown),
                       .empty_status = EmptyStatus(*resource),
                       .deprecation = DeprecationOf(*shown),
                       .metadata_type = MetadataType(*resource),
                       .shown = shown,
                       .version = version,
                       .api_version = shown->gvk.api_version(),
                       .list_kind = shown->list_kind};
  ++used_;
  return &slots_[i]->served;
}

}  // namespace wavetank::sim
