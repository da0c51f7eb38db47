/** Steps of a scenario that say nothing that can be done. */
import test from "ava";
import { type Mistake, problemsOf, scenario } from "../../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "a step that does not exist",
    text: scenario(`    - prob: {from: host/laptop, ping: node/node01}
`),
    says: `lab.yaml:29:7: unknown step \`prob\`
    - prob: {from: host/laptop, ping: node/node01}
      ^~~~
  hint: did you mean \`probe\`?`,
  },
  {
    title: "a step that is two",
    text: scenario(`    - capture: node/node01
      probe: {from: host/laptop, ping: node/node01}
`),
    says: `lab.yaml:30:7: a step has exactly one key that says what it does; this has both capture and probe
      probe: {from: host/laptop, ping: node/node01}
      ^~~~~
  hint: begin the second with \`- \``,
  },
  {
    title: "a step that is none",
    text: scenario(`    - {name: wait and see}
`),
    says: `lab.yaml:29:7: the step says not what to do
    - {name: wait and see}
      ^~~~~~~~~~~~~~~~~~~~
  hint: add one of capture, probe, packets, exec, apply, delete, scale, kill, wait, rollout, fail, heal, impair, parallel, during`,
  },
  {
    title: "a step that is a word",
    text: scenario(`    - capture
`),
    says: `lab.yaml:29:7: a step must be a mapping
    - capture
      ^~~~~~~
  hint: write \`- capture: …\``,
  },
  {
    title: "a duration that is none",
    text: scenario(`    - wait: {endpoints: vote/vote, within: 5 seconds}
`),
    says: `lab.yaml:29:44: within 5 seconds: must be a time such as 250ms, 5s or 1m30s
    - wait: {endpoints: vote/vote, within: 5 seconds}
                                           ^~~~~~~~~`,
  },
  {
    title: "a wait for two things",
    text: scenario(`    - wait: {endpoints: vote/vote, ready: deploy/vote/vote}
`),
    says: `lab.yaml:29:13: wait has exactly one of endpoints, ready, deleted, rules; this has both endpoints and ready
    - wait: {endpoints: vote/vote, ready: deploy/vote/vote}
            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a Service to wait for that does not exist",
    text: scenario(`    - wait: {endpoints: vote/voet}
`),
    says: `lab.yaml:29:25: no Service is named \`vote/voet\`
    - wait: {endpoints: vote/voet}
                        ^~~~~~~~~
  hint: did you mean \`svc/vote/vote\`?`,
  },
  {
    title: "a scale of nothing",
    text: scenario(`    - scale: {replicas: 4}
`),
    says: `lab.yaml:29:14: scale needs exactly one of deployment, statefulset, replicaset
    - scale: {replicas: 4}
             ^~~~~~~~~~~~~`,
  },
  {
    title: "a deployment to scale that does not exist",
    text: scenario(`    - scale: {deployment: vote/vot, replicas: 4}
`),
    says: `lab.yaml:29:27: no Deployment is named \`vote/vot\`
    - scale: {deployment: vote/vot, replicas: 4}
                          ^~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a count below one",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, count: 0}
`),
    says: `lab.yaml:29:60: count 0: must be at least 1
    - probe: {from: host/laptop, ping: node/node01, count: 0}
                                                           ^`,
  },
  {
    title: "a rate that is none",
    text: scenario(`    - impair: {at: node/node01, rate: 10 Mbit/s}
`),
    says: `lab.yaml:29:39: rate 10 Mbit/s: must be a rate such as 10mbit or 125kbps
    - impair: {at: node/node01, rate: 10 Mbit/s}
                                      ^~~~~~~~~`,
  },
  {
    title: "a manifest of a step that the API server refuses",
    text: scenario(`    - apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 0}]}}
`),
    says: `lab.yaml:29:89: Service x: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
    - apply: {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 0}]}}
                                                                                        ^`,
  },
  {
    title: "packets that nobody captures",
    text: scenario(`    - capture: host/laptop
    - packets: {at: node/node01, where: tcp}
`),
    says: `lab.yaml:30:21: packets at node/node01: no step before this captures there
    - packets: {at: node/node01, where: tcp}
                    ^~~~~~~~~~~
  hint: add node/node01 to a \`capture\` step`,
  },
  {
    title: "packets before any capture",
    text: scenario(`    - packets: {where: tcp}
`),
    says: `lab.yaml:29:16: packets: nothing is captured yet
    - packets: {where: tcp}
               ^~~~~~~~~~~~
  hint: put a \`capture\` step before it`,
  },
  {
    title: "a filter that is wrong",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vote} && ip.bogus == 1"}
`),
    says: `lab.yaml:30:55: unknown field ip.bogus
    - packets: {where: "ip.dst == \${svc/vote/vote} && ip.bogus == 1"}
                                                      ^~~~~~~~
  hint: did you mean \`ip.dst\`?`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
