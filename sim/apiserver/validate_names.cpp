// The rules for words: DNS names, qualified names, label values and the like (API-092, API-094).
#include <algorithm>
#include <array>

#include "sim/apiserver/validation.h"

namespace wavetank::sim {
namespace {

constexpr size_t kLabelMax = 63;
constexpr size_t kSubdomainMax = 253;

constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLowerOrDigit(char c) { return IsLower(c) || IsDigit(c); }
constexpr bool IsAlnum(char c) { return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }

// Which characters may stand inside a DNS label and inside a name part; every name, label and condition of every request
// is read, and a table costs least.
enum Inside : uint8_t { kInLabel = 1, kInNamePart = 2 };
constexpr std::array<uint8_t, 256> kInside = [] {
  std::array<uint8_t, 256> inside{};
  for (int i = 0; i < 128; ++i) {
    const char c = static_cast<char>(i);
    if (IsLowerOrDigit(c) || c == '-') inside[static_cast<size_t>(i)] |= kInLabel;
    if (IsAlnum(c) || c == '-' || c == '_' || c == '.') inside[static_cast<size_t>(i)] |= kInNamePart;
  }
  return inside;
}();
bool AllInside(std::string_view text, Inside set) {
  for (const char c : text) {
    if ((kInside[static_cast<unsigned char>(c)] & set) == 0) return false;
  }
  return true;
}

// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool LabelShaped(std::string_view text) {
  if (text.empty() || !IsLowerOrDigit(text.front()) || !IsLowerOrDigit(text.back())) return false;
  return AllInside(text, kInLabel);
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
  return AllInside(text, kInNamePart);
}

bool Label1035Shaped(std::string_view text) { return LabelShaped(text) && IsLower(text.front()); }
bool WildcardShaped(std::string_view text) { return text.starts_with("*.") && SubdomainShaped(text.substr(2)); }
bool LabelValueShaped(std::string_view text) { return text.empty() || NamePartShaped(text); }

bool All(std::string_view text, bool (*allowed)(char)) { return !text.empty() && std::ranges::all_of(text, allowed); }
bool ConfigKeyShaped(std::string_view text) {
  return All(text, [](char c) { return IsAlnum(c) || c == '-' || c == '.' || c == '_'; });
}
bool PercentShaped(std::string_view text) {
  return text.ends_with('%') && All(text.substr(0, text.size() - 1), IsDigit);
}
bool HeaderShaped(std::string_view text) {
  return All(text, [](char c) { return IsAlnum(c) || c == '-'; });
}
bool IdentifierShaped(std::string_view text) {
  return All(text, [](char c) { return IsAlnum(c) || c == '_'; }) && !IsDigit(text.front());
}
bool HttpPathShaped(std::string_view text) {
  return All(text, [](char c) {
    return IsAlnum(c) || std::string_view("/-._~%!$&'()*+,;=:").find(c) != std::string_view::npos;
  });
}

// Labels that may begin with one '_' and have more inside.
bool UnderscoredSubdomainShaped(std::string_view text) {
  while (true) {
    const size_t dot = text.find('.');
    std::string_view label = text.substr(0, dot);
    if (label.starts_with('_')) label.remove_prefix(1);
    if (label.empty() || !IsLowerOrDigit(label.front()) || !IsLowerOrDigit(label.back())) return false;
    if (!std::ranges::all_of(label, [](char c) { return IsLowerOrDigit(c) || c == '-' || c == '_'; })) return false;
    if (dot == std::string_view::npos) return true;
    text = text.substr(dot + 1);
  }
}

// A shape that texts may have, and how the server speaks about it.
struct Shape {
  bool (*holds)(std::string_view);
  std::string_view complaint;
  std::string_view examples;  // as they stand in the message
  std::string_view pattern;
};

std::string TextOf(const Shape& shape) {
  return std::string(shape.complaint)
      .append(" (e.g. ")
      .append(shape.examples)
      .append(", regex used for validation is '")
      .append(shape.pattern)
      .append("')");
}

#define WT_LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define WT_NAME_PART "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

constexpr Shape kLabel{LabelShaped,
                       "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                       "start and end with an "
                       "alphanumeric character",
                       "'my-name',  or '123-abc'", WT_LABEL};
constexpr Shape kLabel1035{Label1035Shaped,
                           "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                           "alphabetic character, and end "
                           "with an alphanumeric character",
                           "'my-name',  or 'abc-123'", "[a-z]([-a-z0-9]*[a-z0-9])?"};
constexpr Shape kSubdomain{SubdomainShaped,
                           "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
                           "'.', and must start and end "
                           "with an alphanumeric character",
                           "'example.com'", WT_LABEL "(\\." WT_LABEL ")*"};
constexpr Shape kWildcard{WildcardShaped,
                          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
                          "which must consist of lower case "
                          "alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                          "'*.example.com'", "\\*\\." WT_LABEL "(\\." WT_LABEL ")*"};
constexpr Shape kUnderscoredSubdomain{UnderscoredSubdomainShaped,
                                      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                                      "characters, '_', '-' or '.', and must start and "
                                      "end with an alphanumeric character",
                                      "'example.com'",
                                      "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*"};
constexpr Shape kNamePart{
    NamePartShaped,
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "'MyName',  or 'my.name',  or '123-abc'", WT_NAME_PART};
constexpr Shape kLabelValue{LabelValueShaped,
                            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
                            "'.', and must start and end "
                            "with an alphanumeric character",
                            "'MyValue',  or 'my_value',  or '12345'", "(" WT_NAME_PART ")?"};
constexpr Shape kConfigKey{ConfigKeyShaped,
                           "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                           "'key.name',  or 'KEY_NAME',  or 'key-name'", "[-._a-zA-Z0-9]+"};
constexpr Shape kPercent{PercentShaped, "a valid percent string must be a numeric string followed by an ending '%'",
                         "'1%',  or '93%'", "[0-9]+%"};
constexpr Shape kHeader{HeaderShaped, "a valid HTTP header must consist of alphanumeric characters or '-'",
                        "'X-Header-Name'", "[-A-Za-z0-9]+"};
constexpr Shape kIdentifier{IdentifierShaped,
                            "a valid C identifier must start with alphabetic character or '_', followed by a string of "
                            "alphanumeric characters or '_'",
                            "'my_name',  or 'MY_NAME',  or 'MyName'", "[A-Za-z_][A-Za-z0-9_]*"};
constexpr Shape kHttpPath{HttpPathShaped, "Invalid path", "", "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"};

#undef WT_LABEL
#undef WT_NAME_PART

Complaints Check(std::string_view text, size_t max, const Shape& shape, std::string_view unit = "characters") {
  Complaints complaints;
  if (text.size() > max) complaints.push_back(TooLongText(max, unit));
  if (!shape.holds(text)) complaints.push_back(TextOf(shape));
  return complaints;
}

Complaints CheckPathSegment(std::string_view name, bool prefix) {
  if (!prefix && (name == "." || name == "..")) return {"may not be '" + std::string(name) + "'"};
  Complaints complaints;
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string_view::npos) complaints.push_back(std::string("may not contain '") + c + "'");
  }
  return complaints;
}

// A prefix may end in '-': what will follow is alphanumeric. The real server leaves out the byte before it, too.
std::string MaskTrailingDash(std::string_view name) {
  if (name.size() < 2 || name.back() != '-') return std::string(name);
  return std::string(name.substr(0, name.size() - 2)) + "a";
}

}  // namespace

