/** Places such as `deploy/vote/vote` that are not there, wherever a scenario names them. */
import test from "ava";
import { type Mistake, problemsOf, scenario } from "../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "a kind of place that does not exist",
    text: scenario(`    - capture: deply/vote/vote
`),
    says: `lab.yaml:29:16: unknown kind of place \`deply\`
    - capture: deply/vote/vote
               ^~~~~~~~~~~~~~~
  hint: did you mean \`deploy\`?`,
  },
  {
    title: "a node that does not exist",
    text: scenario(`    - capture: node/node1
`),
    says: `lab.yaml:29:16: no node is named \`node1\`
    - capture: node/node1
               ^~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
  {
    title: "a bare name that is a host's",
    text: scenario(`    - probe: {from: laptop, ping: node/node01}
`),
    says: `lab.yaml:29:21: no router is named \`laptop\`
    - probe: {from: laptop, ping: node/node01}
                    ^~~~~~
  hint: did you mean \`host/laptop\`?`,
  },
  {
    title: "a deployment that does not exist",
    text: scenario(`    - probe: {from: deploy/vote/vot, ping: node/node01}
`),
    says: `lab.yaml:29:21: no Deployment is named \`vote/vot\`
    - probe: {from: deploy/vote/vot, ping: node/node01}
                    ^~~~~~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a deployment in another namespace",
    text: scenario(`    - capture: deploy/vote
`),
    says: `lab.yaml:29:16: no Deployment is named \`default/vote\`
    - capture: deploy/vote
               ^~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a pod that nothing makes",
    text: scenario(`    - kill: pod/vote/db-0
`),
    says: `lab.yaml:29:13: no pod is named \`vote/db-0\`
    - kill: pod/vote/db-0
            ^~~~~~~~~~~~~`,
  },
  {
    title: "a workload that is named as a pod",
    text: scenario(`    - kill: pod/vote/vote
`),
    says: `lab.yaml:29:13: no pod is named \`vote/vote\`
    - kill: pod/vote/vote
            ^~~~~~~~~~~~~
  hint: did you mean \`deploy/vote/vote\`?`,
  },
  {
    title: "a Service that cannot be captured",
    text: scenario(`    - capture: svc/vote/vote
`),
    says: `lab.yaml:29:16: svc/vote/vote is no machine
    - capture: svc/vote/vote
               ^~~~~~~~~~~~~
  hint: name a node/…, pod/…, deploy/…, host/…, router/… or underlay`,
  },
  {
    title: "an interface name that is too long",
    text: scenario(`    - capture: node/node01:averylongifname0
`),
    says: `lab.yaml:29:16: interface name \`averylongifname0\`: must be 1..15 characters without spaces and slashes
    - capture: node/node01:averylongifname0
               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a place in an expectation",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {serverSaw: {source: "\${node/node1}"}}
`),
    says: `lab.yaml:30:36: no node is named \`node1\`
      expect: {serverSaw: {source: "\${node/node1}"}}
                                   ^~~~~~~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
  {
    title: "a place in a filter",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vot}", expect: none}
`),
    says: `lab.yaml:30:37: no Service is named \`vote/vot\`
    - packets: {where: "ip.dst == \${svc/vote/vot}", expect: none}
                                    ^~~~~~~~~~~~
  hint: did you mean \`svc/vote/vote\`?`,
  },
  {
    title: "a place that is not closed",
    text: scenario(`    - capture: node/node01
    - packets: {where: "ip.dst == \${svc/vote/vote", expect: none}
`),
    says: `lab.yaml:30:35: unclosed place
    - packets: {where: "ip.dst == \${svc/vote/vote", expect: none}
                                  ^~~~~~~~~~~~~~~
  hint: close it with \`}\``,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
