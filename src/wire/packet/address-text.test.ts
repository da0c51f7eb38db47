import test from "ava";
import fc from "fast-check";
import { ipAddressFromBytes } from "../../net/ip-address.ts";
import { macAddressFromBytes } from "../../net/mac-address.ts";
import { ipv4At, ipv6At, macAt } from "./address-text.ts";

const sizes = [
  { title: "IPv4", size: 4, at: ipv4At, format: ipAddressFromBytes },
  { title: "IPv6", size: 16, at: ipv6At, format: ipAddressFromBytes },
  { title: "MAC", size: 6, at: macAt, format: macAddressFromBytes },
] as const;

for (const { title, size, at, format } of sizes) {
  test(`the text of an address is its own, whatever was formatted before: ${title}`, (t) => {
    // More addresses than slots, each twice: hits, misses and evictions.
    const address = fc.uint8Array({ minLength: size, maxLength: size });
    const addresses = fc.sample(address, { seed: 3, numRuns: 9_000 });
    for (const bytes of [...addresses, ...addresses]) {
      const packet = Uint8Array.of(0xff, ...bytes, 0xff);
      t.is(at(packet, 1), format(bytes));
      t.is(at(packet, 1), format(bytes));
    }
  });
}
