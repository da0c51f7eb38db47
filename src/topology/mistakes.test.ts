/** Every mistake that a file can have: where the caret stands, what is said and what is advised. */
import path from "node:path";
import test from "ava";
import { loadTopology } from "./load.ts";
import type { FilterFault } from "./resolve/step-context.ts";
import { renderProblems } from "./source/render-problem.ts";

interface Row {
  readonly title: string;
  readonly text: string;
  readonly says: string;
}

/** What stands under `spec`, from line 5 on. */
function topology(spec: string): string {
  return `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab}
spec:
${spec}`;
}

/** Manifests beside a topology, from line 7 on. */
function manifests(text: string): string {
  return `${topology("  nodes: [{name: node01}]\n---\n")}${text}`;
}

/** The steps of a scenario beside an application, from line 29 on. */
function scenario(steps: string): string {
  return `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab}
spec:
  nodes: [{name: node01}]
  hosts: [{name: laptop, address: 192.168.0.100}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: vote, namespace: vote}
spec:
  selector: {matchLabels: {app: vote}}
  template:
    metadata: {labels: {app: vote}}
    spec: {containers: [{name: vote, image: vote}]}
---
apiVersion: v1
kind: Service
metadata: {name: vote, namespace: vote}
spec:
  selector: {app: vote}
  ports: [{name: http, port: 80}, {name: admin, port: 8080}]
---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: it holds}
spec:
  steps:
${steps}`;
}

/** Knows one field that does not exist. */
function checkFilter(filter: string): FilterFault | undefined {
  const offset = filter.indexOf("ip.bogus");
  if (offset === -1) return undefined;
  return { offset, length: 8, message: "unknown field ip.bogus", hint: "did you mean `ip.dst`?" };
}

const rows: readonly Row[] = [
  {
    title: "a tab as indentation",
    text: `kind: Topology
spec:
	nodes: []
`,
    says: `lab.yaml:3:1: tabs are not allowed as indentation
	nodes: []
^
  hint: indent with spaces: YAML does not take tabs`,
  },
  {
    title: "a bracket that is never closed",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:4:1: \`{\` without \`}\` before this line
spec: {nodes: [{name: node01}]}
^
  hint: close every bracket, brace and quote`,
  },
  {
    title: "a template that nobody has filled in",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: {{name}}}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:3:19: {name}: a key is a text, not a mapping
metadata: {name: {{name}}}
                  ^~~~~~
  hint: fill a template in first, or put the text in quotes`,
  },
  {
    title: "a key written twice",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab}
metadata: {name: lab}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:4:1: key \`metadata\` is written twice
metadata: {name: lab}
^~~~~~~~
  hint: remove one of them`,
  },
  {
    title: "a file without a topology",
    text: `apiVersion: v1
kind: Namespace
metadata: {name: vote}
`,
    says: `lab.yaml:1:1: no Topology in the files given
  hint: name its file too, or add a document \`{apiVersion: podwire.dev/v1alpha1, kind: Topology, metadata: {name: lab}, spec: {nodes: [{name: node01}]}}\``,
  },
  {
    title: "a name given twice, beside a network that says nothing sensible",
    text: topology("  nodes: [{name: node01}, {name: node01}]\n  network: {plugin: brigde}\n"),
    says: `\
lab.yaml:5:34: node node01: the node in line 5 has this name already
  nodes: [{name: node01}, {name: node01}]
                                 ^~~~~~
  hint: choose another name

lab.yaml:6:21: plugin brigde: must be one of bridge, flannel, weave, calico, exec
  network: {plugin: brigde}
                    ^~~~~~
  hint: did you mean \`bridge\`?`,
  },
  {
    title: "two topologies",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: a}
spec: {nodes: [{name: node01}]}
---
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: b}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:7:7: a second Topology: the first is at lab.yaml:1
kind: Topology
      ^~~~~~~~
  hint: keep one, and name it together with files of scenarios`,
  },
  {
    title: "a kind of podwire's that does not exist",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topolgy
metadata: {name: lab}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:2:7: kind Topolgy: podwire has no such kind
kind: Topolgy
      ^~~~~~~
  hint: did you mean \`Topology\`?`,
  },
  {
    title: "another version of the language",
    text: `apiVersion: podwire.dev/v1
kind: Topology
metadata: {name: lab}
spec: {nodes: [{name: node01}]}
`,
    says: `lab.yaml:1:13: apiVersion podwire.dev/v1: must be podwire.dev/v1alpha1
apiVersion: podwire.dev/v1
            ^~~~~~~~~~~~~~
  hint: did you mean \`podwire.dev/v1alpha1\`?`,
  },
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
    title: "a document that is a list",
    text: `- a
- b
`,
    says: `lab.yaml:1:1: document must be a mapping
- a
^~~
  hint: write a Kubernetes object, a Topology or a Scenario`,
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
    title: "a plugin that does not exist",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: flanel}
