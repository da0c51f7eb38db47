/** Queueing disciplines that make a link slow and lossy. */
import type { Netns } from "../netns.ts";
import { runRestore } from "../rules/restore.ts";
import type { Check, CheckGroup } from "./check.ts";

export const impairment: CheckGroup<Netns> = {
  name: "impaired links",
  checks: [
    discipline("netem", "delay 10ms loss 1% duplicate 1% reorder 1%", "sch_netem"),
    discipline("tbf", "rate 10mbit burst 32kb latency 50ms", "sch_tbf"),
  ],
};

function discipline(name: string, options: string, module: string): Check<Netns> {
  const args = `qdisc add dev lo root ${name} ${options}`.split(" ");
  return {
    name,
    neededBy: ["impair"],
    program: "tc",
    modules: [module],
    attempt: (netns) => runRestore({ netns, file: "tc", args }),
  };
}
