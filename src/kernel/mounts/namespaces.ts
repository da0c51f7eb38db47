/**
 * What a program in a node or pod sees besides the network: its own hostname,
 * its own /etc/resolv.conf, /etc/hosts and /etc/hostname, its own /run and the /sys of its netns. Everything
 * else is the lab's, and so the host's.
 *
 * Like `ip netns exec`, but kept: each place has one mount and one UTS namespace, made
 * when the first program starts there.
 */
import { closeSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { KernelError } from "../../base/podwire-error.ts";
import { EPERM } from "../errno.ts";
import { type LibcFunction, libcFunction } from "../libc.ts";
import type { Netns } from "../netns.ts";
import { ContainerRoot, type RootMount } from "./container-root.ts";
import { bindMount, makePrivateTree, mountSysfs, unmountTree } from "./mount.ts";
import { type PlacedFile, placeFile } from "./placed-file.ts";
import {
  awayFromHome,
  CLONE_NEWNS,
  CLONE_NEWUTS,
  moveTo,
  openNamespace,
  unshareAway,
} from "./thread-home.ts";

/** On the sandbox's own /run, so it ends with the lab. Places see it as their /run while they are made. */
const OURS = "/run/podwire";
/** Each place has a folder here, of its own name. */
const PLACES = `${OURS}/places`;

const sethostname: LibcFunction<[name: string, length: number]> = libcFunction(
  "int sethostname(const char *name, size_t length)",
);

export interface PlaceView {
  /** At most 64 bytes. */
  readonly hostname: string;
  /** The whole content of /etc/resolv.conf. */
  readonly resolvConf: string;
  /** The whole content of /etc/hosts. */
  readonly hosts: string;
}

/** What makes a container's place another than its pod's. */
export interface PlaceOptions {
  /** The netns's unless given. */
  readonly name?: string;
  /** What containers mount, outer folders first. Sources below /run are below `/run/podwire`. */
  readonly mounts?: readonly RootMount[];
}

interface Descriptors {
  readonly mountFd: number;
  readonly utsFd: number;
}

/** The mount and UTS namespace of one node, pod or host. Costs nothing until it is entered. */
export class PlaceNamespaces implements Disposable {
  /** The place's /run as the lab sees it: where to find the socket of a daemon there. */
  readonly runFolder: string;
  readonly #netns: Netns;
  readonly #folder: string;
  readonly #mounts: readonly RootMount[];
  #view: PlaceView;
  #made: Descriptors | undefined;
  #files: readonly PlacedFile[] = [];

  constructor(
    netns: Netns,
    view: PlaceView,
    { name = netns.name, mounts = [] }: PlaceOptions = {},
  ) {
    this.#netns = netns;
    this.#view = view;
    this.#mounts = mounts;
    this.#folder = path.join(PLACES, name);
    this.runFolder = path.join(this.#folder, "run");
    mkdirSync(this.runFolder, { recursive: true });
    if (mounts.length > 0) mkdirSync(path.join(this.#folder, "root"), { recursive: true });
  }

  /** For setns(2) and for nsenter(1); made when first asked for. Stay ours. */
  get descriptors(): Descriptors {
    this.#made ??= this.#make();
    return this.#made;
  }

  /** Changes the files, also for programs that run already. The hostname stays. */
  update({ resolvConf, hosts }: Omit<PlaceView, "hostname">): void {
    this.#view = { ...this.#view, resolvConf, hosts };
    this.#writeFiles();
  }

  /**
   * Runs `work` here and comes back, whether it returns or throws. Only the mount and UTS
   * namespace: combine it with `Netns.enter`. `work` must be synchronous, and finds itself in `/`.
   */
  enter<T>(work: () => T): T {
    const { mountFd, utsFd } = this.descriptors;
    return awayFromHome(() => {
      moveTo(`enter mounts of ${this.#netns.name}`, mountFd, CLONE_NEWNS);
      moveTo(`enter hostname of ${this.#netns.name}`, utsFd, CLONE_NEWUTS);
      return work();
    });
  }

  /** Programs that run here keep what they see. Safe to call twice. */
  [Symbol.dispose](): void {
    if (this.#made !== undefined) {
      closeSync(this.#made.mountFd);
      closeSync(this.#made.utsFd);
      this.#made = undefined;
    }
    this.#files = [];
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #make(): Descriptors {
    const { hostname } = this.#view;
    const fromTemplate = template();
    this.#files = ["resolv.conf", "hosts", "hostname"].map((name) => placeFile(this.#folder, name));
    this.#writeFiles();
    // sysfs shows the netns of the thread that mounts it.
    return this.#netns.enter(() =>
      awayFromHome(() => {
        moveTo("enter the template of mounts", fromTemplate, CLONE_NEWNS);
        unshareAway(`make namespaces for ${this.#netns.name}`, CLONE_NEWNS | CLONE_NEWUTS);
        sethostname(`set hostname ${hostname}`, hostname, Buffer.byteLength(hostname));
        this.#mountFiles();
        return { mountFd: openNamespace("mnt"), utsFd: openNamespace("uts") };
      }),
    );
  }

  #writeFiles(): void {
    const { hostname, hosts, resolvConf } = this.#view;
    const contents = new Map([
      ["resolv.conf", resolvConf],
      ["hosts", hosts],
      ["hostname", `${hostname}\n`],
    ]);
    // Written in place: a new file would not be the one that is mounted.
    for (const { name, file } of this.#files) writeFileSync(file, contents.get(name) ?? "");
  }

  /** In the new mount namespace, where the template has what is ours at /run. */
  #mountFiles(): void {
    const here = asTemplateSees(this.#folder);
    for (const { file, target } of this.#files) {
      if (target !== undefined) bindMount(asTemplateSees(file), target);
    }
    if (this.#mounts.length === 0) {
      bindMount(path.join(here, "run"), "/run");
      this.#mountSysfs("/sys");
      return;
    }
    const root = new ContainerRoot(path.join(here, "root"));
    bindMount(path.join(here, "run"), root.outside("/run"));
    this.#mountSysfs(root.outside("/sys"));
    for (const mount of this.#mounts) {
      root.mount({ ...mount, source: asTemplateSees(mount.source) });
    }
    root.enter();
  }

  #mountSysfs(target: string): void {
    try {
      mountSysfs(target);
    } catch (error) {
      // Refused in containers whose own /sys is masked: programs then see the container's devices there.
      if (!(error instanceof KernelError && error.errno === EPERM)) throw error;
    }
  }
}

let templateFd: number | undefined;

/**
 * A mount namespace to copy places' from: the lab's, without its named netns and with what is ours at /run. Without it every place would hold a mount of every netns: a million for a thousand pods.
 */
function template(): number {
  templateFd ??= awayFromHome(() => {
    unshareAway("make the template of mounts", CLONE_NEWNS);
    makePrivateTree("/");
    while (unmountTree("/run/netns"));
    bindMount(OURS, "/run");
    return openNamespace("mnt");
  });
  return templateFd;
}

function asTemplateSees(file: string): string {
  return file.startsWith(`${OURS}/`) ? path.join("/run", path.relative(OURS, file)) : file;
}
