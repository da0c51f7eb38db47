import type { TypeTexts } from "../type-texts.ts";

const ports = "Ports that are allowed; all of them where none is named.";

export const networkingTexts: TypeTexts = {
  NetworkPolicy: {
    type: "What may reach some pods, and what they may reach. A pod that no policy selects may do everything; one that is selected may do what at least one of its policies allows.",
  },
  NetworkPolicySpec: {
    type: "What a NetworkPolicy allows.",
    fields: {
      podSelector: "The pods that it is about; an empty selector takes every pod of the namespace.",
      policyTypes:
        "Ingress, Egress or both: which direction is closed but for the rules. Ingress always, and Egress where there are egress rules, unless it is given.",
      ingress: "Who may reach the pods. An empty list: nobody.",
      egress: "Whom the pods may reach. An empty list: nobody.",
    },
  },
  NetworkPolicyIngressRule: {
    type: "Traffic to the pods that is allowed: from these, on these ports.",
    fields: { from: "Where it comes from; anywhere where nothing is named.", ports },
  },
  NetworkPolicyEgressRule: {
    type: "Traffic from the pods that is allowed: to these, on these ports.",
    fields: { to: "Where it goes to; anywhere where nothing is named.", ports },
  },
  NetworkPolicyPeer: {
    type: "One side of some traffic: pods, or addresses.",
    fields: {
      podSelector:
        "Pods with these labels, of the policy's namespace, or of those that namespaceSelector takes.",
      namespaceSelector: "Namespaces with these labels.",
      ipBlock: "Addresses: for what is outside the cluster, since pods' addresses change.",
    },
  },
  IPBlock: {
    type: "A block of addresses.",
    fields: {
      cidr: "The block, such as 198.51.100.0/24.",
      except: "Parts of it that do not count.",
    },
  },
  NetworkPolicyPort: {
    type: "A port, or several in a row.",
    fields: {
      protocol: "TCP, UDP or SCTP.",
      port: "A number, or the name of a port of the pods' containers.",
      endPort: "The last port of a row that port begins.",
    },
  },
  ServiceCIDR: { type: "A block that Services have their addresses from." },
  ServiceCIDRSpec: {
    type: "Which block.",
    fields: { cidrs: "The block, one of each IP family. Cannot be changed." },
  },
  Lease: {
    type: "Who holds something, and until when. Every node renews one in kube-node-lease to show that it is alive.",
  },
  LeaseSpec: {
    type: "Who holds it.",
    fields: {
      holderIdentity: "The holder.",
      leaseDurationSeconds: "How long after renewTime others must wait.",
      acquireTime: "When the holder took it.",
      renewTime: "When the holder renewed it last.",
      leaseTransitions: "How often it changed hands.",
    },
  },
};
