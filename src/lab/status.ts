/** What is in a lab: the answer behind `podwire ps`, `ls` and the last lines of `up`. */

interface NodeStatus {
  readonly name: string;
  readonly address: string;
  /** One of each address family, {@link address} first. */
  readonly addresses: readonly string[];
  readonly podCIDR: string;
  readonly podCIDRs: readonly string[];
  readonly roles: readonly string[];
  readonly ready: boolean;
}

interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly addresses: readonly string[];
}

export interface PodStatusLine {
  readonly namespace: string;
  readonly name: string;
  /** As kubectl prints it: `1/1`. */
  readonly ready: string;
  /** As kubectl prints it: `Running`, `CrashLoopBackOff`, `Terminating`. */
  readonly status: string;
  readonly restarts: number;
  readonly podIP: string;
  readonly podIPs: readonly string[];
  readonly node: string;
  /** What runs in it: `responder`, or the program that stands in for the image. */
  readonly runs: string;
}

export interface ServiceStatus {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIP: string;
  readonly clusterIPs: readonly string[];
  /** Those of a load balancer, `externalIPs`, or the name that an ExternalName stands for. */
  readonly external: readonly string[];
  /** As kubectl prints them: `8080:31000/TCP`. */
  readonly ports: string;
  /** `10.244.1.2:80`, sorted as kube-proxy sorts them; not-ready ones left out. */
  readonly endpoints: readonly string[];
}

export interface LabStatus {
  readonly name: string;
  /** The host's process id of the lab's first process. */
  readonly pid: number;
  /** The topology file as it was named to `up`. */
  readonly file: string;
  /** The file that tells kubectl how to get to the lab. It is there as long as the lab is. */
  readonly kubeconfig: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** How long it took until everything was ready. */
  readonly readyAfterMs: number;
  readonly network: string;
  readonly proxyMode: string;
  readonly nodes: readonly NodeStatus[];
  readonly hosts: readonly HostStatus[];
  readonly pods: readonly PodStatusLine[];
  readonly services: readonly ServiceStatus[];
  readonly scenarios: readonly string[];
  /** What runs here of the components that can be made to fail: `kube-proxy`, `bird`. */
  readonly components: readonly string[];
}