`),
    says: `lab.yaml:6:21: plugin flanel: must be one of bridge, flannel, weave, calico, exec
  network: {plugin: flanel}
                    ^~~~~~
  hint: did you mean \`flannel\`?`,
  },
  {
    title: "a plugin with options that does not exist",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: cillium}}
`),
    says: `lab.yaml:6:28: name cillium: must be one of bridge, flannel, weave, calico, exec
  network: {plugin: {name: cillium}}
                           ^~~~~~~`,
  },
  {
    title: "an option of another plugin",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: flannel, backend: vxlan, blockSize: 26}}
`),
    says: `lab.yaml:6:53: plugin: unknown field \`blockSize\`
  network: {plugin: {name: flannel, backend: vxlan, blockSize: 26}}
                                                    ^~~~~~~~~
  hint: fields here: name, backend, vni, port, directRouting, masquerade, mtu`,
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
  {
    title: "a matrix of a network that does not exist",
    text: topology(`  nodes: [{name: node01}]
  matrix: {network: [bridge, flanel]}
`),
    says: `lab.yaml:6:30: network[1] flanel: must be one of bridge, bridge/isolated, flannel, flannel/vxlan, flannel/host-gw, weave, weave/fastdp, weave/sleeve, calico, calico/bgp, calico/ipip, calico/ipip-crosssubnet, calico/vxlan, calico/vxlan-crosssubnet
  matrix: {network: [bridge, flanel]}
                             ^~~~~~
  hint: did you mean \`flannel\`?`,
  },
  {
    title: "a matrix that has a network twice",
    text: topology(`  nodes: [{name: node01}]
  matrix: {network: [weave, bridge, weave]}
`),
    says: `lab.yaml:6:37: weave: is in the list already
  matrix: {network: [weave, bridge, weave]}
                                    ^~~~~
  hint: remove one of them`,
  },
  {
    title: "a matrix that is empty",
    text: topology(`  nodes: [{name: node01}]
  matrix: {proxyMode: []}
`),
    says: `lab.yaml:6:23: proxyMode a list: must be at least 1 entry
  matrix: {proxyMode: []}
                      ^~`,
  },
  {
    title: "a plugin beside a matrix of networks",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: flannel}
  matrix: {network: [weave, bridge]}
