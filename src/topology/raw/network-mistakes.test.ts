/** Pod networks, and matrices of them, that cannot be. */
import test from "ava";
import { type Mistake, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
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
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
