/** Probes that cannot be sent, and expectations that cannot be met. */
import test from "ava";
import { type Mistake, problemsOf, scenario } from "../../testing/mistakes.ts";

const mistakes: readonly Mistake[] = [
  {
    title: "a probe without a kind",
    text: scenario(`    - probe: {from: host/laptop}
`),
    says: `lab.yaml:29:14: probe says not what to send
    - probe: {from: host/laptop}
             ^~~~~~~~~~~~~~~~~~~
  hint: add one of ping, tcp, udp, http, dns, traceroute, arp, throughput`,
  },
  {
    title: "a probe of two kinds",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, tcp: "node/node01:80"}
`),
    says: `lab.yaml:29:53: probe has exactly one of ping, tcp, udp, http, dns, traceroute, arp, throughput; this has both ping and tcp
    - probe: {from: host/laptop, ping: node/node01, tcp: "node/node01:80"}
                                                    ^~~
  hint: write two probes`,
  },
  {
    title: "a probe with an option of another kind",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, method: POST}
`),
    says: `lab.yaml:29:53: probe: ping has no \`method\`
    - probe: {from: host/laptop, ping: node/node01, method: POST}
                                                    ^~~~~~
  hint: remove it: it belongs to http`,
  },
  {
    title: "a probe without a port",
    text: scenario(`    - probe: {from: host/laptop, tcp: node/node01}
`),
    says: `lab.yaml:29:39: node/node01: needs a port
    - probe: {from: host/laptop, tcp: node/node01}
                                      ^~~~~~~~~~~
  hint: write node/node01:PORT`,
  },
  {
    title: "a Service of several ports, and none is named",
    text: scenario(`    - probe: {from: host/laptop, tcp: svc/vote/vote}
`),
    says: `lab.yaml:29:39: svc/vote/vote: has 2 ports
    - probe: {from: host/laptop, tcp: svc/vote/vote}
                                      ^~~~~~~~~~~~~
  hint: add one of 80 (http), 8080 (admin)`,
  },
  {
    title: "a port name that the Service lacks",
    text: scenario(`    - probe: {from: host/laptop, tcp: "svc/vote/vote:htpp"}
`),
    says: `lab.yaml:29:39: svc/vote/vote: has no port named \`htpp\`
    - probe: {from: host/laptop, tcp: "svc/vote/vote:htpp"}
                                      ^~~~~~~~~~~~~~~~~~~~
  hint: its ports: 80 (http), 8080 (admin)`,
  },
  {
    title: "a port beyond 65535",
    text: scenario(`    - probe: {from: host/laptop, tcp: "node/node01:70000"}
`),
    says: `lab.yaml:29:39: port 70000: must be 1..65535
    - probe: {from: host/laptop, tcp: "node/node01:70000"}
                                      ^~~~~~~~~~~~~~~~~~~`,
  },
  {
    title: "a ping with a port",
    text: scenario(`    - probe: {from: host/laptop, ping: "node/node01:80"}
`),
    says: `lab.yaml:29:40: ping node/node01:80: ping knows no ports
    - probe: {from: host/laptop, ping: "node/node01:80"}
                                       ^~~~~~~~~~~~~~~~
  hint: leave the port out`,
  },
  {
    title: "an expectation inside of the probe",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, expect: {ok: true}}
`),
    says: `lab.yaml:29:53: probe has no \`expect\` inside it
    - probe: {from: host/laptop, ping: node/node01, expect: {ok: true}}
                                                    ^~~~~~
  hint: write it beside: the same indentation as \`probe\``,
  },
  {
    title: "an expectation beside of packets",
    text: scenario(`    - capture: node/node01
    - packets: {where: tcp}
      expect: none
`),
    says: `lab.yaml:31:7: packets has no \`expect\` beside it
      expect: none
      ^~~~~~
  hint: write it inside: packets: {where: …, expect: none}`,
  },
  {
    title: "an unknown expectation",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {okay: true}
`),
    says: `lab.yaml:30:16: expect: unknown field \`okay\`
      expect: {okay: true}
               ^~~~
  hint: fields here: ok, reason, serverSaw, status, body, ttl, latency, throughput, answers, rcode, queries, hops, …`,
  },
  {
    title: "a reason that does not exist",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {reason: refussed}
`),
    says: `lab.yaml:30:24: reason refussed: must be one of refused, reset, unreachable, not sent, time exceeded, too big, timed out, bad answer, no such name
      expect: {reason: refussed}
                       ^~~~~~~~
  hint: did you mean \`refused\`?`,
  },
  {
    title: "a regular expression that is none",
    text: scenario(`    - exec: {at: node/node01, command: ip route}
      expect: {stdout: {matches: "("}}
`),
    says: `lab.yaml:30:34: matches (: is no regular expression: Unterminated group
      expect: {stdout: {matches: "("}}
                                 ^~~`,
  },
  {
    title: "the path of many packets",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01, count: 2}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: is that of one packet
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: leave \`count\` out`,
  },
  {
    title: "the path of a probe without a packet of its own",
    text: scenario(`    - probe: {from: host/laptop, traceroute: node/node01}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: traceroute has no packet to follow
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: those with one: ping, tcp, udp, http, dns, arp`,
  },
  {
    title: "the path of a probe that is repeated",
    text: scenario(`    - during: {probe: {from: host/laptop, ping: node/node01}, steps: [{capture: node/node01}]}
      expect: {path: [host/laptop, node/node01]}
`),
    says: `lab.yaml:30:16: path: is that of one packet
      expect: {path: [host/laptop, node/node01]}
               ^~~~
  hint: write it beside a \`probe\` of its own`,
  },
  {
    title: "a path by way of nothing that packets pass",
    text: scenario(`    - probe: {from: host/laptop, ping: node/node01}
      expect: {path: [host/laptop, node/node1]}
`),
    says: `lab.yaml:30:36: no node is named \`node1\`
      expect: {path: [host/laptop, node/node1]}
                                   ^~~~~~~~~~
  hint: did you mean \`node/node01\`?`,
  },
];

for (const { title, text, says } of mistakes) {
  test(`mistake: ${title}`, (t) => t.is(problemsOf(text), says));
}
