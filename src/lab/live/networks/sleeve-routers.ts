/** Weave's routers in sleeve mode: a process on each node. */
import { createInterface } from "node:readline";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { ProgramError } from "../../../base/podwire-error.ts";
import { peerName, sleeveDevice } from "../../../components/cni-weave/plan-node.ts";
import type { SleevePeer } from "../../../components/cni-weave/sleeve-switch.ts";
import type { WeavePeer } from "../../../components/cni-weave/weave-network.ts";
import { spawnIn } from "../../../kernel/processes/process.ts";
import type { SleeveSettings } from "../../inside/sleeve-main.ts";
import { insideEntry } from "../../inside-entry.ts";
import type { Machines } from "../machines/machines.ts";

/** One that runs. */
interface SleeveRouter extends AsyncDisposable {
  /** Tells it who the others are. */
  readonly setPeers: (peers: readonly SleevePeer[]) => void;
}

export class SleeveRouters {
  /** Of the nodes that are members now. */
  readonly #peers: () => readonly WeavePeer[];
  readonly #running = new Map<string, SleeveRouter>();
  #machines: Machines | undefined;

  constructor(peers: () => readonly WeavePeer[]) {
    this.#peers = peers;
  }

  /** Resolves when every router carries frames. @throws ProgramError when one does not come up. */
  async start(machines: Machines): Promise<AsyncDisposable> {
    this.#machines = machines;
    await using starting = new CleanupStack();
    starting.defer(() => this.#endAll());
    await this.membersChanged();
    return starting.move();
  }

  /** One on each member, and each knows all others. */
  async membersChanged(): Promise<void> {
    const peers = this.#peers();
    const names = peers.map((peer) => ({ name: peerName(peer), address: peer.address }));
    const ended = [...this.#running].filter(([node]) => !peers.some(({ name }) => name === node));
    for (const [node, router] of ended) {
      this.#running.delete(node);
      await router[Symbol.asyncDispose]();
    }
    await Promise.all(
      peers.map(async ({ name }, index) => {
        const self = names[index];
        if (self === undefined || this.#machines === undefined) return;
        const others = names.filter((peer) => peer !== self);
        // biome-ignore lint/nursery/useDisposables: it goes on.
        const router = this.#running.get(name);
        if (router !== undefined) return router.setPeers(others);
        const settings = { device: sleeveDevice, self, peers: others };
        this.#running.set(name, await startRouter(this.#machines, name, settings));
      }),
    );
  }

  async #endAll(): Promise<void> {
    await using endings = new CleanupStack();
    for (const router of this.#running.values()) endings.use(router);
  }
}

async function startRouter(
  machines: Machines,
  node: string,
  settings: SleeveSettings,
): Promise<SleeveRouter> {
  const args = [insideEntry("sleeve-main"), JSON.stringify(settings)];
  const child = spawnIn({ netns: machines.netns(node) }, process.execPath, args, {
    reject: false,
    stdin: "pipe",
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "ready") break;
  }
  if (child.exitCode !== null) {
    const { stderr } = await child;
    throw new ProgramError(`the Weave router of ${node} ended: ${stderr.split("\n").at(-1)}`, {
      stderr,
    });
  }
  return {
    setPeers: (peers) => void child.stdin.write(`${JSON.stringify(peers)}\n`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await child;
    },
  };
}
