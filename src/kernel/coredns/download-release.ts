/** CoreDNS as its makers publish it: an archive, and beside it the SHA-256 it must have. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { arch } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { Deadline } from "../../base/deadline.ts";
import { coreDnsVersion } from "./find-coredns.ts";

const releases = "https://github.com/coredns/coredns/releases/download";

/** By Node's name of the architecture. */
const architectures: ReadonlyMap<string, string> = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
  ["ppc64", "ppc64le"],
  ["riscv64", "riscv64"],
  ["s390x", "s390x"],
]);

/** Without any sign of life a server that cannot be reached would hold up everything. */
const answerWithinMs = 20_000;
const archiveWithinMs = 600_000;

/** @throws Error when it cannot be fetched, or is not what its checksum says. */
export async function downloadRelease(folder: string, base: string = releases): Promise<string> {
  const architecture = architectures.get(arch());
  if (architecture === undefined) throw new Error(`there is none for ${arch()}`);
  const name = `coredns_${coreDnsVersion}_linux_${architecture}.tgz`;
  const url = `${base}/v${coreDnsVersion}/${name}`;
  const wanted = parseChecksum(await fetchText(`${url}.sha256`), name);
  const archive = path.join(folder, name);
  const actual = await fetchFile(url, archive);
  if (actual !== wanted)
    throw new Error(`${url}: its SHA-256 is ${actual}, published is ${wanted}`);
  await execa("tar", ["-xzf", archive, "-C", folder, "coredns"]);
  return path.join(folder, "coredns");
}

/** `HEX  FILE`, as sha256sum writes it. */
function parseChecksum(text: string, name: string): string {
  const { sum } = /^(?<sum>[0-9a-f]{64})\b/i.exec(text.trim())?.groups ?? {};
  if (sum === undefined) throw new Error(`${name}.sha256: no checksum in it`);
  return sum.toLowerCase();
}

async function fetchText(url: string): Promise<string> {
  using patience = new Deadline(answerWithinMs);
  const response = await get(url, patience.signal);
  return response.text();
}

/** Its SHA-256, in hexadecimal. */
async function fetchFile(url: string, file: string): Promise<string> {
  using patience = new Deadline(archiveWithinMs);
  const { body } = await get(url, patience.signal);
  if (body === null) throw new Error(`${url}: empty`);
  const hash = createHash("sha256");
  const hashed = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.fromWeb(body), hashed, createWriteStream(file));
  return hash.digest("hex");
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  } catch (error) {
    const { cause, message } = error as { readonly cause?: Error; readonly message: string };
    throw new Error(`${url}: ${cause?.message || message}`);
  }
}
