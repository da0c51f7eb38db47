import test from "ava";
import { hintForMissing } from "./missing-program.ts";

for (const [program, hint] of [
  ["ping", "`podwire probe pod/a TO --ping` needs no program; Debian has it in iputils-ping"],
  ["dig", "`podwire probe pod/a TO --dns` needs no program; Debian has it in bind9-dnsutils"],
  ["frob", "what runs at pod/a is this machine's: install it here"],
] as const) {
  test(`where ${program} is missing, there is a way on`, (t) => {
    t.is(hintForMissing(program, "pod/a"), hint);
  });
}
