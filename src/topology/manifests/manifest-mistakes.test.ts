/** Kubernetes' objects that the API server would refuse, or that nothing answers to. */
import path from "node:path";
import test from "ava";
import { type Mistake, manifests, problemsOf, topology } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
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
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
