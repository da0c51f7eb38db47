/** CoreDNS from its source, by Go's own means: the module proxy, its checksum database, one command. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { findProgram } from "../programs/programs.ts";
import { coreDnsVersion } from "./find-coredns.ts";

/** What its go.mod asks for: 1.25. */
const leastMinor = 25;
/** From here on Go gets itself a newer version when a module asks for one, unless it is told not to. */
const leastSwitchingMinor = 21;

/** `go install github.com/coredns/coredns@v…`: a few minutes on two cores. @throws Error when there is no Go for it. */
export async function buildWithGo(folder: string): Promise<string> {
  const go = await newEnoughGo();
  await execa(
    go,
    [
      ...["install", "-trimpath", "-ldflags=-s -w"],
      `github.com/coredns/coredns@v${coreDnsVersion}`,
    ],
    {
      cwd: folder,
      // Whatever the user's own work is built with is not for this; a static program runs in an empty container.
      env: { GOBIN: folder, GOFLAGS: "", GOWORK: "off", GOOS: "", GOARCH: "", CGO_ENABLED: "0" },
      stdin: "ignore",
      stdout: "ignore",
    },
  ).catch((error: unknown) => {
    throw new Error(lastLine(error));
  });
  return path.join(folder, "coredns");
}

async function newEnoughGo(): Promise<string> {
  const found = goPrograms();
  const versions: string[] = [];
  for (const go of found) {
    const { stdout } = await execa(go, ["env", "GOVERSION", "GOTOOLCHAIN"], {
      cwd: "/",
      reject: false,
    });
    const [version = "", toolchain = ""] = (stdout ?? "").split("\n");
    if (canBuild(version, toolchain)) return go;
    versions.push(version || go);
  }
  throw new Error(
    found.length === 0
      ? "there is no Go"
      : `it needs Go 1.${leastMinor}, and this is ${versions.join(", ")}`,
  );
}

/** @param version as `go env GOVERSION` says it: `go1.26.8`. @param toolchain `go env GOTOOLCHAIN`. */
export function canBuild(version: string, toolchain: string): boolean {
  const { minor } = /^go1\.(?<minor>\d+)/.exec(version)?.groups ?? {};
  const own = Number(minor ?? 0);
  const switches = toolchain === "auto" || toolchain.endsWith("+auto");
  return own >= leastMinor || (switches && own >= leastSwitchingMinor);
}

/** The PATH's first, then where Go's own archive and Debian's packages put it. */
function goPrograms(): readonly string[] {
  const debian = existsSync("/usr/lib")
    ? readdirSync("/usr/lib").filter((name) => /^go-1\.\d+$/.test(name))
    : [];
  const usual = ["/usr/local/go/bin/go", ...debian.map((name) => `/usr/lib/${name}/bin/go`)];
  const onPath = findProgram("go");
  return [...new Set([...(onPath === undefined ? [] : [onPath]), ...usual.filter(existsSync)])];
}

function lastLine(error: unknown): string {
  const { stderr = "", message = String(error) } = error as {
    readonly stderr?: string;
    readonly message?: string;
  };
  return stderr.trim().split("\n").at(-1) || message;
}
