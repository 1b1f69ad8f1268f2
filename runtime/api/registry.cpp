#include "runtime/api/registry.h"

#include <algorithm>
#include <bit>

#include "runtime/api/kind_base.h"
#include "runtime/base/strings.h"

namespace wavetank {

uint32_t NewTypeId() {
  static uint32_t next = 0;
  WT_CHECK(next < (1u << 20) - 1,
           "there are 2^20 type ids: keep the types of a custom kind, do not make them per world");
  return ++next;
}

void TypeInfo::Seal() {
  by_name.clear();
  always.clear();
  by_proto.clear();
  for (const FieldInfo& f : fields) {
    if (f.proto > 0) by_proto.push_back(&f);
    if (!f.inlined) {
      by_name.push_back(&f);
    } else {
      const std::vector<const FieldInfo*>& inner = f.type.type->by_name;
      by_name.insert(by_name.end(), inner.begin(), inner.end());
    }
  }
  std::ranges::stable_sort(by_proto, {}, &FieldInfo::proto);
  std::ranges::sort(by_name, [](const FieldInfo* a, const FieldInfo* b) { return a->name.view() < b->name.view(); });
  for (size_t i = 0; i + 1 < by_name.size(); ++i) {
    WT_CHECK(by_name[i]->name != by_name[i + 1]->name, "a type has each field once");
  }
  slots_.assign(std::bit_ceil(by_name.size() * 2 + 1), 0);
  for (size_t i = 0; i < by_name.size(); ++i) {
    size_t at = internal::HashOf(by_name[i]->name.node()) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<uint16_t>(i + 1);
    if (by_name[i]->has_zero) always.push_back(by_name[i]);
  }
}

const FieldInfo* TypeInfo::Find(Name field) const {
  if (slots_.empty()) return nullptr;
  const size_t mask = slots_.size() - 1;
  for (size_t at = internal::HashOf(field.node()) & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const FieldInfo* f = by_name[slots_[at] - 1];
    if (f->name == field) return f;
  }
  return nullptr;
}

const FieldInfo* TypeInfo::FindKey(const String& field) const {
  if (slots_.empty()) return nullptr;
  const uint64_t hash = field.hash();
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const FieldInfo* f = by_name[slots_[at] - 1];
    if (f->name.node() == field.node()) return f;
  }
  // All field names are interned; only a key that is not may still be one of them at another address.
  return field.node()->refs == internal::kImmortal ? nullptr : Find(field.view(), hash);
}

const FieldInfo* TypeInfo::Find(std::string_view field, uint64_t hash) const {
  if (slots_.empty()) return nullptr;
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const FieldInfo* f = by_name[slots_[at] - 1];
    if (f->name.view() == field) return f;
  }
  return nullptr;
}

bool ResourceInfo::HasVerb(std::string_view verb) const { return std::ranges::find(verbs, verb) != verbs.end(); }

const SubresourceInfo* ResourceInfo::FindSubresource(std::string_view name) const {
  const auto found = std::ranges::find(subresources, name, &SubresourceInfo::name);
  return found == subresources.end() ? nullptr : &*found;
}

struct KindRegistry::Overlay {
  std::vector<std::shared_ptr<const ResourceInfo>> resources;
  std::vector<GroupInfo> groups;  // all, the built-in ones first
};

