import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { arch, tmpdir } from "node:os";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { canBuild } from "./build-with-go.ts";
import { downloadRelease } from "./download-release.ts";
import { coreDnsVersion, findCoreDns } from "./find-coredns.ts";
import { type CoreDnsWay, obtainCoreDns } from "./obtain-coredns.ts";

const goes: ReadonlyArray<readonly [version: string, toolchain: string, can: boolean]> = [
  ["go1.26.8", "local", true],
  ["go1.25", "auto", true],
  ["go1.24.3", "local", false],
  ["go1.24.3", "auto", true],
  ["go1.22.1", "go1.22.1+auto", true],
  ["go1.19.8", "", false],
  ["devel", "auto", false],
];

for (const [version, toolchain, can] of goes) {
  test(`${version} with GOTOOLCHAIN=${toolchain} ${can ? "builds" : "does not build"} it`, (t) => {
    t.is(canBuild(version, toolchain), can);
  });
}

function scratch(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "podwire-coredns-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

const script = `#!/bin/sh\necho CoreDNS-${coreDnsVersion}\n`;
const goArch = arch() === "x64" ? "amd64" : arch();
const archiveName = `coredns_${coreDnsVersion}_linux_${goArch}.tgz`;

/** Answers as the release's server: by path, and 404 for the rest. */
async function serve(
  t: ExecutionContext,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<string> {
  const server = createServer(({ url = "" }, response) => {
    const content = files.get(url);
    if (content === undefined) response.writeHead(404);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function archiveOf(t: ExecutionContext, content: string): Promise<Uint8Array> {
  const folder = scratch(t);
  writeFileSync(path.join(folder, "coredns"), content);
  chmodSync(path.join(folder, "coredns"), 0o755);
  const file = path.join(folder, "archive.tgz");
  await execa("tar", ["-czf", file, "-C", folder, "coredns"]);
  return readFileSync(file);
}

const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

test("a release whose checksum is right is unpacked", async (t) => {
  const archive = await archiveOf(t, script);
  const at = `/v${coreDnsVersion}/${archiveName}`;
  const sum = `${sha256(archive)}  ${archiveName}\n`;
  const base = await serve(
    t,
    new Map<string, Uint8Array | string>([
      [at, archive],
      [`${at}.sha256`, sum],
    ]),
  );
  const file = await downloadRelease(scratch(t), base);
  t.is(readFileSync(file, "utf8"), script);
});

test("a release that is not what its checksum says is refused, with both", async (t) => {
  const archive = await archiveOf(t, script);
  const other = "0".repeat(64);
  const at = `/v${coreDnsVersion}/${archiveName}`;
  const base = await serve(
    t,
    new Map<string, Uint8Array | string>([
      [at, archive],
      [`${at}.sha256`, other],
    ]),
  );
  const folder = scratch(t);
  const { message } = await t.throwsAsync(downloadRelease(folder, base));
  t.is(message, `${base}${at}: its SHA-256 is ${sha256(archive)}, published is ${other}`);
  t.deepEqual(readdirSync(folder), [archiveName]);
});

test("a release without checksum is not fetched", async (t) => {
  const base = await serve(t, new Map());
  const { message } = await t.throwsAsync(downloadRelease(scratch(t), base));
  t.is(message, `${base}/v${coreDnsVersion}/${archiveName}.sha256: HTTP 404`);
});

test("a server that cannot be reached is named with the reason", async (t) => {
  const { message } = await t.throwsAsync(downloadRelease(scratch(t), "http://127.0.0.1:1"));
  t.regex(message, /^http:\/\/127\.0\.0\.1:1\/.*: .*(ECONNREFUSED|bad port)/);
});

function way(name: string, content: string | Error): CoreDnsWay {
  return {
    name,
    obtain: async (folder) => {
      if (content instanceof Error) throw content;
      const file = path.join(folder, "program");
      writeFileSync(file, content);
      return file;
    },
  };
}

test("the first way that works wins, and what failed before is not said", async (t) => {
  const folder = scratch(t);
  const said: string[] = [];
  const ways = [way("by magic", new Error("no magic")), way("by hand", script), way("never", "")];
  const file = await obtainCoreDns({ say: (line) => said.push(line), ways, folder });
  t.is(file, path.join(folder, "coredns"), said.join("\n"));
  t.deepEqual(readdirSync(folder), ["coredns"]);
  t.deepEqual(said, [
    `obtaining CoreDNS ${coreDnsVersion} by magic`,
    `obtaining CoreDNS ${coreDnsVersion} by hand`,
  ]);
});

test("when none works, each says why, and nothing is left", async (t) => {
  const folder = scratch(t);
  const said: string[] = [];
  const ways = [
    way("by magic", new Error("no magic")),
    way("by hand", "#!/bin/sh\necho CoreDNS-0.1\n"),
  ];
  t.is(await obtainCoreDns({ say: (line) => said.push(line), ways, folder }), undefined);
  t.deepEqual(said.slice(2), [
    "not by magic: no magic",
    "not by hand: it says that it is CoreDNS-0.1",
  ]);
  t.deepEqual(readdirSync(folder), []);
});

test.serial("PODWIRE_COREDNS counts before everything, and must be a program", (t) => {
  const folder = scratch(t);
  const file = path.join(folder, "mine");
  writeFileSync(file, script, { mode: 0o755 });
  process.env["PODWIRE_COREDNS"] = file;
  t.teardown(() => delete process.env["PODWIRE_COREDNS"]);
  t.deepEqual(findCoreDns(), { file, source: "PODWIRE_COREDNS" });
  process.env["PODWIRE_COREDNS"] = path.join(folder, "missing");
  t.throws(findCoreDns, { code: "HOST_PROGRAM" });
});
