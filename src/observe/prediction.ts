/** What the rules of a lab's nodes, or of nodes on paper, say will become of a connection. */

export interface PredictionRequest {
  /** A node, pod, workload or host: `deploy/vote/vote`. */
  readonly from: string;
  /** As the target of a probe: `svc/vote/redis:6379`, `node/node01:31000`, an address. */
  readonly to: string;
  /** @default "tcp" */
  readonly protocol?: "tcp" | "udp" | "sctp" | "icmp";
  /** Which of the target's addresses. @default that of the cluster's first family */
  readonly ipFamily?: "IPv4" | "IPv6";
  /** The node that what comes from outside is sent to, where its destination is no node's own address. */
  readonly via?: string;
}

export interface PredictedEnd {
  /**
   * `accepted` and `untouched`: it goes on to where it was sent, as it is; by a rule's word or for want of one.
   * `closed`: the node's kube-proxy takes the connection and ends it (userspace mode).
   */
  readonly outcome: "endpoint" | "rejected" | "dropped" | "accepted" | "untouched" | "closed";
  /** `ip:port`, of `endpoint`. */
  readonly endpoint?: string;
  /** Who has that address: `vote/redis-5c5f7b7d9d-x2k4q`, `node/master`. */
  readonly server?: string;
  /** The server sees an address of a node, not the client's. */
  readonly masqueraded: boolean;
  /** Whose address it sees: of a node, by its kube-proxy or by the pod network. */
  readonly masqueradedBy?: string;
  /** The answer comes past this node, which translated the request, and so from an address that the client never asked. */
  readonly answerPasses?: string;
  readonly probability: number;
  /** The rules that the packet meets and that fit it, in order. */
  readonly rules: ReadonlyArray<{
    readonly node: string;
    readonly table: string;
    readonly chain: string;
    readonly text: string;
  }>;
}

export interface Prediction {
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp" | "sctp" | "icmp";
  readonly source: string;
  /** `ip:port`. */
  readonly destination: string;
  /** Whose rules decide, in the order in which the packet comes by; none when it passes no node. */
  readonly nodes: readonly string[];
  readonly ends: readonly PredictedEnd[];
}
