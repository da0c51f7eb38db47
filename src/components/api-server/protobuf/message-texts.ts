/**
 * What the messages of Kubernetes' protobuf are made of: for each its fields, as `NUMBER NAME TYPE`. `[]` is a list, `{}` a
 * map from texts, `?` a scalar that may be absent (any other is always sent, and absent when it is zero), and the
 * name `^` stands for a message whose fields belong to the one around it. `Time`, `MicroTime`, `Quantity`, `IntOrString` and
 * `FieldsV1` have forms of their own.
 *
 * After the field tags of k8s.io/api and k8s.io/apimachinery. Types of volumes that podwire has no use for are left out.
 */
export const messageTexts: Readonly<Record<string, string>> = {
  Affinity:
    "1 nodeAffinity NodeAffinity, 2 podAffinity PodAffinity, " +
    "3 podAntiAffinity PodAntiAffinity",
  AggregationRule: "1 clusterRoleSelectors []LabelSelector",
  AppArmorProfile: "1 type string, 2 localhostProfile ?string",
  AttachedVolume: "1 name string, 2 devicePath string",
  Binding: "1 metadata ObjectMeta, 2 target ObjectReference",
  BoundObjectReference: "1 kind string, 2 apiVersion string, 3 name string, 4 uid string",
  Capabilities: "1 add []string, 2 drop []string",
  ClientIPConfig: "1 timeoutSeconds ?int",
  ClusterRole: "1 metadata ObjectMeta, 2 rules []PolicyRule, 3 aggregationRule AggregationRule",
  ClusterRoleBinding: "1 metadata ObjectMeta, 2 subjects []Subject, 3 roleRef RoleRef",
  Condition:
    "1 type string, 2 status string, 3 observedGeneration int, 4 lastTransitionTime Time, " +
    "5 reason string, 6 message string",
  ConfigMap: "1 metadata ObjectMeta, 2 data {}string, 3 binaryData {}bytes, 4 immutable ?bool",
  ConfigMapEnvSource: "1 ^ LocalObjectReference, 2 optional ?bool",
  ConfigMapKeySelector: "1 ^ LocalObjectReference, 2 key string, 3 optional ?bool",
  ConfigMapProjection: "1 ^ LocalObjectReference, 2 items []KeyToPath, 4 optional ?bool",
  ConfigMapVolumeSource:
    "1 ^ LocalObjectReference, 2 items []KeyToPath, 3 defaultMode ?int, 4 optional ?bool",
  Container:
    "1 name string, 2 image string, 3 command []string, 4 args []string, 5 workingDir string, " +
    "6 ports []ContainerPort, 7 env []EnvVar, 8 resources ResourceRequirements, " +
    "9 volumeMounts []VolumeMount, 10 livenessProbe Probe, 11 readinessProbe Probe, " +
    "12 lifecycle Lifecycle, 13 terminationMessagePath string, 14 imagePullPolicy string, " +
    "15 securityContext SecurityContext, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, " +
    "19 envFrom []EnvFromSource, 20 terminationMessagePolicy string, " +
    "21 volumeDevices []VolumeDevice, 22 startupProbe Probe, " +
    "23 resizePolicy []ContainerResizePolicy, 24 restartPolicy ?string",
  ContainerImage: "1 names []string, 2 sizeBytes int",
  ContainerPort:
    "1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string, 5 hostIP string",
  ContainerResizePolicy: "1 resourceName string, 2 restartPolicy string",
  ContainerState:
    "1 waiting ContainerStateWaiting, 2 running ContainerStateRunning, " +
    "3 terminated ContainerStateTerminated",
  ContainerStateRunning: "1 startedAt Time",
  ContainerStateTerminated:
    "1 exitCode int, 2 signal int, 3 reason string, 4 message string, 5 startedAt Time, " +
    "6 finishedAt Time, 7 containerID string",
  ContainerStateWaiting: "1 reason string, 2 message string",
  ContainerStatus:
    "1 name string, 2 state ContainerState, 3 lastState ContainerState, 4 ready bool, " +
    "5 restartCount int, 6 image string, 7 imageID string, 8 containerID string, " +
    "9 started ?bool, 10 allocatedResources {}Quantity, 11 resources ResourceRequirements, " +
    "15 stopSignal ?string",
  DaemonEndpoint: "1 Port int",
  DaemonSet: "1 metadata ObjectMeta, 2 spec DaemonSetSpec, 3 status DaemonSetStatus",
  DaemonSetCondition:
    "1 type string, 2 status string, 3 lastTransitionTime Time, 4 reason string, " +
    "5 message string",
  DaemonSetSpec:
    "1 selector LabelSelector, 2 template PodTemplateSpec, " +
    "3 updateStrategy DaemonSetUpdateStrategy, 4 minReadySeconds int, " +
    "6 revisionHistoryLimit ?int",
  DaemonSetStatus:
    "1 currentNumberScheduled int, 2 numberMisscheduled int, 3 desiredNumberScheduled int, " +
    "4 numberReady int, 5 observedGeneration int, 6 updatedNumberScheduled int, " +
    "7 numberAvailable int, 8 numberUnavailable int, 9 collisionCount ?int, " +
    "10 conditions []DaemonSetCondition",
  DaemonSetUpdateStrategy: "1 type string, 2 rollingUpdate RollingUpdateDaemonSet",
  DeleteOptions:
    "1 gracePeriodSeconds ?int, 2 preconditions Preconditions, 3 orphanDependents ?bool, " +
    "4 propagationPolicy ?string, 5 dryRun []string, " +
    "6 ignoreStoreReadErrorWithClusterBreakingPotential ?bool",
  Deployment: "1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status DeploymentStatus",
  DeploymentCondition:
    "1 type string, 2 status string, 4 reason string, 5 message string, 6 lastUpdateTime Time, " +
    "7 lastTransitionTime Time",
  DeploymentSpec:
    "1 replicas ?int, 2 selector LabelSelector, 3 template PodTemplateSpec, " +
    "4 strategy DeploymentStrategy, 5 minReadySeconds int, 6 revisionHistoryLimit ?int, " +
    "7 paused bool, 9 progressDeadlineSeconds ?int",
  DeploymentStatus:
    "1 observedGeneration int, 2 replicas int, 3 updatedReplicas int, 4 availableReplicas int, " +
    "5 unavailableReplicas int, 6 conditions []DeploymentCondition, 7 readyReplicas int, " +
    "8 collisionCount ?int, 9 terminatingReplicas ?int",
  DeploymentStrategy: "1 type string, 2 rollingUpdate RollingUpdateDeployment",
  DownwardAPIProjection: "1 items []DownwardAPIVolumeFile",
  DownwardAPIVolumeFile:
    "1 path string, 2 fieldRef ObjectFieldSelector, 3 resourceFieldRef ResourceFieldSelector, " +
    "4 mode ?int",
  DownwardAPIVolumeSource: "1 items []DownwardAPIVolumeFile, 2 defaultMode ?int",
  EmptyDirVolumeSource: "1 medium string, 2 sizeLimit Quantity",
  Endpoint:
    "1 addresses []string, 2 conditions EndpointConditions, 3 hostname ?string, " +
    "4 targetRef ObjectReference, 5 deprecatedTopology {}string, 6 nodeName ?string, " +
    "7 zone ?string, 8 hints EndpointHints",
  EndpointAddress:
    "1 ip string, 2 targetRef ObjectReference, 3 hostname string, 4 nodeName ?string",
  EndpointConditions: "1 ready ?bool, 2 serving ?bool, 3 terminating ?bool",
  EndpointHints: "1 forZones []ForZone, 2 forNodes []ForNode",
  EndpointSlice:
    "1 metadata ObjectMeta, 2 endpoints []Endpoint, 3 ports []discovery.EndpointPort, " +
    "4 addressType string",
  EndpointSubset:
    "1 addresses []EndpointAddress, 2 notReadyAddresses []EndpointAddress, " +
    "3 ports []core.EndpointPort",
  Endpoints: "1 metadata ObjectMeta, 2 subsets []EndpointSubset",
  EnvFromSource: "1 prefix string, 2 configMapRef ConfigMapEnvSource, 3 secretRef SecretEnvSource",
  EnvVar: "1 name string, 2 value string, 3 valueFrom EnvVarSource",
  EnvVarSource:
    "1 fieldRef ObjectFieldSelector, 2 resourceFieldRef ResourceFieldSelector, " +
    "3 configMapKeyRef ConfigMapKeySelector, 4 secretKeyRef SecretKeySelector, " +
    "5 fileKeyRef FileKeySelector",
  EphemeralContainer: "1 ^ EphemeralContainerCommon, 2 targetContainerName string",
  EphemeralContainerCommon:
    "1 name string, 2 image string, 3 command []string, 4 args []string, 5 workingDir string, " +
    "6 ports []ContainerPort, 7 env []EnvVar, 8 resources ResourceRequirements, " +
    "9 volumeMounts []VolumeMount, 10 livenessProbe Probe, 11 readinessProbe Probe, " +
    "12 lifecycle Lifecycle, 13 terminationMessagePath string, 14 imagePullPolicy string, " +
    "15 securityContext SecurityContext, 16 stdin bool, 17 stdinOnce bool, 18 tty bool, " +
    "19 envFrom []EnvFromSource, 20 terminationMessagePolicy string, " +
    "21 volumeDevices []VolumeDevice, 22 startupProbe Probe, " +
    "23 resizePolicy []ContainerResizePolicy, 24 restartPolicy ?string",
  EventSource: "1 component string, 2 host string",
  Eviction: "1 metadata ObjectMeta, 2 deleteOptions DeleteOptions",
  ExecAction: "1 command []string",
  ExtraValue: "1 items []string",
  FieldSelectorAttributes: "1 rawSelector string, 2 requirements []FieldSelectorRequirement",
  FieldSelectorRequirement: "1 key string, 2 operator string, 3 values []string",
  FileKeySelector: "1 volumeName string, 2 path string, 3 key string, 4 optional ?bool",
  ForNode: "1 name string",
  ForZone: "1 name string",
  GRPCAction: "1 port int, 2 service ?string",
  HTTPGetAction:
    "1 path string, 2 port IntOrString, 3 host string, 4 scheme string, " +
    "5 httpHeaders []HTTPHeader",
  HTTPHeader: "1 name string, 2 value string",
  HostAlias: "1 ip string, 2 hostnames []string",
  HostIP: "1 ip string",
  HostPathVolumeSource: "1 path string, 2 type ?string",
  IPBlock: "1 cidr string, 2 except []string",
  ImageVolumeSource: "1 reference string, 2 pullPolicy string",
  KeyToPath: "1 key string, 2 path string, 3 mode ?int",
  LabelSelector: "1 matchLabels {}string, 2 matchExpressions []LabelSelectorRequirement",
  LabelSelectorAttributes: "1 rawSelector string, 2 requirements []LabelSelectorRequirement",
  LabelSelectorRequirement: "1 key string, 2 operator string, 3 values []string",
  Lease: "1 metadata ObjectMeta, 2 spec LeaseSpec",
  LeaseSpec:
    "1 holderIdentity ?string, 2 leaseDurationSeconds ?int, 3 acquireTime MicroTime, " +
    "4 renewTime MicroTime, 5 leaseTransitions ?int, 6 strategy ?string, " +
    "7 preferredHolder ?string",
  Lifecycle: "1 postStart LifecycleHandler, 2 preStop LifecycleHandler, 3 stopSignal ?string",
  LifecycleHandler:
    "1 exec ExecAction, 2 httpGet HTTPGetAction, 3 tcpSocket TCPSocketAction, " +
    "4 sleep SleepAction",
  LoadBalancerIngress: "1 ip string, 2 hostname string, 3 ipMode ?string, 4 ports []PortStatus",
  LoadBalancerStatus: "1 ingress []LoadBalancerIngress",
  LocalObjectReference: "1 name string",
  LocalSubjectAccessReview:
    "1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus",
  ManagedFieldsEntry:
    "1 manager string, 2 operation string, 3 apiVersion string, 4 time Time, " +
    "6 fieldsType string, 7 fieldsV1 FieldsV1, 8 subresource string",
  NFSVolumeSource: "1 server string, 2 path string, 3 readOnly bool",
  Namespace: "1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status NamespaceStatus",
  NamespaceCondition:
    "1 type string, 2 status string, 4 lastTransitionTime Time, 5 reason string, " +
    "6 message string",
  NamespaceSpec: "1 finalizers []string",
  NamespaceStatus: "1 phase string, 2 conditions []NamespaceCondition",
  NetworkPolicy: "1 metadata ObjectMeta, 2 spec NetworkPolicySpec",
  NetworkPolicyEgressRule: "1 ports []NetworkPolicyPort, 2 to []NetworkPolicyPeer",
  NetworkPolicyIngressRule: "1 ports []NetworkPolicyPort, 2 from []NetworkPolicyPeer",
  NetworkPolicyPeer:
    "1 podSelector LabelSelector, 2 namespaceSelector LabelSelector, 3 ipBlock IPBlock",
  NetworkPolicyPort: "1 protocol ?string, 2 port ?IntOrString, 3 endPort ?int",
  NetworkPolicySpec:
    "1 podSelector LabelSelector, 2 ingress []NetworkPolicyIngressRule, " +
    "3 egress []NetworkPolicyEgressRule, 4 policyTypes []string",
  Node: "1 metadata ObjectMeta, 2 spec NodeSpec, 3 status NodeStatus",
  NodeAddress: "1 type string, 2 address string",
  NodeAffinity:
    "1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector, " +
    "2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm",
  NodeCondition:
    "1 type string, 2 status string, 3 lastHeartbeatTime Time, 4 lastTransitionTime Time, " +
    "5 reason string, 6 message string",
  NodeDaemonEndpoints: "1 kubeletEndpoint DaemonEndpoint",
  NodeSelector: "1 nodeSelectorTerms []NodeSelectorTerm",
  NodeSelectorRequirement: "1 key string, 2 operator string, 3 values []string",
  NodeSelectorTerm:
    "1 matchExpressions []NodeSelectorRequirement, 2 matchFields []NodeSelectorRequirement",
  NodeSpec:
    "1 podCIDR string, 2 externalID string, 3 providerID string, 4 unschedulable bool, " +
    "5 taints []Taint, 7 podCIDRs []string",
  NodeStatus:
    "1 capacity {}Quantity, 2 allocatable {}Quantity, 3 phase string, " +
    "4 conditions []NodeCondition, 5 addresses []NodeAddress, " +
    "6 daemonEndpoints NodeDaemonEndpoints, 7 nodeInfo NodeSystemInfo, " +
    "8 images []ContainerImage, 9 volumesInUse []string, 10 volumesAttached []AttachedVolume, " +
    "14 declaredFeatures []string",
  NodeSwapStatus: "1 capacity ?int",
  NodeSystemInfo:
    "1 machineID string, 2 systemUUID string, 3 bootID string, 4 kernelVersion string, " +
    "5 osImage string, 6 containerRuntimeVersion string, 7 kubeletVersion string, " +
    "8 kubeProxyVersion string, 9 operatingSystem string, 10 architecture string, " +
    "11 swap NodeSwapStatus",
  NonResourceAttributes: "1 path string, 2 verb string",
  NonResourceRule: "1 verbs []string, 2 nonResourceURLs []string",
  ObjectFieldSelector: "1 apiVersion string, 2 fieldPath string",
  ObjectMeta:
    "1 name string, 2 generateName string, 3 namespace string, 4 selfLink string, " +
    "5 uid string, 6 resourceVersion string, 7 generation int, 8 creationTimestamp Time, " +
    "9 deletionTimestamp Time, 10 deletionGracePeriodSeconds ?int, 11 labels {}string, " +
    "12 annotations {}string, 13 ownerReferences []OwnerReference, 14 finalizers []string, " +
    "17 managedFields []ManagedFieldsEntry",
  ObjectReference:
    "1 kind string, 2 namespace string, 3 name string, 4 uid string, 5 apiVersion string, " +
    "6 resourceVersion string, 7 fieldPath string",
  OwnerReference:
    "1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller ?bool, " +
    "7 blockOwnerDeletion ?bool",
  PersistentVolumeClaimVolumeSource: "1 claimName string, 2 readOnly bool",
  Pod: "1 metadata ObjectMeta, 2 spec PodSpec, 3 status PodStatus",
  PodAffinity:
    "1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, " +
    "2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm",
  PodAffinityTerm:
    "1 labelSelector LabelSelector, 2 namespaces []string, 3 topologyKey string, " +
    "4 namespaceSelector LabelSelector, 5 matchLabelKeys []string, " +
    "6 mismatchLabelKeys []string",
  PodAntiAffinity:
    "1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, " +
    "2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm",
  PodCondition:
    "1 type string, 2 status string, 3 lastProbeTime Time, 4 lastTransitionTime Time, " +
    "5 reason string, 6 message string, 7 observedGeneration int",
  PodDNSConfig: "1 nameservers []string, 2 searches []string, 3 options []PodDNSConfigOption",
  PodDNSConfigOption: "1 name string, 2 value ?string",
  PodIP: "1 ip string",
  PodOS: "1 name string",
  PodReadinessGate: "1 conditionType string",
  PodResourceClaim:
    "1 name string, 3 resourceClaimName ?string, 4 resourceClaimTemplateName ?string",
  PodResourceClaimStatus: "1 name string, 2 resourceClaimName ?string",
  PodSchedulingGate: "1 name string",
  PodSecurityContext:
    "1 seLinuxOptions SELinuxOptions, 2 runAsUser ?int, 3 runAsNonRoot ?bool, " +
    "4 supplementalGroups []int, 5 fsGroup ?int, 6 runAsGroup ?int, 7 sysctls []Sysctl, " +
    "9 fsGroupChangePolicy ?string, 10 seccompProfile SeccompProfile, " +
    "11 appArmorProfile AppArmorProfile, 12 supplementalGroupsPolicy ?string, " +
    "13 seLinuxChangePolicy ?string",
  PodSpec:
    "1 volumes []Volume, 2 containers []Container, 3 restartPolicy string, " +
    "4 terminationGracePeriodSeconds ?int, 5 activeDeadlineSeconds ?int, 6 dnsPolicy string, " +
    "7 nodeSelector {}string, 8 serviceAccountName string, 9 serviceAccount string, " +
    "10 nodeName string, 11 hostNetwork bool, 12 hostPID bool, 13 hostIPC bool, " +
    "14 securityContext PodSecurityContext, 15 imagePullSecrets []LocalObjectReference, " +
    "16 hostname string, 17 subdomain string, 18 affinity Affinity, 19 schedulerName string, " +
    "20 initContainers []Container, 21 automountServiceAccountToken ?bool, " +
    "22 tolerations []Toleration, 23 hostAliases []HostAlias, 24 priorityClassName string, " +
    "25 priority ?int, 26 dnsConfig PodDNSConfig, 27 shareProcessNamespace ?bool, " +
    "28 readinessGates []PodReadinessGate, 29 runtimeClassName ?string, " +
    "30 enableServiceLinks ?bool, 31 preemptionPolicy ?string, 32 overhead {}Quantity, " +
    "33 topologySpreadConstraints []TopologySpreadConstraint, " +
    "34 ephemeralContainers []EphemeralContainer, 35 setHostnameAsFQDN ?bool, 36 os PodOS, " +
    "37 hostUsers ?bool, 38 schedulingGates []PodSchedulingGate, " +
    "39 resourceClaims []PodResourceClaim, 40 resources ResourceRequirements, " +
    "41 hostnameOverride ?string",
  PodStatus:
    "1 phase string, 2 conditions []PodCondition, 3 message string, 4 reason string, " +
    "5 hostIP string, 6 podIP string, 7 startTime Time, 8 containerStatuses []ContainerStatus, " +
    "9 qosClass string, 10 initContainerStatuses []ContainerStatus, " +
    "11 nominatedNodeName string, 12 podIPs []PodIP, " +
    "13 ephemeralContainerStatuses []ContainerStatus, 14 resize string, " +
    "15 resourceClaimStatuses []PodResourceClaimStatus, 16 hostIPs []HostIP, " +
    "17 observedGeneration int, 19 allocatedResources {}Quantity, " +
    "20 resources ResourceRequirements",
  PodTemplateSpec: "1 metadata ObjectMeta, 2 spec PodSpec",
  PolicyRule:
    "1 verbs []string, 2 apiGroups []string, 3 resources []string, 4 resourceNames []string, 5 nonResourceURLs []string",
  PortStatus: "1 port int, 2 protocol string, 3 error ?string",
  Preconditions: "1 uid ?string, 2 resourceVersion ?string",
  PreferredSchedulingTerm: "1 weight int, 2 preference NodeSelectorTerm",
  Probe:
    "1 ^ ProbeHandler, 2 initialDelaySeconds int, 3 timeoutSeconds int, 4 periodSeconds int, " +
    "5 successThreshold int, 6 failureThreshold int, 7 terminationGracePeriodSeconds ?int",
  ProbeHandler:
    "1 exec ExecAction, 2 httpGet HTTPGetAction, 3 tcpSocket TCPSocketAction, " +
    "4 grpc GRPCAction",
  ProjectedVolumeSource: "1 sources []VolumeProjection, 2 defaultMode ?int",
  ReplicaSet: "1 metadata ObjectMeta, 2 spec ReplicaSetSpec, 3 status ReplicaSetStatus",
  ReplicaSetCondition:
    "1 type string, 2 status string, 3 lastTransitionTime Time, 4 reason string, " +
    "5 message string",
  ReplicaSetSpec:
    "1 replicas ?int, 2 selector LabelSelector, 3 template PodTemplateSpec, " +
    "4 minReadySeconds int",
  ReplicaSetStatus:
    "1 replicas int, 2 fullyLabeledReplicas int, 3 observedGeneration int, " +
    "4 readyReplicas int, 5 availableReplicas int, 6 conditions []ReplicaSetCondition, " +
    "7 terminatingReplicas ?int",
  ResourceAttributes:
    "1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, " +
    "6 subresource string, 7 name string, 8 fieldSelector FieldSelectorAttributes, " +
    "9 labelSelector LabelSelectorAttributes",
  ResourceClaim: "1 name string, 2 request string",
  ResourceFieldSelector: "1 containerName string, 2 resource string, 3 divisor Quantity",
  ResourceRequirements: "1 limits {}Quantity, 2 requests {}Quantity, 3 claims []ResourceClaim",
  ResourceRule:
    "1 verbs []string, 2 apiGroups []string, 3 resources []string, 4 resourceNames []string",
  Role: "1 metadata ObjectMeta, 2 rules []PolicyRule",
  RoleBinding: "1 metadata ObjectMeta, 2 subjects []Subject, 3 roleRef RoleRef",
  RoleRef: "1 apiGroup string, 2 kind string, 3 name string",
  RollingUpdateDaemonSet: "1 maxUnavailable ?IntOrString, 2 maxSurge ?IntOrString",
  RollingUpdateDeployment: "1 maxUnavailable ?IntOrString, 2 maxSurge ?IntOrString",
  RollingUpdateStatefulSetStrategy: "1 partition ?int, 2 maxUnavailable ?IntOrString",
  SELinuxOptions: "1 user string, 2 role string, 3 type string, 4 level string",
  Scale: "1 metadata ObjectMeta, 2 spec ScaleSpec, 3 status ScaleStatus",
  ScaleSpec: "1 replicas int",
  ScaleStatus: "1 replicas int, 2 selector string",
  SeccompProfile: "1 type string, 2 localhostProfile ?string",
  Secret:
    "1 metadata ObjectMeta, 2 data {}bytes, 3 type string, 4 stringData {}string, " +
    "5 immutable ?bool",
  SecretEnvSource: "1 ^ LocalObjectReference, 2 optional ?bool",
  SecretKeySelector: "1 ^ LocalObjectReference, 2 key string, 3 optional ?bool",
  SecretProjection: "1 ^ LocalObjectReference, 2 items []KeyToPath, 4 optional ?bool",
  SecretVolumeSource:
    "1 secretName string, 2 items []KeyToPath, 3 defaultMode ?int, 4 optional ?bool",
  SecurityContext:
    "1 capabilities Capabilities, 2 privileged ?bool, 3 seLinuxOptions SELinuxOptions, " +
    "4 runAsUser ?int, 5 runAsNonRoot ?bool, 6 readOnlyRootFilesystem ?bool, " +
    "7 allowPrivilegeEscalation ?bool, 8 runAsGroup ?int, 9 procMount ?string, " +
    "11 seccompProfile SeccompProfile, 12 appArmorProfile AppArmorProfile",
  SelfSubjectAccessReview:
    "1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec, " +
    "3 status SubjectAccessReviewStatus",
  SelfSubjectAccessReviewSpec:
    "1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes",
  SelfSubjectReview: "1 metadata ObjectMeta, 2 status SelfSubjectReviewStatus",
  SelfSubjectReviewStatus: "1 userInfo UserInfo",
  SelfSubjectRulesReview:
    "1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec, " +
    "3 status SubjectRulesReviewStatus",
  SelfSubjectRulesReviewSpec: "1 namespace string",
  Service: "1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status ServiceStatus",
  ServiceAccount:
    "1 metadata ObjectMeta, 2 secrets []ObjectReference, " +
    "3 imagePullSecrets []LocalObjectReference, 4 automountServiceAccountToken ?bool",
  ServiceAccountTokenProjection: "1 audience string, 2 expirationSeconds ?int, 3 path string",
  ServiceCIDR: "1 metadata ObjectMeta, 2 spec ServiceCIDRSpec, 3 status ServiceCIDRStatus",
  ServiceCIDRSpec: "1 cidrs []string",
  ServiceCIDRStatus: "1 conditions []Condition",
  ServicePort:
    "1 name string, 2 protocol string, 3 port int, 4 targetPort IntOrString, 5 nodePort int, " +
    "6 appProtocol ?string",
  ServiceSpec:
    "1 ports []ServicePort, 2 selector {}string, 3 clusterIP string, 4 type string, " +
    "5 externalIPs []string, 7 sessionAffinity string, 8 loadBalancerIP string, " +
    "9 loadBalancerSourceRanges []string, 10 externalName string, " +
    "11 externalTrafficPolicy string, 12 healthCheckNodePort int, " +
    "13 publishNotReadyAddresses bool, 14 sessionAffinityConfig SessionAffinityConfig, " +
    "17 ipFamilyPolicy ?string, 18 clusterIPs []string, 19 ipFamilies []string, " +
    "20 allocateLoadBalancerNodePorts ?bool, 21 loadBalancerClass ?string, " +
    "22 internalTrafficPolicy ?string, 23 trafficDistribution ?string",
  ServiceStatus: "1 loadBalancer LoadBalancerStatus, 2 conditions []Condition",
  SessionAffinityConfig: "1 clientIP ClientIPConfig",
  SleepAction: "1 seconds int",
  StatefulSet: "1 metadata ObjectMeta, 2 spec StatefulSetSpec, 3 status StatefulSetStatus",
  StatefulSetCondition:
    "1 type string, 2 status string, 3 lastTransitionTime Time, 4 reason string, " +
    "5 message string",
  StatefulSetOrdinals: "1 start int",
  StatefulSetPersistentVolumeClaimRetentionPolicy: "1 whenDeleted string, 2 whenScaled string",
  StatefulSetSpec:
    "1 replicas ?int, 2 selector LabelSelector, 3 template PodTemplateSpec, " +
    "5 serviceName string, 6 podManagementPolicy string, " +
    "7 updateStrategy StatefulSetUpdateStrategy, 8 revisionHistoryLimit ?int, " +
    "9 minReadySeconds int, " +
    "10 persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy, " +
    "11 ordinals StatefulSetOrdinals",
  StatefulSetStatus:
    "1 observedGeneration int, 2 replicas int, 3 readyReplicas int, 4 currentReplicas int, " +
    "5 updatedReplicas int, 6 currentRevision string, 7 updateRevision string, " +
    "9 collisionCount ?int, 10 conditions []StatefulSetCondition, 11 availableReplicas int",
  StatefulSetUpdateStrategy: "1 type string, 2 rollingUpdate RollingUpdateStatefulSetStrategy",
  Subject: "1 kind string, 2 apiGroup string, 3 name string, 4 namespace string",
  SubjectAccessReview:
    "1 metadata ObjectMeta, 2 spec SubjectAccessReviewSpec, 3 status SubjectAccessReviewStatus",
  SubjectAccessReviewSpec:
    "1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes, 3 user string, 4 groups []string, 5 extra {}ExtraValue, 6 uid string",
  SubjectAccessReviewStatus:
    "1 allowed bool, 2 reason string, 3 evaluationError string, 4 denied bool",
  SubjectRulesReviewStatus:
    "1 resourceRules []ResourceRule, 2 nonResourceRules []NonResourceRule, 3 incomplete bool, " +
    "4 evaluationError string",
  Sysctl: "1 name string, 2 value string",
  TCPSocketAction: "1 port IntOrString, 2 host string",
  Taint: "1 key string, 2 value string, 3 effect string, 4 timeAdded Time",
  TokenRequest: "1 metadata ObjectMeta, 2 spec TokenRequestSpec, 3 status TokenRequestStatus",
  TokenRequestSpec:
    "1 audiences []string, 3 boundObjectRef BoundObjectReference, 4 expirationSeconds ?int",
  TokenRequestStatus: "1 token string, 2 expirationTimestamp Time",
  TokenReview: "1 metadata ObjectMeta, 2 spec TokenReviewSpec, 3 status TokenReviewStatus",
  TokenReviewSpec: "1 token string, 2 audiences []string",
  TokenReviewStatus: "1 authenticated bool, 2 user UserInfo, 3 error string, 4 audiences []string",
  Toleration:
    "1 key string, 2 operator string, 3 value string, 4 effect string, " +
    "5 tolerationSeconds ?int",
  TopologySpreadConstraint:
    "1 maxSkew int, 2 topologyKey string, 3 whenUnsatisfiable string, " +
    "4 labelSelector LabelSelector, 5 minDomains ?int, 6 nodeAffinityPolicy ?string, " +
    "7 nodeTaintsPolicy ?string, 8 matchLabelKeys []string",
  UserInfo: "1 username string, 2 uid string, 3 groups []string, 4 extra {}ExtraValue",
  Volume: "1 name string, 2 ^ VolumeSource",
  VolumeDevice: "1 name string, 2 devicePath string",
  VolumeMount:
    "1 name string, 2 readOnly bool, 3 mountPath string, 4 subPath string, " +
    "5 mountPropagation ?string, 6 subPathExpr string, 7 recursiveReadOnly ?string",
  VolumeProjection:
    "1 secret SecretProjection, 2 downwardAPI DownwardAPIProjection, " +
    "3 configMap ConfigMapProjection, 4 serviceAccountToken ServiceAccountTokenProjection",
  VolumeSource:
    "1 hostPath HostPathVolumeSource, 2 emptyDir EmptyDirVolumeSource, " +
    "6 secret SecretVolumeSource, 7 nfs NFSVolumeSource, " +
    "10 persistentVolumeClaim PersistentVolumeClaimVolumeSource, " +
    "16 downwardAPI DownwardAPIVolumeSource, 19 configMap ConfigMapVolumeSource, " +
    "26 projected ProjectedVolumeSource, 30 image ImageVolumeSource",
  WeightedPodAffinityTerm: "1 weight int, 2 podAffinityTerm PodAffinityTerm",
  "core.EndpointPort": "1 name string, 2 port int, 3 protocol string, 4 appProtocol ?string",
  "core.Event":
    "1 metadata ObjectMeta, 2 involvedObject ObjectReference, 3 reason string, " +
    "4 message string, 5 source EventSource, 6 firstTimestamp Time, 7 lastTimestamp Time, " +
    "8 count int, 9 type string, 10 eventTime MicroTime, 11 series core.EventSeries, " +
    "12 action string, 13 related ObjectReference, 14 reportingComponent string, " +
    "15 reportingInstance string",
  "core.EventSeries": "1 count int, 2 lastObservedTime MicroTime",
  "discovery.EndpointPort":
    "1 name ?string, 2 protocol ?string, 3 port ?int, 4 appProtocol ?string",
  "events.Event":
    "1 metadata ObjectMeta, 2 eventTime MicroTime, 3 series events.EventSeries, " +
    "4 reportingController string, 5 reportingInstance string, 6 action string, " +
    "7 reason string, 8 regarding ObjectReference, 9 related ObjectReference, 10 note string, " +
    "11 type string, 12 deprecatedSource EventSource, 13 deprecatedFirstTimestamp Time, " +
    "14 deprecatedLastTimestamp Time, 15 deprecatedCount int",
  "events.EventSeries": "1 count int, 2 lastObservedTime MicroTime",
};
