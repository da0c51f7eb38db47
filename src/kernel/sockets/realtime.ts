import { libcFunction } from "../libc.ts";

const CLOCK_REALTIME = 0;

const clockGettime = libcFunction<[clock: number, time: Uint8Array]>(
  "int clock_gettime(int clock, void *time)",
);

/** Nanoseconds since the epoch, by the clock of SO_TIMESTAMPNS and of captures. */
export function realtimeNs(): bigint {
  const time = new Uint8Array(16);
  clockGettime("read the clock", CLOCK_REALTIME, time);
  const view = new DataView(time.buffer);
  return view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
}
