#include "runtime/api/object.h"

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

const Value& FindController(const Value& metadata) {
  for (const Value& reference : metadata[names::kOwnerReferences].elements()) {
    if (reference[names::kController].AsBool()) return reference;
  }
  return Null();
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
  const Value& metadata = rep_->value[names::kMetadata];
  rep_->metadata = &metadata;
  rep_->labels = &metadata[names::kLabels];
  rep_->spec = &rep_->value[names::kSpec];
  rep_->status = &rep_->value[names::kStatus];
  rep_->key.ns = metadata[names::kNamespace].ToSharedString();
  rep_->key.name = metadata[names::kName].ToSharedString();
  rep_->uid = metadata[names::kUid].ToSharedString();
  rep_->resource_version = ParseVersion(metadata[names::kResourceVersion].AsString());
  rep_->deleting = !metadata[names::kDeletionTimestamp].is_null();
  rep_->controller = &FindController(metadata);
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
