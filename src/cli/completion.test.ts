import test from "ava";
import { Command, Option } from "commander";
import type { LabStatus } from "../lab/status.ts";
import { complete, faultsOf } from "./completion.ts";

const program = new Command("podwire");
program
  .command("probe")
  .argument("<from>")
  .argument("<to>")
  .option("--count <number>")
  .option("-l, --lab <name>")
  .option("--ping");
program
  .command("test")
  .argument("<file...>")
  .addOption(new Option("--reporter <name>").choices(["spec", "tap"]))
  .addOption(new Option("--network <names>").choices(["bridge", "weave"]))
  .addOption(new Option("--mode, --proxy-mode <mode>").choices(["ipvs", "nftables"]));
program.command("exec").argument("<where>").argument("<command...>");
program.command("fail").argument("<what>").option("-l, --lab <name>");
program.command("report").command("merge").argument("<file...>").option("--durations <file>");
program.command("complete", { hidden: true });

const named = (...values: readonly string[]) => values.map((value) => ({ value, description: "" }));
const lab = {
  labs: named("shop"),
  places: named("node/node01", "svc/shop/cart"),
  faults: named("kube-proxy", "kube-proxy@node01", "node/node01", "node/node01:eth0"),
};

const cases = [
  {
    title: "nothing yet: every command but hidden ones",
    words: [""],
    offered: ["probe", "test", "exec", "fail", "report", "help"],
  },
  { title: "a command begun", words: ["pr"], offered: ["probe"] },
  { title: "a place", words: ["probe", ""], offered: ["node/node01", "svc/shop/cart"] },
  { title: "a place begun", words: ["probe", "node/node01", "svc"], offered: ["svc/shop/cart"] },
  {
    title: "a place after options and their values",
    words: ["probe", "--ping", "--count", "3", "node/node01", "s"],
    offered: ["svc/shop/cart"],
  },
  { title: "no third place", words: ["probe", "node/node01", "svc/shop/cart", ""], offered: [] },
  { title: "options", words: ["probe", "node/node01", "--c"], offered: ["--count"] },
  { title: "nothing for a number", words: ["probe", "--count", ""], offered: [] },
  { title: "labs, after the long name", words: ["probe", "--lab", ""], offered: ["shop"] },
  { title: "labs, after the short name", words: ["probe", "-l", "s"], offered: ["shop"] },
  { title: "an option's choices", words: ["test", "--reporter", ""], offered: ["spec", "tap"] },
  {
    title: "the next of several words",
    words: ["test", "--network", "bridge,w"],
    offered: ["bridge,weave"],
  },
  {
    title: "none of several words twice",
    words: ["test", "--network", "bridge,"],
    offered: ["bridge,weave"],
  },
  {
    title: "a value after =, as zsh and fish have it",
    words: ["test", "--network=bridge,w"],
    offered: ["--network=bridge,weave"],
  },
  {
    title: "a value after = and either name of an option",
    words: ["test", "--mode=i"],
    offered: ["--mode=ipvs"],
  },
  {
    title: "every value after =, as bash has it",
    words: ["test", "--network", "="],
    offered: ["bridge", "weave"],
  },
  {
    title: "a value begun after =, as bash has it",
    words: ["test", "--network", "=", "w"],
    offered: ["weave"],
  },
  {
    title: "a place after an option's = and its value",
    words: ["probe", "--count", "=", "3", "svc"],
    offered: ["svc/shop/cart"],
  },
  { title: "no file names, which the shell knows", words: ["test", "topo"], offered: [] },
  { title: "nothing after --", words: ["exec", "node/node01", "--", "n"], offered: [] },
  { title: "the commands of a command", words: ["report", "m"], offered: ["merge"] },
  {
    title: "the options of a command's command",
    words: ["report", "merge", "--d"],
    offered: ["--durations"],
  },
  {
    title: "what can fail",
    words: ["fail", ""],
    offered: ["kube-proxy", "kube-proxy@node01", "node/node01", "node/node01:eth0"],
  },
  {
    title: "what can fail, after an option and its value",
    words: ["fail", "-l", "shop", "kube"],
    offered: ["kube-proxy", "kube-proxy@node01"],
  },
  { title: "nothing more that fails", words: ["fail", "kube-proxy", ""], offered: [] },
  { title: "the rest of a wire", words: ["fail", "node/node01:e"], offered: ["node/node01:eth0"] },
  {
    title: "the rest of a wire, as bash has it",
    words: ["fail", "node/node01", ":", "e"],
    offered: ["eth0"],
  },
  {
    title: "a wire whose colon is the last, as bash has it",
    words: ["fail", "node/node01", ":"],
    offered: ["eth0"],
  },
  {
    title: "a component's node, as bash has it",
    words: ["fail", "kube-proxy", "@", ""],
    offered: ["node01"],
  },
  { title: "nothing for a command that is none", words: ["prove", ""], offered: [] },
];

for (const { title, words, offered } of cases) {
  test(`Tab offers ${title}`, (t) => {
    t.deepEqual(
      complete(program, words, lab).map(({ value }) => value),
      offered,
    );
  });
}

test("what can fail are the components that run, nodes, and the wires of machines and pods", (t) => {
  const status = {
    components: ["kube-proxy", "api-server"],
    nodes: [{ name: "node01" }],
    hosts: [{ name: "laptop" }],
    pods: [{ namespace: "shop", name: "cart" }],
  } as unknown as LabStatus;
  t.deepEqual(
    faultsOf(status).map(({ value }) => value),
    [
      "kube-proxy",
      "kube-proxy@node01",
      "api-server",
      "node/node01",
      "node/node01:eth0",
      "host/laptop:eth0",
      "pod/shop/cart:eth0",
    ],
  );
});
