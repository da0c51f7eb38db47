/** What each kind of machine sets in its netns, and why. Paths below /proc/sys. */

/** Everywhere. */
export const machineSysctls: Readonly<Record<string, string>> = {
  // Neighbour discovery and MLD reports of a thousand ports are most of what a
  // large bridge would carry; nothing here speaks IPv6.
  "net/ipv6/conf/all/disable_ipv6": "1",
};

/** Machines that answer and ask, but do not forward. */
export const hostSysctls: Readonly<Record<string, string>> = {
  // The default lets one ICMP error a second through to each peer, which turns
  // every second traceroute into stars.
  "net/ipv4/icmp_ratelimit": "0",
  // Every group may open ICMP echo sockets: probes ping without a raw socket.
  "net/ipv4/ping_group_range": "0 2147483647",
};

/** Routers, and nodes too: kubeadm's own check demands ip_forward. */
export const routerSysctls: Readonly<Record<string, string>> = {
  ...hostSysctls,
  "net/ipv4/ip_forward": "1",
};

export const nodeSysctls: Readonly<Record<string, string>> = {
  ...routerSysctls,
  // Loose, as systemd sets it. The kernel takes the larger of `all` and the device's own.
  "net/ipv4/conf/all/rp_filter": "2",
};

/** A load balancer hands on what comes in by the device it came in by. */
export const balancerSysctls: Readonly<Record<string, string>> = {
  ...routerSysctls,
  // Nobody is to be told of a shorter way past it.
  "net/ipv4/conf/all/send_redirects": "0",
  "net/ipv4/conf/default/send_redirects": "0",
};

/** In place of {@link machineSysctls}, where the cluster has IPv6. */
export const ipv6Sysctls: Readonly<Record<string, string>> = {
  "net/ipv6/conf/all/disable_ipv6": "0",
  // No addresses but those that are planned: a bridge's ports need none, and each says so by multicast.
  "net/ipv6/conf/default/addr_gen_mode": "1",
  // A lab's addresses are unique: whoever adds one, such as a CNI plugin, need not wait until nobody has objected.
  "net/ipv6/conf/default/accept_dad": "0",
  // Nobody is there to be asked for routes.
  "net/ipv6/conf/default/accept_ra": "0",
  // As icmp_ratelimit; but for traceroute IPv6 has no exception at all.
  "net/ipv6/icmp/ratelimit": "0",
};

/** Added by nodes and routers of a cluster with IPv6. */
export const ipv6RouterSysctls: Readonly<Record<string, string>> = {
  ...ipv6Sysctls,
  "net/ipv6/conf/all/forwarding": "1",
};
