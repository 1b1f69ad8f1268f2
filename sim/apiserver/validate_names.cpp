// The rules for words: DNS names, qualified names, label values (API-092, API-094).
#include "sim/apiserver/validation.h"

namespace wavetank::sim {
namespace {

constexpr size_t kLabelMax = 63;
constexpr size_t kSubdomainMax = 253;

constexpr std::string_view kLabelText =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kLabel1035Text =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and "
    "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kSubdomainText =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kNamePartText =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kQualifiedText =
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
    "'example.com/MyName')";
constexpr std::string_view kLabelValueText =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerOrDigit(char c) { return IsLower(c) || IsDigit(c); }
bool IsAlnum(char c) { return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }

// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool LabelShaped(std::string_view text) {
  if (text.empty() || !IsLowerOrDigit(text.front()) || !IsLowerOrDigit(text.back())) return false;
  for (const char c : text) {
    if (!IsLowerOrDigit(c) && c != '-') return false;
  }
  return true;
}

bool SubdomainShaped(std::string_view text) {
  while (true) {
    const size_t dot = text.find('.');
    if (!LabelShaped(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text = text.substr(dot + 1);
  }
}

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool NamePartShaped(std::string_view text) {
  if (text.empty() || !IsAlnum(text.front()) || !IsAlnum(text.back())) return false;
  for (const char c : text) {
    if (!IsAlnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

std::string TooLong(size_t max, std::string_view unit) {
  return "must be no more than " + std::to_string(max) + " " + std::string(unit);
}

// Both complaints of a bad word come one after the other; the first is enough for its reader here.
std::string Check(std::string_view text, size_t max, bool shaped, std::string_view why,
                  std::string_view unit = "characters") {
  if (text.size() > max) return TooLong(max, unit);
  return shaped ? std::string() : std::string(why);
}

std::string CheckPathSegment(std::string_view name, bool prefix) {
  if (!prefix && (name == "." || name == "..")) return "may not be '" + std::string(name) + "'";
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string_view::npos) return std::string("may not contain '") + c + "'";
  }
  return {};
}

// A prefix may end in '-': what will follow is alphanumeric.
std::string MaskTrailingDash(std::string_view name) {
  std::string masked(name);
  if (masked.size() > 1 && masked.back() == '-') masked.back() = 'a';
  return masked;
}

}  // namespace

std::string CheckDnsLabel(std::string_view text) { return Check(text, kLabelMax, LabelShaped(text), kLabelText); }

std::string CheckDnsSubdomain(std::string_view text) {
  return Check(text, kSubdomainMax, SubdomainShaped(text), kSubdomainText);
}

std::string CheckName(NameRule rule, std::string_view name, bool prefix) {
  if (prefix && rule != NameRule::kPathSegment && name.ends_with('-'))
    return CheckName(rule, MaskTrailingDash(name), false);
  switch (rule) {
    case NameRule::kSubdomain: return CheckDnsSubdomain(name);
    case NameRule::kLabel: return CheckDnsLabel(name);
    case NameRule::kLabel1035:
      return Check(name, kLabelMax, LabelShaped(name) && IsLower(name.front()), kLabel1035Text);
    case NameRule::kPathSegment: return CheckPathSegment(name, prefix);
  }
  return {};
}

std::vector<std::string> CheckQualifiedName(std::string_view text) {
  std::vector<std::string> complaints;
  const size_t slash = text.find('/');
  std::string_view name = text;
  if (slash != std::string_view::npos) {
    if (text.find('/', slash + 1) != std::string_view::npos) return {std::string(kQualifiedText)};
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (prefix.empty()) {
      complaints.emplace_back("prefix part must be non-empty");
    } else if (std::string bad = Check(prefix, kSubdomainMax, SubdomainShaped(prefix), kSubdomainText, "bytes");
               !bad.empty()) {
      complaints.push_back("prefix part " + bad);
    }
  }
  if (name.empty()) {
    complaints.emplace_back("name part must be non-empty");
  } else if (name.size() > kLabelMax) {
    complaints.push_back("name part " + TooLong(kLabelMax, "bytes"));
  }
  if (!NamePartShaped(name)) complaints.emplace_back(kNamePartText);
  return complaints;
}

std::string CheckLabelValue(std::string_view text) {
  return Check(text, kLabelMax, text.empty() || NamePartShaped(text), kLabelValueText, "bytes");
}

}  // namespace wavetank::sim
