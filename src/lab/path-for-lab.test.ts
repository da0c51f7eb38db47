import path from "node:path";
import test from "ava";
import { LabError } from "./lab-error.ts";
import { pathForLab } from "./path-for-lab.ts";

test("a relative path is one of this process", (t) => {
  t.is(pathForLab("podwire-output"), path.resolve("podwire-output"));
});

// /var/run leads to /run on every distribution.
for (const file of ["/run", "/run/user/0/out", "/var/run/not/there/yet", "/tmp/../run/x"]) {
  test(`${file} would end with the lab, and is refused`, (t) => {
    const error = t.throws(() => pathForLab(file), { instanceOf: LabError });
    t.is(error.code, "USAGE");
    t.is(error.exitCode, 2);
    t.true(error.message.startsWith(`${file}: is below /run`), error.message);
  });
}

test("what is merely called so is nothing special", (t) => {
  t.is(pathForLab("/tmp/run/x"), "/tmp/run/x");
  t.is(pathForLab("/runner"), "/runner");
});
