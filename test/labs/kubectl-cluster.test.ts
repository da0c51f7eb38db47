/** What the real kubectl does to a whole cluster: namespaces, nodes, credentials, and watching. */
import { spawn } from "node:child_process";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience } from "../patience.ts";
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
  const lab = await up("topologies/voting-app.yaml", { name: `test-kubectl-c-${process.pid}` });
  // biome-ignore lint/nursery/useDisposables: kubectl writes into it; when the tests are over it goes.
  const scratch = await ScratchFolder.create();
  const { kubeconfig } = await lab.status();
  const kubectl = kubectlFor(program, kubeconfig, scratch.path);
  checkCluster(kubectl, lab);
  checkWatching(kubectl, { program, kubeconfig, home: scratch.path });

  test.after.always(async () => {
    await lab.down();
    await scratch[Symbol.asyncDispose]();
  });
}

function checkCluster({ run, fail }: Kubectl, lab: Awaited<ReturnType<typeof up>>): void {
  test.serial("the context is called as the lab", async (t) => {
    t.is(await run(["config", "current-context"]), lab.name);
  });

  test.serial("on a node kubectl finds the server by itself", async (t) => {
    const { stdout, exitCode } = await lab.exec("node/node01", ["kubectl", "get", "nodes"]);
    t.is(exitCode, 0);
    t.regex(stdout, /^master +Ready +control-plane /m);
    const cluster = await lab.exec("node/master", ["kubectl", "cluster-info"]);
    t.regex(cluster.stdout, /https:\/\/192\.168\.0\.14:6443/);
  });

  test.serial("whoever has no credential has to log in", async (t) => {
    const server = await run(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
    const stranger = ["--kubeconfig=/dev/null", `--server=${server}`, "--insecure-skip-tls-verify"];
    t.regex(
      await fail([...stranger, "--token=stolen", "get", "pods"]),
      /You must be logged in to the server/,
    );
  });

  test.serial("another authority's server is not trusted", async (t) => {
    const server = await run(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
    const stranger = ["--kubeconfig=/dev/null", `--server=${server}`, "--token=any"];
    const words = await fail([...stranger, "get", "pods"]);
    t.regex(words, /x509: certificate signed by unknown authority/);
  });

  test.serial(
    "a namespace is made, filled, served from, and ends with all that is in it",
    async (t) => {
      const shop = ["-n", "shop"];
      await run(["create", "namespace", "shop"]);
      await run([
        "create",
        "deployment",
        "web",
        "--image=web",
        "--replicas=2",
        "--port=8080",
        ...shop,
      ]);
      await run(["wait", "--for=condition=Available", "deploy/web", ...shop, "--timeout=30s"]);
      await run(["expose", "deployment", "web", "--port=80", "--target-port=8080", ...shop]);
      await run(["create", "configmap", "settings", "--from-literal=a=b", ...shop]);
      await run(["create", "serviceaccount", "robot", ...shop]);
      const { ok } = await lab.probe({ kind: "http", from: "node/node01", to: "svc/shop/web" });
      t.true(ok);
      await run(["delete", "namespace", "shop", "--timeout=35s"]);
      t.is(await run(["get", "all,configmaps,secrets,serviceaccounts", ...shop]), "");
      t.regex(await fail(["get", "namespace", "shop"]), /namespaces "shop" not found/);
    },
  );

  test.serial("a dry run on the server leaves everything as it is", async (t) => {
    await run(["create", "configmap", "imagined", "--dry-run=server"]);
    await run(["delete", "namespace", "vote", "--dry-run=server"]);
    t.regex(await fail(["get", "configmap", "imagined"]), /not found/);
    t.is(await run(["get", "namespace", "vote", "-o", "jsonpath={.status.phase}"]), "Active");
  });

  test.serial("a list comes in parts, and is whole", async (t) => {
    const whole = await run(["get", "events", "-A", "-o", "name"]);
    t.is(await run(["get", "events", "-A", "-o", "name", "--chunk-size=3"]), whole);
  });

  test.serial("a node is drained, and takes pods again", async (t) => {
    const options = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=35s"];
    await run(["drain", "node02", ...options]);
    t.is(await run(["get", "pods", "-A", "--field-selector", "spec.nodeName=node02"]), "");
    t.regex(await run(["get", "node", "node02"]), /Ready,SchedulingDisabled/);
    await run(["uncordon", "node02"]);
    t.regex(await run(["get", "node", "node02"]), /Ready +<none>/);
  });

  test.serial("taints come and go", async (t) => {
    const taints = ["get", "node", "node02", "-o", "jsonpath={.spec.taints[*].key}"];
    await run(["taint", "node", "node02", "only=tests:NoSchedule"]);
    t.is(await run(taints), "only");
    await run(["taint", "node", "node02", "only-"]);
    t.is(await run(taints), "");
  });
}

function checkWatching(
  { run }: Kubectl,
  { program: file, kubeconfig, home }: { program: string; kubeconfig: string; home: string },
): void {
  test.serial("get -w tells of a pod's deletion and of its successor", async (t) => {
    const args = ["--kubeconfig", kubeconfig, "get", "pods", "-n", "vote", "-l", "app=db", "-w"];
    const watch = spawn(file, [...args, "-o", "name"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, HOME: home },
    });
    t.teardown(() => watch.kill());
    const names = new Set<string>();
    watch.stdout.setEncoding("utf8").on("data", (text: string) => {
      for (const name of text.split("\n")) if (name !== "") names.add(name);
    });
    const seen = (count: number): Promise<boolean> =>
      until(async () => names.size >= count || undefined, {
        intervalMs: 10,
        signal: patience(30_000),
      });
    await seen(1);
    const [first = ""] = names;
    await run(["delete", "-n", "vote", first]);
    await seen(2);
    t.regex([...names][1] ?? "", /^pod\/db-/);
  });
}
