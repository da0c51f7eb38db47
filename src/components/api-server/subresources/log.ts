import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Answer } from "../http/call.ts";
import { chooseContainer, containerStatus } from "../streaming/choose-container.ts";
import { logOptions } from "../streaming/log-options.ts";
import type { PodRuntime } from "../streaming/pod-runtime.ts";
import { podOfTarget } from "../streaming/running-pod.ts";
import type { Subresource } from "./subresource.ts";

const contentType = "text/plain";

/** `pods/NAME/log` */
export const log: Subresource = {
  name: "log",
  verbs: ["get"],
  belongsTo: ({ stored }) => stored === "Pod",
  methods: {
    GET: (request) => {
      const { query } = request.call;
      const pod = podOfTarget(request);
      const container = chooseContainer(pod, query.get("container") ?? "");
      const options = { ...logOptions(query, Date.now()), pod, container };
      // On no node nobody has said anything yet.
      if ((pod.spec.nodeName ?? "") === "")
        return { type: "text", code: 200, contentType, text: "" };
      return streamLog(request.context.runtime, options);
    },
  },
};

function streamLog(runtime: PodRuntime, options: Parameters<PodRuntime["log"]>[0]): Answer {
  const hungUp = new AbortController();
  const pieces = runtime.log(options, hungUp.signal);
  if (pieces === undefined) throw noLog(options.pod, options.container, options.which);
  return {
    type: "stream",
    start: async (response) => {
      response.on("close", () => hungUp.abort());
      response.writeHead(200, { "content-type": contentType });
      // Who follows is to know at once that there is a log.
      response.flushHeaders();
      // A client that leaves in the middle is no failure.
      await pipeline(Readable.from(pieces), response).catch(() => undefined);
    },
  };
}

/** In kubelet's words. */
function noLog(pod: Pod, container: string, which: "current" | "previous"): ApiError {
  const { name } = pod.metadata;
  if (which === "previous") {
    const what = `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(name)}`;
    return new ApiError("BadRequest", `${what} not found`);
  }
  const { waiting } = containerStatus(pod, container)?.state ?? {};
  const what = `container ${JSON.stringify(container)} in pod ${JSON.stringify(name)}`;
  return waiting === undefined
    ? new ApiError("BadRequest", `${what} is not available`)
    : new ApiError("BadRequest", `${what} is waiting to start: ${waiting.reason ?? ""}`);
}
