/** Configurations of kube-proxy that cannot be. */
import test from "ava";
import { type Mistake, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "a proxy mode that does not exist",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {mode: iptabels}}
`),
    says: `lab.yaml:6:28: mode iptabels: must be one of iptables, ipvs, nftables, userspace
  services: {proxy: {mode: iptabels}}
                           ^~~~~~~~
  hint: did you mean \`iptables\`?`,
  },
  {
    title: "a mode beside a matrix of modes",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {mode: ipvs}}
  matrix: {proxyMode: [iptables, nftables]}
`),
    says: `lab.yaml:6:22: mode: never counts beside matrix.proxyMode
  services: {proxy: {mode: ipvs}}
                     ^~~~
  hint: keep one of them; what is here may be one of matrix.proxyMode`,
  },
  {
    title: "a KubeProxyConfiguration's mode beside a matrix of modes",
    text: topology(`  nodes: [{name: node01}]
  matrix: {proxyMode: [iptables, nftables]}
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
`),
    says: `lab.yaml:10:1: mode: never counts beside matrix.proxyMode
mode: ipvs
^~~~
  hint: keep one of them; what is here may be one of matrix.proxyMode`,
  },
  {
    title: "a detector of local traffic without what it goes by",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {detectLocalMode: BridgeInterface}}
`),
    says: `lab.yaml:6:39: detectLocal.bridgeInterface: must be given for BridgeInterface
  services: {proxy: {detectLocalMode: BridgeInterface}}
                                      ^~~~~~~~~~~~~~~
  hint: write detectLocal: {bridgeInterface: cni0}, or as the pods' network names it`,
  },
  {
    title: "a prefix of a node's own that no device's name can have",
    text: topology(`  nodes: [{name: node01, proxy: {detectLocal: {interfaceNamePrefix: sixteen-or-more-}}}]
  services: {proxy: {detectLocalMode: InterfaceNamePrefix, detectLocal: {interfaceNamePrefix: veth}}}
`),
    says: `lab.yaml:5:69: detectLocal.interfaceNamePrefix: must have 15 characters at most
  nodes: [{name: node01, proxy: {detectLocal: {interfaceNamePrefix: sixteen-or-more-}}}]
                                                                    ^~~~~~~~~~~~~~~~
  hint: write detectLocal: {interfaceNamePrefix: veth}, or as the pods' network names it`,
  },
  {
    title: "the primary address among blocks",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {nodePortAddresses: [primary, 10.0.0.0/8]}}
`),
    says: `lab.yaml:6:41: nodePortAddresses: primary stands alone
  services: {proxy: {nodePortAddresses: [primary, 10.0.0.0/8]}}
                                        ^~~~~~~~~~~~~~~~~~~~~
  hint: write [primary], or blocks only`,
  },
  {
    title: "a shortest time that is longer than the longest",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {nftables: {minSyncPeriod: 31s}}}
`),
    says: `lab.yaml:6:48: nftables.minSyncPeriod 31s: is longer than syncPeriod
  services: {proxy: {nftables: {minSyncPeriod: 31s}}}
                                               ^~~
  hint: write a shorter one`,
  },
  {
    title: "two blocks of one family for what is inside",
    text: topology(`  nodes: [{name: node01}]
  services: {proxy: {clusterCIDR: "10.0.0.0/8,11.0.0.0/8"}}
`),
    says: `lab.yaml:6:35: clusterCIDR 10.0.0.0/8,11.0.0.0/8: must be one block, or one of each address family
  services: {proxy: {clusterCIDR: "10.0.0.0/8,11.0.0.0/8"}}
                                  ^~~~~~~~~~~~~~~~~~~~~~~
  hint: write 10.244.0.0/16,fd00:10:244::/56, or as your blocks are`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
