/** Volumes as the program in a container finds them. */
import test from "ava";
import { until } from "../../src/base/until.ts";
import { type KubeObject, up } from "../../src/index.ts";
import { patience } from "../patience.ts";

const lab = await up("test/labs/fixtures/volumes.yaml", { name: `test-volumes-${process.pid}` });

test.after.always(() => lab.down());

async function read(script: string): Promise<string> {
  const { stdout, stderr } = await lab.exec("pod/reader", ["sh", "-c", script]);
  return `${stdout}${stderr}`;
}

test.serial(
  "a ConfigMap, a file of it, a Secret and a projection are where they are mounted",
  async (t) => {
    t.is(
      await read(
        "cat /usr/share/nginx/html/index.html /etc/nginx/nginx.conf /var/run/secrets/login/password /about/labels /about/deep/index.html",
      ),
      'firstlisten 80;hunter2app="reader"first',
    );
    t.is(await read("stat -L -c %a /var/run/secrets/login/password"), "400\n");
    t.regex(await read("echo x > /usr/share/nginx/html/index.html"), /Read-only file system/);
    t.is(await read("echo kept > /data/note; cat /data/note"), "kept\n");
  },
);

test.serial(
  "a ConfigMap that changes is seen, all of it at once; a file mounted by itself stays",
  async (t) => {
    const data = { "index.html": "second", "nginx.conf": "listen 81;", "new.html": "new" };
    const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data };
    await lab.apply(configMap);
    const changed = async (): Promise<true | undefined> =>
      (await read("cat /usr/share/nginx/html/index.html")) === "second" || undefined;
    await until(changed, { intervalMs: 20, signal: patience(10_000) });
    t.is(await read("cat /usr/share/nginx/html/new.html /etc/nginx/nginx.conf"), "newlisten 80;");
    t.is(
      await read(
        "ls -A /usr/share/nginx/html | grep -v 20; readlink /usr/share/nginx/html/new.html",
      ),
      "..data\nindex.html\nnew.html\nnginx.conf\n..data/new.html\n",
    );
  },
);

test.serial(
  "a program in a pod asks the API server as any in-cluster client does, and may what its roles say",
  async (t) => {
    const script = `
    const fs = require("fs"), https = require("https");
    const read = (name) => fs.readFileSync("/var/run/secrets/kubernetes.io/serviceaccount/" + name, "utf8");
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    const path = "/api/v1/namespaces/" + read("namespace") + "/configmaps/web";
    const headers = { authorization: "Bearer " + read("token") };
    https.get({ host, port, path, ca: read("ca.crt"), headers }, (answer) => answer.pipe(process.stdout));
  `;
    const ask = async (): Promise<unknown> => {
      const { stdout, stderr } = await lab.exec("pod/reader", [process.execPath, "-e", script]);
      const { kind, message = "", metadata } = JSON.parse(stdout || "{}");
      return { kind, said: message || metadata?.name || `${stdout}${stderr}` };
    };
    t.deepEqual(await ask(), {
      kind: "Status",
      said: 'configmaps "web" is forbidden: User "system:serviceaccount:default:default" cannot get resource "configmaps" in API group "" in the namespace "default"',
    });
    await lab.apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "readers" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    } as KubeObject);
    t.deepEqual(await ask(), { kind: "ConfigMap", said: "web" });
  },
);
