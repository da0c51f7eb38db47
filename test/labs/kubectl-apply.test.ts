/** `kubectl apply -f` of a published application gives what naming it under `manifests:` gives. */
import { readFile } from "node:fs/promises";
import test from "ava";
import { up } from "../../src/index.ts";
import { findKubectl, type Kubectl, kubectlFor } from "./kubectl.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const program = findKubectl();

if (program === undefined) {
  test("kubectl is absent", (t) => {
    t.log("NOT CHECKED with kubectl: there is none on the PATH; install kubernetes-client");
    if (process.env["PODWIRE_REQUIRE_ROOT"] === "1") t.fail("kubectl is missing");
    else t.pass();
  });
} else {
  const start = (file: string): ReturnType<typeof up> =>
    up(`test/labs/fixtures/${file}.yaml`, { name: `test-${file}-${process.pid}` });
  const [empty, declared] = await Promise.all([start("empty"), start("both-applications")]);
  // biome-ignore lint/nursery/useDisposables: kubectl writes into it; when the tests are over it goes.
  const scratch = await ScratchFolder.create();
  const kubectl = kubectlFor(program, (await empty.status()).kubeconfig, scratch.path);
  const other = kubectlFor(program, (await declared.status()).kubeconfig, scratch.path);

  test.after.always(async () => {
    await Promise.all([empty.down(), declared.down()]);
    await scratch[Symbol.asyncDispose]();
  });

  const voting = ["-n", "vote", "-f", "topologies/voting-app/"];

  test.serial("a published application is created object by object", async (t) => {
    await kubectl.run(["create", "namespace", "vote"]);
    const vote = await kubectl.run(["apply", ...voting]);
    const manifests = "topologies/online-boutique/kubernetes-manifests.yaml";
    const shop = await kubectl.run(["apply", "-f", manifests]);
    for (const line of `${vote}\n${shop}`.split("\n")) t.regex(line, / created$/);
  });

  for (const namespace of ["vote", "default"]) {
    test.serial(`every Deployment of ${namespace} becomes available`, async (t) => {
      const wait = ["wait", "deployment", "--all", "--for=condition=Available", "--timeout=35s"];
      const lines = await kubectl.run(["-n", namespace, ...wait]);
      for (const line of lines.split("\n")) t.regex(line, / condition met$/);
    });
  }

  test.serial("what is there then is what the topology's manifests give", async (t) => {
    t.deepEqual(await everything(kubectl), await everything(other));
  });

  for (const [what, client] of [
    ["applied again", kubectl],
    ["applied over the topology's manifests", other],
  ] as const) {
    test.serial(`${what}, nothing changes`, async (t) => {
      const again = await client.run(["apply", ...voting]);
      for (const line of again.split("\n")) t.regex(line, / unchanged$/);
      t.is(await client.run(["diff", ...voting]), "");
    });

    test.serial(`${what} on the server's side, there is no conflict`, async (t) => {
      const applied = await client.run(["apply", "--server-side", ...voting]);
      for (const line of applied.split("\n")) t.regex(line, / serverside-applied$/);
    });
  }

  test.serial("what a manifest had and has no more, apply takes away", async (t) => {
    const file = "topologies/voting-app/vote-deployment.yaml";
    const labels = "  labels:\n    app: vote\n  name: vote\n";
    const edited = (await readFile(file, "utf8")).replace(labels, "  name: vote\n");
    await other.run(["-n", "vote", "apply", "-f", "-"], edited);
    const left = ["get", "deployment", "vote", "-o", "jsonpath={.metadata.labels}"];
    t.is(await other.run(["-n", "vote", ...left]), "");
  });
}

type Loose = Readonly<Record<string, unknown>>;

interface Listed extends Loose {
  readonly kind: string;
  readonly metadata: Loose & { readonly name: string; readonly namespace: string };
  readonly spec?: Loose & { readonly ports?: readonly Loose[] };
  readonly status?: Loose;
}

/** All objects that authors write, by kind and name, without what each cluster gives out by itself. */
async function everything({ run }: Kubectl): Promise<Readonly<Record<string, unknown>>> {
  const kinds = "deployments,services,serviceaccounts";
  const { items } = JSON.parse(await run(["get", kinds, "-A", "-o", "json"])) as {
    readonly items: readonly Listed[];
  };
  return Object.fromEntries(
    items.map((item) => [
      `${item.kind} ${item.metadata.namespace}/${item.metadata.name}`,
      withoutOwn(item),
    ]),
  );
}

function withoutOwn({ metadata, spec, status, ...rest }: Listed): unknown {
  const { labels, annotations } = metadata as { labels?: unknown; annotations?: Loose };
  const { "deployment.kubernetes.io/revision": _revision, ...kept } = annotations ?? {};
  return {
    ...rest,
    labels,
    annotations: kept,
    spec: spec && withoutAddresses(spec),
    readyReplicas: status?.["readyReplicas"],
  };
}

/** Addresses and ports that were given out; those that the author asked for are the same everywhere. */
function withoutAddresses({ clusterIP: _address, clusterIPs: _all, ...spec }: Loose): Loose {
  const ports = spec["ports"] as readonly Loose[] | undefined;
  return spec["type"] === "LoadBalancer" && ports !== undefined
    ? { ...spec, ports: ports.map(({ nodePort: _nodePort, ...port }) => port) }
    : spec;
}
