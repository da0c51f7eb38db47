/**
 * A BIRD in a place: bird(8) in the foreground, with its configuration, socket and log in the place's own
 * /run/bird, so that `birdc` there finds it as on any router.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import path from "node:path";
import type { ResultPromise } from "execa";
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { until } from "../../base/until.ts";
import { type BirdReply, isBirdError, parseBirdReply } from "../../wire/bird/reply.ts";
import type { PlaceNamespaces } from "../mounts/namespaces.ts";
import type { Netns } from "../netns.ts";
import { spawnIn } from "../processes/process.ts";
import { findProgram } from "./programs.ts";

/** As the place sees it; bird's own default, so birdc needs no option. */
const defaultFolder = "bird";

const OPTIONS = { reject: false, all: true } as const;

export interface BirdPlace {
  readonly netns: Netns;
  readonly namespaces: PlaceNamespaces;
}

export interface BirdStart {
  /** Of its files, below the place's /run. @default bird */
  readonly folder?: string;
  /** The text of bird.conf. */
  readonly config: string;
  /** Another ran here before: its routes in the kernel stay until the peers have told theirs (`-R`). @default false */
  readonly recovers?: boolean;
}

export class Bird implements AsyncDisposable {
  readonly #place: BirdPlace;
  readonly #folder: string;
  readonly #name: string;
  #process: ResultPromise<typeof OPTIONS>;

  private constructor(place: BirdPlace, name: string, recovers: boolean) {
    this.#place = place;
    this.#name = name;
    this.#folder = folderIn(place, name);
    this.#process = this.#spawn(recovers ? ["-R"] : []);
  }

  /**
   * Resolves when it answers on its socket: it runs, and has not spoken with anybody yet.
   *
   * @throws HostError when bird is not installed; ProgramError with what it says against its configuration.
   */
  static async start(
    place: BirdPlace,
    { config, folder: name = defaultFolder, recovers = false }: BirdStart,
    signal: AbortSignal,
  ): Promise<Bird> {
    if (findProgram("bird") === undefined) {
      throw new HostError("HOST_PROGRAM", "bird: not installed, and BGP needs it", {
        hint: "install it: apt-get install bird2",
      });
    }
    const folder = folderIn(place, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "bird.conf"), config);
    const bird = new Bird(place, name, recovers);
    try {
      await bird.#answers(signal);
      return bird;
    } catch (error) {
      await bird[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Sessions whose peers are the same go on. @throws ProgramError with what it says against the text. */
  async reconfigure(config: string): Promise<void> {
    writeFileSync(path.join(this.#folder, "bird.conf"), config);
    await this.command("configure");
  }

  /**
   * As birdc's: `show protocols`.
   *
   * @throws ProgramError when it refuses, or does not run.
   */
  async command(line: string): Promise<readonly string[]> {
    const reply = await this.#ask(line).catch((cause: unknown) => {
      throw new ProgramError(`bird in netns ${this.#place.netns.name} does not answer`, { cause });
    });
    if (!isBirdError(reply)) return reply.lines;
    const stderr = reply.lines.join("\n");
    throw new ProgramError(`bird in netns ${this.#place.netns.name}: ${line}: ${stderr}`, {
      stderr,
    });
  }

  /** Ends at once, as by a crash: what it wrote into the kernel stays. Safe to call twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process;
  }

  #spawn(more: readonly string[]): ResultPromise<typeof OPTIONS> {
    const folder = `/run/${this.#name}`;
    const files = ["-c", `${folder}/bird.conf`, "-s", `${folder}/bird.ctl`];
    return spawnIn(this.#place, "bird", ["-f", ...more, ...files], OPTIONS);
  }

  async #answers(signal: AbortSignal): Promise<void> {
    let ended: ProgramError | undefined;
    void this.#process.then(({ all = "" }) => {
      const said = all.trim().split("\n").at(-1) ?? "";
      const message = `bird in netns ${this.#place.netns.name} ended: ${said}`;
      ended = new ProgramError(message, { stderr: all });
    });
    const asked = async (): Promise<true | undefined> => {
      if (ended !== undefined) throw ended;
      return this.#ask("show status").then(
        () => true,
        () => undefined,
      );
    };
    await until(asked, { intervalMs: 5, signal });
  }

  #ask(line: string): Promise<BirdReply> {
    return new Promise((resolve, reject) => {
      const socket = connect(path.join(this.#folder, "bird.ctl"));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("the socket was closed")));
      readReplies(socket, (index, reply) => {
        // First it greets.
        if (index === 0) return void socket.write(`${line}\n`);
        resolve(reply);
        socket.destroy();
      });
    });
  }
}

function folderIn({ namespaces }: BirdPlace, name: string): string {
  return path.join(namespaces.runFolder, name);
}

function readReplies(socket: Socket, receive: (index: number, reply: BirdReply) => void): void {
  let text = "";
  let count = 0;
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (;;) {
      const reply = parseBirdReply(text);
      if (reply === undefined) return;
      text = text.slice(reply.length);
      receive(count++, reply);
    }
  });
}
