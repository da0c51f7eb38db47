import type { Leg, PacketWalk, Passage } from "../../observe/walk/packet-walk.ts";
import { type Paint, painter } from "./paint.ts";
import { renderProbe } from "./probe-text.ts";

/**
 * What `podwire probe --walk` prints: the probe, and the way of its packet from machine to machine.
 *
 *     there: TCP SYN
 *       pod/vote/vote-5b48596b97-gnskn
 *           0.000 ms  out eth0       10.244.1.3:40312 → 10.104.22.112:6379
 *       node/node01
 *           0.004 ms  in  vethe4b1   10.244.1.3:40312 → 10.104.22.112:6379
 *           0.031 ms  out eth0       10.244.1.3:40312 → 10.244.2.2:6379  DNAT
 */
export function renderWalk(walk: PacketWalk, colour: "colour" | "plain"): string {
  const { probe, there, back, owners, lost } = walk;
  const devices = [...there.passages, ...back.passages].map(({ device }) => device);
  const layout = { paint: painter(colour), width: widest(devices) };
  return [
    renderProbe(probe, colour),
    leg("there", there.packet ?? "no packet left: it was refused before any device", there, layout),
    ...(there.packet === undefined
      ? []
      : [leg("back", back.packet ?? lastSeen(there), back, layout)]),
    legend(owners),
    lost === 0 ? "" : `  ${lost} frames were too many to look at: a passage may be missing\n`,
  ].join("");
}

interface Layout {
  readonly paint: Paint;
  /** Of the column of devices. */
  readonly width: number;
}

function leg(name: string, packet: string, { passages }: Leg, layout: Layout): string {
  const rows = passages.map((passage, at) => row(passage, passages[at - 1], layout));
  return `  ${layout.paint("bold", name)}: ${packet}\n${rows.join("")}`;
}

function lastSeen({ passages }: Leg): string {
  const last = passages.at(-1);
  return `nothing; the packet was last seen at ${last?.where}:${last?.device}, going ${last?.direction}`;
}

function row(passage: Passage, before: Passage | undefined, { paint, width }: Layout): string {
  const { where, device, direction, afterMs, source, destination, tunnels } = passage;
  const translations = passage.translations.join(", ");
  const at = `${afterMs.toFixed(3).padStart(11)} ms  ${direction.padEnd(3)} ${device.padEnd(width)}`;
  const note = translations === "" ? "" : `  ${paint("yellow", translations)}`;
  const carriers = tunnels.map(
    (tunnel) => `in ${tunnel.protocol}: ${tunnel.source} → ${tunnel.destination}`,
  );
  const lines = [
    ...(before?.where === where ? [] : [`    ${paint("cyan", where)}`]),
    `${at}  ${source} → ${destination}${note}`,
    ...carriers.map((carrier) => `${" ".repeat(at.length)}  ${paint("dim", carrier)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Whose the addresses are. */
function legend(owners: PacketWalk["owners"]): string {
  const width = widest(Object.keys(owners));
  return Object.entries(owners)
    .map(([address, owner]) => `  ${address.padEnd(width)}  ${owner}\n`)
    .join("");
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}
