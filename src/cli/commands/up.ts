import { runningLabs } from "../../lab/connect.ts";
import type { LabStatus } from "../../lab/status.ts";
import { up } from "../../lab/up.ts";
import { countParts } from "../../report/text/count-parts.ts";
import { formatDuration } from "../../report/text/duration.ts";
import { renderStatus } from "../../report/text/status-text.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface UpFlags {
  readonly name?: string;
  readonly seed?: number;
  readonly network?: NetworkVariant;
  readonly proxyMode?: ProxyMode;
  readonly attach?: boolean;
  readonly json?: boolean;
}

export async function upCommand(
  files: readonly string[],
  { name, seed, network, proxyMode, attach = false, json = false }: UpFlags,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  using progress = new Progress(terminal);
  const lab = await up(files, {
    ...(name !== undefined && { name }),
    ...(seed !== undefined && { seed }),
    network,
    proxyMode,
    lifetime: attach ? "attached" : "detached",
    onEvent: (event) => progress.event(event),
    signal,
  });
  const status = await lab.status();
  progress[Symbol.dispose]();
  const isAlone = runningLabs().length === 1;
  terminal.out(json ? `${JSON.stringify(status, null, 2)}\n` : describeUp(status, isAlone));
  if (!attach) return;
  terminal.err(`${lab.name} runs until Ctrl-C\n`);
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await lab.down();
}

/** @param isAlone whether a command needs not say which lab it means. */
function describeUp(status: LabStatus, isAlone: boolean): string {
  const { name, nodes, pods, services, readyAfterMs } = status;
  const [host] = status.hosts;
  // That of the API server speaks TLS, and not to everybody.
  const answering = status.services.filter(
    ({ endpoints, name: of }) => endpoints.length > 0 && of !== "kubernetes",
  );
  const service = answering.find(({ type }) => type === "NodePort") ?? answering[0];
  const node = nodes[0]?.name ?? "NAME";
  const nodePort = service?.ports.match(/:(\d+)\//)?.[1];
  // A host outside reaches Services by their node ports, a node by their ClusterIPs.
  const isOutside = host !== undefined && nodePort !== undefined;
  const from = isOutside ? `host/${host.name}` : `node/${node}`;
  const to = isOutside
    ? `node/${node}:${nodePort}`
    : service === undefined
      ? withoutService(status)
      : `svc/${service.namespace}/${service.name}`;
  // As it was called: of a clone that nobody has linked, npx knows the name, and the shell does not.
  const podwire = process.env["npm_command"] === "exec" ? "npx podwire" : "podwire";
  const parts = countParts({
    nodes: nodes.length,
    pods: pods.length,
    services: services.length,
  });
  const lab = isAlone ? "" : ` -l ${name}`;
  return `${renderStatus(status)}
${name} is up: ${parts} in ${formatDuration(readyAfterMs)}

  ${podwire} probe ${from} ${to}${lab}
  ${podwire} shell node/${node}${lab}      look around: ip route, iptables-save, tcpdump
  ${podwire} capture ${from} -w lab.pcapng${lab}
  ${podwire} ps${lab}
  ${podwire} down${isAlone ? "" : ` ${name}`}
`;
}

/** The furthest that there is from the first node. */
function withoutService({ nodes, pods }: LabStatus): string {
  const node = nodes.at(-1)?.name ?? "NAME";
  const pod = pods.find((each) => each.node === node) ?? pods[0];
  return pod === undefined ? `node/${node}` : `pod/${pod.namespace}/${pod.name}`;
}
