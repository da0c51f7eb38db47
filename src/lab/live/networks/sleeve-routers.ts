/** Weave's routers in sleeve mode: a process on each node. */
import { createInterface } from "node:readline";
import { CleanupStack } from "../../../base/cleanup-stack.ts";
import { ProgramError } from "../../../base/podwire-error.ts";
import { peerName, sleeveDevice } from "../../../components/cni-weave/plan-node.ts";
import type { WeavePeer } from "../../../components/cni-weave/weave-network.ts";
import { spawnIn } from "../../../kernel/process.ts";
import type { SleeveSettings } from "../../inside/sleeve-main.ts";
import { insideEntry } from "../../inside-entry.ts";
import type { Machines } from "../machines.ts";

/** Resolves when every router carries frames. @throws ProgramError when one does not come up. */
export async function startSleeve(
  machines: Machines,
  peers: readonly WeavePeer[],
): Promise<AsyncDisposable> {
  await using running = new CleanupStack();
  const names = peers.map((peer) => ({ name: peerName(peer), address: peer.address }));
  await Promise.all(
    peers.map(async ({ name }, index) => {
      const self = names[index];
      if (self === undefined) return;
      const others = names.filter((peer) => peer !== self);
      running.use(await startRouter(machines, name, { device: sleeveDevice, self, peers: others }));
    }),
  );
  return running.move();
}

async function startRouter(
  machines: Machines,
  node: string,
  settings: SleeveSettings,
): Promise<AsyncDisposable> {
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
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await child;
    },
  };
}
