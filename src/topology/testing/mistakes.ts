/** Files with a mistake, and what a user is told of it. The tables of mistakes lie beside the code that finds them. */
import { loadTopology } from "../load.ts";
import type { FilterFault } from "../resolve/scenario/step-context.ts";
import { renderProblems } from "../source/render-problem.ts";

export interface Mistake {
  readonly title: string;
  /** The whole of `lab.yaml`. */
  readonly text: string;
  /** The rendered problem: position, line with caret, hint. */
  readonly says: string;
}

/** What is told of `lab.yaml`, which lies beside a folder `voting-app`. */
export function problemsOf(text: string): string {
  const { problems } = loadTopology(["lab.yaml"], {
    readFile: (file) => {
      if (file === "lab.yaml") return text;
      throw Object.assign(new Error(file), { code: "ENOENT" });
    },
    readFolder: (folder) => (folder === "." ? ["lab.yaml", "voting-app"] : undefined),
    checkFilter,
  });
  return renderProblems(problems);
}

/** What stands under `spec`, from line 5 on. */
export function topology(spec: string): string {
  return `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: lab}
spec:
${spec}`;
}

/** Manifests beside a topology, from line 7 on. */
export function manifests(text: string): string {
  return `${topology("  nodes: [{name: node01}]\n---\n")}${text}`;
}

/** The steps of a scenario beside an application, from line 29 on. */
export function scenario(steps: string): string {
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
