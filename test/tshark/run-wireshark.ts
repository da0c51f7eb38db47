import { execa } from "execa";

/**
 * What one of Wireshark's programs prints, line by line.
 *
 * @throws Error naming the Debian package when it is not installed: a test that
 * was skipped would look like one that held.
 */
export async function runWireshark(
  program: "tshark" | "capinfos",
  args: readonly string[],
): Promise<readonly string[]> {
  try {
    const { stdout } = await execa(program, args, { env: { LC_ALL: "C" } });
    return stdout.split("\n");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      const aptPackage = program === "tshark" ? "tshark" : "wireshark-common";
      throw new Error(`${program} is not installed; apt-get install ${aptPackage}`, {
        cause: error,
      });
    }
    throw error;
  }
}
