import test from "ava";
import type { SliceEndpoint } from "../../../../api/objects/service.ts";
import { buildClusterModel } from "../../model/cluster/cluster-model.ts";
import { sampleEndpoint, sampleService, sampleSlice } from "../../testing/sample-services.ts";
import { noLines } from "../text/rule-lines.ts";
import { endpointChain, isPerServiceChain, serviceChains } from "./chain-names.ts";
import {
  addBalancingChain,
  addEndpointChains,
  type EndpointRuleOptions,
  formatProbability,
} from "./endpoint-rules.ts";

const sticky = sampleService("sticky", {
  clusterIP: "10.96.0.21",
  ports: [{ name: "http", port: 80 }],
  sessionAffinity: "ClientIP",
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
});

function modelled(...endpoints: readonly SliceEndpoint[]) {
  const model = buildClusterModel(
    { services: [sticky], slices: [sampleSlice("sticky", endpoints)] },
    { family: "ipv4", loadBalancerIPMode: true },
  );
  const [port] = model.services.get("shop/sticky")?.ports ?? [];
  if (port === undefined) throw new Error("the Service has no port");
  return port;
}

const probabilities = [
  { n: 2, text: "0.5000000000" },
  { n: 3, text: "0.3333333333" },
  { n: 6, text: "0.1666666667" },
  { n: 7, text: "0.1428571429" },
  { n: 1000, text: "0.0010000000" },
];
for (const { n, text } of probabilities) {
  test(`one in ${n} is printed as ${text}`, (t) => {
    t.is(formatProbability(n), text);
  });
}

test("clients that were seen are asked for before the dice are thrown", (t) => {
  const { port, endpoints } = modelled(
    sampleEndpoint(1, 2),
    sampleEndpoint(1, 3),
    sampleEndpoint(1, 4),
  );
  const named = endpoints.map((endpoint) => ({ endpoint, chain: endpointChain(port, endpoint) }));
  const lines = noLines();
  addBalancingChain(lines, "KUBE-SVC-X", { port, endpoints: named }, { comments: true });
  const [a, b, c] = named.map(({ chain }) => chain);
  const rule = (host: number): string =>
    `-A KUBE-SVC-X -m comment --comment "shop/sticky:http -> 10.244.1.${host}:8080"`;
  const seen = (chain = ""): string =>
    `-m recent --name ${chain} --rcheck --seconds 60 --reap -j ${chain}`;
  const dice = "-m statistic --mode random --probability";
  t.deepEqual(lines.nat, [
    `${rule(2)} ${seen(a)}`,
    `${rule(3)} ${seen(b)}`,
    `${rule(4)} ${seen(c)}`,
    `${rule(2)} ${dice} 0.3333333333 -j ${a}`,
    `${rule(3)} ${dice} 0.5000000000 -j ${b}`,
    `${rule(4)} -j ${c}`,
  ]);
});

test("an endpoint's chain remembers the client where the Service has affinity", (t) => {
  const { port, endpoints } = modelled(sampleEndpoint(1, 2));
  const [endpoint] = endpoints;
  if (endpoint === undefined) return t.fail();
  const chain = endpointChain(port, endpoint);
  const rules = (options: EndpointRuleOptions): readonly string[] => {
    const lines = noLines();
    addEndpointChains(lines, port, [{ endpoint, chain }], options);
    return lines.nat;
  };
  t.deepEqual(rules({ comments: true }), [
    `-A ${chain} -m comment --comment shop/sticky:http -s 10.244.1.2 -j KUBE-MARK-MASQ`,
    `-A ${chain} -m comment --comment shop/sticky:http -m recent --name ${chain} --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080`,
  ]);
  t.deepEqual(rules({ comments: false }), [
    `-A ${chain} -s 10.244.1.2 -j KUBE-MARK-MASQ`,
    `-A ${chain} -m recent --name ${chain} --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.2:8080`,
  ]);
});

test("chains that come and go with Services are told from those that stay", (t) => {
  const { port, endpoints } = modelled(sampleEndpoint(1, 2));
  for (const chain of Object.values(serviceChains(port))) t.true(isPerServiceChain(chain), chain);
  for (const endpoint of endpoints) t.true(isPerServiceChain(endpointChain(port, endpoint)));
  for (const chain of ["KUBE-SERVICES", "KUBE-FIREWALL", "KUBE-FORWARD", "WEAVE"]) {
    t.false(isPerServiceChain(chain), chain);
  }
});