`),
    says: `lab.yaml:6:13: plugin: never counts beside matrix.network
  network: {plugin: flannel}
            ^~~~~~
  hint: keep one of them; what is here may be one of matrix.network`,
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
    title: "a route reflector that is no node",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: calico, routeReflectors: [node1]}}
`),
    says: `lab.yaml:6:54: routeReflectors[0]: no node is named \`node1\`
  network: {plugin: {name: calico, routeReflectors: [node1]}}
                                                     ^~~~~
  hint: did you mean \`node01\`?`,
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
    title: "a cluster whose only node takes no pods",
    text: topology(`  nodes: [{name: master, roles: [control-plane]}]
`),
    says: `lab.yaml:5:3: warning: every node is tainted: ordinary pods stay pending
  nodes: [{name: master, roles: [control-plane]}]
  ^~~~~
  hint: add a worker, or write roles: [control-plane, worker]`,
  },
  {
    title: "manifests that are not there",
    text: topology(`  nodes: [{name: node01}]
  manifests: [voting-ap/]
`),
    says: `lab.yaml:6:15: voting-ap/: no such file
  manifests: [voting-ap/]
              ^~~~~~~~~~
  hint: did you mean \`voting-app\`?`,
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
  {
    title: "IPv6 over a network that has none",
    text: topology(`  nodes: [{name: node01}]
  network: {ipFamilies: [IPv4, IPv6], plugin: weave}
`),
    says: `lab.yaml:6:47: plugin weave: Weave Net has no IPv6
  network: {ipFamilies: [IPv4, IPv6], plugin: weave}
                                              ^~~~~
  hint: choose bridge, flannel or calico, or leave the cluster IPv4`,
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
    title: "a kind that does not exist",
    text: manifests(`apiVersion: apps/v1
kind: Deploymnet
metadata: {name: web}
`),
    says: `lab.yaml:8:7: kind Deploymnet: apps/v1 has no such kind
kind: Deploymnet
      ^~~~~~~~~~
  hint: did you mean \`Deployment\`?`,
  },
  {
    title: "a kind in another group",
    text: manifests(`apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
`),
    says: `lab.yaml:7:13: apiVersion extensions/v1beta1: has no kind Deployment
apiVersion: extensions/v1beta1
            ^~~~~~~~~~~~~~~~~~
  hint: write apiVersion: apps/v1`,
  },
  {
    title: "a kind that podwire does not model",
    text: manifests(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
`),
    says: `lab.yaml:8:7: skipped: Ingress (networking.k8s.io/v1) is left out: podwire does not model this kind
kind: Ingress
      ^~~~~~~`,
  },
  {
    title: "a source range that is no block",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/33]
  ports: [{port: 80}]
`),
    says: `lab.yaml:12:30: Service web: spec.LoadBalancerSourceRanges[0]: Invalid value: "203.0.113.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)
  loadBalancerSourceRanges: [203.0.113.0/33]
                             ^~~~~~~~~~~~~~`,
  },
  {
    title: "a field that does not exist",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports: [{port: 80, nodeport: 30080}]
`),
    says: `lab.yaml:11:22: Service web: unknown field \`spec.ports[0].nodeport\`
  ports: [{port: 80, nodeport: 30080}]
                     ^~~~~~~~
  hint: did you mean \`nodePort\`?`,
  },
  {
    title: "a value that the API server refuses",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
    - port: 80000
`),
    says: `lab.yaml:12:13: Service web: spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive
    - port: 80000
            ^~~~~`,
  },
  {
    title: "a node port out of range",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  ports: [{port: 80, nodePort: 8080}]
`),
    says: `lab.yaml:12:32: nodePort 8080: is not in the range 30000-32767
  ports: [{port: 80, nodePort: 8080}]
                               ^~~~
  hint: choose a port in it, or widen services.nodePortRange`,
  },
  {
    title: "a node port taken twice",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: a}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
`),
    says: `lab.yaml:15:53: nodePort 30080: is taken by Service default/a
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
                                                    ^~~~~
  hint: choose another port`,
  },
  {
    title: "a ClusterIP outside of the service CIDR",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: a}
spec: {clusterIP: 10.1.2.3, ports: [{port: 80}]}
`),
    says: `lab.yaml:10:19: clusterIP 10.1.2.3: is not in the service CIDR 10.96.0.0/16
spec: {clusterIP: 10.1.2.3, ports: [{port: 80}]}
                  ^~~~~~~~
  hint: choose one in it`,
  },
  {
    title: "an object defined twice",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: a}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {ports: [{port: 80}]}
`),
    says: `lab.yaml:14:18: Service default/a: is defined already at lab.yaml:7
metadata: {name: a}
                 ^
  hint: remove one of them`,
  },
  {
    title: "a selector that is nearly right",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: wbe}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
`),
    says: `lab.yaml:10:18: warning: Service web: no pod of namespace default has the labels app: wbe
spec: {selector: {app: wbe}, ports: [{port: 80}]}
                 ^~~~~~~~~~
  hint: did you mean \`app: web\`?`,
  },
  {
    title: "a selector without pods",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: nothing}, ports: [{port: 80}]}
`),
    says: `lab.yaml:10:18: warning: Service web: no pod of namespace default has the labels app: nothing
spec: {selector: {app: nothing}, ports: [{port: 80}]}
                 ^~~~~~~~~~~~~~
  hint: without pods, the Service refuses every connection`,
  },
  {
    title: "the selector of a headless Service without pods",
    text: manifests(`apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: nothing}}
`),
    says: `lab.yaml:10:35: warning: Service web: no pod of namespace default has the labels app: nothing
spec: {clusterIP: None, selector: {app: nothing}}
                                  ^~~~~~~~~~~~~~
  hint: without pods, the name of a headless Service has no address`,
  },
  {
    title: "a step that does not exist",
    text: scenario(`    - prob: {from: host/laptop, ping: node/node01}
