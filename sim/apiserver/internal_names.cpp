// Where internal types differ from the kind table in names or order (internal_form.h).
#include "sim/apiserver/internal_form.h"

namespace wavetank::sim {
namespace {

constexpr InternalNames kTable[] = {
    {"core.v1.Volume",
     "Name HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs "
     "PersistentVolumeClaim RBD Quobyte FlexVolume Cinder CephFS Flocker DownwardAPI FC AzureFile ConfigMap "
     "VsphereVolume AzureDisk PhotonPersistentDisk Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image"},
    {"core.v1.VolumeSource",
     "HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs "
     "PersistentVolumeClaim RBD Quobyte FlexVolume Cinder CephFS Flocker DownwardAPI FC AzureFile ConfigMap "
     "VsphereVolume AzureDisk PhotonPersistentDisk Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image"},
    {"core.v1.PersistentVolumeSource",
     "GCEPersistentDisk AWSElasticBlockStore HostPath Glusterfs NFS RBD Quobyte ISCSI FlexVolume Cinder CephFS FC "
     "Flocker AzureFile VsphereVolume AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO Local StorageOS CSI"},
    {"core.v1.PersistentVolumeSpec",
     "Capacity GCEPersistentDisk AWSElasticBlockStore HostPath Glusterfs NFS RBD Quobyte ISCSI FlexVolume Cinder "
     "CephFS FC Flocker AzureFile VsphereVolume AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO Local StorageOS "
     "CSI AccessModes ClaimRef PersistentVolumeReclaimPolicy StorageClassName MountOptions VolumeMode NodeAffinity "
     "VolumeAttributesClassName"},
    {"core.v1.TypedObjectReference", "APIGroup Kind Name Namespace"},
    {"core.v1.GCEPersistentDiskVolumeSource", "PDName FSType Partition ReadOnly"},
    {"core.v1.ISCSIVolumeSource",
     "TargetPortal IQN Lun ISCSIInterface FSType ReadOnly Portals DiscoveryCHAPAuth=chapAuthDiscovery "
     "SessionCHAPAuth=chapAuthSession SecretRef InitiatorName"},
    {"core.v1.ISCSIPersistentVolumeSource",
     "TargetPortal IQN Lun ISCSIInterface FSType ReadOnly Portals DiscoveryCHAPAuth=chapAuthDiscovery "
     "SessionCHAPAuth=chapAuthSession SecretRef InitiatorName"},
    {"core.v1.FCVolumeSource", "TargetWWNs Lun FSType ReadOnly WWIDs"},
    {"core.v1.FlexPersistentVolumeSource", "Driver FSType SecretRef ReadOnly Options"},
    {"core.v1.FlexVolumeSource", "Driver FSType SecretRef ReadOnly Options"},
    {"core.v1.AWSElasticBlockStoreVolumeSource", "VolumeID FSType Partition ReadOnly"},
    {"core.v1.GlusterfsVolumeSource", "EndpointsName=endpoints Path ReadOnly"},
    {"core.v1.GlusterfsPersistentVolumeSource", "EndpointsName=endpoints Path ReadOnly EndpointsNamespace"},
    {"core.v1.RBDVolumeSource",
     "CephMonitors=monitors RBDImage=image FSType RBDPool=pool RadosUser=user Keyring SecretRef ReadOnly"},
    {"core.v1.RBDPersistentVolumeSource",
     "CephMonitors=monitors RBDImage=image FSType RBDPool=pool RadosUser=user Keyring SecretRef ReadOnly"},
    {"core.v1.CinderVolumeSource", "VolumeID FSType ReadOnly SecretRef"},
    {"core.v1.CinderPersistentVolumeSource", "VolumeID FSType ReadOnly SecretRef"},
    {"core.v1.VsphereVirtualDiskVolumeSource", "VolumePath FSType StoragePolicyName StoragePolicyID"},
    {"core.v1.PhotonPersistentDiskVolumeSource", "PdID FSType"},
    {"core.v1.PortworxVolumeSource", "VolumeID FSType ReadOnly"},
    {"core.v1.AzureDiskVolumeSource", "DiskName DataDiskURI=diskURI CachingMode FSType ReadOnly Kind"},
    {"core.v1.ScaleIOVolumeSource",
     "Gateway System SecretRef SSLEnabled ProtectionDomain StoragePool StorageMode VolumeName FSType ReadOnly"},
    {"core.v1.ScaleIOPersistentVolumeSource",
     "Gateway System SecretRef SSLEnabled ProtectionDomain StoragePool StorageMode VolumeName FSType ReadOnly"},
    {"core.v1.StorageOSVolumeSource", "VolumeName VolumeNamespace FSType ReadOnly SecretRef"},
    {"core.v1.StorageOSPersistentVolumeSource", "VolumeName VolumeNamespace FSType ReadOnly SecretRef"},
    {"core.v1.LocalVolumeSource", "Path FSType"},
    {"core.v1.CSIPersistentVolumeSource",
     "Driver VolumeHandle ReadOnly FSType VolumeAttributes ControllerPublishSecretRef NodeStageSecretRef "
     "NodePublishSecretRef ControllerExpandSecretRef NodeExpandSecretRef"},
    {"core.v1.CSIVolumeSource", "Driver ReadOnly FSType VolumeAttributes NodePublishSecretRef"},
    {"core.v1.ObjectFieldSelector", "APIVersion FieldPath"},
    {"core.v1.HTTPGetAction", "Path Port Host Scheme HTTPHeaders"},
    {"core.v1.Probe",
     "Exec HTTPGet TCPSocket GRPC InitialDelaySeconds TimeoutSeconds PeriodSeconds SuccessThreshold FailureThreshold "
     "TerminationGracePeriodSeconds"},
    {"core.v1.Container",
     "Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy RestartPolicyRules "
     "VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle TerminationMessagePath "
     "TerminationMessagePolicy ImagePullPolicy SecurityContext Stdin StdinOnce TTY"},
    {"core.v1.ProbeHandler", "Exec HTTPGet TCPSocket GRPC"},
    {"core.v1.LifecycleHandler", "Exec HTTPGet TCPSocket Sleep"},
    {"core.v1.ContainerStatus",
     "Name State LastTerminationState=lastState Ready RestartCount Image ImageID ContainerID Started "
     "AllocatedResources Resources VolumeMounts User AllocatedResourcesStatus StopSignal"},
    {"core.v1.LinuxContainerUser", "UID GID SupplementalGroups"},
    {"core.v1.PodSpec",
     "Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds "
     "ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName "
     "SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations "
     "HostAliases PriorityClassName Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead "
     "EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride "
     "SchedulingGroup"},
    {"core.v1.HostAlias", "IP Hostnames"},
    {"core.v1.PodSecurityContext",
     "HostNetwork^ HostPID^ HostIPC^ ShareProcessNamespace^ HostUsers^ SELinuxOptions WindowsOptions RunAsUser "
     "RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls "
     "SeccompProfile AppArmorProfile SELinuxChangePolicy"},
    {"core.v1.PodIP", "IP"},
    {"core.v1.HostIP", "IP"},
    {"core.v1.EphemeralContainerCommon",
     "Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy RestartPolicyRules "
     "VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle TerminationMessagePath "
     "TerminationMessagePolicy ImagePullPolicy SecurityContext Stdin StdinOnce TTY"},
    {"core.v1.EphemeralContainer",
     "Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy RestartPolicyRules "
     "VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle TerminationMessagePath "
     "TerminationMessagePolicy ImagePullPolicy SecurityContext Stdin StdinOnce TTY TargetContainerName"},
    {"core.v1.PodStatus",
     "ObservedGeneration Phase Conditions Message Reason NominatedNodeName HostIP HostIPs PodIPs StartTime QOSClass "
     "InitContainerStatuses ContainerStatuses EphemeralContainerStatuses Resize ResourceClaimStatuses "
     "ExtendedResourceClaimStatus AllocatedResources Resources NodeAllocatableResourceClaimStatuses"},
    {"core.v1.LoadBalancerIngress", "IP Hostname IPMode Ports"},
    {"core.v1.ServiceSpec",
     "Type Ports Selector ClusterIP ClusterIPs IPFamilies IPFamilyPolicy ExternalName ExternalIPs LoadBalancerIP "
     "SessionAffinity SessionAffinityConfig LoadBalancerSourceRanges ExternalTrafficPolicy HealthCheckNodePort "
     "PublishNotReadyAddresses AllocateLoadBalancerNodePorts LoadBalancerClass InternalTrafficPolicy "
     "TrafficDistribution"},
    {"core.v1.EndpointAddress", "IP Hostname NodeName TargetRef"},
    {"core.v1.NodeSpec", "PodCIDRs ProviderID Unschedulable Taints ConfigSource DoNotUseExternalID=externalID"},
    {"core.v1.ConfigMapNodeConfigSource", "Namespace Name UID ResourceVersion KubeletConfigKey"},
    {"core.v1.NodeSystemInfo",
     "MachineID SystemUUID BootID KernelVersion OSImage ContainerRuntimeVersion KubeletVersion KubeProxyVersion "
     "OperatingSystem Architecture Swap"},
    {"core.v1.ObjectReference", "Kind Namespace Name UID APIVersion ResourceVersion FieldPath"},
    {"core.v1.TypedLocalObjectReference", "APIGroup Kind Name"},
    {"core.v1.Event",
     "InvolvedObject Reason Message Source FirstTimestamp LastTimestamp Count Type EventTime Series Action Related "
     "ReportingController=reportingComponent ReportingInstance"},
    {"core.v1.Secret", "Immutable Data Type"},
    {"core.v1.SecurityContext",
     "Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem "
     "AllowPrivilegeEscalation ProcMount SeccompProfile AppArmorProfile"},
    {"core.v1.WindowsSecurityContextOptions", "GMSACredentialSpecName GMSACredentialSpec RunAsUserName HostProcess"},
    {"apps.v1.DeploymentSpec",
     "Replicas Selector Template Strategy MinReadySeconds RevisionHistoryLimit Paused RollbackTo= "
     "ProgressDeadlineSeconds"},
    {"apps.v1.DaemonSetSpec",
     "Selector Template UpdateStrategy MinReadySeconds TemplateGeneration= RevisionHistoryLimit"},
    {"batch.v1.JobSpec",
     "Parallelism Completions PodFailurePolicy SuccessPolicy ActiveDeadlineSeconds BackoffLimit BackoffLimitPerIndex "
     "MaxFailedIndexes Selector ManualSelector Template TTLSecondsAfterFinished CompletionMode Suspend "
     "PodReplacementPolicy ManagedBy"},
    {"batch.v1.JobStatus",
     "Conditions StartTime CompletionTime Active Terminating Ready Succeeded Failed CompletedIndexes FailedIndexes "
     "UncountedTerminatedPods"},
    {"autoscaling.v2.CrossVersionObjectReference", "Kind Name APIVersion"},
    {"autoscaling.v2.ContainerResourceMetricSource", "Name Container Target"},
    {"autoscaling.v2.ContainerResourceMetricStatus", "Name Container Current"},
    {"networking.v1.IPBlock", "CIDR Except"},
    {"networking.v1.NetworkPolicyPeer", "PodSelector NamespaceSelector IPBlock"},
    {"networking.v1.IngressSpec", "IngressClassName DefaultBackend TLS Rules"},
    {"networking.v1.IngressClassParametersReference", "APIGroup Kind Name Scope Namespace"},
    {"networking.v1.IngressLoadBalancerIngress", "IP Hostname Ports"},
    {"networking.v1.IngressRule", "Host HTTP"},
    {"networking.v1.IngressRuleValue", "HTTP"},
    {"networking.v1.ServiceCIDRSpec", "CIDRs"},
    {"storage.v1.CSIDriverSpec",
     "AttachRequired FSGroupPolicy PodInfoOnMount VolumeLifecycleModes StorageCapacity TokenRequests RequiresRepublish "
     "SELinuxMount NodeAllocatableUpdatePeriodSeconds ServiceAccountTokenInSecrets PreventPodSchedulingIfMissing"},
    {"rbac.v1.PolicyRule", "Verbs APIGroups Resources ResourceNames NonResourceURLs"},
    {"rbac.v1.Subject", "Kind APIGroup Name Namespace"},
    {"rbac.v1.RoleRef", "APIGroup Kind Name"},
    {"certificates.v1.CertificateSigningRequestSpec",
     "Request SignerName ExpirationSeconds Usages Username UID Groups Extra"},
    {"flowcontrol.v1.Subject", "Kind User Group ServiceAccount"},
    {"flowcontrol.v1.ResourcePolicyRule", "Verbs APIGroups Resources ClusterScope Namespaces"},
    {"admissionregistration.v1.Rule", "APIGroups APIVersions Resources Scope"},
    {"admissionregistration.v1.ValidatingAdmissionPolicySpec",
     "ParamKind MatchConstraints Validations MatchConditions FailurePolicy AuditAnnotations Variables"},
    {"admissionregistration.v1.ParamKind", "APIVersion Kind"},
    {"admissionregistration.v1.NamedRuleWithOperations",
     "ResourceNames Operations APIGroups APIVersions Resources Scope"},
    {"admissionregistration.v1.RuleWithOperations", "Operations APIGroups APIVersions Resources Scope"},
    {"admissionregistration.v1.WebhookClientConfig", "URL Service CABundle"},
    {"admissionregistration.v1.Mutation", "PatchType ApplyConfiguration JSONPatch"},
    {"resource.v1.DeviceAttribute",
     "IntValue=int BoolValue=bool StringValue=string VersionValue=version IntValues=ints BoolValues=bools "
     "StringValues=strings VersionValues=versions"},
    {"resource.v1.DeviceSelector", "CEL"},
    {"resource.v1.ResourceClaimConsumerReference", "APIGroup Resource Name UID"},
    {"resource.v1.NetworkDeviceData", "InterfaceName IPs HardwareAddress"},
};

}  // namespace

std::span<const InternalNames> InternalNameTable() { return kTable; }

}  // namespace wavetank::sim
