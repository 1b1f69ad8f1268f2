#include "sim/apiserver/validate_checks.h"

#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "sim/apiserver/ip_text.h"

namespace wavetank::sim {
namespace {

std::string Otherwise(const Rule& rule, std::string text) {
  return rule.words.empty() ? std::move(text) : std::string(rule.words);
}

std::string Inclusive(int64_t low, int64_t high) {
  return "must be between " + std::to_string(low) + " and " + std::to_string(high) + ", inclusive";
}

// A checker of a text, from a function that complains.
template <Complaints (*kCheck)(std::string_view)>
void CheckText(const Site& site) {
  if (site.Unset() || !site.value.is_string()) return;
  AddAll(kCheck(site.value.AsString()), site.path, site.value, site.errors);
}

}  // namespace

void Below(const Site& site, const Rule&) { ValidateBelow(site); }
void Skip(const Site&, const Rule&) {}

Member MemberOf(std::string_view word) {
  const size_t mark = std::min(word.find_first_of("!>+"), word.size());
  const std::string_view field = word.substr(0, mark);
  if (mark == word.size() || word[mark] == '+') return {field, field, field, mark != word.size()};
  const std::string_view other = word.substr(mark + 1);
  return word[mark] == '!' ? Member{field, other, field} : Member{field, field, other};
}

void OneOf(const Site& site, const Rule& rule) {
  const size_t colon = rule.words.find(':');
  const std::string what(rule.words.substr(0, colon));
  bool found = false;
  for (const std::string_view word : SplitWords(rule.words.substr(colon + 1))) {
    const Member member = MemberOf(word);
    const Value& value = site.value[member.field];
    if (value.is_null()) continue;
    if (found && !member.always) {
      site.errors.Forbidden(site.path / member.too_many, "may not specify more than 1 " + what);
      continue;
    }
    found = true;
    const FieldInfo* field = site.type.Find(member.field);
    const Path path(&site.path, member.below);
    ValidateBelow(Site{site.type, field, &field->type, site.value, value, site.path, path, site.errors});
  }
  if (!found) site.errors.Required(site.path, "must specify a " + what);
}

void Required(const Site& site, const Rule& rule) {
  if (site.Unset()) site.errors.Required(site.path, rule.words);
}
void Present(const Site& site, const Rule& rule) {
  if (site.value.is_null()) site.errors.Required(site.path, rule.words);
}
void Forbid(const Site& site, const Rule& rule) {
  if (!site.Unset()) site.errors.Forbidden(site.path, rule.words);
}

void Label(const Site& site, const Rule&) { CheckText<CheckDnsLabel>(site); }
void Label1035(const Site& site, const Rule&) { CheckText<CheckDnsLabel1035>(site); }
void Subdomain(const Site& site, const Rule&) { CheckText<CheckDnsSubdomain>(site); }
void SubdomainAlways(const Site& site, const Rule&) {
  AddAll(CheckDnsSubdomain(site.value.AsString()), site.path, site.Shown(), site.errors);
}
void QualifiedName(const Site& site, const Rule&) {
  AddAll(CheckQualifiedName(site.value.AsString()), site.path, site.Shown(), site.errors);
}
void OptionalQualifiedName(const Site& site, const Rule& rule) {
  if (!site.value.is_null()) QualifiedName(site, rule);
}
void LabelValue(const Site& site, const Rule&) { CheckText<CheckLabelValue>(site); }
void ConfigKey(const Site& site, const Rule&) { CheckText<CheckConfigKey>(site); }
void EnvName(const Site& site, const Rule&) { CheckText<CheckEnvName>(site); }
void PortName(const Site& site, const Rule&) { CheckText<CheckPortName>(site); }
void PathSegment(const Site& site, const Rule&) {
  if (site.Unset()) return;
  AddAll(CheckName(NameRule::kPathSegment, site.value.AsString(), false), site.path, site.value, site.errors);
}
void Ip(const Site& site, const Rule&) { AddAll(CheckIp(site.value.AsString()), site.path, site.Shown(), site.errors); }
void CidrBlock(const Site& site, const Rule&) {
  AddAll(CheckCidr(site.value.AsString()), site.path, site.Shown(), site.errors);
}

void Trimmed(const Site& site, const Rule&) {
  const std::string_view text = site.value.AsString();
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  if (text.empty() || (kSpace.find(text.front()) == kSpace.npos && kSpace.find(text.back()) == kSpace.npos)) return;
  site.Invalid("must not have leading or trailing whitespace");
}

void AbsolutePath(const Site& site, const Rule&) {
  if (!site.value.AsString().starts_with('/')) site.Invalid("must be an absolute path");
}
void NoBacksteps(const Site& site, const Rule&) {
  if (HasBacksteps(site.value.AsString())) site.Invalid("must not contain '..'");
}
void LocalPath(const Site& site, const Rule& rule) {
  if (site.value.AsString().starts_with('/')) site.Invalid("must be a relative path");
  NoBacksteps(site, rule);
}
void CheckLocalPath(const Value& value, const Path& path, FieldErrors& errors) {
  const std::string_view text = value.AsString();
  if (text.starts_with('/')) errors.Invalid(path, value, "must be a relative path");
  if (HasBacksteps(text)) errors.Invalid(path, value, "must not contain '..'");
}

void LocalNonReservedPath(const Site& site, const Rule& rule) {
  LocalPath(site, rule);
  const std::string_view text = site.value.AsString();
  if (text.starts_with("..") && !text.starts_with("../")) site.Invalid("must not start with '..'");
}

void MaxBytes(const Site& site, const Rule& rule) {
  if (static_cast<int64_t>(site.value.AsString().size()) > rule.high) {
    site.errors.Add(field::TooLong(site.path.ToString(), rule.high));
  }
}

void DriverName(const Site& site, const Rule&) {
  const std::string_view name = site.value.AsString();
  if (name.empty()) return site.errors.Required(site.path);
  if (name.size() > 63) site.errors.Add(field::TooLong(site.path.ToString(), 63));
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  AddAll(CheckDnsSubdomain(lower), site.path, site.value, site.errors);
}

void Enum(const Site& site, const Rule& rule) {
  if (!site.Unset()) EnumAlways(site, rule);
}
void EnumAlways(const Site& site, const Rule& rule) {
  if (!HasWord(rule.words, site.value.AsString())) site.errors.NotSupported(site.path, site.Shown(), rule.words);
}
void EnumOrRequired(const Site& site, const Rule& rule) {
  if (site.value.empty()) return site.errors.Required(site.path);
  EnumAlways(site, rule);
}

void EnumIfGivenOrRequired(const Site& site, const Rule& rule) {
  if (!site.value.is_null()) EnumOrRequired(site, rule);
}

void NonNegative(const Site& site, const Rule&) {
  if (site.value.AsInt() < 0) site.Invalid("must be greater than or equal to 0");
}
void AtLeast(const Site& site, const Rule& rule) {
  if (site.Shown().is_null() || site.value.AsInt() >= rule.low) return;
  site.Invalid(Otherwise(rule, "must be greater than or equal to " + std::to_string(rule.low)));
}
void AtMost(const Site& site, const Rule& rule) {
  if (site.value.AsInt() <= rule.high) return;
  site.Invalid(Otherwise(rule, "must be less than or equal to " + std::to_string(rule.high)));
}
void InRange(const Site& site, const Rule& rule) {
  if (site.Shown().is_null() || (site.value.AsInt() >= rule.low && site.value.AsInt() <= rule.high)) return;
  site.Invalid(Otherwise(rule, Inclusive(rule.low, rule.high)));
}
void PortNumber(const Site& site, const Rule&) {
  if (site.value.AsInt() < 0 || site.value.AsInt() > 65535) site.Invalid(Inclusive(1, 65535));
}
void PortOrName(const Site& site, const Rule&) { CheckPortOrName(site.Shown(), site.path, site.errors); }
void FileMode(const Site& site, const Rule&) {
  if (site.value.AsInt() < 0 || site.value.AsInt() > 0777) {
    site.Invalid("must be a number between 0 and 0777 (octal), both inclusive");
  }
}
void NonNegativeQuantity(const Site& site, const Rule&) {
  if (Quantity::Of(site.value).is_negative()) site.Invalid("must be greater than or equal to 0");
}

void LabelMap(const Site& site, const Rule&) { ValidateLabels(site.value, site.path, site.errors); }
void AnnotationMap(const Site& site, const Rule&) { ValidateAnnotations(site.value, site.path, site.errors); }

void UniqueBy(const Site& site, const Rule& rule) {
  const Value& list = site.value;
  for (size_t i = 1; i < list.size(); ++i) {
    const Value& mine = list[i][rule.words];
    if (mine.empty()) continue;
    for (size_t j = 0; j < i; ++j) {
      if (!(list[j][rule.words] == mine)) continue;
      site.errors.Duplicate(site.path / i / rule.words, mine);
      break;
    }
  }
}
void Unique(const Site& site, const Rule&) {
  const std::span<const Value> list = site.value.elements();
  for (size_t i = 1; i < list.size(); ++i) {
    const auto before = list.first(i);
    if (std::ranges::find(before, list[i]) != before.end()) site.errors.Duplicate(site.path / i, list[i]);
  }
}
void MaxItems(const Site& site, const Rule& rule) {
  if (static_cast<int64_t>(site.value.size()) <= rule.high) return;
  site.errors.Add(field::TooMany(site.path.ToString(), static_cast<int64_t>(site.value.size()), rule.high));
}

std::vector<std::string_view> SplitWords(std::string_view words) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t comma = words.find(',');
    parts.push_back(words.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    words = words.substr(comma + 1);
  }
}

