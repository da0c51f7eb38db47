import type { Logger } from "pino";
import type { Container, Pod } from "../../api/objects/pod.ts";
import type { Service } from "../../api/objects/service.ts";
import type { Store } from "../../api/store/store.ts";
import { type Responder, type ResponderOptions, startResponder } from "./responder.ts";
import { responderPorts, selects } from "./responder-ports.ts";
import type { Witness } from "./witness.ts";

export interface PodResponderRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly hostname: string;
  readonly responds: (container: Container) => boolean;
  readonly listenTcp: ResponderOptions["listenTcp"];
  readonly bindUdp: ResponderOptions["bindUdp"];
  readonly ownAddresses?: () => readonly string[];
  readonly say?: (line: string) => void;
}

interface Running {
  readonly responder: Responder;
  readonly request: PodResponderRequest;
}

/** Starts the responders of a lab's pods and gives them further ports as Services come. */
export class PodResponders implements Disposable {
  readonly #store: Store;
  readonly #witness: Witness;
  readonly #log: Logger;
  readonly #running = new Map<string, Set<Running>>();
  readonly #endWatch: () => void;

  private constructor(store: Store, witness: Witness, log: Logger) {
    this.#store = store;
    this.#witness = witness;
    this.#log = log;
    this.#endWatch = store.watch("Service", ({ type, object }) => {
      if (type !== "DELETED") this.#onService(object);
    });
  }

  static watch(store: Store, witness: Witness, log: Logger): PodResponders {
    return new PodResponders(store, witness, log);
  }

  /**
   * The caller disposes the responder.
   *
   * @throws PortTakenError when another container of the pod has one of its ports.
   */
  async start(request: PodResponderRequest): Promise<Responder> {
    const { pod, container, hostname, listenTcp, bindUdp, ownAddresses, say } = request;
    const { namespace = "", name } = pod.metadata;
    const log = this.#log.child({ pod: `${namespace}/${name}`, container });
    // biome-ignore lint/nursery/useDisposables: the caller becomes the owner.
    const responder = await startResponder({
      identity: { name: `${namespace}/${name}`, container, hostname },
      ports: this.#portsOf(request),
      listenTcp,
      bindUdp,
      ...(ownAddresses !== undefined && { ownAddresses }),
      witness: this.#witness,
      log,
      ...(say !== undefined && { say }),
    });
    this.#remember(namespace, { responder, request });
    // A Service may have come while the ports were being opened.
    try {
      await responder.addPorts(this.#portsOf(request));
    } catch (error) {
      await responder.end(1);
      throw error;
    }
    return responder;
  }

  /** Ends the watch; responders that run go on. */
  [Symbol.dispose](): void {
    this.#endWatch();
  }

  #portsOf({ pod, container, responds }: PodResponderRequest): ReturnType<typeof responderPorts> {
    const services = this.#store.list("Service", pod.metadata.namespace);
    return responderPorts({ pod, container, services, responds });
  }

  #remember(namespace: string, running: Running): void {
    const ofNamespace = this.#running.get(namespace) ?? new Set();
    this.#running.set(namespace, ofNamespace.add(running));
    running.responder.exited.finally(() => ofNamespace.delete(running)).catch(() => undefined);
  }

  /** A Service that goes takes no port away: no program stops listening for that. */
  #onService(service: Service): void {
    for (const { responder, request } of this.#running.get(service.metadata.namespace ?? "") ??
      []) {
      if (!selects(service, request.pod)) continue;
      const { container } = request;
      responder
        .addPorts(this.#portsOf(request))
        .catch((err: unknown) => this.#log.warn({ container, err }, "port not opened"));
    }
  }
}
