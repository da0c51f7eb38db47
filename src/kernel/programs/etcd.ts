/**
 * An etcd in a place: the one member of its cluster, listening on loopback where etcdctl looks for it, with its data in
 * the place's own /run, so that it ends with the lab.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ResultPromise } from "execa";
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { until } from "../../base/until.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { SocketAddress } from "../../wire/socket/socket-address.ts";
import type { PlaceNamespaces } from "../mounts/namespaces.ts";
import type { Netns } from "../netns.ts";
import { spawnIn } from "../processes/process.ts";
import { BlockingHttp } from "../sockets/blocking-http.ts";
import { SocketError } from "../sockets/socket-error.ts";
import { findProgram } from "./programs.ts";

/** etcd's own ports. */
const CLIENT_PORT = 2379;
const PEER_PORT = 2380;

/** As the place sees it. */
const DATA = "/run/etcd";

const OPTIONS = { reject: false, buffer: false, stdout: "ignore", stderr: "pipe" } as const;

export interface EtcdPlace {
  readonly netns: Netns;
  readonly namespaces: PlaceNamespaces;
}

/** Where clients in its netns reach it. */
export const etcdAddress: SocketAddress = { address: ipAddress("127.0.0.1"), port: CLIENT_PORT };

export class Etcd implements AsyncDisposable {
  readonly #process: ResultPromise<typeof OPTIONS>;
  #lastLine = "";

  private constructor(place: EtcdPlace, name: string, onLine: (line: string) => void) {
    this.#process = spawnIn(place, "etcd", argumentsFor(name), OPTIONS);
    createInterface({ input: this.#process.stderr }).on("line", (line) => {
      this.#lastLine = line;
      onLine(line);
    });
  }

  /**
   * Resolves when it answers. What another one before it has left in the place it finds again.
   *
   * @param onLine what it says of itself.
   * @throws HostError when it is not installed; ProgramError when it ends.
   */
  static async start(
    place: EtcdPlace,
    { name, onLine }: { readonly name: string; readonly onLine: (line: string) => void },
    signal: AbortSignal,
  ): Promise<Etcd> {
    if (findProgram("etcd") === undefined) {
      throw new HostError(
        "HOST_PROGRAM",
        "etcd: not installed, and the API server's store needs it",
        {
          hint: "install it: apt-get install etcd-server etcd-client",
        },
      );
    }
    mkdirSync(path.join(place.namespaces.runFolder, "etcd"), { recursive: true, mode: 0o700 });
    const etcd = new Etcd(place, name, onLine);
    try {
      await etcd.#answers(place.netns, signal);
      return etcd;
    } catch (error) {
      await etcd[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Ends at once, as by a crash; its data stays. Safe to call twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
  }

  async #answers(netns: Netns, signal: AbortSignal): Promise<void> {
    let hasEnded = false;
    void this.#process.then(() => {
      hasEnded = true;
    });
    using http = new BlockingHttp({ netns, to: etcdAddress, timeoutMs: 1_000 });
    const asked = async (): Promise<true | undefined> => {
      if (hasEnded) {
        throw new ProgramError(`etcd in netns ${netns.name} ended: ${this.#lastLine}`);
      }
      return isServing(http) || undefined;
    };
    await until(asked, { intervalMs: 5, signal });
  }
}

/** One member elects itself, and need not be patient about it: by default it takes a second. */
function argumentsFor(name: string): readonly string[] {
  const client = `http://127.0.0.1:${CLIENT_PORT}`;
  const peer = `http://127.0.0.1:${PEER_PORT}`;
  return [
    `--name=${name}`,
    `--data-dir=${DATA}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${name}=${peer}`,
    "--heartbeat-interval=10",
    "--election-timeout=100",
    // apiserver forgets what is older than five minutes, and no server writes for years here.
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=5m",
    "--logger=zap",
    "--log-outputs=stderr",
  ];
}

/** It has a leader, so a read that wants one is answered. */
function isServing(http: BlockingHttp): boolean {
  try {
    return http.post("/v3/kv/range", '{"key":"AA==","count_only":true}').status === 200;
  } catch (error) {
    if (error instanceof SocketError) return false;
    throw error;
  }
}
