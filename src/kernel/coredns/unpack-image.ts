/** CoreDNS out of its published container image, where skopeo and umoci are installed. */
import path from "node:path";
import { execa } from "execa";
import { findProgram } from "../programs/programs.ts";
import { coreDnsVersion } from "./find-coredns.ts";

/** A registry that cannot be reached is one that does not answer. */
const withinMs = 300_000;

/** @throws Error when a program is missing, or no registry can be reached. */
export async function unpackImage(folder: string): Promise<string> {
  for (const program of ["skopeo", "umoci"]) {
    if (findProgram(program) === undefined) throw new Error(`there is no ${program}`);
  }
  const layout = path.join(folder, "image");
  const bundle = path.join(folder, "bundle");
  const image = `docker://registry.k8s.io/coredns/coredns:v${coreDnsVersion}`;
  const options = { stdin: "ignore", timeout: withinMs } as const;
  await execa("skopeo", ["copy", image, `oci:${layout}:coredns`], options);
  const rootless = process.getuid?.() === 0 ? [] : ["--rootless"];
  await execa("umoci", ["unpack", ...rootless, "--image", `${layout}:coredns`, bundle], options);
  return path.join(bundle, "rootfs", "coredns");
}
