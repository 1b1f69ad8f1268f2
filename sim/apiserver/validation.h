// Validation: what the server refuses with 422, and its exact words (API-043..045).
//
//   FieldErrors errors;
//   ValidateMetadata(object, ..., errors);
//   ValidateKind(resource, object, errors);
//   if (!errors.empty()) return InvalidError(resource.gvk, name, errors.list());
//
// Metadata rules hold for every kind. Kinds add rules by type and field from a table (validate_rules.h) and, where a rule
// looks at two places at once, a function. A subtree that was found valid is marked (kMarkValid), so that the template of
// a thousand Pods is walked once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/strategy.h"

namespace wavetank::sim {

// Where an error lies, as a chain on the stack; text is made only when there is an error.
//   Path spec(nullptr, "spec"); Path first(&spec_containers, size_t{0}); Path labels(&metadata, Path::Key{"a/b"});
class Path {
 public:
  struct Key {
    std::string_view key;
  };
  // The object itself: no text.
  Path() : Path(nullptr, std::string_view()) {}
  Path(const Path* parent, std::string_view name) : parent_(parent), text_(name), kind_(Kind::kName) {}
  Path(const Path* parent, size_t index) : parent_(parent), index_(index), kind_(Kind::kIndex) {}
  Path(const Path* parent, Key key) : parent_(parent), text_(key.key), kind_(Kind::kKey) {}
  // "spec.containers[0].name", "data[a.b]".
  std::string ToString() const;
  // A place below this one, for use within one expression: the result points to `parent`.
  //   errors.Required(path / "ports" / i / "name");
  friend Path operator/(const Path& parent, std::string_view name) { return Path(&parent, name); }
  friend Path operator/(const Path& parent, Name name) { return Path(&parent, name.view()); }
  friend Path operator/(const Path& parent, size_t index) { return Path(&parent, index); }
  friend Path operator/(const Path& parent, Key key) { return Path(&parent, key); }

 private:
  enum class Kind : uint8_t { kName, kIndex, kKey };
  const Path* parent_;
  std::string_view text_;
  size_t index_ = 0;
  Kind kind_;
};

struct Site;

class FieldErrors {
 public:
  // What lies around the structs that are being judged, for rules that need it: the spec of the Pod around a container;
  // null outside. Then a mark says only that a struct is in order by itself: with `look_again` marks do not count.
  const Site* around = nullptr;
  bool look_again = false;
  bool of_pod = false;            // it is a Pod that is judged, no template
  std::vector<const void*>* broken = nullptr;  // rows that complained (ServerOptions::broken_rules)
  const Value* before = nullptr;  // what is stored, of an update

  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  void Add(FieldError error) { list_.push_back(std::move(error)); }
  void Required(const Path& path, std::string_view detail = {}) { Add(field::Required(path.ToString(), detail)); }
  void Invalid(const Path& path, const Value& value, std::string_view detail) {
    Add(field::Invalid(path.ToString(), value, detail));
  }
  void Forbidden(const Path& path, std::string_view detail) { Add(field::Forbidden(path.ToString(), detail)); }
  void Duplicate(const Path& path, const Value& value) { Add(field::Duplicate(path.ToString(), value)); }
  void NotFound(const Path& path, const Value& value) { Add(field::NotFound(path.ToString(), value)); }
  // `words` are separated by commas.
  void NotSupported(const Path& path, const Value& value, std::string_view words);
  const std::vector<FieldError>& list() const { return list_; }

 private:
  std::vector<FieldError> list_;
};

// ---- Names and other words. Each returns the complaints, none when the text is fine.
using Complaints = std::vector<std::string>;
Complaints CheckName(NameRule rule, std::string_view name, bool prefix);
Complaints CheckDnsLabel(std::string_view text);              // RFC 1123 label
Complaints CheckDnsLabel1035(std::string_view text);          // RFC 1035 label
Complaints CheckDnsSubdomain(std::string_view text);          // RFC 1123 subdomain
Complaints CheckWildcardSubdomain(std::string_view text);     // "*.example.com"
Complaints CheckUnderscoredSubdomain(std::string_view text);  // of DNS search paths
Complaints CheckQualifiedName(std::string_view text);         // of label keys, finalizers
Complaints CheckLabelValue(std::string_view text);
Complaints CheckConfigKey(std::string_view text);  // of ConfigMaps and Secrets
Complaints CheckEnvName(std::string_view text);
Complaints CheckPortName(std::string_view text);
Complaints CheckPercent(std::string_view text);
Complaints CheckHeaderName(std::string_view text);
Complaints CheckIdentifier(std::string_view text);
Complaints CheckHttpPath(std::string_view text);
// "must be no more than 63 characters".
std::string TooLongText(size_t max, std::string_view unit);

// A struct as messages print it: its fields in the order of the Go struct, which WriteJson does not know.
std::string StructText(const Value& value, std::span<const std::string_view> order);

// ---- Metadata.
// Of a new object; `metadata` is the finished one.
void ValidateMetadata(const ResourceInfo& resource, const KindStrategy& strategy, const Value& metadata,
                      FieldErrors& errors);
// A finalizer's name, in metadata or in a namespace's spec.
void CheckFinalizerName(const Value& finalizer, const Path& path, FieldErrors& errors);
// Of a changed one.
void ValidateMetadataUpdate(const ResourceInfo& resource, std::string_view subresource, const Value& metadata,
                            const Value& stored, FieldErrors& errors);
void ValidateLabels(const Value& labels, const Path& path, FieldErrors& errors);
void ValidateAnnotations(const Value& annotations, const Path& path, FieldErrors& errors);

// ---- Kinds.
// `shown`: the version of the request, where a kind has several; the object is in its stored form.
void ValidateKind(const ResourceInfo& resource, const ResourceInfo& shown, const Value& object, FieldErrors& errors);
// Rules about the change itself (what is immutable), then those for the new state.
void ValidateKindUpdate(const ResourceInfo& resource, const ResourceInfo& shown, std::string_view subresource,
                        const Value& object, const Object& stored, FieldErrors& errors);

}  // namespace wavetank::sim
