/**
 * The state of the walk through one packet.
 *
 * Each protocol has a function that finds `offset` at its header and `end` where
 * its container ends, adds a layer, moves both on, and says what comes next. It
 * never looks past what {@link has} has granted, and never throws.
 */
import { DataLayer, UnreadableLayer } from "./data.ts";
import type { Layer } from "./layer.ts";
import { STEP_END, type Step } from "./step.ts";

export class Walk {
  // Declared, not defined, for the reason given in base-layer.ts.
  declare readonly packet: Uint8Array;
  declare readonly layers: Layer[];
  declare readonly vxlanPorts: readonly number[];
  /** Bytes of the packet that are here. */
  declare readonly captured: number;
  /** Where the next header begins. */
  declare offset: number;
  /** Where the innermost container ends on the wire; beyond `packet.byteLength` in a short capture. */
  declare end: number;
  /** Inside the quotation in an ICMP error, which may stop anywhere: nothing there is malformed for being short. */
  declare inQuotation: boolean;

  constructor(packet: Uint8Array, originalLength: number, vxlanPorts: readonly number[]) {
    this.packet = packet;
    this.captured = packet.byteLength;
    this.layers = [];
    this.vxlanPorts = vxlanPorts;
    this.offset = 0;
    this.end = originalLength;
    this.inQuotation = false;
  }

  /** True when this many bytes can be read from `offset`. */
  has(bytes: number): boolean {
    const until = this.offset + bytes;
    return until <= this.end && until <= this.captured;
  }

  /** Where reading must stop: the end of the container or of the capture. */
  get available(): number {
    return Math.min(this.end, this.captured);
  }

  /** True when the container has nothing more; in a short capture there may be more than was kept. */
  get isEmpty(): boolean {
    return this.offset >= this.end;
  }

  /** The rest is nobody's; no layer for no bytes. */
  data(): Step {
    if (this.has(1)) this.layers.push(new DataLayer(this.packet, this.offset, this.end));
    return STEP_END;
  }

  /** The header breaks its format. `offset` is where it begins. */
  malformed(protocol: string, reason: string): Step {
    const { packet, offset, end } = this;
    this.layers.push(new UnreadableLayer("malformed", packet, offset, end, protocol, reason));
    return STEP_END;
  }

  /** `bytes` are needed from `offset` and are not there: whose fault depends on where they end. */
  missing(bytes: number, protocol: string, what: string): Step {
    const { offset, end } = this;
    const there = Math.max(0, this.available - offset);
    const reason = `${what} needs ${bytes} bytes, ${there} are there`;
    if (!this.inQuotation && offset + bytes > end) return this.malformed(protocol, reason);
    return this.short(protocol, reason);
  }

  /** Bytes of the header were on the wire and are not here. */
  short(protocol: string, reason: string): Step {
    const { packet, offset, end } = this;
    this.layers.push(new UnreadableLayer("short", packet, offset, end, protocol, reason));
    return STEP_END;
  }
}
