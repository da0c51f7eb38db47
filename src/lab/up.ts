import path from "node:path";
import { requireCoreDns } from "../kernel/coredns/find-coredns.ts";
import { labSocketPath } from "../kernel/sandbox/lab-socket.ts";
import { launchSandbox, type Sandbox } from "../kernel/sandbox/sandbox.ts";
import type { Emit } from "../observe/event.ts";
import type { ProxyMode } from "../topology/proxy-options.ts";
import type { NetworkVariant } from "../topology/raw/network-variant.ts";
import { displayName, isStandardInput } from "../topology/source/files.ts";
import { withClusterDns } from "./cluster-dns.ts";
import { ControlClient } from "./control/control-client.ts";
import { insideEntry } from "./inside-entry.ts";
import { Lab } from "./lab.ts";
import { LabError } from "./lab-error.ts";
import type { LabPlan } from "./load.ts";
import { openChoices } from "./open-choices.ts";

export interface UpOptions {
  /**
   * The lab's name: no two run under one name. Unless given, a detached lab is called as its topology,
   * and an attached one has a number added, so that any number of tests run side by side.
   */
  readonly name?: string;
  /** Decides everything random, such as pod names. @default 1 */
  readonly seed?: number;
  /** In place of the pod network that the files say: `calico/bgp`. */
  readonly network?: NetworkVariant | undefined;
  /** In place of kube-proxy's mode that the files say, on every node. */
  readonly proxyMode?: ProxyMode | undefined;
  /**
   * `attached`: ends when it is disposed of, and in any case with this process. `detached`: lives on;
   * `podwire down` ends it.
   * @default "attached"
   */
  readonly lifetime?: "attached" | "detached";
  /** How long pods may take to become ready, in milliseconds. @default what the topology says, or 60000 */
  readonly readyWithinMs?: number;
  readonly onEvent?: Emit;
  readonly signal?: AbortSignal | undefined;
}

let attachedLabs = 0;

/**
 * Builds a lab and waits until everything in it is ready.
 *
 *     await using lab = await up("topologies/voting-app.yaml");
 *     const { ok } = await lab.probe({ kind: "tcp", from: "host/laptop", to: "node/node01:31000" });
 *
 * The sandbox starts, and loads what it needs, while the files are read and checked.
 *
 * @throws InvalidTopologyError with every mistake of the files, before anything is built.
 * @throws HostError when this machine refuses what a lab needs, LabError when it does not become ready;
 *   nothing is left behind.
 */
export async function up(files: string | readonly string[], options: UpOptions = {}): Promise<Lab> {
  const planning = read(files, options).then((plan) => named(plan, options));
  const naming = planning.then(({ name }) => name);
  const launching = start(naming, options);
  const [planned, launched] = await Promise.allSettled([planning, launching, naming]);
  // Mistakes in the files come first: whatever failed beside them would not have been wanted.
  if (planned.status === "rejected") throw planned.reason;
  if (launched.status === "rejected") throw launched.reason;
  return build(planned.value, launched.value, options);
}

/** The same of files that were read before. */
export async function launch(plan: LabPlan, options: UpOptions = {}): Promise<Lab> {
  const withName = named(plan, options);
  return build(withName, await start(withName.name, options), options);
}

/** What reads files is loaded for it: yaml and zod are most of what this process would load. */
async function read(files: string | readonly string[], options: UpOptions): Promise<LabPlan> {
  const { load } = await import("./load.ts");
  const plan = load(files, options);
  assertOneVariant(plan, options);
  return plan;
}

/** Of several variants, whoever builds one lab has to choose. */
function assertOneVariant(
  { file, matrix }: LabPlan,
  chosen: Pick<UpOptions, "network" | "proxyMode">,
): void {
  const [open] = openChoices(matrix, chosen);
  if (open === undefined) return;
  const { option, among } = open;
  const message = `${displayName(file)}: its matrix has ${among.join(", ")}, and a lab is one of them`;
  const hint = `choose one: ${option} ${among[0]}`;
  throw new LabError({ code: "USAGE", message, hint, exitCode: 2 });
}

function start(
  name: string | Promise<string>,
  { lifetime = "attached", signal }: UpOptions,
): Promise<Sandbox> {
  return launchSandbox({
    name,
    entry: insideEntry("main"),
    lifetime,
    // The API server's, for kubectl on this host.
    listen: [{ host: "127.0.0.1", port: 0 }],
    // What lives on must not hold the caller's pipe open: `podwire up FILE | tail` would never end.
    stderr: lifetime === "attached" ? "inherit" : "ignore",
    signal,
  });
}

/** Tells the process inside what to build. The sandbox ends with a failure. */
async function build(
  { topology, scenarios, objects, file, name }: NamedPlan,
  sandbox: Sandbox,
  { seed = 1, lifetime = "attached", readyWithinMs, onEvent, signal }: UpOptions,
): Promise<Lab> {
  const client = new ControlClient(labSocketPath({ uid: process.getuid?.() ?? 0, name }));
  const request = {
    topology,
    scenarios,
    objects,
    file: isStandardInput(file) ? displayName(file) : path.resolve(file),
    seed,
    readyWithinMs: readyWithinMs ?? topology.pods.readyWithinMs,
  };
  try {
    await client.call(
      "build",
      { ...request, pid: sandbox.pid },
      { signal, ...(onEvent !== undefined && { onEvent }) },
    );
  } catch (error) {
    await sandbox.kill();
    throw error;
  }
  return new Lab(name, client, keep(sandbox, lifetime));
}

/** What disposing of the handle does: nothing to a lab that lives on. */
function keep(
  sandbox: Sandbox,
  lifetime: NonNullable<UpOptions["lifetime"]>,
): (() => Promise<void>) | undefined {
  if (lifetime === "attached") return () => sandbox.kill();
  sandbox.detach();
  return undefined;
}

interface NamedPlan extends LabPlan {
  readonly name: string;
}

function named(plan: LabPlan, { name, lifetime, onEvent }: UpOptions): NamedPlan {
  for (const { message, location } of plan.problems) {
    onEvent?.({ type: "warning", message, location });
  }
  onEvent?.({ type: "phase-started", phase: "sandbox", detail: "namespaces of its own" });
  const complete = withClusterDns(plan, requireCoreDns);
  return { ...complete, name: name ?? defaultName(plan.topology.name, lifetime) };
}

function defaultName(topology: string, lifetime: UpOptions["lifetime"]): string {
  if (lifetime === "detached") return topology;
  attachedLabs++;
  return `${topology.slice(0, 40)}-${process.pid}-${attachedLabs}`;
}
