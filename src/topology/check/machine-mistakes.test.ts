/** Nodes, hosts and routers that cannot stand side by side, and the subnets and links between them. */
import test from "ava";
import { type Mistake, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "two machines of one name",
    text: topology(`  nodes:
    - {name: node01}
    - {name: node01}
`),
    says: `lab.yaml:7:14: node node01: the node in line 6 has this name already
    - {name: node01}
             ^~~~~~
  hint: choose another name`,
  },
  {
    title: "a host with the name of the router",
    text: topology(`  nodes: [{name: node01}]
  hosts: [{name: router, address: 192.168.0.9}]
`),
    says: `lab.yaml:6:18: host router: podwire's own router has this name
  hosts: [{name: router, address: 192.168.0.9}]
                 ^~~~~~
  hint: choose another name`,
  },
  {
    title: "one address for two machines",
    text: topology(`  nodes:
    - {name: node01, address: 192.168.0.14}
    - {name: node02, address: 192.168.0.14}
`),
    says: `lab.yaml:7:31: node node02: 192.168.0.14 is the address of node node01 (line 6)
    - {name: node02, address: 192.168.0.14}
                              ^~~~~~~~~~~~
  hint: give each its own address`,
  },
  {
    title: "a node with the gateway's address",
    text: topology(`  nodes: [{name: node01, address: 192.168.0.1}]
`),
    says: `lab.yaml:5:35: node node01: 192.168.0.1 is the address of the gateway
  nodes: [{name: node01, address: 192.168.0.1}]
                                  ^~~~~~~~~~~
  hint: choose another address, or write underlay: {gateway: …}`,
  },
  {
    title: "a node with the broadcast address",
    text: topology(`  nodes: [{name: node01, address: 192.168.0.255}]
`),
    says: `lab.yaml:5:35: node node01: 192.168.0.255 is the broadcast address of 192.168.0.0/24
  nodes: [{name: node01, address: 192.168.0.255}]
                                  ^~~~~~~~~~~~~
  hint: choose another address`,
  },
  {
    title: "a node outside of the underlay",
    text: topology(`  nodes: [{name: node01, address: 10.0.0.14}]
`),
    says: `lab.yaml:5:35: node node01: 10.0.0.14 is in no subnet of the underlay (192.168.0.0/24)
  nodes: [{name: node01, address: 10.0.0.14}]
                                  ^~~~~~~~~
  hint: give \`underlay\` a subnet that contains it`,
  },
  {
    title: "a host in no network",
    text: topology(`  nodes: [{name: node01}]
  hosts: [{name: web, address: 203.0.113.10}]
`),
    says: `lab.yaml:6:32: host web: 203.0.113.10 is in no subnet of the underlay (192.168.0.0/24)
  hosts: [{name: web, address: 203.0.113.10}]
                               ^~~~~~~~~~~~
  hint: write 203.0.113.10/24 to put it in a network of its own behind the router`,
  },
  {
    title: "both one subnet and several",
    text: topology(`  nodes: [{name: a, address: 10.1.0.5}]
  underlay:
    cidr: 10.1.0.0/24
    subnets: [{name: rack1, cidr: 10.1.0.0/24}]
`),
    says: `lab.yaml:7:5: underlay has both \`subnets\` and \`cidr\`
    cidr: 10.1.0.0/24
    ^~~~
  hint: move \`cidr\` into the subnet it belongs to`,
  },
  {
    title: "a gateway outside of the underlay",
    text: topology(`  nodes: [{name: node01}]
  underlay: {gateway: 10.0.0.1}
`),
    says: `lab.yaml:6:23: the gateway: 10.0.0.1 is not in its subnet, 192.168.0.0/24
  underlay: {gateway: 10.0.0.1}
                      ^~~~~~~~
  hint: choose an address in it`,
  },
  {
    title: "a router in a subnet that does not exist",
    text: topology(`  nodes: [{name: node01, address: 10.1.0.5}]
  underlay:
    subnets: [{name: rack1, cidr: 10.1.0.0/24}]
    routers: [{name: tor1, addresses: {rak1: 10.1.0.1}}]
`),
    says: `lab.yaml:8:40: router tor1: no subnet is named \`rak1\`
    routers: [{name: tor1, addresses: {rak1: 10.1.0.1}}]
                                       ^~~~
  hint: did you mean \`rack1\`?`,
  },
  {
    title: "a link between routers that are not there",
    text: topology(`  nodes: [{name: a, address: 10.1.0.5}]
  underlay:
    subnets: [{name: rack1, cidr: 10.1.0.0/24}]
    links: [{between: [tor1, tor2], cidr: 10.255.0.0/31}]
`),
    says: `lab.yaml:8:24: links[0]: no router is named \`tor1\`
    links: [{between: [tor1, tor2], cidr: 10.255.0.0/31}]
                       ^~~~

lab.yaml:8:30: links[0]: no router is named \`tor2\`
    links: [{between: [tor1, tor2], cidr: 10.255.0.0/31}]
                             ^~~~`,
  },
  {
    title: "a cluster whose only node takes no pods",
    text: topology(`  nodes: [{name: master, roles: [control-plane]}]
`),
    says: `lab.yaml:5:3: warning: every node is tainted: ordinary pods stay pending
  nodes: [{name: master, roles: [control-plane]}]
  ^~~~~
  hint: add a worker, or write roles: [control-plane, worker]`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
