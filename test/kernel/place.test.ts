import { existsSync, promises, readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { PlaceNamespaces } from "../../src/kernel/mounts/namespaces.ts";
import { Netns } from "../../src/kernel/netns.ts";
import {
  endProcesses,
  type Place,
  processesIn,
  spawnIn,
} from "../../src/kernel/processes/process.ts";
import { isMade } from "../fallback-tunnels.ts";
import { patience } from "../patience.ts";

const view = {
  hostname: "web-0",
  resolvConf: "nameserver 10.96.0.10\n",
  hosts: "10.244.1.7 web-0\n",
};

function whereAmI(): object {
  const namespaces = ["mnt", "uts", "net"].map((kind) =>
    readlinkSync(`/proc/thread-self/ns/${kind}`),
  );
  return { namespaces, hostname: hostname(), workingDirectory: process.cwd() };
}

async function output(place: Place, script: string): Promise<string> {
  return (await spawnIn(place, "sh", ["-c", script])).stdout;
}

async function devicesIn(place: Place): Promise<readonly string[]> {
  const links: ReadonlyArray<{ ifname: string }> = JSON.parse(await output(place, "ip -j link"));
  return links.map(({ ifname }) => ifname).filter(isMade);
}

test("a program in a place sees its own hostname and files, and its own devices", async (t) => {
  using netns = Netns.create("place-view");
  using namespaces = new PlaceNamespaces(netns, view);
  const place = { netns, namespaces };
  t.is(await output(place, "hostname; cat /etc/hostname"), "web-0\nweb-0");
  t.is(
    await output(place, "cat /etc/resolv.conf /etc/hosts"),
    `${view.resolvConf}${view.hosts}`.trim(),
  );
  t.deepEqual((await output(place, "ls /sys/class/net")).split("\n").filter(isMade), ["lo"]);
  t.deepEqual(await devicesIn(place), ["lo"]);
  t.is(await output(place, "pwd; ls /run"), "/");
});

test("a place without namespaces has the lab's files and its own devices", async (t) => {
  using netns = Netns.create("place-bare");
  t.is(await output({ netns }, "hostname"), hostname());
  t.deepEqual(await devicesIn({ netns }), ["lo"]);
  t.true(existsSync("/run/netns/place-bare"));
  t.is(await output({ netns }, "test -e /run/netns/place-bare && echo seen"), "seen");
});

test("a program finds where others are, its user's home and what it is given, and nothing of our own environment", async (t) => {
  using netns = Netns.create("place-environment");
  process.env["OF_THE_SHELL"] = "green";
  const { stdout } = await spawnIn({ netns }, "env", [], { env: { GREETING: "hello" } });
  const [greeting, home, path, ...others] = stdout.split("\n").sort();
  t.is(greeting, "GREETING=hello");
  t.is(home, `HOME=${userInfo().homedir}`);
  t.regex(path ?? "", /^PATH=.*\/usr\/sbin/);
  t.deepEqual(others, []);
});

test("a home and a PATH of its own count before the machine's", async (t) => {
  using netns = Netns.create("place-own-home");
  const { stdout } = await spawnIn({ netns }, "/usr/bin/env", [], {
    env: { HOME: "/data", PATH: "/opt/bin" },
  });
  t.deepEqual(stdout.split("\n").sort(), ["HOME=/data", "PATH=/opt/bin"]);
});

test("the thread is where it was after every start, also after one that throws", async (t) => {
  const before = whereAmI();
  using netns = Netns.create("place-home");
  using namespaces = new PlaceNamespaces(netns, view);
  await output({ netns, namespaces }, "true");
  t.deepEqual(whereAmI(), before);
  const thrown = new Error("in the place");
  const failing = (): never => {
    throw thrown;
  };
  t.is(
    t.throws(() => namespaces.enter(failing)),
    thrown,
  );
  t.deepEqual(whereAmI(), before);
  await t.throwsAsync(async () => spawnIn({ netns, namespaces }, "/no/such/program"));
  t.deepEqual(whereAmI(), before);
});

test("asynchronous file access sees the lab's files, also while the thread is in a place", async (t) => {
  using netns = Netns.create("place-pool");
  using namespaces = new PlaceNamespaces(netns, view);
  const [read, seenInside] = namespaces.enter(() => [
    promises.readFile("/etc/resolv.conf", "utf8"),
    readFileSync("/etc/resolv.conf", "utf8"),
  ]);
  t.is(seenInside, view.resolvConf);
  t.not(await read, view.resolvConf);
});

test("changed files are seen by programs that run already", async (t) => {
  using netns = Netns.create("place-update");
  using namespaces = new PlaceNamespaces(netns, view);
  const reader = spawnIn({ netns, namespaces }, "sh", ["-c", "read go; cat /etc/hosts"], {
    stdin: "pipe",
  });
  namespaces.update({ ...view, hosts: "10.244.9.9 moved\n" });
  reader.stdin.end("go\n");
  t.is((await reader).stdout, "10.244.9.9 moved");
});

test("what a daemon puts into its /run, the lab finds in the place's folder", async (t) => {
  using netns = Netns.create("place-run");
  using namespaces = new PlaceNamespaces(netns, view);
  await output({ netns, namespaces }, "echo 7 > /run/daemon.pid");
  t.is(readFileSync(path.join(namespaces.runFolder, "daemon.pid"), "utf8"), "7\n");
  t.false(existsSync("/run/daemon.pid"));
});

test("two places of one lab do not see each other's netns mounts", async (t) => {
  using one = Netns.create("place-one");
  using _two = Netns.create("place-two");
  using namespaces = new PlaceNamespaces(one, view);
  t.is(await output({ netns: one, namespaces }, "grep -c nsfs /proc/self/mounts || true"), "0");
});

test("a place that is gone leaves no folder", (t) => {
  using netns = Netns.create("place-gone");
  // biome-ignore lint/nursery/useDisposables: disposal is what this test observes.
  const namespaces = new PlaceNamespaces(netns, view);
  t.truthy(namespaces.descriptors);
  namespaces[Symbol.dispose]();
  namespaces[Symbol.dispose]();
  t.false(existsSync("/run/podwire/places/place-gone"));
});

test("processes end with their netns, also a daemon and one that ignores SIGTERM", async (t) => {
  using netns = Netns.create("place-end");
  const script =
    "setsid sh -c 'trap \"\" TERM; sleep 600 & wait; sleep 600' >/dev/null 2>&1 & sleep 600";
  const program = spawnIn({ netns }, "sh", ["-c", script], { reject: false });
  const started = async (): Promise<true | undefined> =>
    processesIn(netns).length >= 4 || undefined;
  await until(started, { intervalMs: 5, signal: patience(5000) });
  await endProcesses(netns, { graceMs: 50 });
  t.deepEqual(processesIn(netns), []);
  t.is((await program).signal, "SIGTERM");
});
