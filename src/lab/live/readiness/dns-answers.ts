/** Does the cluster's DNS answer, and does it know what the cluster has? Asked as pods ask: with a query to its ClusterIP. */
import type { Service } from "../../../api/objects/service.ts";
import { serviceNameLabel } from "../../../api/services/service-endpoints.ts";
import type { Store } from "../../../api/store/store.ts";
import { until } from "../../../base/until.ts";
import type { Netns } from "../../../kernel/netns.ts";
import { SocketError } from "../../../kernel/sockets/socket-error.ts";
import type { IpAddress } from "../../../net/ip-address.ts";
import { askDns } from "../../../observe/probes/ask-dns.ts";
import type { ClusterDns } from "../../../topology/topology.ts";
import { encodeDnsQuery } from "../../../wire/packet/dns/encode.ts";
import type { DnsMessage } from "../../../wire/packet/dns/message.ts";
import { DNS_A } from "../../../wire/packet/dns/record.ts";
import { readyEndpoints } from "./ready-endpoints.ts";

const DNS_PORT = 53;
/** Lost is a query only where CoreDNS or a rule is not there yet: soon asked again. */
const FIRST_PATIENCE_MS = 200;
/**
 * And with more patience each time, up to this: on a machine that is so busy that an answer takes longer, or that this process
 * looks at its clock before it looks at its sockets, every answer would else come to a question that was given up.
 */
const LAST_PATIENCE_MS = 3_200;
const INTERVAL_MS = 10;
const kubeDns = { namespace: "kube-system", name: "kube-dns" };

export interface AskedDns {
  readonly dns: ClusterDns;
  readonly store: Store;
  /** Where it is asked from: those of the nodes. */
  readonly from: readonly Netns[];
}

/**
 * Resolves when from every node the name of the newest Service is answered with its ClusterIP, so that all older ones are
 * known too. At once where nobody is behind kube-dns, which a topology may want. Where the Corefile serves the cluster's domain not from the API, any
 * answer will do.
 *
 * @throws the signal's reason when it aborts.
 */
export async function untilDnsAnswers(
  { dns, store, from }: AskedDns,
  signal: AbortSignal,
): Promise<void> {
  if (!dns.enabled || !hasEndpoints(store)) return;
  const service = newestService(store);
  if (service === undefined) return;
  const { name, namespace = "" } = service.metadata;
  const question = `${name}.${namespace}.svc.${dns.clusterDomain}`;
  const wanted = servesCluster(store, dns.clusterDomain) ? service.spec.clusterIP : undefined;
  const knows = (answer: DnsMessage): boolean =>
    wanted === undefined ||
    answer.answers.some(({ data }) => data.type === "a" && data.address === wanted);
  const asking = from.map((netns) => {
    let timeoutMs = FIRST_PATIENCE_MS;
    return until(
      async () => {
        const answer = await ask({ netns, address: dns.address, timeoutMs, signal }, question);
        if (answer === undefined) timeoutMs = Math.min(2 * timeoutMs, LAST_PATIENCE_MS);
        return answer !== undefined && knows(answer) ? answer : undefined;
      },
      { intervalMs: INTERVAL_MS, signal },
    );
  });
  await Promise.all(asking);
}

function hasEndpoints(store: Store): boolean {
  const slices = store
    .list("EndpointSlice", kubeDns.namespace)
    .filter(({ metadata: { labels } }) => labels?.[serviceNameLabel] === kubeDns.name);
  return readyEndpoints(slices).length > 0;
}

/** With an address of its own. */
function newestService(store: Store): Service | undefined {
  const age = ({ metadata: { resourceVersion = "0" } }: Service): number => Number(resourceVersion);
  return store
    .list("Service")
    .filter(({ spec: { clusterIP = "None" } }) => clusterIP !== "None" && clusterIP !== "")
    .reduce<Service | undefined>(
      (newest, each) => (newest === undefined || age(each) > age(newest) ? each : newest),
      undefined,
    );
}

/** Whether the Corefile has the `kubernetes` plugin for it; where there is no such ConfigMap, nobody can say. */
function servesCluster(store: Store, clusterDomain: string): boolean {
  const config = store.get("ConfigMap", { namespace: "kube-system", name: "coredns" });
  const lines = (config?.data?.["Corefile"] ?? "").split("\n");
  return lines.some((line) => {
    const [directive, ...words] = line.trim().split(/\s+/);
    return directive === "kubernetes" && words.includes(clusterDomain);
  });
}

/** Undefined when no answer came. */
async function ask(
  whom: {
    readonly netns: Netns;
    readonly address: IpAddress;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
  name: string,
): Promise<DnsMessage | undefined> {
  const id = Math.floor(Math.random() * 0x1_0000);
  const aim = { ...whom, port: DNS_PORT, options: {} };
  try {
    return await askDns(aim, encodeDnsQuery({ id, name, type: DNS_A }), "udp");
  } catch (error) {
    if (error instanceof SocketError) return undefined;
    throw error;
  }
}
