/**
 * Test data that lies beside the repository, not in it: inputs and expected
 * outputs taken from the tests of Kubernetes and CoreDNS. A clone that stands alone
 * has none, and then says so instead of passing in silence.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import test from "ava";

/** `../shared/golden`, seen from the root of the repository; undefined when it is not there. */
function goldenFolder(): string | undefined {
  const folder = path.resolve(import.meta.dirname, "../../../../shared/golden");
  return existsSync(folder) ? folder : undefined;
}

/** Runs `define` with the folder, or leaves one loud test that names what is missing. */
export function withGoldenFolder(subject: string, define: (folder: string) => void): void {
  const folder = goldenFolder();
  if (folder !== undefined) {
    define(folder);
    return;
  }
  test(`${subject}: upstream's vectors are absent`, (t) => {
    t.log(
      "NOT CHECKED against upstream: the folder ../shared/golden does not exist beside this repository; only the repository's own cases ran",
    );
    t.pass();
  });
}
