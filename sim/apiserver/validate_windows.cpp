// What Pods of one operating system cannot have: spec.os, and the options for Windows (API-722).
#include <algorithm>
#include <cctype>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_pod.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kHostNetwork("hostNetwork");
const Name kHostProcess("hostProcess");
const Name kSecurityContext("securityContext");
const Name kWindowsOptions("windowsOptions");

constexpr std::string_view kNotOfWindows = "cannot be set for a windows pod";

// In the order of the real server's checks.
constexpr std::string_view kOfPod[] = {"appArmorProfile",     "seLinuxOptions",
                                       "seccompProfile",      "fsGroup",
                                       "fsGroupChangePolicy", "sysctls",
                                       "runAsUser",           "runAsGroup",
                                       "supplementalGroups",  "supplementalGroupsPolicy",
                                       "seLinuxChangePolicy"};
constexpr std::string_view kOfContainer[] = {
    "appArmorProfile", "seLinuxOptions",           "seccompProfile", "capabilities", "readOnlyRootFilesystem",
    "privileged",      "allowPrivilegeEscalation", "procMount",      "runAsUser",    "runAsGroup"};

void ForbidGiven(const Value& context, std::span<const std::string_view> fields, const Path& path,
                 FieldErrors& errors) {
  for (const std::string_view field : fields) {
    const Value& value = context[field];
    if (value.is_null() || (value.is_array() && value.empty())) continue;
    errors.Forbidden(path / field, kNotOfWindows);
  }
}

void CheckWindowsPod(const Value& spec, const Path& path, FieldErrors& errors) {
  const Value& context = spec[kSecurityContext];
  const Path at = path / kSecurityContext;
  ForbidGiven(context, std::span(kOfPod).first(2), at, errors);
  for (const std::string_view field : {"hostUsers", "hostPID", "hostIPC"}) {
    if (!spec[field].is_null()) errors.Forbidden(path / field, kNotOfWindows);
  }
  ForbidGiven(context, std::span(kOfPod).subspan(2, 4), at, errors);
  if (!spec["shareProcessNamespace"].is_null()) errors.Forbidden(path / "shareProcessNamespace", kNotOfWindows);
  ForbidGiven(context, std::span(kOfPod).subspan(6), at, errors);
  ForEachContainer(spec, path, [&](const Value& container, const Path& where) {
    ForbidGiven(container[kSecurityContext], kOfContainer, where / kSecurityContext, errors);
  });
}

void CheckLinuxPod(const Value& spec, const Path& path, FieldErrors& errors) {
  const auto check = [&errors](const Value& context, const Path& at) {
    if (context[kWindowsOptions].is_null()) return;
    errors.Forbidden(at / kWindowsOptions, "windows options cannot be set for a linux pod");
  };
  check(spec[kSecurityContext], path / kSecurityContext);
  ForEachContainer(spec, path, [&](const Value& container, const Path& where) {
    check(container[kSecurityContext], where / kSecurityContext);
  });
}

bool HasOnly(std::string_view text, std::string_view letters) { return text.find_first_not_of(letters) == text.npos; }

bool IsNetBiosName(std::string_view name) {
  constexpr std::string_view kNever = "\\/:*?\"<>|";
  constexpr size_t kLongest = 15;
  return !name.empty() && name.size() <= kLongest && name.find_first_of(kNever) == name.npos && name.front() != '.';
}

