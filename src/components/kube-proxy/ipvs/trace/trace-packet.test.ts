import test from "ava";
import { ipAddress } from "../../../../net/ip-address.ts";
import { endsOf } from "../../predict/prediction.ts";
import type { TracedPacket } from "../../trace/traced-packet.ts";
import { joinIpvsText } from "../text/ipvs-text.ts";
import { isInSet, readIpvsRules } from "./read-rules.ts";
import { tracePacket } from "./trace-packet.ts";

/** As the programs of a node save it. */
const saved = joinIpvsText({
  addresses: [
    "address add 10.96.0.20/32 dev kube-ipvs0",
    "address add 198.51.100.10/32 dev kube-ipvs0",
  ],
  servers: [
    "-A -t 10.96.0.20:80 -s wrr -p 10800",
    "-a -t 10.96.0.20:80 -r 10.244.1.2:8080 -m -w 3",
    "-a -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1",
    "-a -t 10.96.0.20:80 -r 10.244.3.2:8080 -m -w 0",
    "-A -u 10.96.0.20:53 -s rr",
    "-A -t 10.96.0.20:443 -s rr",
    "-a -t 10.96.0.20:443 -r 192.168.0.16:6443 -m -w 1",
    "-A -f 7 -s rr",
    "-A -t 198.51.100.10:80 -s rr",
    "-a -t 198.51.100.10:80 -r 10.244.2.2:8080 -m -w 1",
  ],
  sets: [
    "create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12",
    "add KUBE-CLUSTER-IP 10.96.0.20,tcp:80",
    "create KUBE-IPVS-IPS hash:ip family inet hashsize 1024 maxelem 65536",
    "add KUBE-IPVS-IPS 10.96.0.20",
    "create RANGES hash:ip,port,net family inet hashsize 1024 maxelem 65536",
    "add RANGES 198.51.100.10,tcp:80,203.0.113.0/25",
    "add RANGES 198.51.100.10,tcp:80,203.0.113.200",
    "create PORTS bitmap:port range 0-65535",
    "add PORTS 80",
  ],
  rules: [
    "*nat",
    ":PREROUTING ACCEPT [0:0]",
    ":KUBE-SERVICES - [0:0]",
    ":SOMEBODY - [0:0]",
    "-A PREROUTING -j KUBE-SERVICES",
    "-A SOMEBODY -m owner --uid-owner 0 -j ACCEPT",
    "COMMIT",
    "*filter",
    ":KUBE-IPVS-FILTER - [0:0]",
    ":KUBE-IPVS-OUT-FILTER - [0:0]",
    "-A INPUT -j KUBE-IPVS-FILTER",
    "-A OUTPUT -j KUBE-IPVS-OUT-FILTER",
    "-A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN",
    "-A KUBE-IPVS-FILTER -p tcp -m set --match-set PORTS dst -j RETURN",
    "-A KUBE-IPVS-FILTER -p tcp --dport 443 -j RETURN",
    "-A KUBE-IPVS-FILTER -p udp --dport 53 -j RETURN",
    "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT",
    "-A KUBE-IPVS-OUT-FILTER -s 198.51.100.10/32 -m ipvs --vproto 6 --vaddr 198.51.100.10/32 --vport 80 -j DROP",
    "COMMIT",
  ],
});
const state = readIpvsRules(saved);
const node = { localAddresses: [ipAddress("192.168.0.16")] };

const pod: TracedPacket = {
  source: ipAddress("10.244.1.5"),
  destination: ipAddress("10.96.0.20"),
  destinationPort: 80,
  protocol: "tcp",
};

const cases: ReadonlyArray<{
  readonly title: string;
  readonly packet: Partial<TracedPacket>;
  readonly ends: ReadonlyArray<readonly [what: string, probability: number]>;
}> = [
  {
    title: "weights are shares, and none of weight 0 is chosen",
    packet: {},
    ends: [
      ["10.244.1.2:8080", 0.75],
      ["10.244.2.2:8080", 0.25],
    ],
  },
  {
    title: "without a real server IPVS rejects",
    packet: { protocol: "udp", destinationPort: 53 },
    ends: [["rejected", 1]],
  },
  {
    title: "a real server on the node itself is reached",
    packet: { destinationPort: 443 },
    ends: [["192.168.0.16:6443", 1]],
  },
  {
    title: "a ping is refused, since the address is the node's and no port of a Service",
    packet: { protocol: "icmp", destinationPort: undefined },
    ends: [["rejected", 1]],
  },
  {
    title: "a rule may ask which virtual server sent a packet on",
    packet: {
      source: ipAddress("198.51.100.10"),
      destination: ipAddress("198.51.100.10"),
    },
    ends: [["dropped", 1]],
  },
  {
    title: "what is for another machine meets no virtual server",
    packet: { destination: ipAddress("10.244.2.2"), destinationPort: 8080 },
    ends: [["untouched", 1]],
  },
];
for (const { title, packet, ends } of cases) {
  test(title, (t) => {
    const seen = endsOf(tracePacket(state, { ...pod, ...packet }, node));
    t.deepEqual(
      seen.map(({ outcome, endpoint, probability }) => [endpoint ?? outcome, probability]),
      ends.map((end) => [...end]),
    );
  });
}

test("the virtual server and its choice are among what decided", (t) => {
  const [first] = tracePacket(state, pod, node);
  t.deepEqual(
    first?.rules.filter(({ table }) => table === "ipvs").map(({ text }) => text),
    ["-A -t 10.96.0.20:80 -s wrr -p 10800", "-a -t 10.96.0.20:80 -r 10.244.1.2:8080 -m -w 3"],
  );
});

test("a block of a set has an address in it, a single address is a block", (t) => {
  const at = (source: string): boolean =>
    isInSet(state, "RANGES", ["dst", "dst", "src"], {
      ...pod,
      source: ipAddress(source),
      destination: ipAddress("198.51.100.10"),
    });
  t.deepEqual(["203.0.113.9", "203.0.113.200", "203.0.113.201"].map(at), [true, true, false]);
});

test("a set that is not there is an error, as it is to the kernel", (t) => {
  t.throws(() => isInSet(state, "NONE", ["dst"], pod), { code: "RULES_NOT_UNDERSTOOD" });
});
