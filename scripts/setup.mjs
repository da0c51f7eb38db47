/**
 * Installs the programs that podwire drives, from Debian's packages. Idempotent;
 * looks at the PATH and at nothing else when nothing is missing. Without root it
 * installs nothing and says which command would.
 *
 *     npm run setup            what labs need
 *     npm run setup -- --test  and what the tests compare with
 */
import { $ } from "zx";
import { bootstrap } from "./bootstrap.mjs";

bootstrap();
const { missingPrograms } = await import("../dist/src/kernel/programs.js");

const purposes = process.argv.includes("--test") ? ["lab", "test"] : ["lab"];
const missing = missingPrograms(purposes);
if (missing.length > 0)
  await install([...new Set(missing.map((program) => program.debianPackage))]);

async function install(packages) {
  for (const { name, purpose } of missing) {
    process.stderr.write(`podwire: ${name} is missing: ${purpose}\n`);
  }
  if (process.getuid() !== 0) {
    process.stderr.write(
      `podwire: install it with\n\n    sudo apt-get install --yes --no-install-recommends ${packages.join(" ")}\n\n`,
    );
    process.exit(3);
  }
  process.stderr.write(`podwire: installing ${packages.join(" ")}\n`);
  process.env.DEBIAN_FRONTEND = "noninteractive";
  await $`apt-get update`.quiet();
  await $`apt-get install --yes --no-install-recommends ${packages}`.quiet();
  const still = missingPrograms(purposes);
  if (still.length > 0) {
    process.stderr.write(`podwire: still missing: ${still.map(({ name }) => name).join(", ")}\n`);
    process.exit(3);
  }
}
