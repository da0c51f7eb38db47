/**
 * Calico with IPIP: what it looks like, and that everything holds over it that holds over the others.
 *
 * needs: network plugin calico with IPIP
 */
import test from "ava";
import { patient } from "../patience.ts";
import { encapsulatesBetweenSubnetsOnly } from "./cross-subnet.ts";
import { hasShape } from "./pod-network-shape.ts";
import { runPodwire } from "./run-podwire.ts";

test.serial("calico/ipip: devices, tables, hops, MTU and the wire are those of the real one", (t) =>
  hasShape(t, {
    variant: "calico/ipip",
    hops: { fromPod: ["192.168.0.16", "10.244.91.192"], fromNode: ["10.244.91.192"] },
    nodeSeenAs: "10.244.204.192",
    wire: "ip.proto == 4 && !udp",
    mtu: 1480,
    routed: true,
    routes: [
      "10.244.192.129 dev cali… scope link src 192.168.0.16",
      "10.244.192.130 dev cali… scope link src 192.168.0.16",
      "10.244.204.192/26 via 192.168.0.14 dev tunl0 proto bird onlink",
      "10.244.91.192/26 via 192.168.0.18 dev tunl0 proto bird onlink",
      "blackhole 10.244.192.128/26 proto bird",
    ],
    devices: ["cali… 1480", "cali… 1480", "tunl0 1480 10.244.192.128/32"],
    neighbours: [],
    fdb: [],
    podRoutes: ["default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link"],
    node: {
      "ip -d link show tunl0": [
        /<NOARP,UP,LOWER_UP>/,
        /ipip (any )?remote any local any ttl inherit nopmtudisc/,
      ],
      "birdc show protocols": [/^Mesh_192_168_0_18 +BGP .* Established/m],
      "birdc show route all for 10.244.91.192/26": [
        /via 192\.168\.0\.18 on tunl0/,
        /BGP\.next_hop: 192\.168\.0\.18/,
      ],
      "iptables-save -t filter": [
        /-A cali-INPUT -p ipencap .*--match-set cali40all-hosts-net src .*-j ACCEPT/,
        /-A cali-INPUT -p ipencap .*-j DROP/,
      ],
    },
  }),
);

test.serial("what every pod network has to keep, Calico with IPIP keeps", async (t) => {
  t.timeout(patient(300_000));
  const args = ["test", "topologies/pod-networks.yaml", "--network", "calico/ipip"];
  const { exitCode, stdout, stderr } = await runPodwire(args, { timeoutMs: 280_000 });
  t.is(exitCode, 0, `${stdout}${stderr}`);
});

test.serial("IPIPCrossSubnet encapsulates between subnets, and not within one", (t) =>
  encapsulatesBetweenSubnetsOnly(t, {
    plugin: "{name: calico, encapsulation: IPIPCrossSubnet}",
    tunnel: "ip.proto == 4",
    // The outer packet has the inner one's TTL: what is to die at the other node dies at the router, whose answer
    // goes to the first node and no further.
    hops: ["192.168.1.11", "*"],
  }),
);
