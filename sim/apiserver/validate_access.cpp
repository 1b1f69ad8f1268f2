// Roles, their bindings, and certificate requests (API-741, API-742).
#include <algorithm>
#include <optional>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/selectors.h"
#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kApiGroup("apiGroup");
const Name kCertificate("certificate");

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";

// words: set for rules that lie in a namespace.
void PolicyRules(const Site& site, const Rule& rule) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& policy = site.value[i];
    const Path at(&site.path, i);
    const Value& urls = policy["nonResourceURLs"];
    if (policy["verbs"].empty()) site.errors.Required(at / "verbs", "verbs must contain at least one value");
    if (!urls.empty()) {
      if (!rule.words.empty()) {
        site.errors.Invalid(at / "nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
      }
      if (!policy["apiGroups"].empty() || !policy["resources"].empty() || !policy["resourceNames"].empty()) {
        site.errors.Invalid(at / "nonResourceURLs", urls,
                            "rules cannot apply to both regular resources and non-resource URLs");
      }
      continue;
    }
    if (policy["apiGroups"].empty())
      site.errors.Required(at / "apiGroups", "resource rules must supply at least one api group");
    if (policy["resources"].empty())
      site.errors.Required(at / "resources", "resource rules must supply at least one resource");
  }
}

void Aggregation(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& selectors = site.value["clusterRoleSelectors"];
  for (size_t i = 0; i < selectors.size(); ++i) {
    const Path list(&site.path, "clusterRoleSelectors");
    const Path at(&list, i);
    FieldErrors found;
    ValidateTree(*site.ref->type->Find("clusterRoleSelectors")->type.element->type, selectors[i], at, found);
    for (const FieldError& error : found.list()) site.errors.Add(FieldError(error));
    if (!LabelSelector::FromValue(selectors[i]).ok()) site.errors.Invalid(at, Value(), "invalid label selector.");
  }
  if (!selectors.empty()) return;
  site.errors.Required(site.path / "clusterRoleSelectors",
                       "at least one clusterRoleSelector required if aggregationRule is non-nil");
}

// words: the kinds of role that may be named.
void RoleRef(const Site& site, const Rule& rule) {
  const auto text = [&site](Name name) { return site.value[name].is_null() ? Value("") : site.value[name]; };
  if (text(kApiGroup) != kRbacGroup) site.errors.NotSupported(site.path / kApiGroup, text(kApiGroup), kRbacGroup);
  const Value kind = text(names::kKind);
  if (!HasWord(rule.words, kind.AsString())) site.errors.NotSupported(site.path / names::kKind, kind, rule.words);
  const Value name = text(names::kName);
  if (name.empty()) return site.errors.Required(site.path / names::kName);
  AddAll(CheckName(NameRule::kPathSegment, name.AsString(), false), site.path / names::kName, name, site.errors);
}

// words: set when the binding lies in a namespace.
void Subjects(const Site& site, const Rule& rule) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& subject = site.value[i];
    const Path at(&site.path, i);
    const Value& name = subject[names::kName];
    const Value& kind = subject[names::kKind];
    const Value group = subject[kApiGroup].is_null() ? Value("") : subject[kApiGroup];
    if (name.empty()) site.errors.Required(at / names::kName);
    if (kind == "ServiceAccount") {
      if (!name.empty()) AddAll(CheckDnsSubdomain(name.AsString()), at / names::kName, name, site.errors);
      if (!group.empty()) site.errors.NotSupported(at / kApiGroup, group, "");
      if (rule.words.empty() && subject[names::kNamespace].empty()) site.errors.Required(at / names::kNamespace);
    } else if (kind == "User" || kind == "Group") {
      if (group != kRbacGroup) site.errors.NotSupported(at / kApiGroup, group, kRbacGroup);
    } else {
      site.errors.NotSupported(at / names::kKind, kind.is_null() ? Value("") : kind, "ServiceAccount,User,Group");
    }
  }
}

// ---- Certificate requests.

struct Pem {
  std::string type;
  std::string bytes;
};

