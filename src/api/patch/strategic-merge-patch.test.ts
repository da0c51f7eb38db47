import test from "ava";
import { parse } from "yaml";
import { isRecord } from "../decoding/check-schema.ts";
import { kindSchemas } from "../decoding/kind-schemas.ts";
import { ApiError } from "../errors/api-error.ts";
import type { Kind } from "../objects/kinds.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

function read(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = parse(text);
  return isRecord(value) ? value : {};
}

const rows: ReadonlyArray<{
  readonly title: string;
  readonly kind: Kind;
  readonly target: string;
  readonly patch: string;
  readonly result: string;
}> = [
  {
    title: "maps are merged, and null removes",
    kind: "Pod",
    target: "metadata: {labels: {app: a, tier: b}}",
    patch: "metadata: {labels: {app: c, tier: null, new: d}}",
    result: "metadata: {labels: {app: c, new: d}}",
  },
  {
    title: "containers are merged by name",
    kind: "Pod",
    target: "spec: {containers: [{name: a, image: a:1}, {name: b, image: b:1}]}",
    patch: "spec: {containers: [{name: b, image: b:2}]}",
    result: "spec: {containers: [{name: a, image: a:1}, {name: b, image: b:2}]}",
  },
  {
    title: "kubectl set image: the order that is set holds",
    kind: "Deployment",
    target:
      "spec: {template: {spec: {containers: [{name: a, image: a:1, args: [x]}, {name: b, image: b:1}]}}}",
    patch:
      "spec: {template: {spec: {$setElementOrder/containers: [{name: a}, {name: b}], containers: [{name: b, image: b:2}]}}}",
    result:
      "spec: {template: {spec: {containers: [{name: a, image: a:1, args: [x]}, {name: b, image: b:2}]}}}",
  },
  {
    title: "a new container goes where the order has it",
    kind: "Pod",
    target: "spec: {containers: [{name: a}, {name: c}]}",
    patch:
      "spec: {$setElementOrder/containers: [{name: a}, {name: b}, {name: c}], containers: [{name: b, image: x}]}",
    result: "spec: {containers: [{name: a}, {name: b, image: x}, {name: c}]}",
  },
  {
    title: "an item that only the server knows keeps its place",
    kind: "Pod",
    target: "spec: {containers: [{name: a}, {name: injected}, {name: b}]}",
    patch:
      "spec: {$setElementOrder/containers: [{name: a}, {name: b}, {name: c}], containers: [{name: c}]}",
    result: "spec: {containers: [{name: a}, {name: injected}, {name: b}, {name: c}]}",
  },
  {
    title: "$setElementOrder alone orders",
    kind: "Pod",
    target: "spec: {containers: [{name: a}, {name: b}]}",
    patch: "spec: {$setElementOrder/containers: [{name: b}, {name: a}]}",
    result: "spec: {containers: [{name: b}, {name: a}]}",
  },
  {
    title: "$patch: delete takes the item of that key out",
    kind: "Pod",
    target: "spec: {containers: [{name: a}, {name: b}]}",
    patch: "spec: {containers: [{name: a, $patch: delete}]}",
    result: "spec: {containers: [{name: b}]}",
  },
  {
    title: "$patch: replace in a list leaves the patch's items alone",
    kind: "Pod",
    target: "spec: {containers: [{name: a}, {name: b}]}",
    patch: "spec: {containers: [{name: c}, {$patch: replace}]}",
    result: "spec: {containers: [{name: c}]}",
  },
  {
    title: "$patch: replace puts the patch in an object's place",
    kind: "Deployment",
    target: "spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}",
    patch: "spec: {strategy: {$patch: replace, type: Recreate}}",
    result: "spec: {strategy: {type: Recreate}}",
  },
  {
    title: "$retainKeys drops the fields that are not named: RollingUpdate becomes Recreate",
    kind: "Deployment",
    target: "spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}",
    patch: "spec: {strategy: {$retainKeys: [type], type: Recreate}}",
    result: "spec: {strategy: {type: Recreate}}",
  },
  {
    title: "$retainKeys in a volume replaces its source",
    kind: "Pod",
    target: "spec: {volumes: [{name: v, hostPath: {path: /a}}]}",
    patch: "spec: {volumes: [{name: v, $retainKeys: [name, emptyDir], emptyDir: {}}]}",
    result: "spec: {volumes: [{name: v, emptyDir: {}}]}",
  },
  {
    title: "ports of a pod are merged by containerPort",
    kind: "Pod",
    target: "spec: {containers: [{name: a, ports: [{containerPort: 80, name: http}]}]}",
    patch:
      "spec: {containers: [{name: a, ports: [{containerPort: 80, name: web}, {containerPort: 443}]}]}",
    result:
      "spec: {containers: [{name: a, ports: [{containerPort: 80, name: web}, {containerPort: 443}]}]}",
  },
  {
    title: "ports of a Service are merged by port",
    kind: "Service",
    target: "spec: {ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}",
    patch: "spec: {ports: [{port: 80, targetPort: 9090}]}",
    result: "spec: {ports: [{port: 80, targetPort: 9090, nodePort: 30080}]}",
  },
  {
    title: "environment variables are merged by name",
    kind: "Pod",
    target: "spec: {containers: [{name: a, env: [{name: X, value: '1'}, {name: Y, value: '2'}]}]}",
    patch:
      "spec: {containers: [{name: a, env: [{name: Y, $patch: delete}, {name: X, value: '3'}]}]}",
    result: "spec: {containers: [{name: a, env: [{name: X, value: '3'}]}]}",
  },
  {
    title: "host aliases are merged by address",
    kind: "Pod",
    target: "spec: {hostAliases: [{ip: 192.0.2.1, hostnames: [a]}]}",
    patch: "spec: {hostAliases: [{ip: 192.0.2.1, hostnames: [b]}]}",
    result: "spec: {hostAliases: [{ip: 192.0.2.1, hostnames: [b]}]}",
  },
  {
    title: "conditions are merged by type",
    kind: "Node",
    target:
      "status: {conditions: [{type: Ready, status: 'True'}, {type: DiskPressure, status: 'False'}]}",
    patch: "status: {conditions: [{type: Ready, status: 'False'}]}",
    result:
      "status: {conditions: [{type: Ready, status: 'False'}, {type: DiskPressure, status: 'False'}]}",
  },
  {
    title: "finalizers are a set: new ones go behind",
    kind: "Pod",
    target: "metadata: {finalizers: [a]}",
    patch: "metadata: {finalizers: [b, a]}",
    result: "metadata: {finalizers: [b, a]}",
  },
  {
    title: "$deleteFromPrimitiveList takes values out of a set",
    kind: "Pod",
    target: "metadata: {finalizers: [a, b, c]}",
    patch: "metadata: {$deleteFromPrimitiveList/finalizers: [b]}",
    result: "metadata: {finalizers: [a, c]}",
  },
  {
    title: "a set in a set order: removed, added, ordered",
    kind: "Pod",
    target: "metadata: {finalizers: [a, b]}",
    patch:
      "metadata: {$setElementOrder/finalizers: [c, a], finalizers: [c], $deleteFromPrimitiveList/finalizers: [b]}",
    result: "metadata: {finalizers: [c, a]}",
  },
  {
    title: "taints have no merge key: the list is replaced",
    kind: "Node",
    target: "spec: {taints: [{key: a, effect: NoSchedule}]}",
    patch: "spec: {taints: [{key: b, effect: NoExecute}]}",
    result: "spec: {taints: [{key: b, effect: NoExecute}]}",
  },
  {
    title: "subsets of Endpoints are replaced",
    kind: "Endpoints",
    target: "subsets: [{addresses: [{ip: 10.244.1.2}], ports: [{port: 80}]}]",
    patch: "subsets: [{addresses: [{ip: 10.244.1.3}], ports: [{port: 80}]}]",
    result: "subsets: [{addresses: [{ip: 10.244.1.3}], ports: [{port: 80}]}]",
  },
  {
    title: "arguments are replaced",
    kind: "Pod",
    target: "spec: {containers: [{name: a, args: [x, y]}]}",
    patch: "spec: {containers: [{name: a, args: [z]}]}",
    result: "spec: {containers: [{name: a, args: [z]}]}",
  },
  {
    title: "what is new comes without nulls and directives",
    kind: "Deployment",
    target: "spec: {}",
    patch:
      "spec: {template: {metadata: {labels: {a: null, b: c}}, spec: {$setElementOrder/containers: [{name: x}], containers: [{name: x}]}}}",
    result: "spec: {template: {metadata: {labels: {b: c}}, spec: {containers: [{name: x}]}}}",
  },
  {
    title: "null removes a list",
    kind: "Pod",
    target: "spec: {nodeName: n, tolerations: [{key: a}]}",
    patch: "spec: {tolerations: null}",
    result: "spec: {nodeName: n}",
  },
];