bool IsDomainName(std::string_view name) {
  while (true) {
    const size_t dot = std::min(name.find('.'), name.size());
    const std::string_view label = name.substr(0, dot);
    const bool fits =
        !label.empty() && std::ranges::all_of(label, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
    if (!fits || label.front() == '-' || label.back() == '-') return false;
    if (dot == name.size()) return true;
    name.remove_prefix(dot + 1);
  }
}

// What is wrong with "DOMAIN\user"; empty when nothing is.
std::string DomainComplaint(std::string_view domain) {
  constexpr size_t kLongest = 256;
  if (domain.size() >= kLongest) return "runAsUserName's Domain length must be under 256 characters";
  if (IsNetBiosName(domain) || IsDomainName(domain)) return {};
  return "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
}

std::string UserComplaint(std::string_view user) {
  constexpr size_t kLongest = 104;
  if (user.empty()) return "runAsUserName's User cannot be empty";
  if (user.size() > kLongest) return "runAsUserName's User length must not be longer than 104 characters";
  if (HasOnly(user, ". ")) return "runAsUserName's User cannot contain only periods or spaces";
  if (user.find_first_of("\"/\\:;|=,+*?<>@[]") != user.npos) {
    return "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]";
  }
  return {};
}

std::string UserNameComplaint(std::string_view name) {
  if (name.empty()) return "runAsUserName cannot be an empty string";
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return "runAsUserName cannot contain control characters";
  }
  const size_t slash = name.find('\\');
  if (slash == name.npos) return UserComplaint(name);
  const std::string_view user = name.substr(slash + 1);
  if (user.find('\\') != user.npos) return "runAsUserName cannot contain more than one backslash";
  const std::string of_domain = DomainComplaint(name.substr(0, slash));
  return of_domain.empty() ? UserComplaint(user) : of_domain;
}

void UserName(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (const std::string complaint = UserNameComplaint(site.value.AsString()); !complaint.empty())
    site.Invalid(complaint);
}

void CredentialSpec(const Site& site, const Rule&) {
  constexpr size_t kLargest = 64 * 1024;
  if (site.value.is_null()) return;
  if (site.value.empty()) return site.Invalid("gmsaCredentialSpec cannot be an empty string");
  if (site.value.size() > kLargest) site.Invalid("gmsaCredentialSpec size must be under 64 KiB");
}

constexpr Rule kWindows[] = {
    {"gmsaCredentialSpecName", Subdomain},
    {"gmsaCredentialSpec", CredentialSpec},
    {"runAsUserName", UserName},
};
constexpr TypeRules kTypes[] = {{"core.v1.WindowsSecurityContextOptions", kWindows}};

}  // namespace

std::span<const TypeRules> WindowsRules() { return kTypes; }

void OperatingSystem(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& name = site.value[names::kName];
  if (name.empty()) return site.errors.Required(site.path / names::kName);
  if (name == "linux") return CheckLinuxPod(site.parent, site.parent_path, site.errors);
  if (name == "windows") return CheckWindowsPod(site.parent, site.parent_path, site.errors);
  site.errors.NotSupported(site.path, name, "linux,windows");
}

// All containers of a Pod are processes of the host, or none is.
void HostProcesses(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const Value& of_pod = spec[kSecurityContext][kWindowsOptions][kHostProcess];
  size_t all = 0;
  size_t on_host = 0;
  ForEachContainer(spec, site.path, [&](const Value& container, const Path& at) {
    ++all;
    const Value& own = container[kSecurityContext][kWindowsOptions][kHostProcess];
    if (!own.is_null() && !of_pod.is_null() && own.AsBool() != of_pod.AsBool()) {
      site.errors.Invalid(at / kSecurityContext / kWindowsOptions / kHostProcess, own,
                          std::string("pod hostProcess value must be identical if both are specified, was ") +
                              (of_pod.AsBool() ? "true" : "false"));
    }
    if ((own.is_null() ? of_pod : own).AsBool()) ++on_host;
  });
  if (on_host == 0) return;
  if (on_host != all) {
    site.errors.Invalid(
        site.path, Value(""),
        "If pod contains any hostProcess containers then all containers must be HostProcess containers");
  }
  if (!spec[kHostNetwork].AsBool()) {
    site.errors.Invalid(site.path / kHostNetwork, Value(false),
                        "hostNetwork must be true if pod contains any hostProcess containers");
  }
}

}  // namespace wavetank::sim
