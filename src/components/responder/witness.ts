/** What the responder tells of each probe that reached it. */

export interface SeenAddress {
  readonly address: string;
  readonly port: number;
}

/** Who answers: a container of a pod, or a host outside the cluster. */
export interface ServerIdentity {
  /** `vote/redis-5c5f7b7d9d-x2k4q`, or an outside host's name. */
  readonly name: string;
  /** Absent on outside hosts. */
  readonly container?: string;
  /** What `hostname` prints there. */
  readonly hostname: string;
}

/** One probe, as the server saw it arrive. */
export interface Sighting {
  /** What the probe said it is. */
  readonly id: string;
  readonly server: string;
  readonly container?: string;
  readonly protocol: "tcp" | "udp" | "http";
  /** The client after every NAT on the way. */
  readonly source: SeenAddress;
  /** Where the server was reached, after DNAT. For UDP on a machine of several addresses the unspecified one: nobody says. */
  readonly destination: SeenAddress;
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number;
}

export interface Witness {
  readonly record: (sighting: Sighting) => void;
}
