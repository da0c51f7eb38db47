/**
 * What CoreDNS is told: line for line what kubeadm writes, in its releases from 1.31 on.
 *
 * Names of the cluster are not cached, since the plugin answers them from memory; `forward` asks whom the pod's own resolv.conf
 * names, and with `dnsPolicy: Default` that is the node's.
 *
 * @see kubernetes cmd/kubeadm/app/phases/addons/dns/manifests.go
 */
export function standardCorefile(clusterDomain: string): string {
  return `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${clusterDomain}
       disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`;
}
