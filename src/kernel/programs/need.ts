/**
 * What needs a program or a feature of the kernel, as a user would ask for it. `labs` is what every lab
 * needs that asks for nothing unusual; a host without the others runs labs that do without them.
 */
export type Need =
  | "labs"
  | "labs of ordinary users"
  | "kube-proxy mode iptables"
  | "kube-proxy mode nftables"
  | "kube-proxy mode ipvs"
  | "session affinity"
  | "network plugin flannel"
  | "network plugin weave"
  | "network plugin calico"
  | "network plugin calico with IPIP"
  | "network plugin calico with VXLAN"
  | "network plugin exec"
  | "network plugin exec with GRE"
  | "network plugin exec with TUN"
  | "network plugin exec with VRF"
  | "routers that speak BGP"
  | "store etcd"
  | "cluster DNS"
  | "container images"
  | "network policies"
  | "capture"
  | "probe --ping"
  | "probe --arp"
  | "impair"
  | "the virtual machine"
  | "the tests";