// The first block of PEM text; nothing when there is none.
std::optional<Pem> FirstPem(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  const size_t begin = text.find(kBegin);
  if (begin == text.npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const size_t dashes = text.find("-----");
  if (dashes == text.npos) return std::nullopt;
  Pem pem{std::string(text.substr(0, dashes)), {}};
  text.remove_prefix(dashes + 5);
  const size_t end = text.find("-----END " + pem.type + "-----");
  if (end == text.npos) return std::nullopt;
  Result<std::string> bytes = DecodeBase64(text.substr(text.find('\n') + 1, end - text.find('\n') - 1));
  if (!bytes.ok()) return std::nullopt;
  pem.bytes = *std::move(bytes);
  return pem;
}

// Is the outermost value of this DER complete?
bool IsWholeDer(std::string_view der) {
  if (der.size() < 2 || static_cast<unsigned char>(der[0]) != 0x30) return false;
  const auto byte = [der](size_t i) { return static_cast<unsigned char>(der[i]); };
  size_t length = byte(1);
  size_t header = 2;
  if (length >= 0x80) {
    const size_t count = length & 0x7f;
    if (count > 4 || der.size() < 2 + count) return false;
    length = 0;
    for (size_t i = 0; i < count; ++i) length = length * 256 + byte(2 + i);
    header += count;
  }
  return der.size() >= header + length;
}

void RequestPem(const Site& site, const Rule&) {
  const Result<std::string> text = DecodeBase64(site.value.AsString());
  const std::optional<Pem> pem = text.ok() ? FirstPem(*text) : std::nullopt;
  if (!pem.has_value() || pem->type != "CERTIFICATE REQUEST") {
    return site.errors.Invalid(site.path, site.value, "PEM block type must be CERTIFICATE REQUEST");
  }
  if (!IsWholeDer(pem->bytes)) site.errors.Invalid(site.path, site.value, "asn1: syntax error: data truncated");
}

constexpr std::string_view kUsages =
    "any,cert sign,client auth,code signing,content commitment,crl sign,data encipherment,decipher only,digital "
    "signature,"
    "email protection,encipher only,ipsec end system,ipsec tunnel,ipsec user,key agreement,key encipherment,microsoft "
    "sgc,"
    "netscape sgc,ocsp signing,s/mime,server auth,signing,timestamping";

void Usages(const Site& site, const Rule&) {
  if (site.value.empty()) site.errors.Required(site.path);
  for (size_t i = 0; i < site.value.size(); ++i) {
    if (!HasWord(kUsages, site.value[i].AsString())) site.errors.NotSupported(site.path / i, site.value[i], kUsages);
  }
  Unique(site, {});
}

void SignerName(const Site& site, const Rule&) {
  if (site.value == "kubernetes.io/legacy-unknown")
    return site.Invalid("the legacy signerName is not allowed via this API version");
  CheckSignerName(site.value, site.path, site.errors);
}

void CheckConditions(const Value& conditions, FieldErrors& errors) {
  const Path path(nullptr, "status.conditions");
  bool approved = false;
  bool denied = false;
  for (size_t i = 0; i < conditions.size(); ++i) {
    const Value& type = conditions[i][names::kType];
    const Value& status = conditions[i][names::kStatus];
    if (type.empty()) errors.Required(path / i / names::kType);
    const bool true_only = type == "Approved" || type == "Denied" || type == "Failed";
    const std::string_view allowed = true_only ? "True" : "False,True,Unknown";
    if (status.empty()) {
      errors.Required(path / i / names::kStatus);
    } else if (!HasWord(allowed, status.AsString())) {
      errors.NotSupported(path / i / names::kStatus, status, allowed);
    }
    approved = approved || type == "Approved";
    denied = denied || type == "Denied";
    if (approved && denied && (type == "Approved" || type == "Denied")) {
      errors.Invalid(path, type, "Approved and Denied conditions are mutually exclusive");
    }
    const auto before = conditions.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& c) { return c[names::kType] == type; })) {
      errors.Duplicate(path / i / names::kType, type);
    }
  }
}

// The complaint about a certificate chain; empty when it is fine.
std::string CheckCertificates(std::string_view text) {
  size_t blocks = 0;
  while (true) {
    const std::optional<Pem> pem = FirstPem(text);
    if (!pem.has_value()) break;
    if (pem->type != "CERTIFICATE") return "only CERTIFICATE PEM blocks are allowed, found " + Quote(pem->type);
    ++blocks;
    const std::string end = "-----END " + pem->type + "-----";
    text.remove_prefix(text.find(end) + end.size());
  }
  return blocks == 0 ? "must contain at least one CERTIFICATE PEM block" : std::string();
}

std::vector<Value> OfType(const Value& conditions, std::string_view type) {
  std::vector<Value> found;
  for (const Value& condition : conditions.elements()) {
    if (condition[names::kType] == type) found.push_back(condition);
  }
  return found;
}

