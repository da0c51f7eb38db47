import test from "ava";
import { ProgramError } from "../../src/base/podwire-error.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { spawnIn } from "../../src/kernel/processes/process.ts";
import { deleteConntrack, listConntrack } from "../../src/kernel/rules/conntrack.ts";
import {
  ipsetRestore,
  iptablesRestore,
  iptablesSave,
  nftApply,
  nftPrintTable,
} from "../../src/kernel/rules/rules.ts";
import { ipAddress } from "../../src/net/ip-address.ts";

function payload(port: number): string {
  return [
    "*nat",
    ":KUBE-SERVICES - [0:0]",
    `-A KUBE-SERVICES -p tcp -m tcp --dport ${port} -j DNAT --to-destination 10.244.1.2:8080`,
    "COMMIT",
    "",
  ].join("\n");
}

test("iptables rules go in whole and come out as they were", async (t) => {
  using netns = Netns.create("rules-iptables");
  await iptablesRestore(netns, payload(80));
  const saved = await iptablesSave(netns, { table: "nat" });
  t.true(saved.includes(payload(80).split("\n")[2] ?? ""));
  // A chain that the payload declares is emptied first; the others stay.
  await iptablesRestore(netns, "*nat\n:OTHER - [0:0]\nCOMMIT\n");
  await iptablesRestore(netns, payload(81));
  const again = await iptablesSave(netns);
  t.regex(again, /:OTHER - \[0:0\]/);
  t.regex(again, /--dport 81 /);
  t.notRegex(again, /--dport 80 /);
});

test("counters are restored and saved", async (t) => {
  using netns = Netns.create("rules-counters");
  await iptablesRestore(netns, "*filter\n:K - [0:0]\n[7:420] -A K -j RETURN\nCOMMIT\n");
  t.regex(
    await iptablesSave(netns, { table: "filter", counters: true }),
    /\[7:420\] -A K -j RETURN/,
  );
});

test("several nodes load their rules at once, and each gets its own", async (t) => {
  const ports = Array.from({ length: 8 }, (_, index) => 8000 + index);
  const nodes = ports.map((port) => ({ port, netns: Netns.create(`rules-node-${port}`) }));
  try {
    await Promise.all(nodes.map(({ netns, port }) => iptablesRestore(netns, payload(port))));
    const saved = await Promise.all(nodes.map(({ netns }) => iptablesSave(netns)));
    for (const [index, text] of saved.entries()) {
      t.deepEqual(text.match(/--dport \d+/g), [`--dport ${ports[index]}`]);
    }
  } finally {
    for (const { netns } of nodes) netns[Symbol.dispose]();
  }
});

test("a refused payload names its line and changes nothing", async (t) => {
  using netns = Netns.create("rules-refused");
  const refused = "*nat\n:K - [0:0]\n-A K -j NOPE\nCOMMIT\n";
  const error = await t.throwsAsync(iptablesRestore(netns, refused), { instanceOf: ProgramError });
  t.is(error.inputLine, "-A K -j NOPE");
  t.regex(error.message, /NOPE/);
  t.notRegex(await iptablesSave(netns), /:K /);
});

test("an nft script is one transaction", async (t) => {
  using netns = Netns.create("rules-nft");
  await nftApply(netns, "add table ip kube-proxy\nadd chain ip kube-proxy services\n");
  const bad = "add chain ip kube-proxy more\nadd rule ip kube-proxy services jump nowhere\n";
  const error = await t.throwsAsync(nftApply(netns, bad), { instanceOf: ProgramError });
  t.is(error.inputLine, "add rule ip kube-proxy services jump nowhere");
  const table = (await nftPrintTable(netns, "ip")) ?? "";
  t.regex(table, /chain services/);
  t.notRegex(table, /chain more/);
});

test("sets are restored, twice as well as once", async (t) => {
  using netns = Netns.create("rules-ipset");
  const sets = "create KUBE-CLUSTER-IP hash:ip,port\nadd KUBE-CLUSTER-IP 10.96.0.10,udp:53\n";
  await ipsetRestore(netns, sets);
  await ipsetRestore(netns, sets);
  const { stdout } = await spawnIn({ netns }, "ipset", ["list"]);
  t.regex(stdout, /10\.96\.0\.10,udp:53/);
  const error = await t.throwsAsync(ipsetRestore(netns, `${sets}add KUBE-CLUSTER-IP nonsense\n`), {
    instanceOf: ProgramError,
  });
  t.is(error.inputLine, "add KUBE-CLUSTER-IP nonsense");
});

test("a translated connection is listed and deleted", async (t) => {
  using netns = Netns.create("rules-conntrack");
  await spawnIn({ netns }, "ip", ["link", "set", "lo", "up"]);
  await nftApply(
    netns,
    `table ip nat {
      chain output { type nat hook output priority -100; udp dport 53 dnat to 127.0.0.1:5353; }
    }`,
  );
  const send =
    'const s = require("dgram").createSocket("udp4"); s.send("x", 53, "127.0.0.9", () => s.close())';
  await spawnIn({ netns }, process.execPath, ["-e", send]);
  const entries = await listConntrack(netns);
  t.is(entries.length, 1);
  t.like(entries[0], {
    protocol: "udp",
    unreplied: true,
    original: { destination: ipAddress("127.0.0.9"), destinationPort: 53 },
    reply: { source: ipAddress("127.0.0.1"), sourcePort: 5353 },
  });
  const other = { protocol: "udp", originalDestinationPort: 54 };
  t.is(await deleteConntrack(netns, other), 0);
  const filter = {
    protocol: "udp",
    originalDestination: ipAddress("127.0.0.9"),
    translatedDestination: ipAddress("127.0.0.1"),
  };
  t.is(await deleteConntrack(netns, filter), 1);
  t.deepEqual(await listConntrack(netns), []);
});
