/**
 * kube-proxy's IPv6 proxier with real packets, in both modes. A lab has no IPv6 yet, so its machines are
 * made by hand:
 *
 *     client 2001:db8::9 ── node 2001:db8::16, fd00:244:1::1 ── pods fd00:244:1::2 and fd00:244:1::3
 */
import { createServer } from "node:net";
import test from "ava";
import type { Service } from "../../src/api/objects/service.ts";
import { resolveKubeProxyConfig } from "../../src/components/kube-proxy/config/config.ts";
import { rulesFor } from "../../src/components/kube-proxy/rules-for.ts";
import {
  sampleService,
  sampleSlice,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import type { NetnsPlan } from "../../src/kernel/plan/plan.ts";
import { iptablesRestore, iptablesSave, nftApply } from "../../src/kernel/rules/rules.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { connectTcp, listenTcp } from "../../src/kernel/sockets/tcp.ts";
import { cidr } from "../../src/net/cidr.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { patient } from "../patience.ts";

const nodeIP = "2001:db8::16";
const client = "2001:db8::9";
const pods = ["fd00:244:1::2", "fd00:244:1::3"] as const;
/** Of both families: an IPv6 proxier takes the second. */
const dual: Pick<Service["spec"], "clusterIP" | "clusterIPs" | "ipFamilies"> = {
  clusterIP: "10.96.0.20",
  clusterIPs: ["10.96.0.20", "fd00:96::20"],
  ipFamilies: ["IPv4", "IPv6"],
};
const web = sampleService("web", {
  ...dual,
  type: "NodePort",
  ports: [{ name: "http", port: 80, nodePort: 30080 }],
});
const none = sampleService("none", {
  clusterIP: "fd00:96::21",
  ports: [{ name: "http", port: 80 }],
});
const slice = {
  ...sampleSlice(
    "web",
    pods.map((address) => ({ addresses: [address], nodeName: "node01" })),
  ),
  addressType: "IPv6" as const,
};
const fourOnly = sampleSlice("web", [{ addresses: ["10.244.1.2"] }]);

/** Neighbours are asked for on one device alone, so each needs an address of the node there. */
function gatewayOf(host: string): string {
  return host === "client" ? nodeIP : "fd00:244:1::1";
}

class DualNode implements Disposable {
  readonly #prefix: string;
  readonly #netns = new Map<string, Netns>();
  readonly #servers: Array<{ close(): unknown }> = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
    const hosts = [
      ["client", client],
      ["pod-a", pods[0]],
      ["pod-b", pods[1]],
    ] as const;
    for (const name of ["node", ...hosts.map(([host]) => host)]) {
      // biome-ignore lint/nursery/useDisposables: ended with this.
      const netns = Netns.create(`${prefix}-${name}`);
      this.#netns.set(netns.name, netns);
    }
    // Addresses are there at once: nobody else could have them.
    const ready = { "net/ipv6/conf/default/accept_dad": "0", "net/ipv6/conf/all/accept_dad": "0" };
    const node: NetnsPlan = {
      netns: `${prefix}-node`,
      sysctls: { ...ready, "net/ipv6/conf/all/forwarding": "1" },
      links: [
        { type: "existing", name: "lo" },
        ...hosts.map(([name]) => ({
          type: "veth" as const,
          name,
          peer: { name: "eth0", netns: `${prefix}-${name}` },
        })),
      ],
      addresses: hosts.map(([device]) => ({
        device,
        address: cidr(`${gatewayOf(device)}/128`),
      })),
      routes: hosts.map(([device, address]) => ({ to: cidr(`${address}/128`), device })),
    };
    const others = hosts.map(
      ([name, address]): NetnsPlan => ({
        netns: `${prefix}-${name}`,
        sysctls: ready,
        links: [{ type: "existing", name: "lo" }],
        addresses: [{ device: "eth0", address: cidr(`${address}/128`) }],
        routes: [{ via: ipAddress(gatewayOf(name)), device: "eth0", onlink: true }],
      }),
    );
    applyPlans([node, ...others], this.#netns);
    for (const name of ["pod-a", "pod-b"]) this.#answer(name);
  }

  netns(name: string): Netns {
    // biome-ignore lint/nursery/useDisposables: ended with this.
    const netns = this.#netns.get(`${this.#prefix}-${name}`);
    if (netns === undefined) throw new RangeError(`there is no netns ${name}`);
    return netns;
  }

  /** Who answered, and whom they saw. */
  async ask(from: string, to: string, port: number): Promise<readonly [string, string]> {
    const socket = await connectTcp(this.netns(from), {
      to: { address: ipAddress(to), port },
      timeoutMs: patient(10_000),
      signal: new AbortController().signal,
    });
    const chunks: string[] = [];
    for await (const chunk of socket.setEncoding("utf8")) chunks.push(String(chunk));
    const [server = "", saw = ""] = chunks.join("").split(" ");
    return [server, saw];
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.close();
    for (const netns of this.#netns.values()) netns[Symbol.dispose]();
  }

  #answer(name: string): void {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end(`${socket.localAddress} ${socket.remoteAddress}`);
    });
    listenTcp(this.netns(name), { address: ipAddress("::"), port: 8080 }, server);
    this.#servers.push(server);
  }
}

for (const mode of ["iptables", "nftables"] as const) {
  test(`${mode}: a dual-stack Service is served over IPv6`, async (t) => {
    using node = new DualNode(`six-${mode}`);
    const config = resolveKubeProxyConfig({ mode, clusterCIDR: "10.244.0.0/16,fd00:244::/32" });
    const rules = rulesFor([web, none, slice, fourOnly], {
      mode,
      config,
      node: {
        name: "node01",
        ip: ipAddress(nodeIP),
        addresses: [nodeIP, "fd00:244:1::1", "::1"].map(ipAddress),
      },
    });
    if (mode === "iptables") await iptablesRestore(node.netns("node"), rules, "ipv6");
    else await nftApply(node.netns("node"), rules);

    const seen = new Set<string>();
    for (let count = 0; count < 40; count++) {
      const [server, saw] = await node.ask("client", "fd00:96::20", 80);
      seen.add(server);
      // Not of the pods' CIDR, so masqueraded.
      t.true([nodeIP, "fd00:244:1::1"].includes(saw), saw);
    }
    t.deepEqual([...seen].sort(), [...pods]);
    const [, byPort] = await node.ask("client", nodeIP, 30080);
    t.true([nodeIP, "fd00:244:1::1"].includes(byPort), byPort);
    const fromPod = await node.ask("pod-a", "fd00:96::20", 80);
    // Itself it reaches masqueraded, the other with its own address.
    t.true(fromPod[0] === pods[0] || fromPod[1] === pods[0], fromPod.join(" "));
    const error = await t.throwsAsync(node.ask("client", "fd00:96::21", 80), {
      instanceOf: SocketError,
    });
    t.true(["refused", "unreachable"].includes(error?.reason ?? ""), error?.reason);
    const saved = await iptablesSave(node.netns("node"), { family: "ipv6" });
    t.is(saved.includes("KUBE-SERVICES"), mode === "iptables");
  });
}
