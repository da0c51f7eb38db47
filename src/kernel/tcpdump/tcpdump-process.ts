/** One run of tcpdump that writes packets to a pipe: what it has written, and what it has said. */
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { ResultPromise } from "execa";
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { PcapReader, type PcapRecord } from "../../wire/pcap/pcap-reader.ts";
import type { Netns } from "../netns.ts";
import { spawnIn } from "../processes/process.ts";
import { type TcpdumpCounts, TcpdumpReport } from "./tcpdump-report.ts";

const OPTIONS = { buffer: false, encoding: "buffer", reject: false } as const;

export class TcpdumpProcess implements AsyncDisposable {
  /** Resolves when it has ended and all that it wrote has been read. Never rejects. */
  readonly ended: Promise<void>;
  readonly #where: string;
  readonly #process: ResultPromise<typeof OPTIONS>;
  readonly #reader = new PcapReader();
  readonly #report = new TcpdumpReport();
  readonly #onRecord: (record: PcapRecord) => void;
  /** Called whenever something came that somebody may be waiting for. */
  readonly #watchers = new Set<() => void>();
  #stderr = "";
  #isListening = false;
  #hasEnded = false;
  #failure: Error | undefined;
  #records = 0;
  #counts: TcpdumpCounts = { captured: 0, received: 0, dropped: 0 };
  #reports = 0;

  constructor(
    { netns, device }: { readonly netns: Netns; readonly device: string },
    args: readonly string[],
    onRecord: (record: PcapRecord) => void,
  ) {
    this.#where = `tcpdump on ${device} in netns ${netns.name}`;
    this.#onRecord = onRecord;
    this.#process = spawnIn({ netns }, "tcpdump", args, OPTIONS);
    this.#process.stdout.on("data", (chunk: Uint8Array) => this.#read(chunk));
    createInterface({ input: this.#process.stderr }).on("line", (line) => this.#hear(line));
    this.ended = this.#watchEnd();
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many packets have come out. */
  get records(): number {
    return this.#records;
  }

  /** The last that it reported. */
  get counts(): TcpdumpCounts {
    return this.#counts;
  }

  /** LINKTYPE_*; known once it is listening and the first bytes have come. */
  get linkType(): number | undefined {
    return this.#reader.linkType;
  }

  /** Waits for counts that are newer than this call. False when it has ended instead. */
  async requestCounts(): Promise<boolean> {
    const before = this.#reports;
    this.#process.kill("SIGUSR1");
    return this.wait(() => this.#reports > before);
  }

  /**
   * Waits for something that what tcpdump writes or says brings about. False when it has ended, or the time is over,
   * without that.
   */
  wait(condition: () => boolean, timeoutMs?: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        resolve(condition());
      };
      const watch = (): void => {
        if (this.#hasEnded || condition()) settle();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(settle, timeoutMs);
      this.#watchers.add(watch);
      watch();
    });
  }

  /** Ends it in good order: it reports its counts. */
  async interrupt(): Promise<void> {
    this.#process.kill("SIGINT");
    await this.ended;
  }

  /** @throws ProgramError when it failed, HostError when there is no tcpdump. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends it at once. Safe to call twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#process.kill("SIGKILL");
    await this.ended;
  }

  #read(chunk: Uint8Array): void {
    try {
      for (const record of this.#reader.push(chunk)) {
        this.#records++;
        this.#onRecord(record);
      }
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      this.#process.kill("SIGKILL");
    }
    this.#notify();
  }

  #hear(line: string): void {
    const heard = this.#report.read(line);
    if (heard.type === "listening") this.#isListening = true;
    else if (heard.type === "other") this.#stderr += `${line}\n`;
    else {
      this.#counts = heard.counts;
      this.#reports++;
    }
    this.#notify();
  }

  async #watchEnd(): Promise<void> {
    const { stdout, stderr } = this.#process;
    const [{ failed, code, signal, shortMessage }] = await Promise.all([
      this.#process,
      // Broken off by a start that failed, which the first one tells.
      finished(stdout).catch(() => undefined),
      finished(stderr).catch(() => undefined),
    ]);
    if (code === "ENOENT") {
      this.#failure = new HostError("HOST_PROGRAM", "tcpdump: not installed", {
        hint: "install tcpdump",
      });
    } else if (failed && signal !== "SIGKILL" && !isGone(this.#stderr)) {
      const said = this.#stderr.trim();
      this.#failure ??= new ProgramError(`${this.#where}: ${said || shortMessage}`, {
        stderr: said,
      });
    }
    this.#hasEnded = true;
    this.#notify();
  }

  #notify(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}

/** A pod that ends takes its devices along, and its capture then ends as it should. */
function isGone(stderr: string): boolean {
  return /interface disappeared/i.test(stderr);
}
