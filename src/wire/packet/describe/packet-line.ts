import { formatSocketAddress } from "../../../net/ip-address.ts";
import type { Ipv4Layer } from "../internet/ipv4.ts";
import type { Ipv6Layer } from "../internet/ipv6.ts";
import type { Ipv6FragmentLayer } from "../internet/ipv6-extension.ts";

/** What is between two bars: one packet of those that are nested. */
interface Part {
  readonly source: string;
  readonly destination: string;
  /** What it carries, when nothing here says it better: `ethertype 0x88cc`, `protocol 89`. */
  readonly content: string;
  /** A frame's addresses are left out where it carries packets with their own. */
  readonly isFrame: boolean;
  ports: readonly [number, number] | undefined;
  words: string;
  /** Whether `words` are an application's messages, to which another may be added. */
  hasMessages: boolean;
  readonly notes: string[];
}

/** A line in the making: layers are told to it in their order. */
export class PacketLine {
  readonly #finished: string[] = [];
  #part: Part | undefined;

  /** Of the innermost packet so far. */
  get source(): string {
    return this.#part?.source ?? "";
  }

  get destination(): string {
    return this.#part?.destination ?? "";
  }

  /** The finished line. */
  get text(): string {
    const last = this.#part === undefined ? [] : [formatPart(this.#part)];
    return [...this.#finished, ...last].join(" | ");
  }

  beginFrame(source: string | undefined, destination: string | undefined, etherType: number): void {
    this.#finish("");
    this.#begin({
      source: source ?? "",
      destination: destination ?? "",
      content: `ethertype 0x${etherType.toString(16).padStart(4, "0")}`,
      isFrame: true,
    });
  }

  /** A tag is part of its frame, and worth saying whatever the frame carries. */
  addTag(tag: string, etherType: number): void {
    const { source, destination } = this;
    this.#finished.push(tag);
    this.#part = undefined;
    this.beginFrame(source, destination, etherType);
  }

  beginPacket(ip: Ipv4Layer | Ipv6Layer): void {
    const isIpv4 = ip.type === "ip";
    this.#finish(isIpv4 ? "IPIP" : "IPv6 in IP");
    this.#begin({
      source: ip.source,
      destination: ip.destination,
      content: `protocol ${isIpv4 ? ip.protocol : ip.nextHeader}`,
      isFrame: false,
    });
    if (isIpv4 && (ip.moreFragments || ip.fragmentOffset > 0)) this.noteFragment(ip);
  }

  noteFragment(fragment: Ipv4Layer | Ipv6FragmentLayer): void {
    const { identification, fragmentOffset, moreFragments } = fragment;
    const position = `offset=${fragmentOffset}${moreFragments ? "+" : ""}`;
    this.note(`[fragment id=${identification} ${position}]`);
  }

  setPorts(source: number, destination: number): void {
    if (this.#part !== undefined) this.#part.ports = [source, destination];
  }

  /** For tunnels, whose source port is a hash and whose destination port is always the same. */
  clearPorts(): void {
    if (this.#part !== undefined) this.#part.ports = undefined;
  }

  /** What the packet is, as far as this layer knows: the next may know better. */
  say(words: string): void {
    if (this.#part !== undefined) this.#part.words = words;
  }

  /** In place of what the transport said; one after the other when there are several. */
  sayMessage(words: string): void {
    const part = this.#part;
    if (part === undefined) return;
    part.words = part.hasMessages ? `${part.words}, ${words}` : words;
    part.hasMessages = true;
  }

  /** A frame of which the addresses say nothing that the words do not. */
  sayAlone(words: string): void {
    this.#finished.push(words);
    this.#part = undefined;
  }

  /** Bytes that nobody decoded. */
  sayData(length: number): void {
    if (this.#part === undefined) this.sayAlone(`${length} bytes`);
    else if (this.#part.words === "") this.#part.words = `${this.#part.content} len=${length}`;
  }

  /** Behind everything else. */
  note(words: string): void {
    if (this.#part === undefined) this.sayAlone(words);
    else this.#part.notes.push(words);
  }

  #begin(ends: Pick<Part, "source" | "destination" | "content" | "isFrame">): void {
    this.#part = { ...ends, ports: undefined, words: "", hasMessages: false, notes: [] };
  }

  /** Puts a bar. `carrier` is what the part was, when it said nothing itself. */
  #finish(carrier: string): void {
    const part = this.#part;
    if (part === undefined || part.isFrame) return;
    if (part.words === "") part.words = carrier;
    this.#finished.push(formatPart(part));
    this.#part = undefined;
  }
}

function formatPart({ source, destination, ports, words, content, notes }: Part): string {
  const ends =
    ports === undefined
      ? [source, destination]
      : [formatSocketAddress(source, ports[0]), formatSocketAddress(destination, ports[1])];
  const said = words === "" && notes.length === 0 ? content : words;
  const between = ends.filter((end) => end !== "").join(" > ");
  return [between, said, ...notes].filter((word) => word !== "").join(" ");
}
