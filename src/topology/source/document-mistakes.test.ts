/** What is no YAML, or no document of podwire's: where the caret stands, what is said and what is advised. */
import test from "ava";
import { type Mistake, problemsOf } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
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
    title: "a file without a topology",
    text: `apiVersion: v1
kind: Namespace
metadata: {name: vote}
`,
    says: `lab.yaml:1:1: no Topology in the files given
  hint: name its file too, or add a document \`{apiVersion: podwire.dev/v1alpha1, kind: Topology, metadata: {name: lab}, spec: {nodes: [{name: node01}]}}\``,
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
    title: "a kind of podwire's that does not exist, and no version",
    text: `kind: Topolgy
`,
    says: `lab.yaml:1:7: kind Topolgy: podwire has no such kind
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
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
