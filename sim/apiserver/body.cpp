#include "sim/apiserver/body.h"

#include <algorithm>

#include "runtime/api/schema.h"
#include "runtime/api/typed_json.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/apiserver/served_form.h"

namespace wavetank::sim {
namespace {

constexpr size_t kMaxFindings = 100;  // observed.md 195
constexpr std::string_view kScheme = "pkg/runtime/scheme.go:111";

// Kinds that are served no more, or under another version alone, but that the server can still read (API-019).
struct OldKinds {
  std::string_view version;
  std::string_view kinds;  // ",A,B,"
};
constexpr OldKinds kOldKinds[] = {
    {"apps/v1beta1", ",ControllerRevision,Deployment,Scale,StatefulSet,"},
    {"apps/v1beta2", ",ControllerRevision,DaemonSet,Deployment,ReplicaSet,Scale,StatefulSet,"},
    {"extensions/v1beta1", ",DaemonSet,Deployment,Ingress,NetworkPolicy,ReplicaSet,Scale,"},
    {"batch/v1beta1", ",CronJob,"},
    {"policy/v1beta1", ",Eviction,PodDisruptionBudget,"},
    {"networking.k8s.io/v1beta1", ",IPAddress,Ingress,IngressClass,ServiceCIDR,"},
    {"events.k8s.io/v1beta1", ",Event,"},
    {"discovery.k8s.io/v1beta1", ",EndpointSlice,"},
    {"coordination.k8s.io/v1beta1", ",Lease,LeaseCandidate,"},
    {"node.k8s.io/v1beta1", ",RuntimeClass,"},
    {"node.k8s.io/v1alpha1", ",RuntimeClass,"},
    {"scheduling.k8s.io/v1beta1", ",PriorityClass,"},
    {"scheduling.k8s.io/v1alpha1", ",PriorityClass,"},
    {"storage.k8s.io/v1beta1",
     ",CSIDriver,CSINode,CSIStorageCapacity,StorageClass,VolumeAttachment,VolumeAttributesClass,"},
    {"rbac.authorization.k8s.io/v1beta1", ",ClusterRole,ClusterRoleBinding,Role,RoleBinding,"},
    {"rbac.authorization.k8s.io/v1alpha1", ",ClusterRole,ClusterRoleBinding,Role,RoleBinding,"},
    {"admissionregistration.k8s.io/v1beta1", ",MutatingWebhookConfiguration,ValidatingWebhookConfiguration,"},
};

bool IsOldKind(std::string_view version, std::string_view kind) {
  const std::string wanted = "," + std::string(kind) + ",";
  return std::ranges::any_of(kOldKinds, [&](const OldKinds& row) {
    return row.version == version && row.kinds.find(wanted) != std::string_view::npos;
  });
}

// Kinds without a resource: of every group version, of core alone.
constexpr std::string_view kOptionKinds =
    ",CreateOptions,DeleteOptions,GetOptions,ListOptions,PatchOptions,UpdateOptions,WatchEvent,";
constexpr std::string_view kCoreKinds =
    ",APIGroup,APIGroupList,APIResourceList,APIVersions,List,NodeProxyOptions,PodAttachOptions,PodExecOptions,"
    "PodLogOptions,"
    "PodPortForwardOptions,PodProxyOptions,PodStatusResult,RangeAllocation,SerializedReference,ServiceProxyOptions,"
    "Status,";

bool IsOtherKind(const KindRegistry& kinds, std::string_view version, std::string_view kind) {
  const std::string wanted = "," + std::string(kind) + ",";
  if (version == "v1" && kCoreKinds.find(wanted) != kCoreKinds.npos) return true;
  if (kind.ends_with("List") && kinds.FindKind(version, kind.substr(0, kind.size() - 4)) != nullptr) return true;
  if (kOptionKinds.find(wanted) == kOptionKinds.npos) return false;
  return std::ranges::any_of(kinds.Resources(),
                             [&](const ResourceInfo* resource) { return resource->gvk.api_version() == version; });
}

// Is `text` gvk.api_version()? Makes no string: every body is asked.
bool IsApiVersion(const Gvk& gvk, std::string_view text) {
  const std::string_view group = gvk.group.view();
  const std::string_view version = gvk.version.view();
  if (group.empty()) return text == version;
  return text.size() == group.size() + 1 + version.size() && text.starts_with(group) && text[group.size()] == '/' &&
         text.ends_with(version);
}

// Does the document name the kind, or nothing? Empty texts count as what the path wants.
bool NamesKind(const Gvk& want, const Value& document) {
  const std::string_view kind = document[names::kKind].AsString();
  const std::string_view version = document[names::kApiVersion].AsString();
  return (kind.empty() || kind == want.kind.view()) && (version.empty() || IsApiVersion(want, version));
}

// Has the document the very kind and apiVersion of the stored object? Fields are sorted: these two stand first.
bool NamedAsStored(const Value& document, const Value& stored) {
  const std::span<const Field> now = document.fields();
  const std::span<const Field> before = stored.fields();
  return now.size() >= 2 && before.size() >= 2 && now[0].key.node() == names::kApiVersion.node() &&
         now[0].value.identity() == before[0].value.identity() && now[1].key.node() == names::kKind.node() &&
         now[1].value.identity() == before[1].value.identity();
}

Status CheckVersion(const Gvk& want, const Value& body) {
  const std::string_view version = body[names::kApiVersion].AsString();
  if (version.empty() || IsApiVersion(want, version)) return {};
  return BadRequestError("the API version in the data (" + std::string(version) +
                         ") does not match the expected API version (" + want.api_version() + ")");
}

// A single value and the list that took its place: the list's first element is the single one, which has the last word.
struct Mirror {
  Name kind;
  Name section;
  Name single;
  Name list;
  Name element;  // the key in an object of the list; empty: the elements themselves
};

const Mirror kMirrors[] = {
    {Name("Node"), names::kSpec, Name("podCIDR"), Name("podCIDRs"), Name("")},
    {Name("Pod"), names::kStatus, Name("podIP"), Name("podIPs"), Name("ip")},
};

Value MirrorList(const Gvk& gvk, const Value& object) {
  if (!gvk.group.view().empty()) return object;
  for (const Mirror& mirror : kMirrors) {
    if (mirror.kind != gvk.kind) continue;
    const bool plain = mirror.element.view().empty();
    const Value& section = object[mirror.section];
    const Value& single = section[mirror.single];
    const Value& first = section[mirror.list][0];
    const Value& same = plain ? first : first[mirror.element];
    if (single == same || (single.empty() && same.empty())) continue;
    const Value next =
        single.empty()
            ? section.Set(mirror.single, same)
            : section.Set(mirror.list,
                          Value::Array({plain ? single : ObjectBuilder(1).Add(mirror.element, single).Build()}));
    return WithFields(object, {{mirror.section, next}});
  }
  return object;
}

// The first bytes of a body that is no document, as the real server shows them.
std::string Excerpt(std::string_view text) {
  constexpr size_t kShown = 30;
  if (text.empty()) return "<empty>";
  const std::string_view shown = text.substr(0, kShown);
  std::string out;
  if (text.starts_with('{')) {
    out = shown;
  } else {
    static constexpr char kHex[] = "0123456789abcdef";
    for (const char c : shown) {
      const auto byte = static_cast<unsigned char>(c);
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return text.size() > kShown ? out + " ..." : out;
}

}  // namespace

std::string WrongKind(const Exchange& exchange, const Gvk& want, const Value& document) {
  if (NamesKind(want, document)) return {};
  const std::string_view kind = document[names::kKind].AsString();
  const std::string_view version = document[names::kApiVersion].AsString();
  const std::string shown = version.empty() ? want.api_version() : std::string(version);
  const std::string of(kind.empty() ? want.kind.view() : kind);
  const ResourceInfo* other = exchange.state.kinds.FindKind(shown, of);
  if (other == nullptr && of == want.kind.view() && IsOldKind(shown, of)) return {};  // CheckVersion says it
  if (other == nullptr && !IsOtherKind(exchange.state.kinds, shown, of)) {
    return "no kind " + Quote(of) + " is registered for version " + Quote(shown) + " in scheme " + Quote(kScheme);
  }
  if (of == want.kind.view()) return {};  // another version of the same kind: CheckVersion says it
  // Go decodes it as what it says it is, and fails at the conversion.
  if (other != nullptr && other->type != nullptr) {
    if (const Status bad = Decode(*other->type, document).status(); !bad.ok()) return bad.message();
  }
  const std::string_view group = want.group.view().empty() ? "core" : want.group.view();
  return "converting (" + std::string(SplitApiVersion(shown).version) + "." + of + ") to (" +
         std::string(group.substr(0, group.find('.'))) + "." + std::string(want.kind.view()) + "): unknown conversion";
}

std::string WrongShape(const Gvk& want, const Value& document) {
  const std::string_view found = document.is_array()    ? "array"
                                 : document.is_string() ? "string"
                                 : document.is_bool()   ? "bool"
                                                        : "number";
  return "json: cannot unmarshal " + std::string(found) + " into Go value of type " + std::string(want.version.view()) +
         "." + std::string(want.kind.view());
}

Result<Value> DecodeAs(Exchange& exchange, const DocumentKind& kind, const Value& document,
                       std::vector<std::string>& unknown, const Value& stored) {
  const Gvk& gvk = kind.gvk;
  const TypeInfo* type = kind.type;
  Value value = document;
  if (type != nullptr && exchange.state.options->defaulting) {
    // A spec that was decoded before, in another object of the kind, comes out the same.
    Memo& memo = *exchange.state.decoded;
    const Value& given = document[names::kSpec];
    const bool own = type == exchange.resource().type;
    const bool is_stored = stored.is_object() && given.identity() == stored[names::kSpec].identity();
    const Memo::Entry* known = own && !is_stored ? memo.Find(given, exchange.resource().index) : nullptr;
    const bool reuse = known != nullptr;
    WT_ASSIGN(Decoded decoded, Decode(*type, reuse ? document.Set(names::kSpec, known->result) : document, stored));
    value = MirrorList(gvk, ServedForm(*type, ApplyDefaults(*type, decoded.value)));
    if (own && !is_stored && !reuse && decoded.unknown_fields.empty() &&
        value[names::kSpec].identity() != given.identity()) {
      memo.Put(given, value[names::kSpec], Value(), exchange.resource().index);
    }
    unknown = std::move(decoded.unknown_fields);
  }
  if (NamedAsStored(value, stored)) return value;
  const Value& said = value[names::kKind];
  if (!said.is_string() || said.empty()) {
    value = WithFields(value, {{names::kApiVersion, gvk.api_version()}, {names::kKind, Value(gvk.kind)}});
  } else if (value[names::kApiVersion].empty()) {
    value = WithFields(value, {{names::kApiVersion, gvk.api_version()}});
  }
  return value;
}

// Keys that stand twice in YAML: warnings one by one, one error together.
std::vector<std::string> YamlFindings(const Exchange& exchange, const std::vector<std::string>& duplicates) {
  if (duplicates.empty() || exchange.request.field_validation != FieldValidation::kStrict) return duplicates;
  return {"yaml: unmarshal errors:\n  " + Join(duplicates, "\n  ")};
}

std::vector<std::string> FindingsOf(const Exchange& exchange, std::string_view prefix,
                                    const std::vector<std::string>& unknown) {
  std::vector<std::string> findings;
  if (exchange.request.field_validation == FieldValidation::kIgnore) return findings;
  const BodySource* source = exchange.request.source.get();
  std::vector<TextFinding> found;
  if (source != nullptr && source->is_json) {
    for (const std::string& path : source->duplicates) found.push_back({path, true});
  }
  if (source != nullptr && !source->is_json) findings = YamlFindings(exchange, source->duplicates);
  for (const std::string& path : unknown) found.push_back({path, false});
  if (source != nullptr && source->is_json) SortByPlaceInText(source->text, found);
  for (const TextFinding& finding : found) {
    if (findings.size() == kMaxFindings) break;
    findings.push_back(std::string(prefix) + (finding.duplicate ? "duplicate" : "unknown") + " field " +
                       Quote(finding.path));
  }
  return findings;
}

Result<Value> DecodeBody(Exchange& exchange, const DocumentKind& kind, const Value& sent, const Value& stored) {
  const Gvk& gvk = kind.gvk;
  if (const BodySource* source = exchange.request.source.get(); source != nullptr && !source->error.empty()) {
    return BadRequestError("the object provided is unrecognized (must be of type " + std::string(gvk.kind.view()) +
                           "): " + source->error + " (" + Excerpt(source->text) + ")");
  }
  const Value body = sent.is_null() ? Value::EmptyObject() : sent;
  if (!body.is_object()) {
    const std::string text = WriteJson(body);
    return BadRequestError("the object provided is unrecognized (must be of type " + std::string(gvk.kind.view()) +
                           "): couldn't get version/kind; json parse error: json: cannot unmarshal into Go value (" +
                           text.substr(0, 30) + ")");
  }
  const bool named = NamedAsStored(body, stored) || NamesKind(gvk, body);
  if (const std::string wrong = named ? std::string() : WrongKind(exchange, gvk, body); !wrong.empty()) {
    const std::string_view said = body[names::kKind].AsString();
    const std::string_view version = SplitApiVersion(body[names::kApiVersion].AsString()).version;
    return BadRequestError(std::string(said.empty() ? gvk.kind.view() : said) + " in version " +
                           Quote(version.empty() ? gvk.version.view() : version) + " cannot be handled as a " +
                           std::string(gvk.kind.view()) + ": " + wrong);
  }
  if (!named) WT_RETURN_IF_ERROR(CheckVersion(gvk, body));
  std::vector<std::string> unknown;
  const auto cannot = [&gvk](const std::string& why) {
    return BadRequestError(std::string(gvk.kind.view()) + " in version " + Quote(gvk.version.view()) +
                           " cannot be handled as a " + std::string(gvk.kind.view()) + ": " + why);
  };
  Result<Value> decoded = DecodeAs(exchange, kind, body, unknown, stored);
  if (!decoded.ok()) return cannot(decoded.status().message());
  if (unknown.empty() && exchange.request.source == nullptr) return decoded;
  const std::vector<std::string> findings = FindingsOf(exchange, "", unknown);
  if (findings.empty()) return decoded;
  if (exchange.request.field_validation == FieldValidation::kStrict) {
    return cannot("strict decoding error: " + Join(findings, ", "));
  }
  for (const std::string& finding : findings) exchange.Warn(finding);
  return decoded;
}

Result<Value> MatchNamespace(const Exchange& exchange, Value object) {
  const Value& metadata = object[names::kMetadata];
  const Value& ns = metadata[names::kNamespace];
  if (!exchange.resource().namespaced) {
    if (ns.is_null()) return object;
    return WithFields(object, {{names::kMetadata, WithFields(metadata, {{names::kNamespace, Value()}})}});
  }
  if (ns.AsString() == exchange.request.ns.view()) return object;
  if (!ns.AsString().empty()) {
    return BadRequestError("the namespace of the provided object does not match the namespace sent on the request");
  }
  // A new object gets it with the rest of its metadata, unless somebody looks at it before.
  if (exchange.request.verb == Verb::kCreate && exchange.state.options->hooks.empty()) return object;
  Value next = WithFields(metadata, {{names::kNamespace, Value(exchange.request.ns)}});
  return WithFields(object, {{names::kMetadata, std::move(next)}});
}

Status MatchName(const Exchange& exchange, const Value& object) {
  const std::string_view name = object[names::kMetadata][names::kName].AsString();
  const std::string_view url = exchange.request.name.view();
  if (name == url) return {};
  if (name.empty()) {
    return BadRequestError("the name of the object (" + std::string(url) +
                           " based on URL) was undeterminable: name must be provided");
  }
  return BadRequestError("the name of the object (" + std::string(name) + ") does not match the name on the URL (" +
                         std::string(url) + ")");
}

Status CheckWriteOptions(const Exchange& exchange) {
  const std::string_view manager = exchange.request.field_manager.view();
  if (manager.empty()) return {};
  static constexpr std::string_view kOptions[] = {"", "", "", "CreateOptions", "UpdateOptions", "PatchOptions"};
  const size_t verb = static_cast<size_t>(exchange.request.verb);
  if (verb >= std::size(kOptions)) return {};
  std::vector<FieldError> errors;
  if (manager.size() > 128) errors.push_back(field::TooLong("fieldManager", 128));
  size_t position = 0;
  for (size_t at = 0; at < manager.size(); ++position) {
    const unsigned char c = static_cast<unsigned char>(manager[at]);
    const size_t length = Utf8Length(manager, at);
    if (c < 0x20 || c == 0x7f) {
      static constexpr char kHex[] = "0123456789ABCDEF";
      const std::string code = std::string("U+00") + kHex[c >> 4] + kHex[c & 15];
      errors.push_back(field::Invalid("fieldManager", Value(manager),
                                      "invalid character " + code + " (at position " + std::to_string(position) + ")"));
      break;
    }
    at += length == 0 ? 1 : length;
  }
  if (errors.empty()) return {};
  return InvalidError(ErrorSubject("meta.k8s.io", kOptions[verb], ""), errors);
}

}  // namespace wavetank::sim