bool HasWord(std::string_view words, std::string_view word) {
  while (true) {
    const size_t comma = words.find(',');
    if (words.substr(0, comma) == word) return true;
    if (comma == std::string_view::npos) return false;
    words = words.substr(comma + 1);
  }
}

void AddAll(const Complaints& complaints, const Path& path, const Value& value, FieldErrors& errors) {
  for (const std::string& complaint : complaints) errors.Invalid(path, value, complaint);
}

void CheckPortOrName(const Value& port, const Path& path, FieldErrors& errors) {
  if (port.is_string()) return AddAll(CheckPortName(port.AsString()), path, port, errors);
  if (port.AsInt() < 1 || port.AsInt() > 65535) errors.Invalid(path, port, Inclusive(1, 65535));
}

void CheckDomainPath(const Value& value, const Path& path, FieldErrors& errors) {
  const std::string_view text = value.AsString();
  if (text.empty()) return errors.Required(path);
  const size_t slash = text.find('/');
  if (slash == text.npos || slash == 0 || slash + 1 == text.size()) {
    return errors.Invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
  }
  const std::string_view host = text.substr(0, slash);
  const std::string_view rest = text.substr(slash + 1);
  AddAll(CheckDnsSubdomain(host), path, Value(host), errors);
  AddAll(CheckHttpPath(rest), path, Value(rest), errors);
}

void CheckIntOrPercent(const Value& value, const Path& path, FieldErrors& errors) {
  if (value.is_string()) return AddAll(CheckPercent(value.AsString()), path, value, errors);
  if (value.AsInt() < 0) errors.Invalid(path, value, "must be greater than or equal to 0");
}

bool HasBacksteps(std::string_view path) {
  while (true) {
    const size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path = path.substr(slash + 1);
  }
}

bool Among(const Value& list, Name field, const Value& value) {
  return std::ranges::any_of(list.elements(), [&](const Value& element) { return element[field] == value; });
}

void FieldErrors::NotSupported(const Path& path, const Value& value, std::string_view words) {
  const std::vector<std::string_view> list = SplitWords(words);
  Add(field::NotSupported(path.ToString(), value, std::span<const std::string_view>(list)));
}

}  // namespace wavetank::sim
