import { type Command, Option } from "commander";
import { terminal } from "../terminal.ts";
import { jsonOption, labOption, networkOption, proxyModeOption } from "./options.ts";
import { wholeNumber } from "./values.ts";

/** What kube-proxy's rules are, and what they do. */
export function declareRules(program: Command): void {
  program
    .command("proxy-rules")
    .description("print what kube-proxy would write on a node; needs no privileges and no lab")
    .argument("<file...>", "topologies or manifests, YAML or JSON, files or folders; - is stdin")
    .addOption(proxyModeOption())
    .addOption(networkOption())
    .option("--node <name>", "on which node; the first unless given")
    .option("--config <file>", "a KubeProxyConfiguration, in place of whatever the files say")
    .option("-6, --ipv6", "the rules of IPv6, in a dual-stack cluster")
    .option("--explain", "say above each rule what it is for")
    .addOption(new Option("--format <format>").choices(["text", "json"]).default("text"))
    .option("--seed <number>", "decides everything random, as in `up`", wholeNumber)
    .addHelpText(
      "after",
      `
Where addresses come from:
  EndpointSlices among the files are used as they are. For any other Service that selects pods,
  endpoints come from the Pods, Deployments, StatefulSets, DaemonSets and ReplicaSets among them,
  scheduled as in a lab and all of them ready: each pod has the next address of its node's share of
  10.244.0.0/16, unless a Pod brings its status.podIP along.
  Files with a Topology give what \`podwire up\` with the same seed gives. Without one, the nodes are
  the Node objects and those that pods and slices name, at 192.168.0.11 and on; if nothing names
  any, all pods are on the one of --node. A Service without clusterIP gets one of 10.96.0.0/16. The
  cluster is dual-stack where a Service, a slice or a Node is, or --ipv6 asks for it.

  kubectl get services,endpointslices -A -o yaml | podwire proxy-rules - --node node01`,
    )
    .action(async (files, options) => {
      const { proxyRulesCommand } = await import("../commands/proxy-rules.ts");
      await proxyRulesCommand(files, options, terminal);
    });

  program
    .command("predict")
    .description(
      "tell from the nodes' rules where a connection will end, and how likely each end is",
    )
    .argument("<from>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME")
    .argument("<to>", "the same with :PORT, svc/NS/NAME[:PORT], an address and a port")
    .addOption(
      new Option("--protocol <name>").choices(["tcp", "udp", "sctp", "icmp"]).default("tcp"),
    )
    .option("-4, --ipv4", "to the IPv4 address of the target")
    .option("-6, --ipv6", "to its IPv6 address")
    .option("--via <node>", "where what comes from outside enters, if not at its destination")
    .option("--rules", "show the rules on each way")
    .option("-f, --file <file...>", "without a lab, for these files; see `proxy-rules --help`")
    .addOption(proxyModeOption())
    .addOption(networkOption())
    .option("--config <file>", "with --file: a KubeProxyConfiguration")
    .option("--seed <number>", "with --file: decides everything random, as in `up`", wholeNumber)
    .addOption(labOption())
    .addOption(jsonOption())
    .action(async (from, to, options) => {
      const { predictCommand } = await import("../commands/predict.ts");
      await predictCommand(from, to, options, terminal);
    });
}
