import path from "node:path";
import test from "ava";
import type { Need } from "../../kernel/programs/need.ts";
import { load } from "../load.ts";
import { isUnusual, labNeeds } from "./lab-needs.ts";

const fixtures = path.resolve(import.meta.dirname, "../../../../test/labs/fixtures");
const topologies = path.resolve(import.meta.dirname, "../../../../topologies");

const rows: ReadonlyArray<{
  readonly title: string;
  readonly file: string;
  readonly variant?: Parameters<typeof load>[1];
  readonly needs: readonly Need[];
}> = [
  { title: "most, nothing unusual", file: `${topologies}/minimal.yaml`, needs: [] },
  {
    title: "kube-proxy in ipvs mode, IPVS",
    file: `${topologies}/minimal.yaml`,
    variant: { proxyMode: "ipvs" },
    needs: ["kube-proxy mode ipvs"],
  },
  { title: "a delayed link, netem", file: `${fixtures}/slow-link.yaml`, needs: ["impair"] },
];

test("what a topology asks of a kernel: a link with a rate alone, nothing", (t) => {
  const { topology, objects, scenarios } = load(`${fixtures}/slow-link.yaml`);
  const alone = scenarios.map((scenario) => ({
    ...scenario,
    steps: scenario.steps.flatMap((step) =>
      step.type === "parallel" ? step.steps.slice(1) : step,
    ),
  }));
  t.true(alone[0]?.steps.some(({ type }) => type === "impair"));
  t.deepEqual(labNeeds({ topology, objects, scenarios: alone }), []);
});

for (const { title, file, variant, needs } of rows) {
  test(`what a topology asks of a kernel: ${title}`, (t) => {
    t.deepEqual(labNeeds(load(file, variant)).filter(isUnusual), needs);
  });
}
