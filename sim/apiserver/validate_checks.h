// The checkers that rules name (validate_rules.h). Each looks at one value and knows one complaint.
//
// Those about texts leave an absent value alone, and an empty one unless it is pointed to: whether it must be there is
// another rule (Required). `words` is
// what the checker needs to know, mostly its own wording.
#pragma once

#include <string_view>
#include <vector>

#include "sim/apiserver/validate_rules.h"

namespace wavetank::sim {

// ---- Order.
void Below(const Site& site, const Rule& rule);  // the rules of the types in this field, now
void Skip(const Site& site, const Rule& rule);   // what lies in this field is judged by another rule
// Of a union: exactly one of the fields, the first of which is gone into. words: "volume type:emptyDir,hostPath,...".
// Messages may call a field otherwise: "cephfs!cephFS" where it is one too many, "gce>disk" in what lies below it. "flex+":
// never one too many, though it counts.
void OneOf(const Site& site, const Rule& rule);
struct Member {
  std::string_view field;
  std::string_view too_many;
  std::string_view below;
  bool always = false;
};
Member MemberOf(std::string_view word);

// ---- There or not.
void Required(const Site& site, const Rule& rule);  // not empty, not zero; words: why
void Present(const Site& site, const Rule& rule);   // not absent
void Forbid(const Site& site, const Rule& rule);    // not set; words: why

// ---- Texts.
void Label(const Site& site, const Rule& rule);
void Label1035(const Site& site, const Rule& rule);
void Subdomain(const Site& site, const Rule& rule);
void SubdomainAlways(const Site& site, const Rule& rule);        // an empty one too
void QualifiedName(const Site& site, const Rule& rule);          // an empty one too
void OptionalQualifiedName(const Site& site, const Rule& rule);  // an absent one passes, an empty one does not
void LabelValue(const Site& site, const Rule& rule);
void ConfigKey(const Site& site, const Rule& rule);
void EnvName(const Site& site, const Rule& rule);
void PortName(const Site& site, const Rule& rule);
void PathSegment(const Site& site, const Rule& rule);
void Ip(const Site& site, const Rule& rule);
void CidrBlock(const Site& site, const Rule& rule);
void Trimmed(const Site& site, const Rule& rule);
void AbsolutePath(const Site& site, const Rule& rule);  // an empty one too
void NoBacksteps(const Site& site, const Rule& rule);
void LocalPath(const Site& site, const Rule& rule);             // relative, no ".."
void LocalNonReservedPath(const Site& site, const Rule& rule);  // nor a name that begins with ".."
void MaxBytes(const Site& site, const Rule& rule);              // at most `high`
void DriverName(const Site& site, const Rule& rule);            // of CSI, required
// One of the words, separated by commas. Enum lets what is unset pass, EnumAlways does not, EnumOrRequired asks for it.
void Enum(const Site& site, const Rule& rule);
void EnumAlways(const Site& site, const Rule& rule);
void EnumOrRequired(const Site& site, const Rule& rule);
void EnumIfGivenOrRequired(const Site& site, const Rule& rule);  // of a pointer: "" is missing

// ---- Numbers. An absent one passes.
void NonNegative(const Site& site, const Rule& rule);
void AtLeast(const Site& site, const Rule& rule);     // low; words: the complaint, if it is its own
void AtMost(const Site& site, const Rule& rule);      // high; likewise
void InRange(const Site& site, const Rule& rule);     // low..high; likewise
void PortNumber(const Site& site, const Rule& rule);  // 1..65535, zero is none
void PortOrName(const Site& site, const Rule& rule);
void FileMode(const Site& site, const Rule& rule);
void NonNegativeQuantity(const Site& site, const Rule& rule);

// ---- Lists and maps.
void LabelMap(const Site& site, const Rule& rule);
void AnnotationMap(const Site& site, const Rule& rule);
void UniqueBy(const Site& site, const Rule& rule);  // elements differ in the field `words`
void Unique(const Site& site, const Rule& rule);    // scalar elements differ
void MaxItems(const Site& site, const Rule& rule);  // at most `high`

// ---- For checkers elsewhere.
std::vector<std::string_view> SplitWords(std::string_view words);
bool HasWord(std::string_view words, std::string_view word);
void AddAll(const Complaints& complaints, const Path& path, const Value& value, FieldErrors& errors);
// "example.com/signer": of certificate requests.
void CheckSignerName(const Value& name, const Path& path, FieldErrors& errors);
// "example.com/path".
void CheckDomainPath(const Value& value, const Path& path, FieldErrors& errors);
// "25%" or a number that is not negative.
void CheckIntOrPercent(const Value& value, const Path& path, FieldErrors& errors);
void CheckPortOrName(const Value& port, const Path& path, FieldErrors& errors);
// References of the downward API (validate_container.cpp): to a field of the Pod, to a resource of a container.
void CheckFieldRef(const Value& ref, std::string_view allowed, const Path& path, FieldErrors& errors);
void CheckResourceFieldRef(const Value& ref, bool of_volume, const Path& path, FieldErrors& errors);
// Relative, no "..": of a value that has no rule of its own.
void CheckLocalPath(const Value& value, const Path& path, FieldErrors& errors);
bool HasBacksteps(std::string_view path);
// Is there an element whose `field` is `value`?
bool Among(const Value& list, Name field, const Value& value);

}  // namespace wavetank::sim
