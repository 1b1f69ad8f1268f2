// Label and field selectors, as text and as JSON, made into small values that match fast (API-365..372).
//
//   Result<LabelSelector> s = LabelSelector::Parse("app=web,tier in (a,b),!canary");
//   if (s->Matches(pod.labels())) ...
//   LabelSelector mine = *LabelSelector::FromValue(rs.spec()["selector"]);   // matchLabels, matchExpressions
//   Result<FieldSelector> f = FieldSelector::Parse("spec.nodeName=n1,status.phase!=Failed");
//   if (f->Matches([&](const std::string& field) { return FieldText(pods->type, pod.value(), field); })) ...
//
// Errors carry the real server's text with code kBadRequest (API-366, API-367). Selectors are values; matching is
// O(requirements x labels) pointer or byte comparisons and allocates nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

class LabelSelector {
 public:
  enum class Op : uint8_t { kIn, kNotIn, kExists, kDoesNotExist, kGreater, kLess };
  struct Requirement {
    String key;
    Op op;
    std::vector<String> values;  // sorted; of kGreater and kLess one
    int64_t number = 0;          // of kGreater and kLess

    bool Matches(const Value& labels) const;
    bool operator==(const Requirement&) const = default;
  };

  // Matches everything.
  LabelSelector() = default;
  static LabelSelector Nothing();
  // Each label equals: matchLabels. The labels are not validated.
  static LabelSelector Equal(const Value& labels);
  static Result<LabelSelector> Parse(std::string_view text);
  // The JSON LabelSelector. Null matches nothing, an empty object everything.
  static Result<LabelSelector> FromValue(const Value& selector);

  bool Matches(const Value& labels) const;
  bool MatchesEverything() const { return !nothing_ && requirements_.empty(); }
  std::span<const Requirement> requirements() const { return requirements_; }
  // The selector as text; Parse(ToString()) is the same selector (a selector of nothing has no text and prints empty).
  std::string ToString() const;
  bool operator==(const LabelSelector&) const = default;

 private:
  bool nothing_ = false;
  std::vector<Requirement> requirements_;
};

class FieldSelector {
 public:
  struct Term {
    std::string field;
    bool equal = true;  // false: !=
    std::string value;
    bool operator==(const Term&) const = default;
  };

  // Matches everything.
  FieldSelector() = default;
  static Result<FieldSelector> Parse(std::string_view text);

  // `get(field)` answers the field's text (std::string or String or std::string_view).
  template <typename Getter>
  bool Matches(const Getter& get) const {
    for (const Term& term : terms_) {
      if ((get(term.field) == term.value) != term.equal) return false;
    }
    return true;
  }
  bool MatchesEverything() const { return terms_.empty(); }
  // The value that the field must have, if there is just one: `metadata.name=a` (API-003).
  std::optional<std::string> Required(std::string_view field) const;
  std::span<const Term> terms() const { return terms_; }
  std::string ToString() const;
  bool operator==(const FieldSelector&) const = default;

 private:
  std::vector<Term> terms_;
};

// "spec.unschedulable" of an object as field selectors compare it: texts as they are, booleans and numbers printed; what
// is absent prints as the zero of its type ("false", "0", "") (API-372). `type` may be null. Lists and structs are "".
std::string FieldText(const TypeInfo* type, const Value& object, std::string_view path);

}  // namespace wavetank
