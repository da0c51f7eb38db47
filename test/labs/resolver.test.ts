/** podwire's way of looking names up, held against glibc's own on the same names in the same pod: by their packets. */
import test, { type ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import { decodeCaptured } from "../../src/observe/captured-packet.ts";

let lab: Lab;

test.before(async () => {
  lab = await up("topologies/pods-as-clients.yaml", { name: `test-resolver-${process.pid}` });
});

test.after.always(() => lab?.down());

/** `NAME TYPE` of every query that left the pod, as packets tell it. */
async function queries(work: () => Promise<unknown>): Promise<readonly string[]> {
  await using capture = await lab.capture("pod/before");
  await work();
  const packets = await capture.packets("dns.flags.response == 0 && udp");
  return decodeCaptured(packets).flatMap(({ layers }) =>
    layers.flatMap((layer) =>
      layer.type === "dns"
        ? layer.message.questions.map(({ name, type }) => `${name.toLowerCase()} ${type}`)
        : [],
    ),
  );
}

/** A and AAAA of one name leave together, in an order that says nothing. */
function byName(all: readonly string[]): readonly string[] {
  const names = [...new Set(all.map((query) => query.split(" ")[0] ?? ""))];
  return names.map((name) => {
    const types = all
      .filter((query) => query.startsWith(`${name} `))
      .map((query) => query.split(" ")[1]);
    return `${name}: ${[...new Set(types)].sort().join(" ")}`;
  });
}

async function glibc(t: ExecutionContext, name: string): Promise<void> {
  // AF_UNSPEC without AI_ADDRCONFIG: A and AAAA.
  const { stderr } = await lab.exec("pod/before", ["getent", "-A", "ahosts", name]);
  t.is(stderr, "");
}

for (const name of [
  "redis",
  "www.example.com",
  "www.example.com.",
  "nosuch.example.com",
  "a.b.c.d.e.f",
]) {
  test.serial(`${name} is asked for as glibc asks`, async (t) => {
    const theirs = byName(await queries(() => glibc(t, name)));
    const ours = byName(
      await queries(() => lab.probe({ kind: "dns", from: "pod/before", to: name })),
    );
    t.true(theirs.length > 0);
    t.deepEqual(ours, theirs);
  });
}

test.serial("neither asks for what /etc/hosts knows", async (t) => {
  const theirs = await queries(() => lab.exec("pod/before", ["getent", "ahosts", "db"]));
  const ours = await queries(() => lab.probe({ kind: "tcp", from: "pod/before", to: "db:6379" }));
  t.deepEqual([theirs, ours], [[], []]);
});