constexpr Rule kRole[] = {{"rules", PolicyRules, "namespaced"}};
constexpr Rule kClusterRole[] = {{"rules", PolicyRules}, {"aggregationRule", Aggregation}, {"aggregationRule", Skip}};
constexpr Rule kRoleBinding[] = {{"roleRef", RoleRef, "Role,ClusterRole"}, {"subjects", Subjects, "namespaced"}};
constexpr Rule kClusterRoleBinding[] = {{"roleRef", RoleRef, "ClusterRole"}, {"subjects", Subjects}};
constexpr Rule kRequestSpec[] = {
    {"request", RequestPem},
    {"usages", Usages},
    {"signerName", SignerName},
    {"expirationSeconds", AtLeast, "may not specify a duration less than 600 seconds (10 minutes)", 600},
};

constexpr TypeRules kTypes[] = {
    {"rbac.v1.Role", kRole},
    {"rbac.v1.ClusterRole", kClusterRole},
    {"rbac.v1.RoleBinding", kRoleBinding},
    {"rbac.v1.ClusterRoleBinding", kClusterRoleBinding},
    {"certificates.v1.CertificateSigningRequestSpec", kRequestSpec},
};

}  // namespace

std::span<const TypeRules> AccessRules() { return kTypes; }

void CheckSignerName(const Value& name, const Path& path, FieldErrors& errors) {
  const std::string_view text = name.AsString();
  if (text.empty()) return errors.Required(path);
  const size_t slash = text.find('/');
  const auto invalid = [&](std::string_view why) { errors.Invalid(path, name, why); };
  if (slash == text.npos || text.find('/', slash + 1) != text.npos) {
    return invalid("must be a fully qualified domain and path of the form 'example.com/signer-name'");
  }
  const std::string_view domain = text.substr(0, slash);
  const std::string_view rest = text.substr(slash + 1);
  // Of the parts of either half the first bad one is told.
  const auto check = [&](std::string_view half, Complaints (*bad)(std::string_view)) {
    for (std::string_view left = half;; left.remove_prefix(left.find('.') + 1)) {
      const std::string_view label = left.substr(0, left.find('.'));
      const Complaints complaints = bad(label);
      for (const auto& why : complaints) {
        errors.Invalid(path, Value(half), "validating label " + Quote(label) + ": " + std::string(why));
      }
      if (!complaints.empty() || left.find('.') == left.npos) return;
    }
  };
  if (domain.size() > 253) errors.Add(field::TooLong(path.ToString(), 253));
  check(domain, CheckDnsLabel);
  if (domain.find('.') == domain.npos) {
    errors.Invalid(path, Value(domain), "should be a domain with at least two segments separated by dots");
  }
  check(rest, CheckDnsSubdomain);
  if (rest.size() > 317) errors.Add(field::TooLong(path.ToString(), 317));
}

void CheckCertificateChange(const Change& change) {
  const Value& now = change.status();
  const Value& before = change.stored.status();
  const Value& conditions = now[names::kConditions];
  const Path list(nullptr, "status.conditions");
  CheckConditions(conditions, change.errors);
  const Value& certificate = now[kCertificate];
  const bool certified = !(certificate == before[kCertificate]);
  if (certified && !certificate.empty()) {
    const Result<std::string> text = DecodeBase64(certificate.AsString());
    if (const std::string bad = CheckCertificates(text.ok() ? *text : ""); !bad.empty()) {
      change.errors.Invalid(Path(nullptr, "status.certificate"), Value("<certificate data>"), bad);
    }
  }
  for (const std::string_view type : {"Approved", "Denied", "Failed"}) {
    if (OfType(conditions, type).size() >= OfType(before[names::kConditions], type).size()) continue;
    change.errors.Forbidden(list, "updates may not remove a condition of type " + Quote(type));
  }
  const bool approval = change.subresource == "approval";
  for (const std::string_view type : {"Approved", "Denied"}) {
    if (approval || OfType(conditions, type).size() <= OfType(before[names::kConditions], type).size()) continue;
    change.errors.Forbidden(list, "updates may not add a condition of type " + Quote(type));
  }
  if (!certified) return;
  const Path path(nullptr, "status.certificate");
  if (!change.of_status()) {
    change.errors.Forbidden(path, "updates may not set certificate content");
  } else if (!before[kCertificate].empty()) {
    change.errors.Forbidden(path, "updates may not modify existing certificate content");
  }
}

}  // namespace wavetank::sim