`),
    says: `lab.yaml:29:7: unknown step \`prob\`
    - prob: {from: host/laptop, ping: node/node01}
      ^~~~
  hint: did you mean \`probe\`?`,
  },
  {
    title: "a step that is two",
    text: scenario(`    - capture: node/node01
      probe: {from: host/laptop, ping: node/node01}
`),
    says: `lab.yaml:30:7: a step has exactly one key that says what it does; this has both capture and probe
      probe: {from: host/laptop, ping: node/node01}
      ^~~~~
  hint: begin the second with \`- \``,
  },
  {
    title: "a step that is none",
    text: scenario(`    - {name: wait and see}
`),
    says: `lab.yaml:29:7: the step says not what to do
    - {name: wait and see}
      ^~~~~~~~~~~~~~~~~~~~
  hint: add one of capture, probe, packets, exec, apply, delete, scale, kill, wait, rollout, fail, heal, impair, parallel, during`,
  },
  {
    title: "a step that is a word",
    text: scenario(`    - capture
`),
    says: `lab.yaml:29:7: a step must be a mapping
    - capture
      ^~~~~~~
  hint: write \`- capture: …\``,
  },
  {
    title: "an alias without its anchor, told where it stands",
    text: `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: aliases}
spec:
  nodes:
    - {name: node01, labels: &zone {zone: a}}
    - {name: node02, labels: *zones}
`,
    says: `lab.yaml:7:30: alias *zones: no anchor &zones stands before it
    - {name: node02, labels: *zones}
                             ^~~~~~
  hint: did you mean \`zone\`?`,
  },
  {
    title: "tabs for indentation, and what the parser guesses after them",
    text: `spec:
  a:
\t- {b: 1}
\tc: {}
  a:
`,
    says: `lab.yaml:3:1: tabs are not allowed as indentation
\t- {b: 1}
^
  hint: indent with spaces: YAML does not take tabs`,
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
    title: "a probe without a kind",
    text: scenario(`    - probe: {from: host/laptop}
`),
    says: `lab.yaml:29:14: probe says not what to send
    - probe: {from: host/laptop}
             ^~~~~~~~~~~~~~~~~~~
  hint: add one of ping, tcp, udp, http, dns, traceroute, arp, throughput`,
  },
  {
    title: "a probe of two kinds",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, tcp: "node/node01:80"}
