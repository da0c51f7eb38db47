import test from "ava";
import { createObject } from "../../../api/requests/requests.ts";
import { Store } from "../../../api/store/store.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";

const issuer = "https://kubernetes.default.svc.cluster.local";
const robot = { namespace: "default", name: "robot" };

function cluster(): { store: Store; tokens: ServiceAccountTokens; clock: { nowMs: number } } {
  const store = new Store();
  const clock = { nowMs: Date.parse("2026-01-01T00:00:00Z") };
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  createObject(store, { apiVersion: "v1", kind: "ServiceAccount", metadata: robot });
  return {
    store,
    tokens: new ServiceAccountTokens({ store, issuer, now: () => clock.nowMs }),
    clock,
  };
}

test("a token says whose it is, until it is over", (t) => {
  const { tokens, clock } = cluster();
  const { token, expirationTimestamp } = tokens.issue({ ...robot, expirationSeconds: 600 });
  t.is(expirationTimestamp, "2026-01-01T00:10:00Z");
  const user = tokens.verify(token);
  t.is(user?.username, "system:serviceaccount:default:robot");
  t.true(user?.groups.includes("system:serviceaccounts:default"));
  clock.nowMs += 600_000;
  t.is(tokens.verify(token), undefined);
});

test("a token is worth nothing without its account, or with another of the same name", (t) => {
  const { store, tokens } = cluster();
  const { token } = tokens.issue(robot);
  store.remove("ServiceAccount", robot);
  t.is(tokens.verify(token), undefined);
  createObject(store, { apiVersion: "v1", kind: "ServiceAccount", metadata: robot });
  t.is(tokens.verify(token), undefined);
  t.throws(() => tokens.issue({ namespace: "default", name: "nobody" }), { message: /not found/ });
});

test("a pod's token ends with the pod", (t) => {
  const { store, tokens } = cluster();
  const { object } = createObject(store, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default" },
    spec: { containers: [{ name: "c", image: "web" }] },
  });
  const pod = { name: "p", uid: object.metadata.uid ?? "" };
  const { token } = tokens.issue({ ...robot, pod });
  t.deepEqual(tokens.verify(token)?.extra?.["authentication.kubernetes.io/pod-name"], ["p"]);
  store.remove("Pod", { namespace: "default", name: "p" });
  t.is(tokens.verify(token), undefined);
});

for (const [title, change] of [
  ["one of another lab", (_token: string): string => cluster().tokens.issue(robot).token],
  ["one for somebody else", (): string => "a.b.c"],
  [
    "one without a signature",
    (token: string): string => token.slice(0, token.lastIndexOf(".") + 1),
  ],
  ["one with a part too many", (token: string): string => `${token}.x`],
  [
    "one whose account was changed",
    (token: string): string => {
      const [header = "", payload = "", signature = ""] = token.split(".");
      const text = Buffer.from(payload, "base64url").toString("utf8").replace("robot", "admin");
      return [header, Buffer.from(text).toString("base64url"), signature].join(".");
    },
  ],
  ["garbage", (): string => "\u0000"],
] as const) {
  test(`no token: ${title}`, (t) => {
    const { tokens } = cluster();
    t.is(tokens.verify(change(tokens.issue(robot).token)), undefined);
  });
}

test("a token for another audience does not open this server", (t) => {
  const { tokens } = cluster();
  const { token } = tokens.issue({ ...robot, audiences: ["vault"] });
  t.is(tokens.verify(token), undefined);
});
