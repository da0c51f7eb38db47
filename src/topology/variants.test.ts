import test from "ava";
import { variantsOf } from "./variants.ts";

const cases: readonly {
  readonly title: string;
  readonly flags: Parameters<typeof variantsOf>[0];
  readonly labels: readonly string[];
}[] = [
  { title: "without a choice there is one run, the file's own", flags: {}, labels: [""] },
  {
    title: "each pod network is a run",
    flags: { network: ["weave", "calico/bgp"] },
    labels: ["weave", "calico/bgp"],
  },
  {
    title: "each mode of kube-proxy is a run",
    flags: { proxyMode: ["iptables", "ipvs"] },
    labels: ["iptables", "ipvs"],
  },
  {
    title: "both together are every combination",
    flags: { network: ["weave", "bridge"], proxyMode: ["iptables", "nftables"] },
    labels: ["weave, iptables", "weave, nftables", "bridge, iptables", "bridge, nftables"],
  },
];

for (const { title, flags, labels } of cases) {
  test(title, (t) => {
    t.deepEqual(
      variantsOf(flags).map(({ label }) => label),
      labels,
    );
  });
}
