import { readFile } from "node:fs/promises";

const BASE_FREQUENCY = "/sys/devices/system/cpu/cpu0/cpufreq/base_frequency";

/**
 * How fast the time-stamp counter of the host's processors counts, in kHz, as well as the kernel tells: by
 * the nominal frequency where frequencies change, and by the only one there is where they do not.
 */
export async function hostTscKhz(): Promise<number | undefined> {
  const nominal = Number(await readFile(BASE_FREQUENCY, "utf8").catch(() => ""));
  if (nominal > 0) return nominal;
  return parseCpuinfo(await readFile("/proc/cpuinfo", "utf8"));
}

/** `cpu MHz		: 2596.130` */
export function parseCpuinfo(text: string): number | undefined {
  const megahertz = Number(/^cpu MHz\s*: (?<value>[\d.]+)$/m.exec(text)?.groups?.["value"]);
  return megahertz > 0 ? Math.round(megahertz * 1_000) : undefined;
}
