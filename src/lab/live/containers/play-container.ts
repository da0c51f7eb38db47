/** A container, by what stands in for its image: a program, an unpacked image, or the built-in responder. */
import type { Machines } from "../machines/machines.ts";
import { startOciContainer } from "./oci-container.ts";
import { startProgram } from "./program.ts";
import { type RespondingOptions, startResponding } from "./start-responding.ts";
import type { Role, Started } from "./started-container.ts";
import { rootMounts } from "./volume-folder.ts";

export interface PlayOptions extends RespondingOptions {
  /**
   * When kube-proxy has written its first rules. On a real node it has long since; here programs wait for it, as
   * CoreDNS would for five seconds, were its first packet to the API server lost.
   */
  readonly firstRules: Promise<void>;
}

/** Starts it in the netns of its pod. */
export async function playContainer(
  id: string,
  netns: string,
  { request, output }: Role,
  options: PlayOptions,
): Promise<Started> {
  const { machines, firstRules } = options;
  if (request.player.type !== "responder") await firstRules;
  switch (request.player.type) {
    case "program":
      return startInContainer(id, netns, { request, output }, machines);
    case "container": {
      // biome-ignore lint/nursery/useDisposables: the machines own it.
      const home = machines.netns(netns);
      const started = await startOciContainer(id, home, request, output);
      return { ...started, place: () => ({ netns: home }) };
    }
    case "responder":
      return startResponding(id, netns, { request, output }, options);
  }
}

async function startInContainer(
  id: string,
  netns: string,
  { request, output }: Role,
  machines: Machines,
): Promise<Started> {
  const { pod, hostname, resolvConf, hostsFile, mounts } = request;
  // biome-ignore lint/nursery/useDisposables: it ends with the container.
  const place = machines.containerPlace(netns, {
    id: id.replace(/^.*\//, ""),
    view: { hostname, resolvConf, hosts: hostsFile },
    mounts: rootMounts(mounts),
    network: pod.spec.hostNetwork === true ? "the node's" : "own",
  });
  const dispose = (): void => place[Symbol.dispose]();
  try {
    const { pid, stdin, terminal, ...running } = await startProgram(id, place, request, output);
    running.exited.then(dispose, dispose);
    return {
      running,
      place: () => place,
      ...(pid !== undefined && { pid }),
      ...(stdin !== undefined && { stdin }),
      ...(terminal !== undefined && { terminal }),
    };
  } catch (error) {
    dispose();
    output.end();
    throw error;
  }
}