`),
    says: `lab.yaml:29:53: probe has exactly one of ping, tcp, udp, http, dns, traceroute, arp, throughput; this has both ping and tcp
    - probe: {from: host/laptop, ping: node/node01, tcp: "node/node01:80"}
                                                    ^~~
  hint: write two probes`,
  },
  {
    title: "a probe with an option of another kind",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, method: POST}
`),
    says: `lab.yaml:29:53: probe: ping has no \`method\`
    - probe: {from: host/laptop, ping: node/node01, method: POST}
                                                    ^~~~~~
  hint: remove it: it belongs to http`,
  },
  {
    title: "a probe without a port",
    text: scenario(`    - probe: {from: host/laptop, tcp: node/node01}
`),
    says: `lab.yaml:29:39: node/node01: needs a port
    - probe: {from: host/laptop, tcp: node/node01}
                                      ^~~~~~~~~~~
  hint: write node/node01:PORT`,
  },
  {
    title: "a Service of several ports, and none is named",
    text: scenario(`    - probe: {from: host/laptop, tcp: svc/vote/vote}
`),
    says: `lab.yaml:29:39: svc/vote/vote: has 2 ports
    - probe: {from: host/laptop, tcp: svc/vote/vote}
                                      ^~~~~~~~~~~~~
  hint: add one of 80 (http), 8080 (admin)`,
  },
  {
    title: "a port name that the Service lacks",
    text: scenario(`    - probe: {from: host/laptop, tcp: "svc/vote/vote:htpp"}
`),
    says: `lab.yaml:29:39: svc/vote/vote: has no port named \`htpp\`
    - probe: {from: host/laptop, tcp: "svc/vote/vote:htpp"}
                                      ^~~~~~~~~~~~~~~~~~~~
  hint: its ports: 80 (http), 8080 (admin)`,
  },
  {
    title: "a port beyond 65535",
    text: scenario(`    - probe: {from: host/laptop, tcp: "node/node01:70000"}
`),
    says: `lab.yaml:29:39: port 70000: must be 1..65535
    - probe: {from: host/laptop, tcp: "node/node01:70000"}
                                      ^~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a ping with a port",
    text: scenario(`    - probe: {from: host/laptop, ping: "node/node01:80"}
`),
    says: `lab.yaml:29:40: ping node/node01:80: ping knows no ports
    - probe: {from: host/laptop, ping: "node/node01:80"}
                                       ^~~~~~~~~~~~~~~~
  hint: leave the port out`,
  },
  {
    title: "an expectation inside of the probe",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, expect: {ok: true}}
`),
    says: `lab.yaml:29:53: probe has no \`expect\` inside it
    - probe: {from: host/laptop, ping: node/node01, expect: {ok: true}}
                                                    ^~~~~~
  hint: write it beside: the same indentation as \`probe\``,
  },
  {
    title: "an expectation beside of packets",
    text: scenario(`    - capture: node/node01
    - packets: {where: tcp}
      expect: none
`),
    says: `lab.yaml:31:7: packets has no \`expect\` beside it
      expect: none
      ^~~~~~
  hint: write it inside: packets: {where: …, expect: none}`,
  },
  {
    title: "an unknown expectation",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {okay: true}
`),
    says: `lab.yaml:30:16: expect: unknown field \`okay\`
      expect: {okay: true}
               ^~~~
  hint: fields here: ok, reason, serverSaw, status, body, ttl, latency, throughput, answers, rcode, queries, hops, …`,
  },
  {
    title: "a reason that does not exist",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {reason: refussed}
`),
    says: `lab.yaml:30:24: reason refussed: must be one of refused, reset, unreachable, not sent, time exceeded, too big, timed out, bad answer, no such name
      expect: {reason: refussed}
                       ^~~~~~~~
  hint: did you mean \`refused\`?`,
  },
  {
    title: "the path of many packets",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, count: 2}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: is that of one packet
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: leave \`count\` out`,
  },
  {
    title: "the path of a probe without a packet of its own",
    text: scenario(`    - probe: {from: host/laptop, traceroute: node/node01}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: traceroute has no packet to follow
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: those with one: ping, tcp, udp, http, dns, arp`,
  },
  {
    title: "the path of a probe that is repeated",
    text: scenario(`    - during: {probe: {from: host/laptop, ping: node/node01}, steps: [{capture: node/node01}]}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: is that of one packet
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: write it beside a \`probe\` of its own`,
  },
  {
    title: "a path by way of nothing that packets pass",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {path: [host/laptop, node/node1]}
`),
    says: `lab.yaml:30:36: no node is named \`node1\`
      expect: {path: [host/laptop, node/node1]}
                                   ^~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
  {
    title: "a kind of place that does not exist",
    text: scenario(`    - capture: deply/vote/vote
`),
    says: `lab.yaml:29:16: unknown kind of place \`deply\`
    - capture: deply/vote/vote
               ^~~~~~~~~~~~~~~
  hint: did you mean \`deploy\`?`,
  },
  {
    title: "a node that does not exist",
    text: scenario(`    - capture: node/node1
`),
    says: `lab.yaml:29:16: no node is named \`node1\`
    - capture: node/node1
               ^~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
  {
    title: "a bare name that is a host's",
    text: scenario(`    - probe: {from: laptop, ping: node/node01}
`),
    says: `lab.yaml:29:21: no router is named \`laptop\`
    - probe: {from: laptop, ping: node/node01}
                    ^~~~~~
  hint: did you mean \`host/laptop\`?`,
  },
  {
    title: "a deployment that does not exist",
    text: scenario(`    - probe: {from: deploy/vote/vot, ping: node/node01}
`),
    says: `lab.yaml:29:21: no Deployment is named \`vote/vot\`
    - probe: {from: deploy/vote/vot, ping: node/node01}
                    ^~~~~~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a deployment in another namespace",
    text: scenario(`    - capture: deploy/vote
`),
    says: `lab.yaml:29:16: no Deployment is named \`default/vote\`
    - capture: deploy/vote
               ^~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a pod that nothing makes",
    text: scenario(`    - kill: pod/vote/db-0
`),
    says: `lab.yaml:29:13: no pod is named \`vote/db-0\`
    - kill: pod/vote/db-0
            ^~~~~~~~~~~~~`,
  },
  {
    title: "a workload that is named as a pod",
    text: scenario(`    - kill: pod/vote/vote
`),
    says: `lab.yaml:29:13: no pod is named \`vote/vote\`
    - kill: pod/vote/vote
            ^~~~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a Service that cannot be captured",
    text: scenario(`    - capture: svc/vote/vote
`),
    says: `lab.yaml:29:16: svc/vote/vote is no machine
    - capture: svc/vote/vote
               ^~~~~~~~~~~~~
  hint: name a node/…, pod/…, deploy/…, host/…, router/… or underlay`,
  },
  {
    title: "an interface name that is too long",
    text: scenario(`    - capture: node/node01:averylongifname0
`),
    says: `lab.yaml:29:16: interface name \`averylongifname0\`: must be 1..15 characters without spaces and slashes
    - capture: node/node01:averylongifname0
               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a place in an expectation",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {serverSaw: {source: "\${node/node1}"}}
`),
    says: `lab.yaml:30:36: no node is named \`node1\`
      expect: {serverSaw: {source: "\${node/node1}"}}
                                   ^~~~~~~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
  {
    title: "a place in a filter",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vot}", expect: none}
`),
    says: `lab.yaml:30:37: no Service is named \`vote/vot\`
    - packets: {where: "ip.dst == \${svc/vote/vot}", expect: none}
                                    ^~~~~~~~~~~~
  hint: did you mean \`svc/vote/vote\`?`,
  },
  {
    title: "a place that is not closed",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vote", expect: none}
`),
    says: `lab.yaml:30:35: unclosed place
    - packets: {where: "ip.dst == \${svc/vote/vote", expect: none}
                                  ^~~~~~~~~~~~~~~
  hint: close it with \`}\``,
  },
  {
    title: "a filter that is wrong",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vote} && ip.bogus == 1"}
