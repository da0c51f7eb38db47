import type { TypeTexts } from "../type-texts.ts";

export const serviceTexts: TypeTexts = {
  Service: {
    type: "One name and one address for a set of pods that come and go. kube-proxy sends what arrives there to one of them.",
    fields: {
      spec: "Which pods, which ports, and from where they can be reached.",
      status: "What a load balancer has given the Service.",
    },
  },
  ServiceSpec: {
    type: "What a Service is to be.",
    fields: {
      type: "ClusterIP: an address inside the cluster. NodePort: and a port on every node. LoadBalancer: and an address outside. ExternalName: an alias in DNS, nothing else.",
      selector:
        "Labels of the pods that stand behind the Service. Without it, somebody else writes the endpoints.",
      ports: "The ports of the Service, and where they lead.",
      clusterIP:
        "The virtual address: no device has it, rules on every node translate it. None makes a headless Service, whose name resolves to the pods themselves. Cannot be changed.",
      clusterIPs: "The virtual addresses, one of each IP family; the first is clusterIP.",
      ipFamilies: "IPv4, IPv6, or both in order.",
      ipFamilyPolicy: "SingleStack, PreferDualStack or RequireDualStack.",
      externalIPs:
        "Addresses whose packets some router brings to the nodes, to be treated like clusterIP.",
      externalName: "The name that the Service's name is an alias of.",
      externalTrafficPolicy:
        "Cluster: traffic from outside may go to pods on other nodes, and loses its source address. Local: only to pods of the node where it arrives, with its source address.",
      internalTrafficPolicy:
        "Cluster: traffic from inside goes to any pod. Local: only to pods of the same node.",
      trafficDistribution: "Which pods are preferred: those of the same zone, or of the same node.",
      sessionAffinity:
        "ClientIP: a client's connections go to the pod of its first one. None: to any.",
      sessionAffinityConfig: "How long an affinity lasts.",
      publishNotReadyAddresses:
        "Whether pods that are not ready are served and resolved like those that are.",
      healthCheckNodePort:
        "With externalTrafficPolicy Local: the port on which every node says whether it has a ready pod.",
      loadBalancerIP: "The address wanted from the load balancer.",
      loadBalancerClass: "Which load balancer is to serve.",
      loadBalancerSourceRanges: "Clients that may use the load balancer, as CIDRs.",
      allocateLoadBalancerNodePorts: "Whether a load balancer's Service gets node ports.",
    },
  },
  ServicePort: {
    type: "One port of a Service.",
    fields: {
      name: "Needed where there are several. DNS has it in SRV records.",
      protocol: "TCP, UDP or SCTP. One port number may be had by several.",
      port: "The port of the Service's address.",
      targetPort:
        "The port of the pods: a number, or the name of a container's port. The same as port unless it is given.",
      nodePort: "For NodePort and LoadBalancer: the port of every node.",
      appProtocol: "What is spoken on it, for those who care.",
    },
  },
  ServiceStatus: {
    type: "What became of a Service.",
    fields: {
      loadBalancer: "Addresses of the load balancer.",
      conditions: "What holds of the Service.",
    },
  },
  LoadBalancerIngress: {
    type: "A point where traffic for a load balancer comes in.",
    fields: {
      ip: "Its address.",
      hostname: "Its name, where it has no fixed address.",
      ipMode: "VIP: nodes receive packets for this address. Proxy: for their own.",
      ports: "Ports that it serves.",
    },
  },
  Endpoints: {
    type: "The addresses behind a Service, in the form before EndpointSlice: one object for all of them.",
    fields: { subsets: "Addresses that have the same ports." },
  },
  EndpointSubset: {
    type: "Addresses that have the same ports.",
    fields: {
      addresses: "Those that are ready.",
      notReadyAddresses: "Those that are not.",
      ports: "The ports of each of them.",
    },
  },
  EndpointAddress: {
    type: "One address.",
    fields: {
      ip: "The address.",
      hostname: "Its name below the Service's name in DNS.",
      nodeName: "The node that it is on.",
      targetRef: "The pod that has it.",
    },
  },
  EndpointSlice: {
    type: "Some of the addresses behind a Service. kube-proxy and CoreDNS read these; the label kubernetes.io/service-name says whose they are.",
    fields: {
      addressType: "IPv4, IPv6 or FQDN. Cannot be changed.",
      endpoints: "The addresses, ready or not, at most a hundred by default.",
      ports: "The ports of each of them.",
    },
  },
  Endpoint: {
    type: "One thing that stands behind a Service, mostly a pod.",
    fields: {
      addresses: "Its addresses; only the first is used.",
      conditions: "Whether it is ready, serving, and about to end.",
      hostname: "Its name below the Service's name in DNS.",
      nodeName: "The node that it is on.",
      zone: "The zone that it is in.",
      targetRef: "The pod that it is.",
      hints: "For whom it is meant, where traffic is to stay near.",
    },
  },
  EndpointConditions: {
    type: "The state of an endpoint.",
    fields: {
      ready: "New connections may go there. Never true of a pod that is about to end.",
      serving: "It would be ready, were it not about to end.",
      terminating: "It is about to end.",
    },
  },
  EndpointPort: {
    type: "A port of all endpoints of a slice or subset.",
    fields: {
      name: "The name of the Service's port.",
      port: "The port of the pods.",
      protocol: "TCP, UDP or SCTP.",
      appProtocol: "What is spoken on it.",
    },
  },
};
