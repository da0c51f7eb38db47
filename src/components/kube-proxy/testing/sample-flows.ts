/** What must become of packets in the sample cluster: the cases that tests of all modes run on. */
export interface SampleFlow {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: "udp";
  /** Where it may arrive; or what becomes of it instead; `pass` when no rule concerns it, `close` when kube-proxy hangs up. */
  readonly outcome: readonly string[] | "reject" | "drop" | "pass" | "accept" | "close";
  readonly masqueraded: boolean;
}

const pod = "10.244.1.5";
const node = "192.168.0.16";
const outside = "203.0.113.9";
const both = ["10.244.1.2:8080", "10.244.2.2:8080"];

/** As seen on the sample node with the sample configuration, in iptables mode. */
export const sampleFlows: readonly SampleFlow[] = [
  {
    title: "a pod reaches every endpoint of a ClusterIP, keeping its address",
    from: pod,
    to: "10.96.0.20",
    port: 80,
    outcome: ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
    masqueraded: false,
  },
  {
    title: "the node reaches a ClusterIP, masqueraded since it is no pod",
    from: node,
    to: "10.96.0.20",
    port: 80,
    outcome: ["10.244.1.10:8080", "10.244.1.2:8080", "10.244.2.2:8080"],
    masqueraded: true,
  },
  {
    title: "a port that the Service lacks is nobody's business",
    from: pod,
    to: "10.96.0.20",
    port: 81,
    outcome: "pass",
    masqueraded: false,
  },
  {
    title: "one address serves UDP and TCP separately",
    from: pod,
    to: "10.96.0.10",
    port: 53,
    protocol: "udp",
    outcome: ["10.244.1.2:53", "10.244.2.2:53"],
    masqueraded: false,
  },
  {
    title: "a new client of a Service with affinity may go anywhere",
    from: pod,
    to: "10.96.0.21",
    port: 80,
    outcome: both,
    masqueraded: false,
  },
  {
    title: "a Service without endpoints is rejected, not dropped",
    from: pod,
    to: "10.96.0.22",
    port: 80,
    outcome: "reject",
    masqueraded: false,
  },
  {
    title: "so is its node port",
    from: outside,
    to: node,
    port: 30404,
    outcome: "reject",
    masqueraded: false,
  },
  {
    title: "internalTrafficPolicy Local without an endpoint here drops",
    from: pod,
    to: "10.96.0.23",
    port: 80,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "a node port reaches endpoints on every node, masqueraded",
    from: outside,
    to: node,
    port: 30080,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "a node port answers on localhost",
    from: "127.0.0.1",
    to: "127.0.0.1",
    port: 30080,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "localhost is closed to all others",
    from: outside,
    to: "127.0.0.1",
    port: 22,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "externalTrafficPolicy Local without an endpoint here drops what comes from outside",
    from: outside,
    to: node,
    port: 30081,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "but pods still reach the other nodes' endpoints, keeping their address",
    from: pod,
    to: node,
    port: 30081,
    outcome: ["10.244.2.2:8080"],
    masqueraded: false,
  },
  {
    title: "and so does the node, masqueraded",
    from: node,
    to: node,
    port: 30081,
    outcome: ["10.244.2.2:8080"],
    masqueraded: true,
  },
  {
    title: "a load balancer's address lets in its source ranges",
    from: outside,
    to: "198.51.100.10",
    port: 80,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "and drops everybody else",
    from: "203.0.113.200",
    to: "198.51.100.10",
    port: 80,
    outcome: "drop",
    masqueraded: false,
  },
  {
    title: "under policy Local a load balancer's client is seen by the local endpoint as it is",
    from: outside,
    to: "198.51.100.11",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "the health check port is let in",
    from: outside,
    to: node,
    port: 32000,
    outcome: "accept",
    masqueraded: false,
  },
  {
    title: "an external IP is served like a node port",
    from: outside,
    to: "192.0.2.50",
    port: 80,
    outcome: both,
    masqueraded: true,
  },
  {
    title: "while all endpoints shut down, those that still serve are used",
    from: pod,
    to: "10.96.0.29",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "a port without a name is served",
    from: pod,
    to: "10.96.0.30",
    port: 9000,
    protocol: "udp",
    outcome: ["10.244.1.2:9000", "10.244.2.2:9000"],
    masqueraded: false,
  },
  {
    title: "hints keep traffic in its zone",
    from: pod,
    to: "10.96.0.31",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: false,
  },
  {
    title: "a pod that reaches itself is masqueraded",
    from: "10.244.1.2",
    to: "10.96.0.31",
    port: 80,
    outcome: ["10.244.1.2:8080"],
    masqueraded: true,
  },
];
