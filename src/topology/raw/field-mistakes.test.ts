/** Fields of a topology that are unknown, missing or of another type, and texts that nothing can be made of. */
import test from "ava";
import { type Mistake, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "a topology without nodes",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab}
spec: {hosts: []}
`,
    says: `lab.yaml:4:7: spec: missing field \`nodes\`
spec: {hosts: []}
      ^~~~~~~~~~~
  hint: add \`nodes\`: the cluster's machines`,
  },
  {
    title: "an unknown key of the topology",
    text: topology(`  nodes: [{name: node01}]
  netwrok: {podCIDR: 10.244.0.0/16}
`),
    says: `lab.yaml:6:3: spec: unknown field \`netwrok\`
  netwrok: {podCIDR: 10.244.0.0/16}
  ^~~~~~~
  hint: did you mean \`network\`?`,
  },
  {
    title: "an unknown key of a node",
    text: topology(`  nodes:
    - {name: node01, podCidr: 10.244.1.0/24}
`),
    says: `lab.yaml:6:22: nodes[0]: unknown field \`podCidr\`
    - {name: node01, podCidr: 10.244.1.0/24}
                     ^~~~~~~
  hint: did you mean \`podCIDR\`?`,
  },
  {
    title: "an unknown key that resembles nothing",
    text: topology(`  nodes:
    - {name: node01, colour: blue}
`),
    says: `lab.yaml:6:22: nodes[0]: unknown field \`colour\`
    - {name: node01, colour: blue}
                     ^~~~~~
  hint: fields here: name, roles, address, addresses, labels, taints, podCIDR, podCIDRs, proxy, joined`,
  },
  {
    title: "a node without a name",
    text: topology(`  nodes:
    - {address: 192.168.0.14}
`),
    says: `lab.yaml:6:7: nodes[0]: missing field \`name\`
    - {address: 192.168.0.14}
      ^~~~~~~~~~~~~~~~~~~~~~~
  hint: add \`name\`: the node's name, and that of its network namespace`,
  },
  {
    title: "a number where a text belongs",
    text: topology(`  nodes: [{name: node01, labels: {rack: 1}}]
`),
    says: `lab.yaml:5:41: rack must be text, not a number
  nodes: [{name: node01, labels: {rack: 1}}]
                                        ^
  hint: put it in quotes: "1"`,
  },
  {
    title: "a text where a list belongs",
    text: topology(`  nodes: [{name: node01}]
  hosts: laptop
`),
    says: `lab.yaml:6:10: hosts must be a list, not text
  hosts: laptop
         ^~~~~~
  hint: put it in brackets, or begin the line with \`- \``,
  },
  {
    title: "a number in quotes",
    text: topology(`  nodes: [{name: node01}]
  underlay: {mtu: "1500"}
`),
    says: `lab.yaml:6:19: mtu must be a number, not text
  underlay: {mtu: "1500"}
                  ^~~~~~
  hint: write it without quotes`,
  },
  {
    title: "a role that does not exist",
    text: topology(`  nodes: [{name: node01, roles: [contol-plane]}]
`),
    says: `lab.yaml:5:34: roles[0] contol-plane: must be one of control-plane, worker
  nodes: [{name: node01, roles: [contol-plane]}]
                                 ^~~~~~~~~~~~
  hint: did you mean \`control-plane\`?`,
  },
  {
    title: "a name that cannot be a network namespace's",
    text: topology(`  nodes: [{name: Node_1}]
`),
    says: `lab.yaml:5:18: name Node_1: must be 1..63 small letters, digits and dashes, no dash at either end
  nodes: [{name: Node_1}]
                 ^~~~~~`,
  },
  {
    title: "a name that no lab can have",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: Big Lab}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:3:18: name Big Lab: must be 1..63 small letters, digits, dashes and dots, with a letter or a digit at both ends
metadata: {name: Big Lab}
                 ^~~~~~~`,
  },
  {
    title: "an address that is none",
    text: topology(`  nodes: [{name: node01, address: 192.168.0.256}]
`),
    says: `lab.yaml:5:35: address 192.168.0.256: 256 is more than 255
  nodes: [{name: node01, address: 192.168.0.256}]
                                  ^~~~~~~~~~~~~
  hint: write a number between 0 and 255`,
  },
  {
    title: "an address with a prefix length",
    text: topology(`  nodes: [{name: node01, address: 192.168.0.14/24}]
`),
    says: `lab.yaml:5:35: address 192.168.0.14/24: must be an address without prefix length
  nodes: [{name: node01, address: 192.168.0.14/24}]
                                  ^~~~~~~~~~~~~~~
  hint: write 192.168.0.14`,
  },
  {
    title: "a prefix length beyond 32",
    text: topology(`  nodes: [{name: node01}]
  network:
    podCIDR: 10.0.0.0/99
`),
    says: `lab.yaml:7:14: podCIDR 10.0.0.0/99: prefix length must be 0..32
    podCIDR: 10.0.0.0/99
             ^~~~~~~~~~~
  hint: write a prefix length between 0 and 32`,
  },
  {
    title: "a block without a prefix length",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDR: 10.244.0.0}
`),
    says: `lab.yaml:6:22: podCIDR 10.244.0.0: must have a prefix length
  network: {podCIDR: 10.244.0.0}
                     ^~~~~~~~~~
  hint: write 10.244.0.0/16, or another length`,
  },
  {
    title: "a block with host bits",
    text: topology(`  nodes: [{name: node01}]
  network: {podCIDR: 10.244.5.0/16}
`),
    says: `lab.yaml:6:22: podCIDR 10.244.5.0/16: has bits set behind its prefix of 16
  network: {podCIDR: 10.244.5.0/16}
                     ^~~~~~~~~~~~~
  hint: write 10.244.0.0/16`,
  },
  {
    title: "a range of ports that ends before it begins",
    text: topology(`  nodes: [{name: node01}]
  services: {nodePortRange: 32767-30000}
`),
    says: `lab.yaml:6:29: nodePortRange 32767-30000: must be FIRST-LAST, each 1..65535
  services: {nodePortRange: 32767-30000}
                            ^~~~~~~~~~~`,
  },
  {
    title: "a listener that is none",
    text: topology(`  nodes: [{name: node01}]
  hosts: [{name: web, address: 192.168.0.9, listen: [http/80, tcp/70000]}]
`),
    says: `lab.yaml:6:54: listen[0] http/80: must be tcp/PORT or udp/PORT, with a port of 1..65535
  hosts: [{name: web, address: 192.168.0.9, listen: [http/80, tcp/70000]}]
                                                     ^~~~~~~

lab.yaml:6:63: listen[1] tcp/70000: must be tcp/PORT or udp/PORT, with a port of 1..65535
  hosts: [{name: web, address: 192.168.0.9, listen: [http/80, tcp/70000]}]
                                                              ^~~~~~~~~`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
