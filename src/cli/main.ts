/** The command line: flags in, exit status out. Each command is a file below commands/, loaded when it is asked for. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { delayOptimization } from "../base/patient-compiler.ts";
import type { ProxyMode } from "../topology/proxy-options.ts";
import { networkVariants } from "../topology/raw/network-variant.ts";
import { shells } from "./completion-script.ts";
import { untilInterrupted } from "./interrupt.ts";
import { reportError } from "./report-error.ts";
import { terminal } from "./terminal.ts";

delayOptimization();

const program = new Command("podwire")
  .description("Kubernetes service networking on one Linux machine, as real packets.")
  .version("0.1.0")
  .showHelpAfterError("(podwire --help shows how)")
  .exitOverride();

const modesOfProxy: readonly ProxyMode[] = ["iptables", "nftables", "ipvs", "userspace"];

const labOption = (): Option =>
  new Option("-l, --lab <name>", "which lab, when several are running");
const networkOption = (): Option =>
  new Option("--network <name>", "a pod network in place of the file's").choices(networkVariants);
const proxyModeOption = (): Option =>
  new Option("--mode <mode>", "kube-proxy's mode; what the files say, else iptables").choices(
    modesOfProxy,
  );
const reporterOption = (): Option =>
  new Option("--reporter <name>", "how to report")
    .choices(["spec", "tap", "junit", "json", "html"])
    .default("spec");
const jsonOption = (): Option => new Option("--json", "print data as JSON");

program
  .command("up")
  .description("build a lab, wait until it is ready, and leave it running")
  .argument("<file...>", "topology files, and Kubernetes manifests beside them")
  .option("--name <name>", "the lab's name; the topology's own unless given")
  .option("--seed <number>", "decides everything random, such as pod names", wholeNumber)
  .addOption(networkOption())
  .option("--attach", "stay in the foreground; the lab ends with this command")
  .addOption(jsonOption())
  .action(async (files, options) => {
    const { upCommand } = await import("./commands/up.ts");
    await upCommand(files, options, terminal, interruptible());
  });

program
  .command("down")
  .description("end a lab")
  .argument("[lab]", "its name, when several are running")
  .option("--all", "end every lab of yours")
  .action(async (lab, options) => {
    const { downCommand } = await import("./commands/down.ts");
    await downCommand(lab, options, terminal);
  });

program
  .command("ls")
  .description("list running labs")
  .addOption(jsonOption())
  .action(async (options) => {
    const { lsCommand } = await import("./commands/ls.ts");
    await lsCommand(options, terminal);
  });

program
  .command("ps")
  .description("show what is in a lab: nodes, hosts, pods, services, endpoints")
  .addOption(labOption())
  .addOption(jsonOption())
  .action(async (options) => {
    const { psCommand } = await import("./commands/ps.ts");
    await psCommand(options, terminal);
  });

program
  .command("test")
  .description("build each topology, run its scenarios, report, tear down")
  .argument("<file...>", "topology files; each is a lab of its own")
  .addOption(reporterOption())
  .option("--output <directory>", "where captures, rules and logs of failures go", "podwire-output")
  .option("--grep <pattern>", "only scenarios whose name matches this regular expression", regExp)
  .option("--jobs <number>", "labs at the same time", wholeNumber, 1)
  .option("--keep", "leave the lab of a failed scenario running")
  .option("--shard <i/n>", "the i-th of n parts of the scenarios, which take about as long", shard)
  .option(
    "--durations <file>",
    "how long everything took: written by whole runs, and what shards are balanced by",
  )
  .option("--bail", "skip what is left after the first failure")
  .option("--seed <number>", "decides everything random, such as pod names", wholeNumber)
  .addOption(
    oneOrMore(
      modesOfProxy,
      "--proxy-mode <modes>",
      "one or several modes of kube-proxy, with commas: each file under each, then what differs",
    ),
  )
  .addOption(
    oneOrMore(
      networkVariants,
      "--network <names>",
      "every file over each of these pod networks: weave,calico/bgp",
    ),
  )
  .action(async (files, options) => {
    const { testCommand } = await import("./commands/test.ts");
    process.exitCode = await testCommand(files, options, terminal, interruptible());
  });

program
  .command("report")
  .description("reports of earlier runs")
  .command("merge")
  .description("put the reports of a run's shards together: as if the run had been one")
  .argument("<file...>", "shard-1-of-2.json, …, from the output folders of `test --shard`")
  .addOption(reporterOption())
  .option("--durations <file>", "keep there how long everything took, for the next shards")
  .action(async (files, options) => {
    const { reportMergeCommand } = await import("./commands/report-merge.ts");
    process.exitCode = reportMergeCommand(files, options, terminal);
  });

program
  .command("validate")
  .description("parse and check files; needs no privileges")
  .argument("<file...>")
  .addOption(jsonOption())
  .action(async (files, options) => {
    const { validateCommand } = await import("./commands/validate.ts");
    process.exitCode = validateCommand(files, options, terminal);
  });

program
  .command("proxy-rules")
  .description("print what kube-proxy would write on a node; needs no privileges and no lab")
  .argument("<file...>", "topologies or manifests, YAML or JSON, files or folders; - is stdin")
  .addOption(proxyModeOption())
  .option("--node <name>", "on which node; the first unless given")
  .option("--config <file>", "a KubeProxyConfiguration, in place of whatever the files say")
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
  any, all pods are on the one of --node. A Service without clusterIP gets one of 10.96.0.0/16.

  kubectl get services,endpointslices -A -o yaml | podwire proxy-rules - --node node01`,
  )
  .action(async (files, options) => {
    const { proxyRulesCommand } = await import("./commands/proxy-rules.ts");
    await proxyRulesCommand(files, options, terminal);
  });

program
  .command("predict")
  .description("tell from the nodes' rules where a connection will end, and how likely each end is")
  .argument("<from>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME")
  .argument("<to>", "the same with :PORT, svc/NS/NAME[:PORT], an address and a port")
  .addOption(new Option("--protocol <name>").choices(["tcp", "udp", "sctp", "icmp"]).default("tcp"))
  .option("--via <node>", "where what comes from outside enters, if not at its destination")
  .option("--rules", "show the rules on each way")
  .option("-f, --file <file...>", "without a lab, for these files; see `proxy-rules --help`")
  .addOption(proxyModeOption())
  .option("--config <file>", "with --file: a KubeProxyConfiguration")
  .option("--seed <number>", "with --file: decides everything random, as in `up`", wholeNumber)
  .addOption(labOption())
  .addOption(jsonOption())
  .action(async (from, to, options) => {
    const { predictCommand } = await import("./commands/predict.ts");
    await predictCommand(from, to, options, terminal);
  });

program
  .command("probe")
  .description("send one kind of traffic and tell what came back and what the server saw")
  .argument("<from>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME")
  .argument("<to>", "the same, svc/NS/NAME[:PORT], an address, a DNS name, a URL")
  .option("--ping", "ICMP echo")
  .option("--tcp", "connect, send a line, read the echo")
  .option("--udp", "send a datagram, read the echo")
  .option("--http", "one GET")
  .option("--dns", "resolve a name as the place would: its search list, its nameservers")
  .option("--traceroute", "every hop on the way")
  .option("--arp", "who has the address")
  .option("--throughput", "send what goes through; to a port of podwire's responder")
  .option("-4, --ipv4", "to the IPv4 address of the target")
  .option("-6, --ipv6", "to its IPv6 address")
  .option("--type <record>", "dns: A, AAAA, SRV, PTR, …; A and AAAA unless given")
  .option("--server <address>", "dns: whom to ask; those of the place's resolv.conf unless given")
  .option("--count <number>", "attempts, one after the other", wholeNumber, 1)
  .option("--timeout <ms>", "per attempt, in milliseconds", wholeNumber)
  .option("--duration <seconds>", "throughput: how long to send; 1 unless given", wholeNumber)
  .addOption(labOption())
  .addOption(jsonOption())
  .action(async (from, to, options) => {
    const { probeCommand } = await import("./commands/probe.ts");
    process.exitCode = await probeCommand(from, to, options, terminal, interruptible());
  });

program
  .command("capture")
  .description("capture on any number of interfaces, into one pcapng or onto the screen")
  .argument("<where...>", "WHERE or WHERE:INTERFACE; eth0 unless given")
  .option("-w, --write <file>", "write a pcapng, time-sorted, with named interfaces; - is stdout")
  .option("-f, --filter <pcap-filter>", "what the kernel captures; see pcap-filter(7)")
  .option("-Y, --where <display-filter>", "what is shown or written, as in Wireshark")
  .option("-c, --count <number>", "stop after so many packets", wholeNumber)
  .option("--duration <seconds>", "stop after so long", wholeNumber)
  .addOption(labOption())
  .action(async (where, options) => {
    const { captureCommand } = await import("./commands/capture.ts");
    await captureCommand(where, options, terminal, interruptible());
  });

program
  .command("exec")
  .description("run a program in a node, pod or host")
  .argument("<where>")
  .argument("<command...>", "after --")
  .addOption(labOption())
  .action(async (where, command, options) => {
    const { execCommand } = await import("./commands/exec.ts");
    process.exitCode = await execCommand(where, command, options);
  });

program
  .command("shell")
  .description("a shell in a node, pod or host")
  .argument("<where>")
  .addOption(labOption())
  .action(async (where, options) => {
    const { shellCommand } = await import("./commands/exec.ts");
    process.exitCode = await shellCommand(where, options);
  });

program
  .command("kubeconfig")
  .description("print the path of a kubeconfig with which kubectl drives a lab")
  .addOption(labOption())
  .action(async (options) => {
    const { kubeconfigCommand } = await import("./commands/kubeconfig.ts");
    await kubeconfigCommand(options, terminal);
  });

program
  .command("events")
  .description("follow what happens in a lab")
  .addOption(labOption())
  .addOption(jsonOption())
  .action(async (options) => {
    const { eventsCommand } = await import("./commands/events.ts");
    await eventsCommand(options, terminal, interruptible());
  });

program
  .command("logs")
  .description("print what a component or a pod has said")
  .argument(
    "<what>",
    "kube-proxy, kubelet, api-server, scheduler, coredns, …, or pod/NS/NAME, deploy/NS/NAME",
  )
  .option("-f, --follow", "go on with what comes")
  .option("--tail <lines>", "lines of the end", countFromNone)
  .option("--node <name>", "of a component that runs on every node: that one alone")
  .option("-c, --container <name>", "of a pod: that one alone")
  .option("--timestamps", "of containers: when each line came")
  .option("-p, --previous", "of containers: the run before the present one")
  .addOption(labOption())
  .addOption(new Option("--json", "print a component's records as they are"))
  .action(async (what, options) => {
    const { logsCommand } = await import("./commands/logs.ts");
    await logsCommand(what, options, terminal, interruptible());
  });

program
  .command("doctor")
  .description("check this host by trying each thing for real")
  .addOption(jsonOption())
  .action(async (options) => {
    const { doctorCommand } = await import("./commands/doctor.ts");
    process.exitCode = await doctorCommand(options, terminal, interruptible());
  });

program
  .command("schema")
  .description("print the JSON Schema of the YAML")
  .action(async () => {
    const { schemaCommand } = await import("./commands/schema.ts");
    schemaCommand(terminal);
  });

program
  .command("completion")
  .description("print a script with which a shell completes podwire's words")
  .addArgument(new Argument("<shell>").choices(shells))
  .addHelpText(
    "after",
    `
  bash  source <(podwire completion bash)          in ~/.bashrc
  zsh   source <(podwire completion zsh)           in ~/.zshrc, after compinit
  fish  podwire completion fish > ~/.config/fish/completions/podwire.fish`,
  )
  .action(async (shell) => {
    const { completionCommand } = await import("./commands/completion.ts");
    completionCommand(shell, terminal);
  });

// What those scripts ask.
program
  .command("complete", { hidden: true })
  .argument("[words...]")
  .action(async (words) => {
    const { completeCommand } = await import("./commands/completion.ts");
    await completeCommand(program, words, terminal);
  });

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its own complaint, or the help that was asked for.
  process.exitCode =
    error instanceof CommanderError ? usageExitCode(error) : reportError(error, terminal);
}

/**
 * For commands that have something to end in good order. The others leave Ctrl-C what it is: the
 * end of the process.
 */
function interruptible(): AbortSignal {
  return untilInterrupted(terminal);
}

/** 0 for `--help` and `--version`, 2 for every misuse. */
function usageExitCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : 2;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("a whole number from 1");
  return value;
}

/** An option whose value is words with commas between them, each one of `known`. */
function oneOrMore(known: readonly string[], flags: string, description: string): Option {
  return new Option(flags, description).choices(known).argParser((text) =>
    text.split(",").map((word) => {
      const found = known.find((each) => each === word);
      if (found === undefined) throw new InvalidArgumentError(`one of ${known.join(", ")}`);
      return found;
    }),
  );
}

function countFromNone(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}

function regExp(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function shard(text: string): { readonly index: number; readonly of: number } {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index > of) throw new InvalidArgumentError("write i/n, such as 1/4");
  return { index, of };
}
