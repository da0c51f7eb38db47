/**
 * pcapng, draft-ietf-opsawg-pcapng §3: a file is a list of blocks, each
 *
 *    +------------+------------+----------------------------+------------+
 *    |  type (4)  | length (4) | body, padded to 4 bytes    | length (4) |
 *    +------------+------------+----------------------------+------------+
 *
 * and a section of it begins with a section header block, whose byte-order
 * magic shows how its writer orders bytes. Options end the body of most blocks:
 *
 *    [ code (2) | length (2) | value, padded to 4 bytes ], the last one 0, 0
 */

export const SECTION_HEADER_BLOCK = 0x0a0d_0d0a;
export const INTERFACE_DESCRIPTION_BLOCK = 1;
export const SIMPLE_PACKET_BLOCK = 3;
export const INTERFACE_STATISTICS_BLOCK = 5;
export const ENHANCED_PACKET_BLOCK = 6;

export const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;

/** Type, length and length again. */
export const BLOCK_OVERHEAD_BYTES = 12;
/** Type and length: where the body begins. */
export const BODY_OFFSET = 8;

export const OPT_ENDOFOPT = 0;
export const OPT_COMMENT = 1;
export const SHB_OS = 3;
export const SHB_USERAPPL = 4;
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_TSOFFSET = 14;
export const ISB_IFRECV = 4;
export const ISB_IFDROP = 5;

/** if_tsresol: timestamps count units of 10^-9 seconds. */
export const NANOSECOND_RESOLUTION = 9;
/** What holds without the option: microseconds. */
export const DEFAULT_RESOLUTION = 6;

export function padded(length: number): number {
  return (length + 3) & ~3;
}
