/** The file that tells kubectl where a cluster is and who one is there. */
import { stringify } from "yaml";
import type { KeyPair } from "./certificate-authority.ts";

export interface KubeconfigFacts {
  /** The lab's: it names cluster, user and context. */
  readonly name: string;
  /** `https://127.0.0.1:40123` */
  readonly server: string;
  /** The authority that signed the server's certificate, as PEM. */
  readonly authority: string;
  readonly user: KeyPair;
}

export function kubeconfig({ name, server, authority, user }: KubeconfigFacts): string {
  const userName = `${name}-admin`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(authority) } }],
    users: [
      {
        name: userName,
        user: {
          "client-certificate-data": base64(user.certificate),
          "client-key-data": base64(user.key),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: userName } }],
    "current-context": name,
  });
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