std::string TooLongText(size_t max, std::string_view unit) {
  return "must be no more than " + std::to_string(max) + " " + std::string(unit);
}

Complaints CheckDnsLabel(std::string_view text) {
  Complaints complaints;
  if (text.size() > kLabelMax) complaints.push_back(TooLongText(kLabelMax, "characters"));
  if (!LabelShaped(text)) complaints.push_back(SubdomainShaped(text) ? "must not contain dots" : TextOf(kLabel));
  return complaints;
}

Complaints CheckDnsLabel1035(std::string_view text) { return Check(text, kLabelMax, kLabel1035); }
Complaints CheckDnsSubdomain(std::string_view text) { return Check(text, kSubdomainMax, kSubdomain); }
Complaints CheckWildcardSubdomain(std::string_view text) { return Check(text, kSubdomainMax, kWildcard); }
Complaints CheckUnderscoredSubdomain(std::string_view text) {
  return Check(text, kSubdomainMax, kUnderscoredSubdomain);
}
Complaints CheckLabelValue(std::string_view text) { return Check(text, kLabelMax, kLabelValue, "bytes"); }
Complaints CheckPercent(std::string_view text) { return Check(text, text.size(), kPercent); }
Complaints CheckHeaderName(std::string_view text) { return Check(text, text.size(), kHeader); }
Complaints CheckIdentifier(std::string_view text) { return Check(text, text.size(), kIdentifier); }
Complaints CheckHttpPath(std::string_view text) {
  if (HttpPathShaped(text)) return {};
  return {"Invalid path (regex used for validation is '" + std::string(kHttpPath.pattern) + "')"};
}

