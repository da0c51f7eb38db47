import test from "ava";
import { type ProxyMode, resolveKubeProxyConfig } from "../config/config.ts";
import { rulesFor } from "../rules-for.ts";
import { sampleConfigOf, sampleNode } from "../testing/sample-node.ts";
import { sampleServices, sampleSlices } from "../testing/sample-services.ts";
import { explainRules } from "./explain.ts";

const modes = ["iptables", "nftables", "ipvs", "userspace"] as const;

function textOf(mode: ProxyMode, config = sampleConfigOf(mode)): string {
  return rulesFor([...sampleServices, ...sampleSlices], { mode, node: sampleNode, config });
}

for (const mode of modes) {
  const text = textOf(mode);
  const { rules, annotated } = explainRules(text, mode);

  test(`${mode}: whatever a packet can meet has a sentence`, (t) => {
    t.true(rules.length > 50);
    // An element of a set goes with the set.
    for (const { table, rule, explanation } of rules) {
      if (table !== "ipset") t.not(explanation, undefined, rule);
    }
  });

  test(`${mode}: comment lines are all that is added`, (t) => {
    const isOurs = (line: string): boolean => !text.includes(`${line}\n`) && line.startsWith("# ");
    const left = annotated.split("\n").filter((line) => !isOurs(line));
    t.is(left.join("\n"), text);
    t.true(annotated.length > text.length);
  });

  test(`${mode}: no sentence has a hole in it`, (t) => {
    t.notRegex(annotated, /undefined|\bNaN\b/);
  });
}

test("masqueradeAll, no detector and node ports everywhere have sentences, too", (t) => {
  const everywhere = { nodePortAddresses: ["0.0.0.0/0"] };
  for (const mode of modes) {
    for (const config of [
      resolveKubeProxyConfig({ mode, ...everywhere }),
      resolveKubeProxyConfig({ mode, iptables: { masqueradeAll: true }, ...everywhere }),
    ]) {
      for (const { table, rule, explanation } of explainRules(textOf(mode, config), mode).rules) {
        if (table !== "ipset") t.not(explanation, undefined, rule);
      }
    }
  }
});

const said: ReadonlyArray<readonly [mode: ProxyMode, line: RegExp, says: RegExp]> = [
  [
    "nftables",
    /service-ips \{ 10\.96\.0\.20 \. tcp/,
    /^10\.96\.0\.20:80 \(tcp\) is the ClusterIP of shop\/web:http: choose one of its endpoints\.$/,
  ],
  ["nftables", /no-endpoint-services \{ 10\.96\.0\.22/, /: nobody serves shop\/empty:http: /],
  ["nftables", /no-endpoint-services \{ 10\.96\.0\.23/, /this node only, and there are none here/],
  ["nftables", /add rule \S+ \S+ service-\S*shop\/web\/tcp\/http numgen/, /dice among 3 endpoints/],
  [
    "nftables",
    /add rule .* @affinity-\S* goto/,
    /^Session affinity: a client .* 10\.244\.\d\.2:8080 /,
  ],
  ["ipvs", /^-A -t 10\.96\.0\.20:80/, /^10\.96\.0\.20:80: connections go in turn\./],
  ["ipvs", /^-A -t 10\.96\.0\.21:80/, /within 3600 s goes where it was before/],
  ["ipvs", /KUBE-IPVS-FILTER .*REJECT/, /a ping of it/],
  ["ipvs", /KUBE-SERVICES .*CLUSTER-IP dst,dst ! -s/, /no pod \(! -s 10\.244\.0\.0\/16\)/],
  ["userspace", /^# relay tcp 20000 /, /listens at 20000 \(tcp\) for /],
  ["userspace", /^# relay tcp \d+ shop\/empty:http/, /hangs up\.$/],
];
for (const [mode, line, says] of said) {
  test(`${mode}: of ${line.source} it is said: ${says.source}`, (t) => {
    const found = explainRules(textOf(mode), mode).rules.filter(({ rule }) => line.test(rule));
    t.not(found.length, 0);
    for (const { explanation } of found) t.regex(explanation ?? "", says);
  });
}
