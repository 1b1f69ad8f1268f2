// Selection: which objects of a resource a list, a watch or a deletecollection is about (API-365..373).
//
//   Result<Selection> wanted = Selection::Of(*pods, request);
//   if (wanted->Matches(pod)) ...
//
// Namespace and name of the path, label selector and field selector in one. Field paths are looked up once, so that
// matching is a few pointer comparisons. Parsed selectors are shared: copying a Selection is cheap, and a server remembers
// what it parsed (Parser), since a controller sends the same selectors with each list and watch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/api/selectors.h"
#include "runtime/transport/request.h"
#include "sim/apiserver/versions.h"

namespace wavetank::sim {

class Selection {
 public:
  // Selectors as parsed; the memory of one registry's server. At most kMost of them, then it forgets them all.
  class Parser;

  // Everything of every namespace.
  Selection() = default;
  // The error is a 400 with the server's text (API-062, API-366..368).
  // `version`: fields are named as the request's version has them, and looked up as they are stored.
  static Result<Selection> Of(const ResourceInfo& resource, const ApiRequest& request, Parser& parser,
                              const KindVersion* version = nullptr);

  // Does the object lie in the scope and do both selectors like it?
  bool Matches(const Object& object) const { return InScope(object) && Likes(object); }
  bool InScope(const Object& object) const {
    return (!ns_.has_value() || object.ns() == *ns_) && (!name_.has_value() || object.name() == *name_);
  }
  bool Likes(const Object& object) const {
    return selectors_ == nullptr ||
           ((selectors_->labels.MatchesEverything() || selectors_->labels.Matches(object.labels())) &&
            (selectors_->terms.empty() || FieldsMatch(object)));
  }

  // No selector beyond the scope of the path: then counts are exact (API-291).
  bool everything() const { return selectors_ == nullptr; }
  // Set when only objects of one namespace, or one name, can match.
  const std::optional<String>& ns() const { return ns_; }
  const std::optional<String>& name() const { return name_; }

 private:
  struct Term {
    std::vector<Name> path;  // empty: a field that is always absent
    bool equal = true;
    std::string value;
    std::string absent;  // how a missing field prints: "", "false", "0"
  };
  struct Selectors {
    LabelSelector labels;
    std::vector<Term> terms;
    std::optional<String> name;  // what metadata.name and metadata.namespace must be
    std::optional<String> ns;
  };
  static Result<Selectors> Parse(const ResourceInfo& resource, const ListOptions& options, const KindVersion* version);
  bool FieldsMatch(const Object& object) const;

  std::optional<String> ns_;
  std::optional<String> name_;
  std::shared_ptr<const Selectors> selectors_;  // null: both match everything
};

class Selection::Parser {
 public:
  // The selectors of `options`; null when they match everything.
  Result<std::shared_ptr<const Selectors>> Find(const ResourceInfo& resource, const ListOptions& options,
                                                const KindVersion* version);

 private:
  static constexpr size_t kMost = 256;
  struct Entry {
    const ResourceInfo* resource;
    String labels;
    String fields;
    std::shared_ptr<const Selectors> selectors;
  };
  std::vector<Entry> entries_;  // by use: a handful in practice
};

}  // namespace wavetank::sim
