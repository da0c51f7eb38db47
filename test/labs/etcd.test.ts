/** A lab whose objects are in a real etcd, and what becomes of them when it, or the API server, dies. */
import { isDeepStrictEqual } from "node:util";
import anyTest, { type TestFn } from "ava";
import { type Lab, up } from "podwire";
import { type Kind, kinds } from "../../src/api/objects/kinds.ts";
import type { KubeObject } from "../../src/api/objects/meta.ts";
import { until } from "../../src/base/until.ts";
import { patience } from "../patience.ts";

const test = anyTest as TestFn<{ readonly lab: Lab }>;
const PATIENCE_MS = 30_000;

test.before(async (t) => {
  const lab = await up("topologies/etcd.yaml");
  // The context is empty before anybody puts something into it.
  Object.assign(t.context as object, { lab });
});

test.after.always(async (t) => t.context.lab?.down());

interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function onMaster(lab: Lab, ...command: readonly string[]): Promise<Output> {
  const { exitCode, stdout, stderr } = await lab.exec("node/master", command);
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

/** Everything below /registry/, by key, as the API would show it: with the key's revision. */
async function inEtcd(lab: Lab): Promise<ReadonlyMap<string, KubeObject>> {
  const { stdout } = await onMaster(lab, "etcdctl", "get", "--prefix", "/registry/", "-w", "json");
  const { kvs } = JSON.parse(stdout) as {
    readonly kvs: ReadonlyArray<{ key: string; value: string; mod_revision: number }>;
  };
  return new Map(
    kvs.map(({ key, value, mod_revision }) => {
      const object = JSON.parse(Buffer.from(value, "base64").toString()) as KubeObject;
      const metadata = { ...object.metadata, resourceVersion: String(mod_revision) };
      return [Buffer.from(key, "base64").toString(), { ...object, metadata }];
    }),
  );
}

async function inApi(lab: Lab): Promise<ReadonlyMap<string, KubeObject>> {
  const lists = await Promise.all(Object.keys(kinds).map((kind) => lab.get(kind)));
  return new Map(lists.flat().map((object) => [idOf(object), object]));
}

function idOf({ kind, metadata: { namespace = "", name } }: KubeObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** What differs between the API and etcd, or between the API at two times. */
function differences(
  one: ReadonlyMap<string, KubeObject>,
  other: ReadonlyMap<string, KubeObject>,
): readonly string[] {
  const ids = new Set([...one.keys(), ...other.keys()]);
  return [...ids].filter((id) => !isDeepStrictEqual(one.get(id), other.get(id)));
}

test.serial("etcd holds each object just as the API shows it", async (t) => {
  const { lab } = t.context;
  let seen: readonly KubeObject[] = [];
  // Somebody may write in between the two questions: a node's lease, a status.
  await until(
    async () => {
      const stored = await inEtcd(lab);
      seen = [...stored.values()];
      const byId = new Map(seen.map((object) => [idOf(object), object]));
      return differences(byId, await inApi(lab)).length === 0 || undefined;
    },
    { intervalMs: 50, signal: patience(PATIENCE_MS) },
  );
  const found = new Set(seen.map(({ kind }) => kind as Kind));
  for (const kind of ["Pod", "Service", "Node", "Event", "Lease", "EndpointSlice"] as const) {
    t.true(found.has(kind), kind);
  }
});

test.serial("events are written under a lease of an hour, and end with it", async (t) => {
  const { lab } = t.context;
  const { stdout: leases } = await onMaster(lab, "etcdctl", "lease", "list");
  const [lease = ""] = leases.split("\n").slice(1);
  const { stdout } = await onMaster(lab, "etcdctl", "lease", "timetolive", lease, "--keys");
  t.regex(stdout, /granted with TTL\(3660s\)/);
  t.true(stdout.includes("/registry/events/"));
  await onMaster(lab, "etcdctl", "lease", "revoke", lease);
  await until(async () => (await lab.get("Event")).length === 0 || undefined, {
    intervalMs: 20,
    signal: patience(PATIENCE_MS),
  });
  t.pass();
});

test.serial("what is no object is passed over", async (t) => {
  const { lab } = t.context;
  await onMaster(lab, "etcdctl", "put", "/registry/configmaps/default/rubbish", "rubbish");
  await onMaster(lab, "etcdctl", "put", "elsewhere", "{}");
  const created = await onMaster(lab, "kubectl", "create", "configmap", "sound");
  t.is(created.exitCode, 0, created.stderr);
  const { stdout } = await onMaster(lab, "kubectl", "get", "configmaps", "-o", "name");
  t.deepEqual(stdout.trim().split("\n").toSorted(), [
    "configmap/kube-root-ca.crt",
    "configmap/motd",
    "configmap/sound",
  ]);
});

test.serial(
  "one who read an older version is refused, also when etcd alone knows of a newer",
  async (t) => {
    const { lab } = t.context;
    const key = "/registry/configmaps/default/motd";
    const { stdout: value } = await onMaster(lab, "etcdctl", "get", "--print-value-only", key);
    const { stdout: manifest } = await onMaster(
      lab,
      "kubectl",
      "get",
      "configmap",
      "motd",
      "-o",
      "json",
    );
    await onMaster(lab, "etcdctl", "put", key, value.replace('"text":"hello"', '"text":"by hand"'));
    const { exitCode, stderr } = await lab.exec("node/master", ["kubectl", "replace", "-f", "-"], {
      input: manifest,
    });
    t.is(exitCode, 1);
    t.regex(stderr, /the object has been modified/);
    const { stdout: now } = await onMaster(
      lab,
      "kubectl",
      "get",
      "cm",
      "motd",
      "-o",
      "jsonpath={.data.text}",
    );
    t.is(now, "by hand");
  },
);

test.serial("an API server that starts again finds everything", async (t) => {
  const { lab } = t.context;
  const leaseless = ([id]: readonly [string, KubeObject]): boolean => !/^(Lease|Event) /.test(id);
  const before = new Map([...(await inApi(lab))].filter(leaseless));
  await lab.fail("api-server");
  const refused = await onMaster(lab, "kubectl", "get", "pods");
  t.regex(refused.stderr, /refused/);
  const error = await t.throwsAsync(lab.scale("deploy/default/web", 3));
  t.regex(error?.message ?? "", /connect: connection refused/);
  await lab.heal("api-server");
  const after = new Map([...(await inApi(lab))].filter(leaseless));
  t.deepEqual(differences(before, after), []);
  t.true(before.size > 30);
});

test.serial("a watch from before is too old for the new server", async (t) => {
  const { lab } = t.context;
  const [pod] = await lab.get("Pod");
  const version = pod?.metadata.resourceVersion ?? "";
  await lab.fail("api-server");
  await lab.heal("api-server");
  const path = `/api/v1/pods?watch=1&timeoutSeconds=5&resourceVersion=${version}`;
  const { stdout } = await onMaster(lab, "kubectl", "get", "--raw", path);
  t.is(JSON.parse(stdout).object.code, 410);
});

test.serial("an etcd that hangs holds nobody up for long, and is found again", async (t) => {
  const { lab } = t.context;
  await onMaster(lab, "sh", "-c", "kill -STOP $(pidof etcd)");
  const { stderr } = await onMaster(lab, "kubectl", "create", "configmap", "frozen");
  t.regex(stderr, /context deadline exceeded/);
  const ready = await onMaster(lab, "kubectl", "get", "--raw", "/readyz");
  t.regex(ready.stderr, /\[-\]etcd failed/);
  const { ok } = await lab.probe({ kind: "tcp", from: "node/node01", to: "svc/default/web" });
  t.true(ok);
  await onMaster(lab, "sh", "-c", "kill -CONT $(pidof etcd)");
  await until(
    async () => {
      const created = await onMaster(lab, "kubectl", "create", "configmap", "thawed");
      return created.exitCode === 0 || undefined;
    },
    { intervalMs: 50, signal: patience(PATIENCE_MS) },
  );
  t.is((await onMaster(lab, "kubectl", "get", "--raw", "/readyz")).stdout, "ok");
});

test.serial("the API server is not well without etcd, and starts when it is there", async (t) => {
  const { lab } = t.context;
  await lab.fail("etcd");
  await lab.fail("api-server");
  const start = lab.heal("api-server");
  await lab.heal("etcd");
  t.is(await start, "api-server works again");
  t.is((await onMaster(lab, "kubectl", "get", "--raw", "/readyz")).stdout, "ok");
});

test("a lab without etcd has an API server that forgets nothing, and no etcd to fail", async (t) => {
  await using lab = await up("topologies/minimal.yaml");
  const before = (await lab.get("Pod")).map(({ metadata }) => metadata.uid);
  await lab.fail("api-server");
  await t.throwsAsync(lab.scale("deploy/default/web", 3), { message: /connection refused/ });
  const { ok } = await lab.probe({ kind: "http", from: "node/node01", to: "svc/default/web" });
  t.true(ok);
  await lab.heal("api-server");
  t.deepEqual(
    (await lab.get("Pod")).map(({ metadata }) => metadata.uid),
    before,
  );
  await lab.scale("deploy/default/web", 3);
  await lab.settled();
  await t.throwsAsync(lab.fail("etcd"), { message: /no etcd runs in this lab/ });
});
