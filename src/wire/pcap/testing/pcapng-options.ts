/** The options of a pcapng block; see pcapng-format.ts for their layout. */
import { OPT_ENDOFOPT, padded } from "../pcapng-format.ts";

const OPTION_HEADER_BYTES = 4;

export interface PcapngOption {
  readonly code: number;
  /** Aliases the input. */
  readonly value: Uint8Array;
}

/** Undefined when a length reaches beyond the block. The mark at the end may be absent. */
export function decodeOptions(
  input: Uint8Array,
  littleEndian: boolean,
): readonly PcapngOption[] | undefined {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const options: PcapngOption[] = [];
  let offset = 0;
  while (offset + OPTION_HEADER_BYTES <= input.byteLength) {
    const code = view.getUint16(offset, littleEndian);
    const length = view.getUint16(offset + 2, littleEndian);
    if (code === OPT_ENDOFOPT) return options;
    const start = offset + OPTION_HEADER_BYTES;
    if (start + length > input.byteLength) return undefined;
    options.push({ code, value: input.subarray(start, start + length) });
    offset = start + padded(length);
  }
  return options;
}

/** The first option of this code, as text. */
export function optionText(options: readonly PcapngOption[], code: number): string | undefined {
  const value = options.find((option) => option.code === code)?.value;
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

/** The first option of this code as 64 bits; undefined when it has another size. */
export function optionCount(
  options: readonly PcapngOption[],
  code: number,
  littleEndian: boolean,
): bigint | undefined {
  const value = options.find((option) => option.code === code)?.value;
  if (value?.byteLength !== 8) return undefined;
  return new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0, littleEndian);
}
