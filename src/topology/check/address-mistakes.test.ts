/** Blocks of addresses that overlap, are too small, or are of the wrong family. */
import test from "ava";
import { type Mistake, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "blocks that overlap",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDR: 10.96.0.0/12}
  services: {cidr: 10.100.0.0/16}
`),
    says: `lab.yaml:7:20: service CIDR 10.100.0.0/16 overlaps pod CIDR 10.96.0.0/12
  services: {cidr: 10.100.0.0/16}
                   ^~~~~~~~~~~~~
  hint: choose blocks that share no address`,
  },
  {
    title: "a block that overlaps a default",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDR: 10.96.0.0/16}
`),
    says: `lab.yaml:6:22: pod CIDR 10.96.0.0/16 overlaps service CIDR 10.96.0.0/16 (its default)
  network: {podCIDR: 10.96.0.0/16}
                     ^~~~~~~~~~~~
  hint: choose blocks that share no address`,
  },
  {
    title: "more nodes than shares of the pod CIDR",
    text: topology(`  nodes: [{name: a}, {name: b}, {name: c}]
  network: {podCIDR: 10.244.0.0/23}
`),
    says: `lab.yaml:6:22: podCIDR 10.244.0.0/23: 10.244.0.0/23 has 2 shares of /24 for 3 nodes
  network: {podCIDR: 10.244.0.0/23}
                     ^~~~~~~~~~~~~
  hint: write nodeCIDRMaskSize: 25, or a larger podCIDR`,
  },
  {
    title: "a DNS address outside of the service CIDR",
    text: topology(`  nodes: [{name: node01}]
  dns: {address: 10.97.0.10}
`),
    says: `lab.yaml:6:18: dns address 10.97.0.10 is not in the service CIDR 10.96.0.0/16
  dns: {address: 10.97.0.10}
                 ^~~~~~~~~~
  hint: write an address such as 10.96.0.10`,
  },
  {
    title: "a DNS address that is the API server's",
    text: topology(`  nodes: [{name: node01}]
  dns: {address: 10.96.0.1}
`),
    says: `lab.yaml:6:18: dns address 10.96.0.1: this address of the service CIDR is for the Service \`kubernetes\`
  dns: {address: 10.96.0.1}
                 ^~~~~~~~~
  hint: write an address such as 10.96.0.10`,
  },
  {
    title: "IPv6 alone",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDR: "fd00::/48", nodeCIDRMaskSizeIPv6: 64}
`),
    says: `lab.yaml:6:22: address families IPv6: a cluster has IPv4, or IPv4 and IPv6
  network: {podCIDR: "fd00::/48", nodeCIDRMaskSizeIPv6: 64}
                     ^~~~~~~~~~~
  hint: write network: {ipFamilies: [IPv4, IPv6]} for both`,
  },
  {
    title: "two blocks of one family",
    text: topology(`  nodes: [{name: node01}]
  services: {cidrs: [10.96.0.0/16, 10.97.0.0/16]}
  network: {ipFamilies: [IPv4, IPv6]}
`),
    says: `lab.yaml:6:36: service CIDR 10.97.0.0/16: a second one of IPv4
  services: {cidrs: [10.96.0.0/16, 10.97.0.0/16]}
                                   ^~~~~~~~~~~~
  hint: write \`cidrs\` with one of each family`,
  },
  {
    title: "an IPv6 address in a cluster without",
    text: topology(`  nodes: [{name: node01, addresses: [192.168.0.11, "fd00:192:168::11"]}]
`),
    says: `lab.yaml:5:52: node node01: fd00:192:168::11: the cluster has no IPv6
  nodes: [{name: node01, addresses: [192.168.0.11, "fd00:192:168::11"]}]
                                                   ^~~~~~~~~~~~~~~~~~
  hint: add network: {ipFamilies: [IPv4, IPv6]}`,
  },
  {
    title: "an IPv6 address outside of its subnet",
    text: topology(`  nodes: [{name: node01, addresses: [192.168.0.11, "fd00::11"]}]
  network: {ipFamilies: [IPv4, IPv6]}
`),
    says: `lab.yaml:5:52: node node01: fd00::11 is not in its subnet, fd00:192:168::/64
  nodes: [{name: node01, addresses: [192.168.0.11, "fd00::11"]}]
                                                   ^~~~~~~~~~
  hint: choose an address in it`,
  },
  {
    title: "two machines with one IPv6 address",
    text: topology(`  nodes: [{name: node01, addresses: [192.168.0.11, "fd00:192:168::12"]}, {name: node02}]
  network: {ipFamilies: [IPv4, IPv6]}
`),
    says: `lab.yaml:5:74: node node02: fd00:192:168::12 is the address of node node01 (line 5)
  nodes: [{name: node01, addresses: [192.168.0.11, "fd00:192:168::12"]}, {name: node02}]
                                                                         ^~~~~~~~~~~~~~
  hint: give each its own address`,
  },
  {
    title: "an IPv6 pod CIDR that overlaps the underlay's",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDRs: [10.244.0.0/16, "fd00:192:168::/56"]}
`),
    says: `lab.yaml:6:39: pod CIDR fd00:192:168::/56 overlaps underlay fd00:192:168::/64 (its default)
  network: {podCIDRs: [10.244.0.0/16, "fd00:192:168::/56"]}
                                      ^~~~~~~~~~~~~~~~~~~
  hint: choose blocks that share no address`,
  },
  {
    title: "more nodes than an IPv6 pod CIDR has shares",
    text: topology(`  nodes: [{name: node01}, {name: node02}]
  network: {podCIDRs: [10.244.0.0/16, "fd00:10:244::/64"]}
`),
    says: `lab.yaml:6:39: podCIDR fd00:10:244::/64: fd00:10:244::/64 has 1 share of /64 for 2 nodes
  network: {podCIDRs: [10.244.0.0/16, "fd00:10:244::/64"]}
                                      ^~~~~~~~~~~~~~~~~~
  hint: write nodeCIDRMaskSizeIPv6: 65, or a larger podCIDR`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
