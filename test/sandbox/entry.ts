/** What the sandbox's tests run inside: builds one of everything that could be left behind, then answers on its sockets. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { execa } from "execa";
import { until } from "../../src/base/until.ts";
import { PlaceNamespaces } from "../../src/kernel/mounts/namespaces.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { enterCommand } from "../../src/kernel/processes/enter-command.ts";
import { type Place, spawnIn } from "../../src/kernel/processes/process.ts";
import { enterSandbox } from "../../src/kernel/sandbox/sandbox-init.ts";
import { isMade } from "../fallback-tunnels.ts";
import { patience } from "../patience.ts";

/** What the control socket answers, once everything is built. */
export interface EntryAnswer {
  readonly name: string | undefined;
  readonly hostPid: number;
  /** In the sandbox itself. */
  readonly devices: readonly string[];
  readonly netnsNames: readonly string[];
  /** The beginning of a command line that enters the place `web`. */
  readonly enterPlace: readonly string[];
  /** And the netns alone. */
  readonly enterNetns: readonly string[];
  /** Exit codes of children that ended among many orphans. */
  readonly exitCodes: readonly (number | undefined)[];
  /** No dead process is left that nobody has collected. */
  readonly zombiesCollected: true;
}

const inside = enterSandbox();
// Never comes back to the event loop, so never hears of anything.
while (process.env["PODWIRE_TEST_BUSY"] !== undefined);
// biome-ignore lint/nursery/useDisposables: it lives as long as this process.
const netns = Netns.create("web");
const view = { hostname: "web", resolvConf: "nameserver 10.96.0.10\n", hosts: "" };
const place: Place = { netns, namespaces: new PlaceNamespaces(netns, view) };
writeFileSync("/run/left-behind", "");
await sh({ netns }, "ip link add br0 type bridge; ip link add eth0 type veth peer name peer0");
await sh(place, "setsid sleep 600 >/dev/null 2>&1 & sleep 0");
keep(spawnIn(place, "sleep", ["600"], { reject: false }));
const exitCodes = await endAmongOrphans();
const control = await inside.control;
const answer = JSON.stringify({
  name: control?.name,
  hostPid: await inside.hostPid,
  devices: (await devicesHere()).filter(isMade),
  netnsNames: (await execa("ip", ["netns", "list"])).stdout
    .split("\n")
    .map((row) => row.split(" ")[0]),
  enterPlace: enterCommand(place, await inside.hostPid),
  enterNetns: enterCommand({ netns }, await inside.hostPid),
  exitCodes,
  zombiesCollected: await zombiesCollected(),
});
control?.answer((socket) => socket.end(answer));
for (const fd of inside.listenerFds) createServer((socket) => socket.end(answer)).listen({ fd });

async function devicesHere(): Promise<string[]> {
  const { stdout } = await execa("ip", ["-json", "link"]);
  return (JSON.parse(stdout) as ReadonlyArray<{ ifname: string }>).map(({ ifname }) => ifname);
}

async function sh(where: Place, script: string): Promise<void> {
  await spawnIn(where, "sh", ["-ec", script]);
}

/** Ends with the sandbox, by SIGKILL. */
function keep(program: Promise<unknown>): void {
  program.catch(() => undefined);
}

/** Each child leaves an orphan that ends before, with or after it. */
async function endAmongOrphans(): Promise<Array<number | undefined>> {
  const children = Array.from({ length: 60 }, (_, index) => {
    const orphans = "(sh -c '(exit 1) & (true) & exec sleep 0.01' & ) ; (sleep 0.0$0 &)";
    return execa("sh", ["-c", `${orphans}; exit ${index}`, String(index % 10)], { reject: false });
  });
  return (await Promise.all(children)).map(({ exitCode }) => exitCode);
}

/** Resolves when there are none; never, when nobody collects them. */
async function zombiesCollected(): Promise<true> {
  const none = async (): Promise<true | undefined> => {
    const { stdout } = await execa("ps", ["-eo", "stat="]);
    return !/^Z/m.test(stdout) || undefined;
  };
  return await until(none, { intervalMs: 5, signal: patience(2000) });
}
