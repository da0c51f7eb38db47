/**
 * ServiceAccount tokens: JSON Web Tokens that the server signs for programs in pods, and knows again. They are bound to
 * their account, and to a pod when they are made for one: when it goes, they are worth nothing.
 */
import { generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from "node:crypto";
import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Kind } from "../../../api/objects/kinds.ts";
import type { Store } from "../../../api/store/store.ts";
import { authenticatedGroup, type User } from "./user.ts";

export interface ServiceAccountTokensOptions {
  readonly store: Store;
  /** `https://kubernetes.default.svc.cluster.local`: who signs, and for whom unless others are named. */
  readonly issuer: string;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export interface TokenRequest {
  readonly namespace: string;
  /** Of the ServiceAccount. */
  readonly name: string;
  /** The pod that it is for. */
  readonly pod?: { readonly name: string; readonly uid: string };
  /** @default the issuer itself */
  readonly audiences?: readonly string[];
  /** @default an hour */
  readonly expirationSeconds?: number;
}

export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
}

const defaultSeconds = 3_600;

interface Named {
  readonly name: string;
  readonly uid: string;
}

interface Claims {
  readonly aud: readonly string[];
  /** Seconds since the epoch, as all times here. */
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly nbf: number;
  readonly sub: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: Named;
    readonly pod?: Named;
  };
}

export class ServiceAccountTokens {
  readonly issuer: string;
  readonly #store: Store;
  readonly #now: () => number;
  readonly #publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor({ store, issuer, now = Date.now }: ServiceAccountTokensOptions) {
    this.issuer = issuer;
    this.#store = store;
    this.#now = now;
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** @throws ApiError NotFound when there is no such account. */
  issue(request: TokenRequest): IssuedToken {
    const { namespace, name, pod, audiences, expirationSeconds = defaultSeconds } = request;
    const account = this.#store.get("ServiceAccount", { namespace, name });
    if (account === undefined) {
      throw new ApiError("NotFound", `serviceaccounts "${name}" not found`, {
        object: { kind: "ServiceAccount", name },
      });
    }
    const { uid = "" } = account.metadata;
    const now = Math.floor(this.#now() / 1_000);
    const exp = now + expirationSeconds;
    const claims: Claims = {
      aud: audiences === undefined || audiences.length === 0 ? [this.issuer] : audiences,
      exp,
      iat: now,
      iss: this.issuer,
      jti: randomUUID(),
      "kubernetes.io": { namespace, serviceaccount: { name, uid }, ...(pod && { pod }) },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const signed = `${encode({ alg: "ES256", typ: "JWT" })}.${encode(claims)}`;
    const key = { key: this.#privateKey, dsaEncoding: "ieee-p1363" } as const;
    const signature = sign("sha256", Buffer.from(signed), key).toString("base64url");
    const expirationTimestamp = `${new Date(exp * 1_000).toISOString().slice(0, 19)}Z`;
    return { token: `${signed}.${signature}`, expirationTimestamp };
  }

  /** Whose token it is; undefined when it is not one of ours, is over, or is bound to what is gone. */
  verify(token: string): User | undefined {
    const claims = this.#claims(token);
    if (claims === undefined) return undefined;
    const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
    const isBoundTo = (kind: Kind, { name, uid }: Named): boolean =>
      this.#store.get(kind, { namespace, name })?.metadata.uid === uid;
    if (!isBoundTo("ServiceAccount", serviceaccount)) return undefined;
    if (pod !== undefined && !isBoundTo("Pod", pod)) return undefined;
    return {
      username: claims.sub,
      uid: serviceaccount.uid,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, authenticatedGroup],
      extra: {
        "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`],
        ...(pod && {
          "authentication.kubernetes.io/pod-name": [pod.name],
          "authentication.kubernetes.io/pod-uid": [pod.uid],
        }),
      },
    };
  }

  #claims(token: string): Claims | undefined {
    const [header = "", payload = "", signature = "", ...more] = token.split(".");
    if (more.length > 0) return undefined;
    const key = { key: this.#publicKey, dsaEncoding: "ieee-p1363" } as const;
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify("sha256", signed, key, Buffer.from(signature, "base64url"))) return undefined;
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (!isRecord(claims)) return undefined;
    // Nobody else has the key: what it signed are Claims.
    const known = claims as unknown as Claims;
    const now = this.#now() / 1_000;
    return known.aud.includes(this.issuer) && known.nbf <= now && now < known.exp
      ? known
      : undefined;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), "utf8").toString("base64url");
}
