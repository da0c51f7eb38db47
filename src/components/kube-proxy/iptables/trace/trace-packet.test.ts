import test from "ava";
import { ipAddress } from "../../../../net/ip-address.ts";
import type { TracedPacket } from "../../trace/traced-packet.ts";
import { applyPayload } from "./rule-set.ts";
import { tracePacket } from "./trace-packet.ts";

const node = ipAddress("192.168.0.16");
const packet: TracedPacket = {
  source: ipAddress("203.0.113.9"),
  destination: ipAddress("10.96.0.20"),
  destinationPort: 80,
  protocol: "tcp",
};

const dnat = "-j DNAT --to-destination";
const nat = (...lines: string[]): string => `*nat\n${lines.join("\n")}\nCOMMIT\n`;
const filter = (...lines: string[]): string => `*filter\n${lines.join("\n")}\nCOMMIT\n`;

function trace(payload: string, more: Partial<TracedPacket> = {}) {
  return tracePacket(applyPayload(payload), { ...packet, ...more }, { localAddresses: [node] });
}

test("dice split the way, and the chances add up", (t) => {
  const paths = trace(
    nat(
      `-A PREROUTING -m statistic --mode random --probability 0.25 ${dnat} 10.244.1.2:80`,
      `-A PREROUTING ${dnat} 10.244.2.2:80`,
    ),
  );
  t.deepEqual(
    paths.map(({ target, probability }) => ({ target, probability })),
    [
      { target: "10.244.1.2:80", probability: 0.25 },
      { target: "10.244.2.2:80", probability: 0.75 },
    ],
  );
});

test("each way has its own mark: only the hairpin endpoint is masqueraded", (t) => {
  const paths = trace(
    nat(
      ":MASQ - [0:0]",
      ":ONE - [0:0]",
      "-A MASQ -j MARK --or-mark 0x4000",
      "-A ONE -s 10.244.1.2 -j MASQ",
      `-A ONE ${dnat} 10.244.1.2:80`,
      "-A PREROUTING -m statistic --mode random --probability 0.5 -j ONE",
      `-A PREROUTING ${dnat} 10.244.2.2:80`,
      "-A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
      "-A POSTROUTING -j MASQUERADE",
    ),
    { source: ipAddress("10.244.1.2") },
  );
  t.deepEqual(
    paths.map(({ target, masqueraded }) => ({ target, masqueraded })),
    [
      { target: "10.244.1.2:80", masqueraded: true },
      { target: "10.244.2.2:80", masqueraded: false },
    ],
  );
});

test("a chain that ends, or returns, hands the packet back", (t) => {
  const [path] = trace(
    filter(
      ":ENDS - [0:0]",
      ":RETURNS - [0:0]",
      "-A ENDS -p udp -j DROP",
      "-A RETURNS -j RETURN",
      "-A RETURNS -j DROP",
      "-A FORWARD -j ENDS",
      "-A FORWARD -j RETURNS",
      "-A FORWARD -p tcp -j REJECT",
    ),
  );
  t.is(path?.verdict, "reject");
  t.deepEqual(
    path?.rules.map(({ chain, text }) => `${chain}: ${text}`),
    [
      "FORWARD: -A FORWARD -j ENDS",
      "FORWARD: -A FORWARD -j RETURNS",
      "RETURNS: -A RETURNS -j RETURN",
      "FORWARD: -A FORWARD -p tcp -j REJECT",
    ],
  );
});

const hooks = [
  { title: "through the node", more: {}, chains: ["FORWARD"] },
  { title: "to the node", more: { destination: node }, chains: ["INPUT"] },
  { title: "from the node", more: { source: node }, chains: ["OUTPUT"] },
  {
    title: "from the node to itself",
    more: { source: node, destination: ipAddress("127.0.0.1") },
    chains: ["OUTPUT", "INPUT"],
  },
];
for (const { title, more, chains } of hooks) {
  test(`a packet ${title} passes filter ${chains.join(" and ")}`, (t) => {
    const comment = '-m comment --comment "seen"';
    const payload = filter(
      ...["INPUT", "FORWARD", "OUTPUT"].map((chain) => `-A ${chain} ${comment}`),
    );
    const [path] = trace(payload, more);
    t.deepEqual(
      path?.rules.map(({ chain }) => chain),
      chains,
    );
    t.is(path?.verdict, "accept");
    t.false(path?.decided);
  });
}

test("filter sees the address after DNAT, and so the way after it", (t) => {
  const [path] = trace(
    nat(`-A PREROUTING -d 10.96.0.20 ${dnat} 192.168.0.16:8080`) +
      filter("-A INPUT -m tcp -p tcp -d 192.168.0.16 --dport 8080 -j DROP"),
  );
  t.is(path?.verdict, "drop");
  t.is(path?.target, "192.168.0.16:8080");
});

const devices = [
  { match: "-i cni0", inInterface: "cni0", verdict: "drop" },
  { match: "-i cni0", inInterface: "cni1", verdict: "accept" },
  { match: "-i veth+", inInterface: "veth12", verdict: "drop" },
  { match: "! -i veth+", inInterface: "eth0", verdict: "drop" },
  { match: "-i cni0", inInterface: undefined, verdict: "accept" },
] as const;
for (const { match, inInterface, verdict } of devices) {
  test(`${match} and a packet from ${inInterface}: ${verdict}`, (t) => {
    const more = inInterface === undefined ? {} : { inInterface };
    t.is(trace(filter(`-A FORWARD ${match} -j DROP`), more)[0]?.verdict, verdict);
  });
}

test("a translated connection is DNAT to conntrack, and no first packet is ESTABLISHED", (t) => {
  const rules = filter(
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j REJECT",
    "-A FORWARD -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
  );
  t.is(trace(rules)[0]?.verdict, "drop");
  t.is(trace(nat(`-A PREROUTING ${dnat} 10.244.1.2:80`) + rules)[0]?.verdict, "accept");
});