namespace {

bool Is(Name name, std::string_view text) { return name.view() == text; }

bool EqualFold(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

bool Calls(const ResourceInfo& r, std::string_view word) {
  return EqualFold(r.gvk.kind.view(), word) || EqualFold(r.gvr.resource.view(), word) || EqualFold(r.singular, word) ||
         std::ranges::any_of(r.short_names, [&](const std::string& s) { return EqualFold(s, word); });
}

std::vector<GroupInfo> MergedGroups(std::vector<GroupInfo> groups,
                                    const std::vector<std::shared_ptr<const ResourceInfo>>& overlay) {
  for (const auto& r : overlay) {
    auto group = std::ranges::find(groups, r->gvr.group.view(), &GroupInfo::name);
    if (group == groups.end()) group = groups.insert(groups.end(), GroupInfo{std::string(r->gvr.group.view()), {}, ""});
    const std::string version(r->gvr.version.view());
    if (std::ranges::find(group->versions, version) == group->versions.end()) group->versions.push_back(version);
    std::ranges::sort(group->versions, VersionBefore);
    group->preferred = group->versions.front();
  }
  return groups;
}

}  // namespace

const KindRegistry& KindRegistry::BuiltIn() {
  static const KindRegistry registry = [] {
    KindRegistry made;
    made.base_ = std::make_shared<const Base>();
    return made;
  }();
  return registry;
}

template <typename Match>
const ResourceInfo* KindRegistry::FindInOverlay(Match match) const {
  if (overlay_ == nullptr) return nullptr;
  for (const auto& r : overlay_->resources) {
    if (match(*r)) return r.get();
  }
  return nullptr;
}

const ResourceInfo* KindRegistry::Find(const Gvr& gvr) const {
  if (base_ != nullptr) {
    const uint64_t hash = TripleHash(TextHash(gvr.group), TextHash(gvr.version), TextHash(gvr.resource));
    const uint32_t at = base_->gvr_index.Find(hash, [&](uint32_t i) { return base_->resources[i].gvr == gvr; });
    if (at != UINT32_MAX) return &base_->resources[at];
  }
  return FindInOverlay([&](const ResourceInfo& r) { return r.gvr == gvr; });
}

const ResourceInfo* KindRegistry::Find(const Gvk& gvk) const {
  if (base_ != nullptr) {
    const uint64_t hash = TripleHash(TextHash(gvk.group), TextHash(gvk.version), TextHash(gvk.kind));
    const uint32_t at = base_->gvk_index.Find(hash, [&](uint32_t i) { return base_->resources[i].gvk == gvk; });
    if (at != UINT32_MAX) return &base_->resources[at];
  }
  return FindInOverlay([&](const ResourceInfo& r) { return r.gvk == gvk; });
}

const ResourceInfo* KindRegistry::FindResource(std::string_view group, std::string_view version,
                                               std::string_view plural) const {
  const auto match = [&](const ResourceInfo& r) {
    return Is(r.gvr.resource, plural) && Is(r.gvr.version, version) && Is(r.gvr.group, group);
  };
  if (base_ != nullptr) {
    const uint64_t hash = TripleHash(TextHash(group), TextHash(version), TextHash(plural));
    const uint32_t at = base_->gvr_index.Find(hash, [&](uint32_t i) { return match(base_->resources[i]); });
    if (at != UINT32_MAX) return &base_->resources[at];
  }
  return FindInOverlay(match);
}

const ResourceInfo* KindRegistry::FindKind(std::string_view api_version, std::string_view kind) const {
  const GroupVersion gv = SplitApiVersion(api_version);
  const auto match = [&](const ResourceInfo& r) {
    return Is(r.gvk.kind, kind) && Is(r.gvk.version, gv.version) && Is(r.gvk.group, gv.group);
  };
  if (base_ != nullptr) {
    const uint64_t hash = TripleHash(TextHash(gv.group), TextHash(gv.version), TextHash(kind));
    const uint32_t at = base_->gvk_index.Find(hash, [&](uint32_t i) { return match(base_->resources[i]); });
    if (at != UINT32_MAX) return &base_->resources[at];
  }
  return FindInOverlay(match);
}

const ResourceInfo* KindRegistry::Lookup(std::string_view word) const {
  const size_t dot = word.find('.');
  const std::string_view name = word.substr(0, dot);
  const std::string_view group = dot == word.npos ? std::string_view() : word.substr(dot + 1);
  const ResourceInfo* other_version = nullptr;
  for (const ResourceInfo* r : Resources()) {
    if (!Calls(*r, name) || (dot != word.npos && !EqualFold(r->gvr.group.view(), group))) continue;
    if (r->preferred) return r;
    if (other_version == nullptr) other_version = r;
  }
  return other_version;
}

std::string KindRegistry::Nearest(std::string_view word) const {
  std::vector<std::string_view> names;
  const std::vector<const ResourceInfo*> all = Resources();
  for (const ResourceInfo* r : all) names.push_back(r->gvk.kind.view());
  for (const ResourceInfo* r : all) names.push_back(r->gvr.resource.view());
  return std::string(NearestName(word, names));
}

const TypeInfo* KindRegistry::FindType(std::string_view name) const {
  if (base_ != nullptr) {
    const uint32_t at =
        base_->type_index.Find(TextHash(name), [&](uint32_t i) { return base_->types[i].name == name; });
    if (at != UINT32_MAX) return &base_->types[at];
  }
  const ResourceInfo* r =
      FindInOverlay([&](const ResourceInfo& i) { return i.type != nullptr && i.type->name == name; });
  return r == nullptr ? nullptr : r->type;
}

std::vector<const TypeInfo*> KindRegistry::Types() const {
  std::vector<const TypeInfo*> all;
  if (base_ != nullptr) {
    for (const TypeInfo& type : base_->types) all.push_back(&type);
  }
  return all;
}

std::vector<const ResourceInfo*> KindRegistry::Resources() const {
  std::vector<const ResourceInfo*> all;
  if (base_ != nullptr) {
    for (const ResourceInfo& r : base_->resources) all.push_back(&r);
  }
  if (overlay_ != nullptr) {
    for (const auto& r : overlay_->resources) all.push_back(r.get());
  }
  return all;
}

const std::vector<GroupInfo>& KindRegistry::Groups() const {
  static const std::vector<GroupInfo> kNone;
  if (overlay_ != nullptr) return overlay_->groups;
  return base_ != nullptr ? base_->groups : kNone;
}

Result<KindRegistry> KindRegistry::With(ResourceInfo resource) const {
  KindRegistry made = *this;
  made.overlay_ = nullptr;
  if (made.Find(resource.gvr) != nullptr) {
    return Status(Code::kInvalidArgument, resource.gvr.group_resource() + " is built in");
  }
  auto overlay = overlay_ == nullptr ? std::make_shared<Overlay>() : std::make_shared<Overlay>(*overlay_);
  const auto same = std::ranges::find_if(overlay->resources, [&](const auto& r) { return r->gvr == resource.gvr; });
  if (same != overlay->resources.end()) {
    resource.index = (*same)->index;
    *same = std::make_shared<const ResourceInfo>(std::move(resource));
  } else {
    // The lowest index that is free.
    resource.index = base_ == nullptr ? 0 : static_cast<uint32_t>(base_->resources.size());
    while (std::ranges::any_of(overlay->resources, [&](const auto& r) { return r->index == resource.index; })) {
      ++resource.index;
    }
    overlay->resources.push_back(std::make_shared<const ResourceInfo>(std::move(resource)));
  }
  overlay->groups = MergedGroups(made.Groups(), overlay->resources);
  made.overlay_ = std::move(overlay);
  return made;
}

KindRegistry KindRegistry::Without(const Gvr& gvr) const {
  if (FindInOverlay([&](const ResourceInfo& r) { return r.gvr == gvr; }) == nullptr) return *this;
  KindRegistry made = *this;
  made.overlay_ = nullptr;
  auto overlay = std::make_shared<Overlay>(*overlay_);
  std::erase_if(overlay->resources, [&](const auto& r) { return r->gvr == gvr; });
  if (overlay->resources.empty()) return made;
  overlay->groups = MergedGroups(made.Groups(), overlay->resources);
  made.overlay_ = std::move(overlay);
  return made;
}

}  // namespace wavetank
