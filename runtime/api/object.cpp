#include "runtime/api/object.h"

#include <array>
#include <charconv>

#include "runtime/base/pool.h"

namespace wavetank {
namespace {

uint64_t ParseVersion(std::string_view text) {
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  return error == std::errc() && end == text.data() + text.size() ? version : 0;
}

const Value& Null() {
  static const Value kNull;
  return kNull;
}

const Value& FindController(const Value& references) {
  for (const Value& reference : references.elements()) {
    if (reference[names::kController].AsBool()) return reference;
  }
  return Null();
}

// The fields of `object` that `names` (sorted) ask for, null where it has none: one pass over both, since every write and every
// event makes an Object.
template <size_t kSize>
std::array<const Value*, kSize> Pick(const Value& object, const std::array<Name, kSize>& names) {
  std::array<const Value*, kSize> picked;
  picked.fill(&Null());
  size_t next = 0;
  for (const Field& field : object.fields()) {
    const bool interned = field.key.node()->refs == internal::kImmortal;
    for (size_t i = next; i < kSize; ++i) {
      if (names[i].node() != field.key.node() && (interned || names[i].view() != field.key.view())) continue;
      picked[i] = &field.value;
      next = i + 1;
      break;
    }
  }
  return picked;
}

}  // namespace

std::strong_ordering operator<=>(const ObjectKey& a, const ObjectKey& b) {
  if (a.ns == b.ns) return a.name <=> b.name;
  // With its slash, namespace "n-a" sorts before "n": '-' is below '/'.
  const std::string_view x = a.ns.view();
  const std::string_view y = b.ns.view();
  const size_t common = std::min(x.size(), y.size());
  if (const int order = x.substr(0, common).compare(y.substr(0, common)); order != 0) return order <=> 0;
  return x.size() < y.size() ? '/' <=> static_cast<int>(static_cast<unsigned char>(y[common]))
                             : static_cast<int>(static_cast<unsigned char>(x[common])) <=> '/';
}

std::string ObjectKey::ToString() const { return ns.empty() ? name.str() : ns.str() + "/" + name.str(); }

Object::Object(Value value) {
  WT_CHECK(value.is_object(), "an Object is a JSON object");
  rep_ = new (PoolAllocate(sizeof(Rep))) Rep();
  rep_->value = std::move(value);
  static const std::array kParts{names::kMetadata, names::kSpec, names::kStatus};
  const auto [metadata, spec, status] = Pick(rep_->value, kParts);
  static const std::array kOfMetadata{names::kDeletionTimestamp, names::kLabels,          names::kName, names::kNamespace,
                                      names::kOwnerReferences,   names::kResourceVersion, names::kUid};
  const auto [deleted, labels, name, ns, owners, version, uid] = Pick(*metadata, kOfMetadata);
  rep_->metadata = metadata;
  rep_->labels = labels;
  rep_->spec = spec;
  rep_->status = status;
  rep_->key.ns = ns->ToSharedString();
  rep_->key.name = name->ToSharedString();
  rep_->uid = uid->ToSharedString();
  rep_->resource_version = ParseVersion(version->AsString());
  rep_->deleting = !deleted->is_null();
  rep_->controller = &FindController(*owners);
}

const Object::Rep& Object::Empty() {
  static const Rep kEmpty{
      .metadata = &Null(), .labels = &Null(), .spec = &Null(), .status = &Null(), .controller = &Null()};
  return kEmpty;
}

void Object::Destroy(Rep* rep) {
  rep->~Rep();
  PoolFree(rep, sizeof(Rep));
}

uint64_t ContentHash(const Value& document) {
  static const Name kManagedFields("managedFields");
  uint64_t hash = 1;
  for (const Field& field : document.fields()) {
    hash = HashCombine(hash, field.key.hash());
    if (field.key.node() != names::kMetadata.node()) {
      hash = HashCombine(hash, field.value.hash());
      continue;
    }
    for (const Field& part : field.value.fields()) {
      if (part.key.node() == names::kResourceVersion.node() || part.key.node() == kManagedFields.node()) continue;
      hash = HashCombine(HashCombine(hash, part.key.hash()), part.value.hash());
    }
  }
  return hash | 1;
}

uint64_t Object::content_hash() const {
  if (rep_ == nullptr) return 0;
  if (rep_->content_hash == 0) rep_->content_hash = ContentHash(rep_->value);
  return rep_->content_hash;
}

}  // namespace wavetank
