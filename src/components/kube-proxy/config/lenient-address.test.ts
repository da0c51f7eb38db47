import test from "ava";
import { formatCidr } from "../../../net/cidr.ts";
import {
  addressesOfFamily,
  cidrsOfFamily,
  parseLenientAddress,
  parseLenientCidr,
} from "./lenient-address.ts";

const addresses = [
  { text: "172.30.0.041", want: "172.30.0.41" },
  { text: "1.2.3.004", want: "1.2.3.4" },
  { text: "010.000.00.0", want: "10.0.0.0" },
  { text: "FD00:0:0::1", want: "fd00::1" },
  { text: "1.2.3", want: undefined },
  { text: "1.2.3.0256", want: undefined },
  { text: "", want: undefined },
];
for (const { text, want } of addresses) {
  test(`address ${JSON.stringify(text)} is read as ${want}`, (t) => {
    t.is(parseLenientAddress(text), want as ReturnType<typeof parseLenientAddress>);
  });
}

const cidrs = [
  { text: "203.0.113.000/025", want: "203.0.113.0/25" },
  { text: " 203.0.113.130/25\t", want: "203.0.113.128/25" },
  { text: "0.0.0.0/00", want: "0.0.0.0/0" },
  { text: "fd00::ffff/64", want: "fd00::/64" },
  { text: "203.0.113.0", want: undefined },
  { text: "203.0.113.0/33", want: undefined },
];
for (const { text, want } of cidrs) {
  test(`CIDR ${JSON.stringify(text)} is read as ${want}`, (t) => {
    const block = parseLenientCidr(text);
    t.is(block === undefined ? undefined : formatCidr(block), want);
  });
}

test("only what is of the family is kept", (t) => {
  const texts = ["10.0.0.1", "fd00::1", "nonsense"];
  t.deepEqual(addressesOfFamily(texts, "ipv4"), addressesOfFamily(["10.0.0.1"], "ipv4"));
  t.deepEqual(addressesOfFamily(texts, "ipv6"), addressesOfFamily(["fd00::1"], "ipv6"));
  t.deepEqual(cidrsOfFamily(["10.0.0.0/8", "fd00::/8"], "ipv6").map(formatCidr), ["fd00::/8"]);
  t.deepEqual(cidrsOfFamily(undefined, "ipv4"), []);
});
