/** What a container with volumes sees, and what the machine's own disk keeps of it: nothing. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import type { RootMount } from "../../src/kernel/mounts/container-root.ts";
import { PlaceNamespaces } from "../../src/kernel/mounts/namespaces.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { spawnIn } from "../../src/kernel/processes/process.ts";

const view = {
  hostname: "web-0",
  resolvConf: "nameserver 10.96.0.10\n",
  hosts: "10.244.1.7 web-0\n",
};

/** A volume with one file. */
function volume(t: ExecutionContext): string {
  mkdirSync("/run/podwire/volumes", { recursive: true });
  const folder = mkdtempSync("/run/podwire/volumes/");
  writeFileSync(path.join(folder, "greeting"), "hello\n");
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function run(
  name: string,
  mounts: readonly RootMount[],
  script: string,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode?: number }> {
  using netns = Netns.create(name);
  using namespaces = new PlaceNamespaces(netns, view, { name: `${name}-container`, mounts });
  const { stdout, stderr, exitCode } = await spawnIn({ netns, namespaces }, "sh", ["-c", script], {
    reject: false,
  });
  return { stdout, stderr, ...(exitCode !== undefined && { exitCode }) };
}

for (const { title, mountPath } of [
  { title: "a folder that is not there, at the top", mountPath: "/data" },
  { title: "several that are not there", mountPath: "/a/b/c" },
  { title: "a folder below /etc", mountPath: "/etc/coredns" },
  { title: "a folder that is there", mountPath: "/mnt" },
  { title: "a folder in /run", mountPath: "/run/secrets/kubernetes.io/serviceaccount" },
  {
    title: "a path through a symbolic link",
    mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
  },
  { title: "a folder deep in /usr", mountPath: "/usr/share/nginx/html" },
]) {
  test(`a volume is mounted on ${title}`, async (t) => {
    const source = volume(t);
    const before = existsSync(mountPath);
    const { stdout, stderr } = await run(
      `root${mountPath.replaceAll(/[/.]/g, "-")}`,
      [{ source, mountPath, access: "read-write" }],
      `cat ${mountPath}/greeting; echo written > ${mountPath}/answer; cat /etc/resolv.conf; hostname; ls /usr/bin/env; id -u`,
    );
    t.deepEqual([stdout, stderr], ["hello\nnameserver 10.96.0.10\nweb-0\n/usr/bin/env\n0", ""]);
    t.is(readFileSync(path.join(source, "answer"), "utf8"), "written\n");
    t.is(existsSync(mountPath), before);
  });
}

test("what was in a folder that had to be covered is still there", async (t) => {
  const names = readdirSync("/etc")
    .filter((name) => name !== "coredns")
    .sort();
  const { stdout } = await run(
    "root-etc-names",
    [{ source: volume(t), mountPath: "/etc/coredns", access: "read-only" }],
    "ls -A /etc",
  );
  t.deepEqual(
    stdout
      .split("\n")
      .filter((name) => name !== "coredns")
      .sort(),
    names,
  );
});

test("a read-only volume cannot be written, and one file of a volume can be mounted by itself", async (t) => {
  const source = volume(t);
  const { stdout, stderr } = await run(
    "root-read-only",
    [
      { source, mountPath: "/config", access: "read-only" },
      {
        source: path.join(source, "greeting"),
        mountPath: "/etc/motd.d/greeting",
        access: "read-only",
      },
    ],
    "echo x > /config/greeting; cat /config/greeting /etc/motd.d/greeting",
  );
  t.is(stdout, "hello\nhello");
  t.regex(stderr, /Read-only file system/);
});

test("a volume below another", async (t) => {
  const [outer, inner] = [volume(t), volume(t)];
  const { stdout, stderr } = await run(
    "root-nested",
    [
      { source: outer, mountPath: "/data", access: "read-write" },
      { source: inner, mountPath: "/data/inner", access: "read-write" },
    ],
    "cat /data/inner/greeting",
  );
  t.deepEqual([stdout, stderr], ["hello", ""]);
});

test("a path through a file is refused, and the thread is back home", async (t) => {
  const source = volume(t);
  await t.throwsAsync(
    run("root-through-file", [{ source, mountPath: "/etc/passwd/x", access: "read-only" }], "true"),
    { code: "KERNEL_ENOTDIR" },
  );
  t.true(existsSync(source));
});