for (const { title, kind, target, patch, result } of rows) {
  test(`strategic merge patch: ${title}`, (t) => {
    t.deepEqual(
      applyStrategicMergePatch(read(target), read(patch), kindSchemas[kind]),
      read(result),
    );
  });
}

for (const { title, patch, reason, message } of [
  {
    title: "an item of a merged list has its key",
    patch: "spec: {containers: [{image: x}]}",
    reason: "Invalid",
    message: 'map: {"image":"x"} does not contain declared merge key: name',
  },
  {
    title: "a directive is one that there is",
    patch: "spec: {$patch: remove}",
    reason: "BadRequest",
    message: 'invalid strategic merge patch: unknown patch type "remove"',
  },
  {
    title: "$retainKeys names what the patch sets",
    patch: "spec: {$retainKeys: [a], b: 1}",
    reason: "BadRequest",
    message: "invalid strategic merge patch: $retainKeys does not name b, which the patch sets",
  },
  {
    title: "$setElementOrder is a list",
    patch: "spec: {$setElementOrder/containers: a}",
    reason: "BadRequest",
    message: "invalid strategic merge patch: $setElementOrder/containers must be a list",
  },
]) {
  test(`strategic merge patch: ${title}`, (t) => {
    const target = read("spec: {containers: [{name: a}]}");
    const error = t.throws(() => applyStrategicMergePatch(target, read(patch), kindSchemas.Pod), {
      instanceOf: ApiError,
    });
    t.is<string, string>(error.reason, reason);
    t.is(error.message, message);
  });
}
