/**
 * Queueing disciplines: `struct tcmsg` of linux/rtnetlink.h, 20 bytes, then attributes TCA_*.
 *
 *     struct tcmsg {
 *       unsigned char  tcm_family;
 *       unsigned char  __pad1;
 *       unsigned short __pad2;
 *       int            tcm_ifindex;
 *       __u32          tcm_handle;
 *       __u32          tcm_parent;   // TC_H_ROOT: all that leaves the device
 *       __u32          tcm_info;
 *     };
 */
import { asciiz, bytes, u32 } from "../attribute-codec.ts";
import { encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_REPLACE } from "../message.ts";
import { RTM_DELQDISC, RTM_NEWQDISC } from "./rtm.ts";

const HEADER_BYTES = 20;
const TC_H_ROOT = 0xffff_ffff;
/** `1:`, as tc has it. */
const HANDLE = 0x1_0000;

const attributes = { kind: [1, asciiz], options: [2, bytes] } as const;

/** TCA_NETEM_*; times as in TCA_NETEM_LATENCY64, in nanoseconds. */
const netem = {
  reorder: [3, bytes],
  corrupt: [4, bytes],
  rate: [6, bytes],
  rate64: [8, bytes],
  latency64: [10, bytes],
  jitter64: [11, bytes],
} as const;

/** TCA_TBF_*. */
const tbf = { parms: [1, bytes], rate64: [4, bytes], burst: [6, u32] } as const;

/** What netem holds before it drops. */
const NETEM_LIMIT = 1_000;
const TC_LINKLAYER_ETHERNET = 1;

/** What happens to packets that leave a device. Absent: nothing of the kind. */
export interface Netem {
  readonly delayMs?: number | undefined;
  readonly jitterMs?: number | undefined;
  /** Shares, 0..1. */
  readonly loss?: number | undefined;
  readonly duplicate?: number | undefined;
  readonly corrupt?: number | undefined;
  readonly reorder?: number | undefined;
  readonly rateBitsPerSecond?: number | undefined;
}

/** Equivalent to: `tc qdisc replace dev $device root handle 1: netem delay … loss … rate …` */
export function qdiscReplaceNetem(device: string, index: number, settings: Netem): NetlinkRequest {
  return replaceRoot(device, index, "netem", netemOptions(settings));
}

/** Equivalent to: `tc qdisc replace dev $device root handle 1: tbf rate $rate burst $burst limit $limit` */
export function qdiscReplaceTbf(
  device: string,
  index: number,
  {
    rateBitsPerSecond,
    burstBytes,
    limitBytes,
  }: {
    readonly rateBitsPerSecond: number;
    readonly burstBytes: number;
    readonly limitBytes: number;
  },
): NetlinkRequest {
  const rate = rateBitsPerSecond / 8;
  const options = encodeAttributes(
    {
      parms: Buffer.concat([
        rateSpec(rate),
        rateSpec(0),
        u32.encode(limitBytes),
        // In place of them TCA_TBF_BURST and the size of a packet count.
        Buffer.alloc(8),
      ]),
      rate64: u64(rate),
      burst: burstBytes,
    },
    tbf,
  );
  return replaceRoot(device, index, "tbf", options);
}

/** Equivalent to: `tc qdisc delete dev $device root` */
export function qdiscDelete(device: string, index: number): NetlinkRequest {
  return {
    operation: `RTM_DELQDISC dev ${device}`,
    type: RTM_DELQDISC,
    flags: 0,
    payload: header(index, 0),
  };
}

function replaceRoot(
  device: string,
  index: number,
  kind: string,
  options: Uint8Array,
): NetlinkRequest {
  return {
    operation: `RTM_NEWQDISC ${kind} dev ${device}`,
    type: RTM_NEWQDISC,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    payload: Buffer.concat([
      header(index, HANDLE),
      encodeAttributes({ kind, options }, attributes),
    ]),
  };
}

function header(index: number, handle: number): Buffer {
  const output = Buffer.alloc(HEADER_BYTES);
  output.writeInt32LE(index, 4);
  output.writeUInt32LE(handle, 8);
  output.writeUInt32LE(TC_H_ROOT, 12);
  return output;
}

/**
 *     struct tc_netem_qopt {
 *       __u32 latency;    // of old; TCA_NETEM_LATENCY64 counts
 *       __u32 limit;      // packets
 *       __u32 loss;       // share of 2^32
 *       __u32 gap;        // every how many packets one may overtake
 *       __u32 duplicate;  // share
 *       __u32 jitter;
 *     };
 */
function netemOptions(settings: Netem): Buffer {
  const { delayMs = 0, jitterMs = 0, loss, duplicate, corrupt, reorder } = settings;
  const { rateBitsPerSecond } = settings;
  const rate = rateBitsPerSecond === undefined ? undefined : rateBitsPerSecond / 8;
  const fixed = [0, NETEM_LIMIT, share(loss), isSet(reorder) ? 1 : 0, share(duplicate), 0];
  const more = encodeAttributes(
    {
      latency64: u64(delayMs * 1e6),
      jitter64: u64(jitterMs * 1e6),
      // A share, and how much it depends on the one before.
      reorder: isSet(reorder) ? pair(share(reorder), 0) : undefined,
      corrupt: isSet(corrupt) ? pair(share(corrupt), 0) : undefined,
      rate: rate === undefined ? undefined : Buffer.concat([u32.encode(rate), Buffer.alloc(12)]),
      rate64: rate === undefined || rate < 2 ** 32 ? undefined : u64(rate),
    },
    netem,
  );
  return Buffer.concat([...fixed.map((value) => u32.encode(value)), more]);
}

/** `struct tc_ratespec`: cell_log, linklayer, overhead, cell_align, mpu, then bytes a second. */
function rateSpec(bytesPerSecond: number): Buffer {
  const output = Buffer.alloc(12);
  // Unless the link layer is named, the kernel wants a table of how long packets take.
  output[1] = bytesPerSecond === 0 ? 0 : TC_LINKLAYER_ETHERNET;
  output.writeUInt32LE(Math.min(Math.round(bytesPerSecond), 2 ** 32 - 1), 8);
  return output;
}

function share(value: number | undefined): number {
  return Math.round((value ?? 0) * (2 ** 32 - 1));
}

function isSet(value: number | undefined): boolean {
  return value !== undefined && value > 0;
}

function pair(first: number, second: number): Buffer {
  return Buffer.concat([u32.encode(first), u32.encode(second)]);
}

function u64(value: number): Buffer {
  const output = Buffer.alloc(8);
  output.writeBigUInt64LE(BigInt(Math.round(value)));
  return output;
}
