import test from "ava";
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { kernelError } from "../libc.ts";
import { modulesRemedy } from "../programs/distribution.ts";
import type { CheckOutcome } from "./check.ts";
import { explainRefusal } from "./explain-refusal.ts";

interface Case {
  readonly title: string;
  readonly error: Error;
  readonly check?: { readonly modules?: readonly string[]; readonly fix?: string };
  readonly shipped?: readonly string[];
  readonly outcome: CheckOutcome;
}

const said = (stderr: string): ProgramError => new ProgramError("it failed", { stderr });

const cases: readonly Case[] = [
  {
    title: "a device that the kernel can load",
    error: said("Error: Unknown device type.\n"),
    check: { modules: ["ipip"] },
    shipped: ["ipip"],
    outcome: { state: "missing", said: "Unknown device type", fix: "modprobe ipip" },
  },
  {
    title: "a device that it was built without",
    error: said("Error: Unknown device type.\n"),
    check: { modules: ["ipip"] },
    outcome: {
      state: "missing",
      said: "Unknown device type; this kernel has no module ipip (CONFIG_NET_IPIP)",
    },
  },
  {
    title: "a match, behind iptables' own name and version",
    error: said(
      "iptables-nft-restore v1.8.9 (nf_tables): \nline 3: RULE_APPEND failed (No such file or directory): rule in chain K\n",
    ),
    outcome: {
      state: "missing",
      said: "line 3: RULE_APPEND failed (No such file or directory): rule in chain K",
    },
  },
  {
    title: "an expression, without the line of a script that nobody wrote",
    error: said(
      "/dev/stdin:3:1-30: Error: Could not process rule: No such file or directory\nadd rule ip k c\n^^^^",
    ),
    outcome: { state: "missing", said: "Could not process rule: No such file or directory" },
  },
  {
    title: "what is there and not for us: no module helps",
    error: said("open: Permission denied\n"),
    check: { modules: ["tun"], fix: "chmod 0666 /dev/net/tun" },
    shipped: ["tun"],
    outcome: {
      state: "refused",
      said: "open: Permission denied",
      fix: "chmod 0666 /dev/net/tun",
    },
  },
  {
    title: "a system call",
    error: kernelError("open a packet socket", 1),
    outcome: {
      state: "refused",
      said: "open a packet socket: EPERM (operation not permitted)",
    },
  },
  {
    title: "a finding of our own",
    error: new HostError("HOST_FEATURE", "a frame sent on lo did not arrive there"),
    outcome: { state: "missing", said: "a frame sent on lo did not arrive there" },
  },
];

for (const { title, error, check = {}, shipped = [], outcome } of cases) {
  test(title, (t) => {
    t.deepEqual(explainRefusal(error, check, shipped), outcome);
  });
}

test("a module that this kernel came without is said to come with another package", (t) => {
  const outcome = explainRefusal(
    said("Error: Unknown device type.\n"),
    { modules: ["ipip"] },
    [],
    modulesRemedy("fedora"),
  );
  t.is(outcome.fix, "dnf install kernel-modules-extra-$(uname -r)");
  t.is(outcome.install?.ubuntu, "apt-get install linux-modules-extra-$(uname -r)");
});

test("a bug of ours is not blamed on the host", (t) => {
  t.throws(() => explainRefusal(new TypeError("x is not a function"), {}, []), {
    instanceOf: TypeError,
  });
});
