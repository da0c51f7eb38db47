import test from "ava";
import { rulesFor } from "../rules-for.ts";
import { sampleConfig, sampleNode } from "../testing/sample-node.ts";
import { sampleServices, sampleSlices } from "../testing/sample-services.ts";
import { explainIptables } from "./iptables.ts";

const payload = rulesFor([...sampleServices, ...sampleSlices], {
  mode: "iptables",
  node: sampleNode,
  config: sampleConfig,
});
const rules = explainIptables(payload);

const said = [
  {
    rule: /^-A KUBE-SERVICES .*-d 10\.96\.0\.20 --dport 80/,
    says: /^10\.96\.0\.20:80 \(tcp\) is the ClusterIP of shop\/web:http: choose one of its endpoints\.$/,
  },
  {
    rule: /^-A KUBE-SVC-\w+ .*-> 10\.244\.1\.10:8080/,
    says: /^One in 3 .*: 10\.244\.1\.10:8080\./,
  },
  {
    rule: /^-A KUBE-NODEPORTS .*--dport 30080/,
    says: /^Port 30080 .* node port of shop\/node-port:http\.$/,
  },
  { rule: /shop\/empty:http has no endpoints" -m tcp/, says: /^Nobody serves shop\/empty:http: / },
  {
    rule: /inside-local:http has no local endpoints/,
    says: /endpoints of this node only, and there are none/,
  },
  { rule: /^-A KUBE-FW-\w+ .*-s 203\.0\.113\.0\/25/, says: /203\.0\.113\.0\/25 may come in\.$/ },
  { rule: /^-A KUBE-SVC-\w+ .*--rcheck/, says: /^Session affinity: .* in the last 3600 s / },
  {
    rule: /^-A KUBE-SVC-\w+ .*! -s 10\.244\.0\.0\/16/,
    says: /no pod \(not in 10\.244\.0\.0\/16\)/,
  },
  { rule: /^-A KUBE-EXT-\w+ -j KUBE-SVL-/, says: /they see the client's own address\.$/ },
];
for (const { rule, says } of said) {
  test(`of ${rule.source} it is said: ${says.source}`, (t) => {
    const found = rules.filter((each) => rule.test(each.line));
    t.not(found.length, 0);
    for (const { why } of found) t.regex(why ?? "", says);
  });
}

test("a rule of somebody else has none", (t) => {
  const [, rule] = explainIptables("*nat\n-A WEAVE -j RETURN\nCOMMIT\n");
  t.is(rule?.line, "-A WEAVE -j RETURN");
  t.is(rule?.why, undefined);
});
