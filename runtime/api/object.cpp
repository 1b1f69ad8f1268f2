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

std::string ObjectKey::ToString() const {
  return ns.empty() ? name.str() : ns.str() + "/" + name.str();
}

Object::Object(Value value) {
  WT_CHECK(value.is_object(), "an Object is a JSON object");
  rep_ = new (PoolAllocate(sizeof(Rep))) Rep();
  const Value& metadata = value[names::kMetadata];
  rep_->key.ns = metadata[names::kNamespace].ToSharedString();
  rep_->key.name = metadata[names::kName].ToSharedString();
  rep_->uid = metadata[names::kUid].ToSharedString();
  rep_->resource_version = ParseVersion(metadata[names::kResourceVersion].AsString());
  rep_->value = std::move(value);
}

void Object::Destroy(Rep* rep) {
  rep->~Rep();
  PoolFree(rep, sizeof(Rep));
}

uint64_t Object::content_hash() const {
  static const Name kManagedFields("managedFields");
  if (rep_ == nullptr) return 0;
  if (rep_->content_hash != 0) return rep_->content_hash;
  uint64_t hash = 1;
  for (const Field& field : rep_->value.fields()) {
    if (field.key == String(names::kMetadata)) {
      for (const Field& part : field.value.fields()) {
        if (part.key == String(names::kResourceVersion) || part.key == String(kManagedFields)) continue;
        hash = HashCombine(HashCombine(hash, part.key.hash()), part.value.hash());
      }
    } else {
      hash = HashCombine(HashCombine(hash, field.key.hash()), field.value.hash());
    }
  }
  return rep_->content_hash = hash | 1;
}

const Value& Object::value() const {
  static const Value kNone;
  return rep_ == nullptr ? kNone : rep_->value;
}

const ObjectKey& Object::key() const {
  static const ObjectKey kNone;
  return rep_ == nullptr ? kNone : rep_->key;
}

const String& Object::uid() const {
  static const String kNone;
  return rep_ == nullptr ? kNone : rep_->uid;
}

const Value& ControllerOf(const Object& object) {
  static const Value kNone;
  for (const Value& reference : object.metadata()[names::kOwnerReferences].elements()) {
    if (reference[names::kController].AsBool()) return reference;
  }
  return kNone;
}

}  // namespace wavetank
