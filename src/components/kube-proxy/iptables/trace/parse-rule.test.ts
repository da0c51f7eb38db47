import test from "ava";
import { parseRule } from "./parse-rule.ts";
import type { Match } from "./rule.ts";

/** As kube-proxy writes it, and as `iptables-save` prints the same rule. */
const spellings = [
  {
    title: "a capture rule",
    written:
      '-A KUBE-SERVICES -m comment --comment "a/b:c cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j KUBE-SVC-X',
    saved:
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "a/b:c cluster IP" -m tcp --dport 80 -j KUBE-SVC-X',
  },
  {
    title: "setting the mark",
    written: "-A KUBE-MARK-MASQ -j MARK --or-mark 0x00004000",
    saved: "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
  },
  {
    title: "clearing the mark",
    written: "-A KUBE-POSTROUTING -j MARK --xor-mark 0x00004000",
    saved: "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
  },
  {
    title: "testing the mark",
    written: "-A KUBE-POSTROUTING -m mark ! --mark 0x00004000/0x00004000 -j RETURN",
    saved: "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
  },
  {
    title: "dice",
    written:
      '-A KUBE-SVC-X -m comment --comment "a/b -> c" -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-X',
    saved:
      '-A KUBE-SVC-X -m comment --comment "a/b -> c" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-X',
  },
  {
    title: "affinity, looking",
    written:
      "-A KUBE-SVC-X -m comment --comment a/b -m recent --name KUBE-SEP-X --rcheck --seconds 10800 --reap -j KUBE-SEP-X",
    saved:
      "-A KUBE-SVC-X -m comment --comment a/b -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-X --mask 255.255.255.255 --rsource -j KUBE-SEP-X",
  },
  {
    title: "affinity, remembering",
    written:
      "-A KUBE-SEP-X -m comment --comment a/b -m recent --name KUBE-SEP-X --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:80",
    saved:
      '-A KUBE-SEP-X -p tcp -m comment --comment "a/b" -m recent --set --name KUBE-SEP-X --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.1.2:80',
  },
  {
    title: "rejecting",
    written: "-A KUBE-SERVICES -m udp -p udp -d fd00::1 --dport 53 -j REJECT",
    saved:
      "-A KUBE-SERVICES -d fd00::1/128 -p udp -m udp --dport 53 -j REJECT --reject-with icmp6-port-unreachable",
  },
  {
    title: "kubelet's options",
    written:
      "-A KUBE-FIREWALL --dst 127.0.0.0/8 ! --src 127.0.0.0/8 -m conntrack ! --ctstate DNAT -j DROP",
    saved: "-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate DNAT -j DROP",
  },
  {
    title: "an entry of an ipset",
    written: `-A KUBE-POSTROUTING -m comment --comment "hairpin" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE`,
    saved: `-A KUBE-POSTROUTING -m comment --comment hairpin -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE`,
  },
  {
    title: "a virtual server",
    written:
      "-A KUBE-IPVS-OUT-FILTER -s 198.51.100.10 -m ipvs --vaddr 198.51.100.10 --vproto tcp --vport 80 -j DROP",
    saved:
      "-A KUBE-IPVS-OUT-FILTER -s 198.51.100.10/32 -m ipvs --vproto 6 --vaddr 198.51.100.10/32 --vport 80 -j DROP",
  },
  {
    title: "what came over no bridge and is not the node's own",
    written:
      "-A KUBE-SERVICES -m set --match-set KUBE-EXTERNAL-IP dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT",
    saved:
      "-A KUBE-SERVICES -m set --match-set KUBE-EXTERNAL-IP dst,dst -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT",
  },
  {
    title: "a redirection to the node itself",
    written:
      "-A KUBE-PORTALS-CONTAINER -m comment --comment shop/web:http -p tcp -m tcp --dport 80 -d 10.96.0.20/32 -j REDIRECT --to-ports 20000",
    saved:
      '-A KUBE-PORTALS-CONTAINER -d 10.96.0.20/32 -p tcp -m comment --comment "shop/web:http" -m tcp --dport 80 -j REDIRECT --to-ports 20000',
  },
];

for (const { title, written, saved } of spellings) {
  test(`${title} means the same written and read back`, (t) => {
    const [a, b] = [parseRule(written), parseRule(saved)];
    t.deepEqual(unordered(a.matches), unordered(b.matches));
    t.true(a.matches.length > 0 || a.target?.type === "mark");
    t.deepEqual(a.target, b.target);
    t.is(a.chain, b.chain);
  });
}

/** The kernel's order of matches is another, and means the same. */
function unordered(matches: readonly Match[]): readonly string[] {
  return matches.map((match) => JSON.stringify(match)).sort();
}

test("a rule without target only counts", (t) => {
  const rule = parseRule('-A KUBE-FW-X -m comment --comment "other traffic"');
  t.deepEqual(rule, {
    chain: "KUBE-FW-X",
    text: '-A KUBE-FW-X -m comment --comment "other traffic"',
    matches: [],
    target: undefined,
  });
});

const refused = [
  { text: "-A X -m owner --uid-owner 0 -j Y", why: "-m owner" },
  { text: "-A X -o eth0 -j Y", why: "-o" },
  { text: "-A X ! -p tcp -j Y", why: "! -p" },
  { text: "-A X -d nonsense -j Y", why: "nonsense" },
  { text: "-A X -m addrtype --dst-type BROADCAST -j Y", why: "BROADCAST" },
  { text: "-A X -m recent --name Y -j Z", why: "-m recent" },
  { text: "-A X --dport http -j Y", why: "http" },
  { text: "-A X -j MARK --and-mark 1", why: "MARK --and-mark" },
  { text: "-A X -j", why: "end of line" },
];
for (const { text, why } of refused) {
  test(`${why} is refused, not guessed`, (t) => {
    const error = t.throws(() => parseRule(text), { code: "RULES_NOT_UNDERSTOOD" });
    t.true(error?.message.includes(`: ${why}`), error?.message);
  });
}
