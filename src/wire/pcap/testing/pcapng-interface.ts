/** What a pcapng file says of an interface: its name, and how it counts time. */

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const POWER_OF_TWO = 0x80;

export interface PcapngInterface {
  /** Within its section, from 0. */
  readonly id: number;
  /** See link-type.ts. */
  readonly linkType: number;
  /** Bytes kept of each packet; 0 for all. */
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Units of time in a second. */
  readonly unitsPerSecond: bigint;
  /** What the units count from, in seconds since the epoch. */
  readonly offsetSeconds: bigint;
}

/** if_tsresol: the highest bit says whether the rest is a power of two or of ten. */
export function unitsPerSecond(resolution: number): bigint {
  const exponent = BigInt(resolution & ~POWER_OF_TWO);
  return (resolution & POWER_OF_TWO) === 0 ? 10n ** exponent : 2n ** exponent;
}

/** A timestamp of this interface, in nanoseconds since the epoch. */
export function timestampNs(
  units: bigint,
  { unitsPerSecond, offsetSeconds }: PcapngInterface,
): bigint {
  const sinceOffset =
    unitsPerSecond === NANOSECONDS_PER_SECOND
      ? units
      : (units * NANOSECONDS_PER_SECOND) / unitsPerSecond;
  return sinceOffset + offsetSeconds * NANOSECONDS_PER_SECOND;
}
