// Volumes of Pods, and the sources that a PersistentVolume shares with them (API-722).
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "sim/apiserver/validate_checks.h"

namespace wavetank::sim {
namespace {

const Name kFieldRef("fieldRef");
const Name kOptions("options");
const Name kResourceFieldRef("resourceFieldRef");

// ---- Small ones.

void SizeLimit(const Site& site, const Rule&) {
  if (Quantity::Of(site.value).is_negative())
    site.errors.Forbidden(site.path, "SizeLimit field must be a valid resource quantity");
}

bool Alphanumeric(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
}

// "iqn.2001-04.com.example:storage"
bool IsQualifiedInitiator(std::string_view name) {
  constexpr std::string_view kShape = "iqn.9999-99.";
  constexpr std::string_view kNever = ",;*&$| \t\n\v\f\r";
  if (name.size() <= kShape.size()) return false;
  for (size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '9' ? name[i] < '0' || name[i] > '9' : name[i] != kShape[i]) return false;
  }
  const std::string_view rest = name.substr(kShape.size());
  const size_t colon = rest.find(':');
  if (colon == rest.npos || colon == 0 || colon + 1 == rest.size()) return false;
  const bool host = std::ranges::all_of(rest.substr(0, colon),
                                        [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; });
  return host && rest.substr(colon + 1).find_first_of(kNever) == rest.npos;
}

constexpr int64_t kShort = 1;

// The name of an initiator or target; of a PersistentVolume (kShort) less is said. words: how messages call the field, if otherwise.
void InitiatorName(const Site& site, const Rule& rule) {
  if (site.value.is_null()) return;
  const std::string_view name = site.value.AsString();
  const Path path(&site.parent_path, rule.words.empty() ? site.field->name.view() : rule.words);
  const auto complain = [&](std::string_view why) { site.errors.Invalid(path, site.value, why); };
  const bool fits = name.starts_with("iqn")   ? IsQualifiedInitiator(name)
                    : name.starts_with("eui") ? name.size() == 20 && Alphanumeric(name.substr(4))
                    : name.starts_with("naa") ? name.size() == 36 && Alphanumeric(name.substr(4))
                                              : true;
  if (!fits) return complain("must be valid format");
  if (!name.starts_with("iqn") && !name.starts_with("eui") && !name.starts_with("naa")) {
    complain(rule.high == kShort ? "must be valid format" : "must be valid format starting with iqn, eui, or naa");
  }
}

// "host:port,host:port"
void QuobyteSource(const Site& site, const Rule&) {
  constexpr std::string_view kPairs = "must be a host:port pair or multiple pairs separated by commas";
  constexpr size_t kLongestTenant = 64;
  const Value& registry = site.value["registry"];
  if (registry.empty()) return site.errors.Required(site.path / "registry", kPairs);
  if (site.value["tenant"].size() > kLongestTenant) {
    return site.errors.Required(site.path / "tenant", "must be a UUID and may not exceed a length of 64 characters");
  }
  for (const std::string_view pair : SplitWords(registry.AsString())) {
    const size_t colon = pair.rfind(':');
    const std::string_view host = pair.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const bool fits = colon != pair.npos && (bracketed || host.find_first_of(":[]") == host.npos);
    if (!fits) site.errors.Invalid(site.path / "registry", registry, kPairs);
  }
}

void ChapSecret(const Site& site, const Rule&) {
  const bool chap = site.value["chapAuthDiscovery"].AsBool() || site.value["chapAuthSession"].AsBool();
  if (chap && site.value["secretRef"].is_null()) site.errors.Required(site.path / "secretRef");
}

void FibreChannel(const Site& site, const Rule&) {
  const Value& wwns = site.value["targetWWNs"];
  const Value& wwids = site.value["wwids"];
  const Value& lun = site.value["lun"];
  if (wwns.empty() && wwids.empty()) {
    site.errors.Required(site.path / "targetWWNs", "must specify either targetWWNs or wwids, but not both");
  }
  if (wwns.empty()) return;
  if (!wwids.empty()) {
    site.errors.Invalid(site.path / "targetWWNs", wwns, "targetWWNs and wwids can not be specified simultaneously");
  }
  if (lun.is_null()) {
    site.errors.Required(site.path / "lun", "lun is required if targetWWNs is specified");
  } else if (lun.AsInt() < 0 || lun.AsInt() > 255) {
    site.errors.Invalid(site.path / "lun", lun, "must be between 0 and 255, inclusive");
  }
}

void FlexOptions(const Site& site, const Rule&) {
  for (const Field& option : site.value[kOptions].fields()) {
    const std::string_view key = option.key.view();
    const std::string domain = "." + std::string(key.substr(0, key.find('/')));
    if (!domain.ends_with(".kubernetes.io") && !domain.ends_with(".k8s.io")) continue;
    site.errors.Invalid(site.path / kOptions / Path::Key{key}, Value(key),
                        "kubernetes.io and k8s.io namespaces are reserved");
  }
}

void FlockerSource(const Site& site, const Rule&) {
  const std::string_view name = site.value["datasetName"].AsString();
  const std::string_view uuid = site.value["datasetUUID"].AsString();
  if (name.empty() && uuid.empty()) site.errors.Required(site.path, "one of datasetName and datasetUUID is required");
  if (!name.empty() && !uuid.empty()) {
    site.errors.Invalid(site.path, Value("resource"),
                        "datasetName and datasetUUID can not be specified simultaneously");
  }
  if (name.find('/') != name.npos) site.errors.Invalid(site.path / "datasetName", Value(name), "must not contain '/'");
}

void AzureDiskUri(const Site& site, const Rule&) {
  const Value& kind = site.value["kind"];
  const Value& uri = site.value["diskURI"];
  if (kind.is_null()) return;
  if (kind == "Managed" && !uri.AsString().starts_with("/subscriptions/")) {
    site.errors.NotSupported(
        site.path / "diskURI", uri,
        "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
  }
  if (kind != "Managed" && !uri.AsString().starts_with("https://")) {
    site.errors.NotSupported(site.path / "diskURI", uri,
                             "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
  }
}

// A reference whose parts must be there; the words name them.
void SecretParts(const Site& site, const Rule& rule) {
  if (site.value.is_null()) return;
  for (const std::string_view part : SplitWords(rule.words)) {
    if (site.value[part].empty()) site.errors.Required(site.path / part);
  }
}

void CsiSecretName(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& name = site.value[names::kName];
  if (name.empty()) return site.errors.Required(site.path / names::kName);
  AddAll(CheckDnsSubdomain(name.AsString()), site.parent_path / names::kName, name, site.errors);
}

// ---- Files in volumes.

// Errors of a file of the downward API name the volume, not the file, in the real server.
void CheckDownwardFile(const Value& file, const Path& path, FieldErrors& errors) {
  const Value& where = file["path"];
  if (where.empty()) errors.Required(path / "path");
  const std::string_view text = where.AsString();
  if (text.starts_with('/')) errors.Invalid(path / "path", where, "must be a relative path");
  if (HasBacksteps(text)) errors.Invalid(path / "path", where, "must not contain '..'");
  if (text.starts_with("..") && !text.starts_with("../") && text != "..")
    errors.Invalid(path / "path", where, "must not start with '..'");
  const Value& field = file[kFieldRef];
  const Value& resource = file[kResourceFieldRef];
  if (!field.is_null()) {
    CheckFieldRef(field, "metadata.annotations,metadata.labels,metadata.name,metadata.namespace,metadata.uid",
                  path / kFieldRef, errors);
    if (!resource.is_null()) {
      errors.Invalid(path, Value("resource"), "fieldRef and resourceFieldRef can not be specified simultaneously");
    }
  } else if (!resource.is_null()) {
    CheckResourceFieldRef(resource, true, path / kResourceFieldRef, errors);
  } else {
    errors.Required(path, "one of fieldRef and resourceFieldRef is required");
  }
  const int64_t mode = file["mode"].AsInt();
  if (mode < 0 || mode > 0777) {
    errors.Invalid(path / "mode", file["mode"], "must be a number between 0 and 0777 (octal), both inclusive");
  }
}

void DownwardFiles(const Site& site, const Rule&) {
  for (const Value& file : site.value["items"].elements()) CheckDownwardFile(file, site.path, site.errors);
}

void TokenSource(const Site& site, const Rule&) {
  const Value& seconds = site.value["expirationSeconds"];
  if (seconds.AsInt() < 600) {
    site.errors.Invalid(site.path / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
  }
  if (seconds.AsInt() > (int64_t{1} << 32)) {
    site.errors.Invalid(site.path / "expirationSeconds", seconds,
                        "may not specify a duration larger than 2^32 seconds");
  }
}

// The paths that the sources of one projected volume make.
class UsedPaths {
 public:
  UsedPaths(const Path& volume, FieldErrors& errors) : volume_(volume), errors_(errors) {}
  // A clash is told with `shown`.
  void Add(const Value& path, const Value& shown) {
    if (path.empty()) return;
    for (const Value& used : used_) {
      if (used == path) return errors_.Invalid(volume_, shown, "conflicting duplicate paths");
    }
    used_.push_back(path);
  }

 private:
  const Path& volume_;
  FieldErrors& errors_;
  std::vector<Value> used_;
};

void ProjectedSources(const Site& site, const Rule&) {
  constexpr std::string_view kSources[] = {"secret", "configMap", "downwardAPI", "serviceAccountToken"};
  const Value& sources = site.value["sources"];
  UsedPaths used(site.path, site.errors);
  for (size_t i = 0; i < sources.size(); ++i) {
    size_t count = 0;
    for (const std::string_view kind : kSources) {
      const Value& source = sources[i][kind];
      if (source.is_null()) continue;
      ++count;
      const bool by_name = kind == "secret" || kind == "configMap";
      for (const Value& item : source["items"].elements())
        used.Add(item["path"], by_name ? source[names::kName] : item["path"]);
      if (kind != "serviceAccountToken") continue;
      if (source["path"].empty()) {
        site.errors.Required(site.path / "path");
      } else {
        CheckLocalPath(source["path"], site.path / "path", site.errors);
      }
    }
    if (count > 1)
      site.errors.Forbidden(site.path / "sources" / i, "may not specify more than 1 volume type per source");
  }
}

void TemplateMetadata(const Site& site, const Rule&) {
  for (const Field& field : site.value[names::kMetadata].fields()) {
    const std::string_view name = field.key.view();
    if (name == "labels" || name == "annotations" || name == "creationTimestamp") continue;
    site.errors.Forbidden(site.path / names::kMetadata / name, "cannot be set");
  }
  ValidateAnnotations(site.value[names::kMetadata][names::kAnnotations],
                      site.path / names::kMetadata / names::kAnnotations, site.errors);
  ValidateLabels(site.value[names::kMetadata][names::kLabels], site.path / names::kMetadata / names::kLabels,
                 site.errors);
}

// May be absent.
void NotEmpty(const Site& site, const Rule&) {
  if (!site.value.is_null() && site.value.empty()) site.errors.Required(site.path);
}

void VolumeNameTotal(const Site& site, const Rule&) {
  const Value& iscsi = site.value["iscsi"];
  const size_t total = site.value[names::kName].size() + 1 + iscsi["targetPortal"].size();
  if (iscsi["initiatorName"].is_null() || total <= 64) return;
  site.errors.Invalid(
      site.path / names::kName, site.value[names::kName],
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is "
      "specified.");
}

// A template may leave it to somebody else.
void ImageReference(const Site& site, const Rule& rule) {
  if (site.errors.of_pod) Required(site, rule);
}

constexpr std::string_view kVolumeKinds =
    "volume "
    "type:emptyDir,hostPath,gitRepo,gcePersistentDisk>persistentDisk,awsElasticBlockStore,secret,nfs,iscsi,glusterfs,"
    "flocker,"
    "persistentVolumeClaim,rbd,cinder,cephfs!cephFS,quobyte,downwardAPI!downwarAPI,fc,flexVolume,configMap,azureFile,"
    "vsphereVolume,"
    "photonPersistentDisk,portworxVolume,azureDisk,storageos,projected,scaleIO,csi,ephemeral,image";

constexpr Rule kVolume[] = {
    {"", OneOf, kVolumeKinds},
    {"", VolumeNameTotal},
    {"name", Required},
    {"name", Label},
};
constexpr Rule kEmptyDir[] = {{"sizeLimit", SizeLimit}};
constexpr Rule kHostPath[] = {
    {"path", Required},
    {"path", NoBacksteps},
    {"type", Enum, ",BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket"},
};
constexpr Rule kGitRepo[] = {{"repository", Required}, {"directory", LocalPath}};
constexpr Rule kDisk[] = {{"pdName", Required}, {"partition", InRange, "must be between 1 and 255, inclusive", 0, 255}};
constexpr Rule kBlockStore[] = {{"volumeID", Required},
                                {"partition", InRange, "must be between 1 and 255, inclusive", 0, 255}};
constexpr Rule kSecret[] = {{"secretName", Required}, {"defaultMode", FileMode}};
constexpr Rule kConfigMap[] = {{"name", Required}, {"defaultMode", FileMode}};
constexpr Rule kKeyToPath[] = {
    {"key", Required}, {"path", Required}, {"path", LocalNonReservedPath}, {"mode", FileMode}};
constexpr Rule kClaim[] = {{"claimName", Required}};
constexpr Rule kNfs[] = {{"server", Required}, {"path", Required}, {"path", AbsolutePath, "", 0, 0, true}};
constexpr Rule kIscsi[] = {
    {"targetPortal", Required},   {"iqn", Required}, {"iqn", InitiatorName},
    {"lun", InRange, "", 0, 255}, {"", ChapSecret},  {"initiatorName", InitiatorName, "initiatorname"},
};
constexpr Rule kIscsiPersistent[] = {
    {"targetPortal", Required},
    {"iqn", Required},
    {"iqn", InitiatorName, "", 0, kShort},
    {"lun", InRange, "", 0, 255},
    {"", ChapSecret},
    {"secretRef", SecretParts, "name"},
    {"initiatorName", InitiatorName, "initiatorname", 0, kShort},
};
constexpr Rule kGlusterfs[] = {{"endpoints", Required}, {"path", Required}};
constexpr Rule kGlusterfsPersistent[] = {{"endpoints", Required}, {"path", Required}, {"endpointsNamespace", Label}};
constexpr Rule kFlocker[] = {{"", FlockerSource}};
constexpr Rule kRbd[] = {{"monitors", Required}, {"image", Required}};
constexpr Rule kCinder[] = {{"volumeID", Required}, {"secretRef", SecretParts, "name"}};
constexpr Rule kCinderPersistent[] = {{"volumeID", Required}, {"secretRef", SecretParts, "name,namespace"}};
constexpr Rule kCephFs[] = {{"monitors", Required}};
constexpr Rule kQuobyte[] = {{"", QuobyteSource}, {"volume", Required}};
constexpr Rule kDownward[] = {{"defaultMode", FileMode}, {"", DownwardFiles}};
constexpr Rule kFc[] = {{"", FibreChannel}};
constexpr Rule kFlex[] = {{"driver", Required}, {"", FlexOptions}};
constexpr Rule kAzureFile[] = {{"secretName", Required}, {"shareName", Required}};
constexpr Rule kAzureFilePersistent[] = {
    {"secretName", Required}, {"shareName", Required}, {"secretNamespace", NotEmpty}};
constexpr Rule kAzureDisk[] = {
    {"diskName", Required},
    {"diskURI", Required},
    {"cachingMode", Enum, "None,ReadOnly,ReadWrite"},
    {"kind", Enum, "Dedicated,Managed,Shared"},
    {"", AzureDiskUri},
};
constexpr Rule kVsphere[] = {{"volumePath", Required}};
constexpr Rule kPhoton[] = {{"pdID", Required}};
constexpr Rule kPortworx[] = {{"volumeID", Required}};
constexpr Rule kScaleIo[] = {{"gateway", Required}, {"system", Required}, {"volumeName", Required}};
constexpr Rule kStorageOs[] = {
    {"volumeName", Required}, {"volumeName", Label}, {"volumeNamespace", Label}, {"secretRef", SecretParts, "name"}};
constexpr Rule kStorageOsPersistent[] = {{"volumeName", Required},
                                         {"volumeName", Label},
                                         {"volumeNamespace", Label},
                                         {"secretRef", SecretParts, "name,namespace"}};
constexpr Rule kProjected[] = {{"defaultMode", FileMode}, {"sources", Below}, {"", ProjectedSources}};
constexpr Rule kProjectedName[] = {{"name", Required}};
constexpr Rule kToken[] = {{"", TokenSource}};
constexpr Rule kDownwardProjection[] = {{"", DownwardFiles}};
constexpr Rule kCsi[] = {{"driver", DriverName}, {"nodePublishSecretRef", CsiSecretName}};
constexpr Rule kEphemeral[] = {{"volumeClaimTemplate", Present}};
constexpr Rule kClaimTemplate[] = {{"", TemplateMetadata}, {"spec", Below}};
constexpr Rule kImage[] = {{"reference", ImageReference}, {"pullPolicy", EnumOrRequired, "Always,IfNotPresent,Never"}};

constexpr TypeRules kTypes[] = {
    {"core.v1.Volume", kVolume},
    {"core.v1.EmptyDirVolumeSource", kEmptyDir},
    {"core.v1.HostPathVolumeSource", kHostPath},
    {"core.v1.GitRepoVolumeSource", kGitRepo},
    {"core.v1.GCEPersistentDiskVolumeSource", kDisk},
    {"core.v1.AWSElasticBlockStoreVolumeSource", kBlockStore},
    {"core.v1.SecretVolumeSource", kSecret},
    {"core.v1.ConfigMapVolumeSource", kConfigMap},
    {"core.v1.KeyToPath", kKeyToPath},
    {"core.v1.PersistentVolumeClaimVolumeSource", kClaim},
    {"core.v1.NFSVolumeSource", kNfs},
    {"core.v1.ISCSIVolumeSource", kIscsi},
    {"core.v1.ISCSIPersistentVolumeSource", kIscsiPersistent},
    {"core.v1.GlusterfsVolumeSource", kGlusterfs},
    {"core.v1.GlusterfsPersistentVolumeSource", kGlusterfsPersistent},
    {"core.v1.FlockerVolumeSource", kFlocker},
    {"core.v1.RBDVolumeSource", kRbd},
    {"core.v1.RBDPersistentVolumeSource", kRbd},
    {"core.v1.CinderVolumeSource", kCinder},
    {"core.v1.CinderPersistentVolumeSource", kCinderPersistent},
    {"core.v1.CephFSVolumeSource", kCephFs},
    {"core.v1.CephFSPersistentVolumeSource", kCephFs},
    {"core.v1.QuobyteVolumeSource", kQuobyte},
    {"core.v1.DownwardAPIVolumeSource", kDownward},
    {"core.v1.FCVolumeSource", kFc},
    {"core.v1.FlexVolumeSource", kFlex},
    {"core.v1.FlexPersistentVolumeSource", kFlex},
    {"core.v1.AzureFileVolumeSource", kAzureFile},
    {"core.v1.AzureFilePersistentVolumeSource", kAzureFilePersistent},
    {"core.v1.AzureDiskVolumeSource", kAzureDisk},
    {"core.v1.VsphereVirtualDiskVolumeSource", kVsphere},
    {"core.v1.PhotonPersistentDiskVolumeSource", kPhoton},
    {"core.v1.PortworxVolumeSource", kPortworx},
    {"core.v1.ScaleIOVolumeSource", kScaleIo},
    {"core.v1.ScaleIOPersistentVolumeSource", kScaleIo},
    {"core.v1.StorageOSVolumeSource", kStorageOs},
    {"core.v1.StorageOSPersistentVolumeSource", kStorageOsPersistent},
    {"core.v1.ProjectedVolumeSource", kProjected},
    {"core.v1.SecretProjection", kProjectedName},
    {"core.v1.ConfigMapProjection", kProjectedName},
    {"core.v1.ServiceAccountTokenProjection", kToken},
    {"core.v1.DownwardAPIProjection", kDownwardProjection},
    {"core.v1.CSIVolumeSource", kCsi},
    {"core.v1.EphemeralVolumeSource", kEphemeral},
    {"core.v1.PersistentVolumeClaimTemplate", kClaimTemplate},
    {"core.v1.ImageVolumeSource", kImage},
};

}  // namespace

std::span<const TypeRules> VolumeRules() { return kTypes; }

}  // namespace wavetank::sim
