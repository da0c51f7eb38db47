/** The real kubectl drives a lab as it drives a cluster: what it asks for, and what it then prints. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience } from "../patience.ts";
import { cellsOf, constant, findKubectl, type Kubectl, kubectlFor } from "./kubectl.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const program = findKubectl();

if (program === undefined) {
  test("kubectl is absent", (t) => {
    t.log("NOT CHECKED with kubectl: there is none on the PATH; install kubernetes-client");
    if (process.env["PODWIRE_REQUIRE_ROOT"] === "1") t.fail("kubectl is missing");
    else t.pass();
  });
} else {
  const lab = await up("test/labs/fixtures/kubectl.yaml", { name: `test-kubectl-${process.pid}` });
  // biome-ignore lint/nursery/useDisposables: the tests write into it; when they are over it goes.
  const scratch = await ScratchFolder.create();
  const { kubeconfig } = await lab.status();
  checkVerbs(kubectlFor(program, kubeconfig, scratch.path), scratch);

  test.after.always(async () => {
    await lab.down();
    await scratch[Symbol.asyncDispose]();
  });
}

function checkVerbs(kubectl: Kubectl, scratch: ScratchFolder): void {
  const { run, fail } = kubectl;
  /** The rows of a table without what differs from run to run. */
  const table = async (...args: readonly string[]): Promise<readonly string[]> =>
    cellsOf(constant(await run(args))).map((cells) => cells.join("|"));
  const file = async (name: string, text: string): Promise<string> => {
    const where = path.join(scratch.path, name);
    await writeFile(where, text);
    return where;
  };

  test.serial("get nodes -o wide names roles, versions and addresses", async (t) => {
    const [head, ...nodes] = cellsOf(await run(["get", "nodes", "-o", "wide"]));
    t.deepEqual(head, [
      "NAME",
      "STATUS",
      "ROLES",
      "AGE",
      "VERSION",
      "INTERNAL-IP",
      "EXTERNAL-IP",
      "OS-IMAGE",
      "KERNEL-VERSION",
      "CONTAINER-RUNTIME",
    ]);
    t.deepEqual(
      nodes.map(([name, status, roles, , version, address, outside]) =>
        [name, status, roles, version?.slice(0, 3), address, outside].join(" "),
      ),
      [
        "master Ready control-plane v1. 192.168.0.14 <none>",
        "node01 Ready <none> v1. 192.168.0.16 <none>",
      ],
    );
  });

  test.serial(
    "get pods, svc, endpoints and slices -o wide have a real cluster's columns",
    async (t) => {
      t.deepEqual(await table("get", "pods", "-o", "wide", "-l", "app=web"), [
        "NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES",
        ...Array(2).fill("web-HASH-ID|1/1|Running|0|AGE|POD-IP|node01|<none>|<none>"),
      ]);
      t.deepEqual(await table("get", "svc", "web", "-o", "wide"), [
        "NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|SELECTOR",
        "web|NodePort|CLUSTER-IP|<none>|8080:30080/TCP|AGE|app=web",
      ]);
      t.deepEqual(await table("get", "endpoints", "web"), [
        "NAME|ENDPOINTS|AGE",
        "web|POD-IP:80,POD-IP:80|AGE",
      ]);
      t.deepEqual(await table("get", "endpointslices", "-l", "kubernetes.io/service-name=web"), [
        "NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE",
        "web-ID|IPv4|80|POD-IP,POD-IP|AGE",
      ]);
      t.deepEqual(await table("get", "deploy,rs,sts", "-o", "wide"), [
        "NAME|READY|UP-TO-DATE|AVAILABLE|AGE|CONTAINERS|IMAGES|SELECTOR",
        "deployment.apps/web|2/2|2|2|AGE|web|web:1|app=web",
        "NAME|DESIRED|CURRENT|READY|AGE|CONTAINERS|IMAGES|SELECTOR",
        "replicaset.apps/web-HASH|2|2|2|AGE|web|web:1|app=web,pod-template-hash=web-HASH".replace(
          "=web-HASH",
          `=${await run(["get", "rs", "-o", "jsonpath={.items[0].metadata.labels.pod-template-hash}"])}`,
        ),
        "NAME|READY|AGE|CONTAINERS|IMAGES",
        "statefulset.apps/db|1/1|AGE|db|db:1",
      ]);
    },
  );

  test.serial("get all -A has everything, by namespace", async (t) => {
    const out = await run(["get", "all", "-A"]);
    for (const part of [
      /^default +pod\/db-0 /m,
      /^default +service\/kubernetes /m,
      /^default +deployment.apps\/web /m,
    ]) {
      t.regex(out, part);
    }
  });

  test.serial("get prints names, JSON, jsonpath, labels and what selectors find", async (t) => {
    t.is(await run(["get", "svc", "web", "-o", "name"]), "service/web");
    t.is(await run(["get", "svc", "web", "-o", "jsonpath={.spec.ports[0].nodePort}"]), "30080");
    t.is(JSON.parse(await run(["get", "deploy", "web", "-o", "json"])).kind, "Deployment");
    t.regex(
      await run(["get", "pods", "-l", "app in (db)", "--show-labels"]),
      /statefulset.kubernetes.io\/pod-name=db-0/,
    );
    t.is(
      await run(["get", "pods", "--field-selector", "metadata.name=db-0", "-o", "name"]),
      "pod/db-0",
    );
    t.regex(await run(["get", "pods", "--sort-by=.metadata.name"]), /^NAME.*\ndb-0 /);
    t.regex(
      await fail(["get", "pods", "none"]),
      /^Error from server \(NotFound\): pods "none" not found/,
    );
  });

  test.serial(
    "describe finds a pod's events, a Service's endpoints, a Deployment's ReplicaSets",
    async (t) => {
      const pod = await run(["describe", "pod", "db-0"]);
      t.regex(pod, /^Controlled By: +StatefulSet\/db$/m);
      t.regex(pod, /^Node: +node01\/192\.168\.0\.16$/m);
      t.regex(
        pod,
        /Normal +Scheduled .*default-scheduler +Successfully assigned default\/db-0 to node01/,
      );
      t.regex(
        pod,
        /Normal +Started .*kubelet +(?:spec\S+: )?(?:Started container db|Container started)/,
      );
      const service = await run(["describe", "svc", "web"]);
      t.regex(service, /^Endpoints: +10\.244\.1\.\d+:80,10\.244\.1\.\d+:80$/m);
      t.regex(service, /^NodePort: +http +30080\/TCP$/m);
      const deployment = await run(["describe", "deploy", "web"]);
      t.regex(
        deployment,
        /^Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable$/m,
      );
      t.regex(deployment, /^ +Available +True +MinimumReplicasAvailable$/m);
      t.regex(deployment, /^NewReplicaSet: +web-\w+ \(2\/2 replicas created\)$/m);
      t.regex(
        deployment,
        /ScalingReplicaSet .*deployment-controller +Scaled up replica set web-\w+ (?:from 0 )?to 2/,
      );
      const node = await run(["describe", "node", "node01"]);
      t.regex(node, /^PodCIDR: +10\.244\.1\.0\/24$/m);
      t.regex(node, /^ +Ready +True .*KubeletReady/m);
      t.regex(node, /^Lease:\n +HolderIdentity: +node01$/m);
      t.regex(node, /Normal +NodeReady .*kubelet +Node node01 status is now: NodeReady/);
      t.regex(node, /Non-terminated Pods: +\(3 in total\)/);
    },
  );

  test.serial("events are listed, those of one object too", async (t) => {
    const about = ["get", "events", "--field-selector", "involvedObject.name=db-0"];
    t.deepEqual(
      (await table(...about))
        .map((row) => row.split("|").slice(1, 4).join("|"))
        .filter((row) => /REASON|Scheduled|Pulled|Started/.test(row)),
      [
        "TYPE|REASON|OBJECT",
        "Normal|Scheduled|pod/db-0",
        "Normal|Pulled|pod/db-0",
        "Normal|Started|pod/db-0",
      ],
    );
  });

  test.serial("the node controller says that it knows a node", async (t) => {
    const about = "reason=RegisteredNode,involvedObject.name=node01";
    t.regex(
      await run(["get", "events", "--field-selector", about, "-o", "wide"]),
      /node-controller +Node node01 event: Registered Node node01 in Controller/,
    );
  });

  test.serial(
    "apply creates, finds nothing to do, changes, and refuses what is misspelt",
    async (t) => {
      const text = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata: {name: app, labels: {app: a}}",
        "spec:",
        "  replicas: 1",
        "  selector: {matchLabels: {app: a}}",
        "  template:",
        "    metadata: {labels: {app: a}}",
        "    spec: {containers: [{name: a, image: 'a:1'}]}",
      ].join("\n");
      const manifest = await file("app.yaml", text);
      t.is(await run(["apply", "-f", manifest]), "deployment.apps/app created");
      t.is(await run(["apply", "-f", manifest]), "deployment.apps/app unchanged");
      await file("app.yaml", text.replace("a:1", "a:2"));
      t.regex(await failDiff(kubectl, manifest), /^\+ +- image: a:2$/m);
      t.is(
        await run(["apply", "-f", manifest, "--dry-run=server"]),
        "deployment.apps/app configured (server dry run)",
      );
      t.is(await run(["apply", "-f", manifest]), "deployment.apps/app configured");
      t.is(await imageOf(kubectl, "app"), "a:2");
      await file("app.yaml", text.replace("replicas", "replicaz"));
      t.regex(await fail(["apply", "-f", manifest]), /unknown field "(?:spec\.)?replicaz"/);
      await file("app.yaml", text.replace("app: a}}", "app: a, tier: b}}"));
      await run(["apply", "-f", manifest]);
      await file("app.yaml", text);
      await run(["apply", "-f", manifest]);
      t.is(
        await run(["get", "deploy", "app", "-o", "jsonpath={.metadata.labels}"]),
        '{"app":"a"}',
        "a label that is no longer applied is gone",
      );
    },
  );

  test.serial("apply --server-side finds whose field it is", async (t) => {
    const text = (image: string): string =>
      [
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata: {name: app}",
        "spec:",
        "  selector: {matchLabels: {app: a}}",
        "  template:",
        "    metadata: {labels: {app: a}}",
        `    spec: {containers: [{name: a, image: '${image}'}]}`,
      ].join("\n");
    const manifest = await file("owned.yaml", text("a:3"));
    const apply = ["apply", "--server-side", "-f", manifest];
    t.is(await run(apply), "deployment.apps/app serverside-applied");
    await file("owned.yaml", text("a:4"));
    const refused = await fail([...apply, "--field-manager=other"]);
    t.regex(refused, /Apply failed with \d+ conflicts?: conflicts? with "kubectl"/);
    t.regex(refused, /\.spec\.template\.spec\.containers\[name="a"\]\.image/);
    t.is(
      await run([...apply, "--field-manager=other", "--force-conflicts"]),
      "deployment.apps/app serverside-applied",
    );
    const managed = await run([
      "get",
      "deploy",
      "app",
      "-o",
      "json",
      "--show-managed-fields",
    ]).catch(() =>
      // Kubectl before 1.21 has no such flag and always shows them.
      run(["get", "deploy", "app", "-o", "json"]),
    );
    t.regex(managed, /"manager": "other",\s+"operation": "Apply"/);
    t.regex(await run(["delete", "deploy", "app"]), /^deployment\.apps "app" deleted/);
  });

  test.serial("create, run, expose, label, annotate, delete", async (t) => {
    t.is(await run(["create", "namespace", "tmp"]), "namespace/tmp created");
    const inTmp = (...args: readonly string[]): Promise<string> => run(["-n", "tmp", ...args]);
    t.is(
      await inTmp("create", "deployment", "d", "--image=d:1", "--port=80"),
      "deployment.apps/d created",
    );
    t.is(await inTmp("create", "configmap", "c", "--from-literal=a=b"), "configmap/c created");
    t.is(await inTmp("create", "secret", "generic", "s", "--from-literal=p=q"), "secret/s created");
    t.is(await inTmp("get", "secret", "s", "-o", "jsonpath={.data.p}"), "cQ==");
    t.is(await inTmp("create", "service", "clusterip", "e", "--tcp=80:80"), "service/e created");
    t.is(await inTmp("run", "one", "--image=x", "--port=80", "--labels=a=b"), "pod/one created");
    t.is(await inTmp("expose", "pod", "one", "--port=80"), "service/one exposed");
    t.is(await inTmp("expose", "deployment", "d", "--type=NodePort"), "service/d exposed");
    t.is(
      await inTmp("wait", "--for=condition=Ready", "pod/one", "--timeout=30s"),
      "pod/one condition met",
    );
    t.is(
      await inTmp("wait", "--for=condition=Available", "deploy/d", "--timeout=30s"),
      "deployment.apps/d condition met",
    );
    t.is(await inTmp("label", "pod", "one", "tier=x"), "pod/one labeled");
    t.regex(await fail(["-n", "tmp", "label", "pod", "one", "tier=y"]), /--overwrite is false/);
    t.regex(await inTmp("label", "pod", "one", "tier-"), /^pod\/one (?:un)?labeled$/);
    t.is(await inTmp("annotate", "svc", "one", "note=here"), "service/one annotated");
    t.is(await inTmp("get", "svc", "one", "-o", "jsonpath={.metadata.annotations.note}"), "here");
    t.regex(await fail(["-n", "tmp", "create", "configmap", "c"]), /configmaps "c" already exists/);
    t.regex(await inTmp("delete", "pod", "one"), /^pod "one" deleted/);
    t.regex(await run(["delete", "namespace", "tmp"]), /^namespace "tmp" deleted/);
    t.regex(await fail(["get", "namespace", "tmp"]), /namespaces "tmp" not found/);
  });

  test.serial("patch: strategic, merge and JSON", async (t) => {
    const replicas = async (...args: readonly string[]): Promise<string> => {
      t.is(await run(["patch", "deploy", "web", ...args]), "deployment.apps/web patched");
      return run(["get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"]);
    };
    t.is(await replicas("-p", '{"spec":{"replicas":3}}'), "3");
    t.is(await replicas("--type=merge", "-p", '{"spec":{"replicas":1}}'), "1");
    t.is(
      await replicas("--type=json", "-p", '[{"op":"replace","path":"/spec/replicas","value":2}]'),
      "2",
    );
    t.is(
      await run(["patch", "deploy", "web", "-p", '{"spec":{"replicas":2}}']),
      "deployment.apps/web patched (no change)",
    );
  });

  test.serial("scale and rollout: status, history, restart, undo", async (t) => {
    t.is(await run(["scale", "deploy/web", "--replicas=3"]), "deployment.apps/web scaled");
    const done = /deployment "web" successfully rolled out$/;
    const status = (): Promise<string> => run(["rollout", "status", "deploy/web", "--timeout=30s"]);
    t.regex(await status(), done);
    t.is(
      await run(["scale", "deploy/web", "--current-replicas=3", "--replicas=2"]),
      "deployment.apps/web scaled",
    );
    t.regex(
      await fail(["scale", "deploy/web", "--current-replicas=7", "--replicas=2"]),
      /Expected replicas to be 7, was 2/i,
    );
    t.is(
      await run(["set", "image", "deploy/web", "web=web:2"]),
      "deployment.apps/web image updated",
    );
    t.regex(await status(), done);
    t.regex(
      await run(["rollout", "history", "deploy/web"]),
      /^deployment.apps\/web\s+REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>/,
    );
    t.is(await run(["rollout", "undo", "deploy/web"]), "deployment.apps/web rolled back");
    t.regex(await status(), done);
    t.is(await imageOf(kubectl, "web"), "web:1");
    t.is(await run(["rollout", "restart", "deploy/web"]), "deployment.apps/web restarted");
    t.regex(await status(), done);
    t.regex(await run(["rollout", "history", "deploy/web", "--revision=2"]), /Image:\s+web:2/);
  });

  test.serial("get -w prints what there is, then each change, under one head", async (t) => {
    await using following = kubectl.follow(["get", "deploy", "web", "-w"]);
    const shows = (row: RegExp): Promise<true> =>
      until(async () => row.test(following.printed()) || undefined, {
        intervalMs: 50,
        signal: patience(30_000),
      });
    await shows(/^web +2\/2 /m);
    await run(["scale", "deploy/web", "--replicas=3"]);
    await shows(/^web +3\/3 +3 +3 /m);
    await run(["scale", "deploy/web", "--replicas=2"]);
    await shows(/^web +3\/3(?:.|\n)*^web +2\/2 +2 +2 /m);
    t.is(following.printed().match(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE$/gm)?.length, 1);
  });

  test.serial("cordon, taint, replace, set env", async (t) => {
    t.is(await run(["cordon", "node01"]), "node/node01 cordoned");
    t.regex(await run(["get", "node", "node01"]), / Ready,SchedulingDisabled /);
    t.is(await run(["uncordon", "node01"]), "node/node01 uncordoned");
    t.is(await run(["taint", "node", "node01", "a=b:NoSchedule"]), "node/node01 tainted");
    t.is(await run(["taint", "node", "node01", "a-"]), "node/node01 untainted");
    const service = await file("service.json", await run(["get", "svc", "web", "-o", "json"]));
    t.is(await run(["replace", "-f", service]), "service/web replaced");
    t.is(await run(["set", "env", "sts/db", "A=B"]), "statefulset.apps/db env updated");
    t.regex(
      await run(["rollout", "status", "sts/db", "--timeout=30s"]),
      /rolling update complete|partitioned roll out complete|statefulset rolling update complete/,
    );
  });

  test.serial("edit: what the editor leaves is what there is", async (t) => {
    const editor = `sed -i s/nodePort:.30080/nodePort:\\ 30081/`;
    t.is(await edit(kubectl, editor, "svc/web"), "service/web edited");
    t.is(await run(["get", "svc", "web", "-o", "jsonpath={.spec.ports[0].nodePort}"]), "30081");
  });

  test.serial("explain tells what a field is", async (t) => {
    const out = await run(["explain", "service.spec.externalTrafficPolicy"]);
    t.regex(out, /FIELD: +externalTrafficPolicy <string>/);
    t.regex(out, /keeps|source address/);
    t.regex(
      await run(["explain", "pod.spec.containers.readinessProbe"]),
      /httpGet\s+<(?:HTTPGetAction|Object)>/,
    );
    t.regex(await run(["explain", "deployment", "--recursive"]), /terminationGracePeriodSeconds/);
    t.regex(await fail(["explain", "pod.spec.nonsense"]), /field "nonsense" does not exist/);
  });

  test.serial("a role is given, and can-i tells of it as of everything else", async (t) => {
    await run(["create", "serviceaccount", "robot"]);
    await run(["create", "role", "reader", "--verb=get,list", "--resource=pods"]);
    const asked = ["auth", "can-i", "list", "pods", "--as=system:serviceaccount:default:robot"];
    t.regex(await fail(asked), /^$/);
    await run(["create", "rolebinding", "b", "--role=reader", "--serviceaccount=default:robot"]);
    t.is(await run(asked), "yes");
    const robot = ["--as=system:serviceaccount:default:robot", "get"];
    t.regex(
      await fail([...robot, "services"]),
      /services is forbidden: User "system:serviceaccount:default:robot" cannot list resource "services" in API group "" in the namespace "default"/,
    );
    t.regex(await run([...robot, "pods", "-o", "name"]), /^(pod\/\S+\n?)*$/);
    await run(["delete", "rolebinding/b", "role/reader", "serviceaccount/robot"]);
  });

  test.serial("what a lab has nothing of is empty, and refused with the reason", async (t) => {
    const described = await run(["describe", "namespace", "default"]);
    t.regex(described, /No resource quota\.\n\nNo LimitRange resource\./);
    t.is(await run(["get", "jobs,ingresses,pvc,crd"]), "");
    t.regex(
      await fail(["create", "job", "j", "--image=busybox"]),
      /jobs\.batch cannot be made in a podwire lab: nothing here would run its pods to their end/,
    );
    t.regex(await run(["get", "endpoint"]), /^kubernetes /m);
  });

  test.serial("api-resources, auth can-i, version", async (t) => {
    const resources = await run(["api-resources"]);
    t.regex(resources, /^services +svc +v1 +true +Service$/m);
    t.regex(resources, /^networkpolicies +netpol +networking.k8s.io\/v1 +true +NetworkPolicy$/m);
    t.is(await run(["auth", "can-i", "create", "pods"]), "yes");
    t.regex(await run(["version"]), /Server Version: .*1\.\d+/);
  });
}

function imageOf({ run }: Kubectl, deployment: string): Promise<string> {
  return run([
    "get",
    "deploy",
    deployment,
    "-o",
    "jsonpath={.spec.template.spec.containers[0].image}",
  ]);
}

/** `kubectl diff` ends with 1 when there is a difference, which it prints to its output. */
async function failDiff({ run }: Kubectl, manifest: string): Promise<string> {
  const error = await run(["diff", "-f", manifest]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : "";
}

async function edit({ run }: Kubectl, editor: string, what: string): Promise<string> {
  const before = process.env["KUBE_EDITOR"];
  process.env["KUBE_EDITOR"] = editor;
  try {
    return await run(["edit", what]);
  } finally {
    if (before === undefined) delete process.env["KUBE_EDITOR"];
    else process.env["KUBE_EDITOR"] = before;
  }
}
