/** What is read besides, and what runs in place of images, as written. */
import * as z from "zod";
import { dnsLabel, sentence } from "./scalar-schemas.ts";

export interface RawManifestsEntry {
  readonly path: string;
  readonly namespace?: string | undefined;
}

export interface RawStandIn {
  readonly command: readonly string[];
  readonly rootfs?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export const rawManifestsEntry: z.ZodType<string | RawManifestsEntry> = z.union([
  sentence,
  z.strictObject({
    path: sentence.describe("a file, or a folder whose .yaml, .yml and .json files are all read"),
    namespace: dnsLabel.optional().describe("for objects that name none, as `kubectl apply -n`"),
  }),
]);

export const rawStandIn: z.ZodType<RawStandIn> = z.strictObject({
  command: z.array(z.string()).min(1).describe("program and arguments, run in the pod"),
  rootfs: sentence
    .optional()
    .describe(
      "the folder of an unpacked image, relative to this file: run as a container of its own, with the manifest's command and args",
    ),
  env: z.record(z.string(), z.string()).optional().describe("added to the container's own"),
});
