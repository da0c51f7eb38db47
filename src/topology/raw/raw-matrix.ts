import * as z from "zod";
import { proxyModes } from "../proxy-options.ts";
import type { Matrix } from "../variants.ts";
import { networkVariants } from "./network-variant.ts";

export const rawMatrix: z.ZodType<Matrix> = z.strictObject({
  network: z
    .array(z.enum(networkVariants))
    .min(1)
    .optional()
    .describe("pod networks, as `--network` names them"),
  proxyMode: z.array(z.enum(proxyModes)).min(1).optional().describe("modes of kube-proxy"),
});
