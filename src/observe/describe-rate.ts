const units = [
  { name: "Gbit/s", bits: 1e9 },
  { name: "Mbit/s", bits: 1e6 },
  { name: "kbit/s", bits: 1e3 },
];

/** `9.57 Mbit/s`: three digits, as iperf prints them. */
export function formatRate(bitsPerSecond: number): string {
  const unit = units.find(({ bits }) => bitsPerSecond >= bits) ?? { name: "bit/s", bits: 1 };
  return `${Number((bitsPerSecond / unit.bits).toPrecision(3))} ${unit.name}`;
}
