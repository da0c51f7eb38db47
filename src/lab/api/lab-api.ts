/** The API server of a lab: who it is, who may talk to it, and where it listens. */
import type { Server } from "node:https";
import type { Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { Logger } from "pino";
import type { RequestOptions } from "../../api/requests/request-options.ts";
import type { Store } from "../../api/store/store.ts";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { ApiServer, type ApiServerOptions } from "../../components/api-server/api-server.ts";
import { ServiceAccountTokens } from "../../components/api-server/authentication/service-account-tokens.ts";
import type { HealthChecks } from "../../components/api-server/health.ts";
import type { PodRuntime } from "../../components/api-server/streaming/pod-runtime.ts";
import type { Netns } from "../../kernel/netns.ts";
import { HandedListener } from "../../kernel/sockets/handed-listener.ts";
import { listenTcp } from "../../kernel/sockets/tcp.ts";
import { addressAt } from "../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../net/ip-address.ts";
import type { Topology } from "../../topology/topology.ts";
import { API_SERVER_PORT, apiServerNodes } from "../live/control-plane/first-objects.ts";
import { KUBERNETES_VERSION } from "../live/nodes/node-facts.ts";
import { authenticateClient } from "./authenticate-client.ts";
import { CertificateAuthority } from "./certificate-authority.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { secureServer } from "./secure-server.ts";

export interface LabApiOptions {
  readonly topology: Topology;
  readonly store: Store;
  readonly admission: RequestOptions;
  /** The way into pods. */
  readonly runtime: PodRuntime;
  readonly checks?: HealthChecks;
  readonly log: Logger;
}

export class LabApi implements AsyncDisposable {
  /** Signs what the server and its clients show one another. Its certificate is `ca.crt` in pods. */
  readonly authority: CertificateAuthority = new CertificateAuthority("kubernetes");
  /** For programs in pods. */
  readonly tokens: ServiceAccountTokens;
  readonly #newApiServer: () => ApiServer;
  readonly #secure: SecureContextOptions;
  /** Inside the lab: `192.168.0.14:6443`. */
  readonly #address: string;
  /** How to listen wherever it does, again after it was down. */
  readonly #places: Array<() => Promise<void> | void> = [];
  #server: ApiServer;
  readonly #listening = new CleanupStack();

  constructor({ topology, store, admission, runtime, checks, log }: LabApiOptions) {
    const { clusterDomain } = topology.dns;
    const issuer = `https://kubernetes.default.svc.${clusterDomain}`;
    this.tokens = new ServiceAccountTokens({ store, issuer });
    const [first] = apiServerNodes(topology);
    this.#address = `${first?.address}:${API_SERVER_PORT}`;
    const options: ApiServerOptions = {
      store,
      admission,
      authenticate: authenticateClient(this.tokens),
      tokens: this.tokens,
      runtime,
      facts: {
        gitVersion: KUBERNETES_VERSION,
        platform: `linux/${process.arch === "x64" ? "amd64" : process.arch}`,
        serverAddress: this.#address,
        ...(checks && { checks }),
      },
      log: log.child({ component: "api-server" }),
    };
    this.#newApiServer = () => new ApiServer(options);
    this.#server = this.#newApiServer();
    const { certificate, key } = this.authority.issue({
      subject: { commonName: "kube-apiserver" },
      use: "server",
      dnsNames: serverNames(clusterDomain),
      addresses: serverAddresses(topology),
    });
    this.#secure = { cert: certificate, key, ca: this.authority.certificate };
  }

  /** Inside the lab: `192.168.0.14:6443`. */
  get address(): string {
    return this.#address;
  }

  /** Serves clients inside the lab, on one of the addresses of the node. */
  listenIn(netns: Netns, address: IpAddress): void {
    const listen = (): void =>
      this.#close(listenTcp(netns, { address, port: API_SERVER_PORT }, this.#newServer()));
    this.#places.push(listen);
    listen();
  }

  /**
   * Serves clients on the host.
   *
   * @param fd listens already: the launcher opened it outside of the sandbox.
   * @returns what tells kubectl how to get here.
   */
  async listenOnHost(fd: number, name: string): Promise<string> {
    const listener = new HandedListener(fd);
    const listen = async (): Promise<number> => {
      const server = this.#newServer();
      const port = await listener.listen(server);
      this.#listening.defer(() => listener.refuse());
      this.#close(server);
      return port;
    };
    this.#places.push(async () => void (await listen()));
    return this.#kubeconfig(name, `127.0.0.1:${await listen()}`);
  }

  /** As if it were killed: connections are reset, and refused from now on. */
  async stop(): Promise<void> {
    await this.#listening[Symbol.asyncDispose]();
    this.#server[Symbol.dispose]();
  }

  /** Listens again wherever it did. It is another server: it knows of no watch. */
  async start(): Promise<void> {
    this.#server = this.#newApiServer();
    for (const listen of this.#places) await listen();
  }

  /** What tells kubectl on a node how to get here. */
  adminConf(name: string): string {
    return this.#kubeconfig(name, this.#address);
  }

  /** Ends the watches, then the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server[Symbol.dispose]();
    await this.stop();
  }

  #kubeconfig(name: string, address: string): string {
    return kubeconfig({
      name,
      server: `https://${address}`,
      authority: this.authority.certificate,
      user: this.authority.issue({
        subject: { commonName: "kubernetes-admin", organizations: ["system:masters"] },
        use: "client",
      }),
    });
  }

  #newServer(): Server {
    const server = secureServer(this.#secure);
    this.#server.serve(server);
    return server;
  }

  #close(server: Server): void {
    // Also those that have become something else than HTTP, such as an exec.
    const connections = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
    });
    this.#listening.defer(() => {
      server.close();
      for (const socket of connections) socket.resetAndDestroy();
    });
  }
}

/** Names by which clients in pods know the server, whatever their search list makes of them. */
function serverNames(clusterDomain: string): readonly string[] {
  const inCluster = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  return ["localhost", ...inCluster, `kubernetes.default.svc.${clusterDomain}`];
}

/** The Service's address, the nodes' own, and loopback for clients on the host. */
function serverAddresses(topology: Topology): readonly IpAddress[] {
  return [
    addressAt(topology.services.cidr, 1),
    ...apiServerNodes(topology).map(({ address }) => address),
    ipAddress("127.0.0.1"),
  ];
}