Complaints CheckConfigKey(std::string_view key) {
  Complaints complaints = Check(key, kSubdomainMax, kConfigKey);
  if (key == ".") complaints.emplace_back("must not be '.'");
  if (key == "..") {
    complaints.emplace_back("must not be '..'");
  } else if (key.starts_with("..")) {
    complaints.emplace_back("must not start with '..'");
  }
  return complaints;
}

Complaints CheckEnvName(std::string_view text) {
  const bool fine =
      !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e && c != '='; });
  if (fine) return {};
  return {"a valid environment variable name must consist only of printable ASCII characters other than '='"};
}

Complaints CheckPortName(std::string_view text) {
  Complaints complaints;
  const bool charset = !text.empty() && std::ranges::all_of(text, [](char c) { return IsLowerOrDigit(c) || c == '-'; });
  if (text.size() > 15) complaints.push_back(TooLongText(15, "characters"));
  if (!charset) complaints.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!std::ranges::any_of(text, IsLower)) complaints.emplace_back("must contain at least one letter (a-z)");
  if (text.find("--") != std::string_view::npos) complaints.emplace_back("must not contain consecutive hyphens");
  if (text.starts_with('-') || text.ends_with('-')) complaints.emplace_back("must not begin or end with a hyphen");
  return complaints;
}

Complaints CheckName(NameRule rule, std::string_view name, bool prefix) {
  if (prefix && rule != NameRule::kPathSegment && name.ends_with('-')) {
    return CheckName(rule, MaskTrailingDash(name), false);
  }
  switch (rule) {
    case NameRule::kSubdomain: return CheckDnsSubdomain(name);
    case NameRule::kLabel: return CheckDnsLabel(name);
    case NameRule::kLabel1035: return CheckDnsLabel1035(name);
    case NameRule::kPathSegment: return CheckPathSegment(name, prefix);
    case NameRule::kAny: return {};
  }
  return {};
}

Complaints CheckQualifiedName(std::string_view text) {
  Complaints complaints;
  const size_t slash = text.find('/');
  std::string_view name = text;
  if (slash != std::string_view::npos) {
    if (text.find('/', slash + 1) != std::string_view::npos) {
      return {"a valid label key " + TextOf(kNamePart) +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (prefix.empty()) complaints.emplace_back("prefix part must be non-empty");
    if (!prefix.empty()) {
      for (const std::string& bad : Check(prefix, kSubdomainMax, kSubdomain, "bytes"))
        complaints.push_back("prefix part " + bad);
    }
  }
  if (name.empty()) {
    complaints.emplace_back("name part must be non-empty");
  } else if (name.size() > kLabelMax) {
    complaints.push_back("name part " + TooLongText(kLabelMax, "bytes"));
  }
  if (!NamePartShaped(name)) complaints.push_back("name part " + TextOf(kNamePart));
  return complaints;
}

}  // namespace wavetank::sim