`),
    says: `lab.yaml:30:55: unknown field ip.bogus
    - packets: {where: "ip.dst == \${svc/vote/vote} && ip.bogus == 1"}
                                                      ^~~~~~~~
  hint: did you mean \`ip.dst\`?`,
  },
  {
    title: "packets that nobody captures",
    text: scenario(`    - capture: host/laptop
    - packets: {at: node/node01, where: tcp}
`),
    says: `lab.yaml:30:21: packets at node/node01: no step before this captures there
    - packets: {at: node/node01, where: tcp}
                    ^~~~~~~~~~~
  hint: add node/node01 to a \`capture\` step`,
  },
  {
    title: "packets before any capture",
    text: scenario(`    - packets: {where: tcp}
`),
    says: `lab.yaml:29:16: packets: nothing is captured yet
    - packets: {where: tcp}
               ^~~~~~~~~~~~
  hint: put a \`capture\` step before it`,
  },
  {
    title: "a duration that is none",
    text: scenario(`    - wait: {endpoints: vote/vote, within: 5 seconds}
`),
    says: `lab.yaml:29:44: within 5 seconds: must be a time such as 250ms, 5s or 1m30s
    - wait: {endpoints: vote/vote, within: 5 seconds}
                                           ^~~~~~~~~`,
  },
  {
    title: "a wait for two things",
    text: scenario(`    - wait: {endpoints: vote/vote, ready: deploy/vote/vote}
`),
    says: `lab.yaml:29:13: wait has exactly one of endpoints, ready, deleted, rules; this has both endpoints and ready
    - wait: {endpoints: vote/vote, ready: deploy/vote/vote}
            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a Service to wait for that does not exist",
    text: scenario(`    - wait: {endpoints: vote/voet}
`),
    says: `lab.yaml:29:25: no Service is named \`vote/voet\`
    - wait: {endpoints: vote/voet}
                        ^~~~~~~~~
  hint: did you mean \`svc/vote/vote\`?`,
  },
  {
    title: "a scale of nothing",
    text: scenario(`    - scale: {replicas: 4}
`),
    says: `lab.yaml:29:14: scale needs exactly one of deployment, statefulset, replicaset
    - scale: {replicas: 4}
             ^~~~~~~~~~~~~`,
  },
  {
    title: "a deployment to scale that does not exist",
    text: scenario(`    - scale: {deployment: vote/vot, replicas: 4}
`),
    says: `lab.yaml:29:27: no Deployment is named \`vote/vot\`
    - scale: {deployment: vote/vot, replicas: 4}
                          ^~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a count below one",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, count: 0}
`),
    says: `lab.yaml:29:60: count 0: must be at least 1
    - probe: {from: host/laptop, ping: node/node01, count: 0}
                                                           ^`,
  },
  {
    title: "a regular expression that is none",
    text: scenario(`    - exec: {at: node/node01, command: ip route}
      expect: {stdout: {matches: "("}}
`),
    says: `lab.yaml:30:34: matches (: is no regular expression: Unterminated group
      expect: {stdout: {matches: "("}}
                                 ^~~`,
  },
  {
    title: "a rate that is none",
    text: scenario(`    - impair: {at: node/node01, rate: 10 Mbit/s}
`),
    says: `lab.yaml:29:39: rate 10 Mbit/s: must be a rate such as 10mbit or 125kbps
    - impair: {at: node/node01, rate: 10 Mbit/s}
                                      ^~~~~~~~~`,
  },
  {
    title: "a manifest of a step that the API server refuses",
    text: scenario(`    - apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 0}]}}
`),
    says: `lab.yaml:29:89: Service x: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
    - apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 0}]}}
                                                                                        ^`,
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
    title: "route reflection without a reflector",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: calico, bgp: route-reflector}}
