/** `npm run conformance -- policies`: every flow among nine pods under 112 policies, one after the other, as real packets. */
import { up } from "../../src/index.ts";
import type { NetworkVariant } from "../../src/topology/raw/network-variant.ts";
import {
  generatePolicies,
  isAllowed,
  namespaces,
  podNames,
  ports,
  type TablePod,
} from "./policy-cases.ts";
import { type PartResult, Tally } from "./tally.ts";

/**
 * Below the kernel's own choices. Each datagram has a source port of its own: one that was allowed a moment ago, from the
 * same port, would be a connection that conntrack knows, and what belongs to one is let in whatever the policy is now.
 */
const FIRST_PORT = 10_000;
const SOURCE_PORTS = 20_000;

/** How many flows are tried at a time. */
const LANES = 24;

interface PolicyTable {
  /** How many of the policies, evenly chosen; all unless given. */
  readonly wanted?: number;
  /** @default that of the file: bridge */
  readonly network?: NetworkVariant;
}

export async function policies(
  _folder?: string,
  { wanted, network }: PolicyTable = {},
): Promise<PartResult> {
  const tally = new Tally();
  await using lab = await up(
    "test/conformance/policies.yaml",
    network === undefined ? {} : { network },
  );
  const addresses = new Map(
    (await lab.status()).pods.map(({ namespace, name, podIP }) => [`${namespace}/${name}`, podIP]),
  );
  const pods: readonly TablePod[] = namespaces.flatMap((namespace) =>
    podNames.map((name) => ({
      namespace,
      name,
      address: addresses.get(`${namespace}/${name}`) ?? "",
    })),
  );
  const flows = pods.flatMap((from) =>
    pods.flatMap((to) =>
      ports.flatMap((port) =>
        (["TCP", "UDP"] as const).map((protocol) => ({ from, to, port, protocol })),
      ),
    ),
  );
  let datagrams = 0;
  const all = generatePolicies((namespace, name) => addresses.get(`${namespace}/${name}`) ?? "");
  const step = all.length / (wanted ?? all.length);
  for (const policy of all.filter((_, index) => index % step < 1)) {
    const { namespace, name } = policy.metadata;
    await lab.apply(policy);
    await lab.settled();
    const waiting = [...flows];
    const lane = async (): Promise<void> => {
      for (let flow = waiting.pop(); flow !== undefined; flow = waiting.pop()) {
        const { from, to, port, protocol } = flow;
        const { ok } = await lab.probe({
          kind: protocol === "TCP" ? "tcp" : "udp",
          from: `pod/${from.namespace}/${from.name}`,
          to: `${to.address}:${port}`,
          ...(protocol === "UDP" && { sourcePort: FIRST_PORT + (datagrams++ % SOURCE_PORTS) }),
        });
        const what = `${name}: ${from.namespace}/${from.name} to ${to.namespace}/${to.name} ${protocol} ${port}`;
        tally.compare(
          `verdicts, ${policy.spec.policyTypes?.[0]}`,
          what,
          ok,
          isAllowed(policy, flow),
        );
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await lab.delete("NetworkPolicy", { name, ...(namespace !== undefined && { namespace }) });
  }
  return tally.result;
}