`),
    says: `lab.yaml:6:41: bgp route-reflector: no node is one
  network: {plugin: {name: calico, bgp: route-reflector}}
                                        ^~~~~~~~~~~~~~~
  hint: add routeReflectors: [NODE]`,
  },
  {
    title: "BGP with a router that speaks none",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: calico, bgp: tor}}
`),
    says: `lab.yaml:6:41: bgp tor: no router speaks BGP
  network: {plugin: {name: calico, bgp: tor}}
                                        ^~~
  hint: add underlay.routers with an asNumber`,
  },
  {
    title: "real plugins without their configuration",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: {name: exec}}
`),
    says: `lab.yaml:6:21: plugin: missing field \`config\`
  network: {plugin: {name: exec}}
                    ^~~~~~~~~~~~
  hint: add \`config\`: the CNI network configuration`,
  },
  {
    title: "real plugins by name alone",
    text: topology(`  nodes: [{name: node01}]
  network: {plugin: exec}
`),
    says: `lab.yaml:6:21: plugin exec: missing field \`config\`
  network: {plugin: exec}
                    ^~~~
  hint: write plugin: {name: exec, config: …}, with a CNI network configuration`,
  },
  {
    title: "a stand-in that no container uses",
    text: topology(`  nodes: [{name: node01}]
  images: {"redis:alpin": {command: [redis-server]}}
---
apiVersion: v1
kind: Pod
metadata: {name: redis}
spec: {containers: [{name: redis, image: "redis:alpine"}]}
`),
    says: `lab.yaml:6:12: warning: image redis:alpin: no container uses it
  images: {"redis:alpin": {command: [redis-server]}}
           ^~~~~~~~~~~~~
  hint: did you mean \`redis:alpine\`?`,
  },
  {
    title: "an image whose files are not there",
    text: topology(`  nodes: [{name: node01}]
  images: {"redis:alpine": {command: [redis-server], rootfs: ./images/redis}}
---
apiVersion: v1
kind: Pod
metadata: {name: redis}
spec: {containers: [{name: redis, image: "redis:alpine"}]}
`),
    says: `lab.yaml:6:62: rootfs ${path.resolve("images/redis")}: no such folder
  images: {"redis:alpine": {command: [redis-server], rootfs: ./images/redis}}
                                                             ^~~~~~~~~~~~~~
  hint: unpack an image there, as by \`umoci unpack\``,
  },
  {
    title: "a kind of podwire's that does not exist, and no version",
    text: `kind: Topolgy
`,
    says: `lab.yaml:1:7: kind Topolgy: podwire has no such kind
kind: Topolgy
      ^~~~~~~
  hint: did you mean \`Topology\`?`,
  },
];

for (const { title, text, says } of rows) {
  test(`mistake: ${title}`, (t) => {
    const { problems } = loadTopology(["lab.yaml"], {
      readFile: (file) => {
        if (file === "lab.yaml") return text;
        throw Object.assign(new Error(file), { code: "ENOENT" });
      },
      readFolder: (folder) => (folder === "." ? ["lab.yaml", "voting-app"] : undefined),
      checkFilter,
    });
    t.is(renderProblems(problems), says);
  });
}
