import { isKind, type Kind } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { asApplied } from "../../../api/patch/apply/last-applied.ts";
import type { Handlers } from "../../control/control-server.ts";
import type { LiveLab } from "../../live/live-lab.ts";
import { RunError } from "../../live/run-error.ts";
import { parseWorkload } from "../parse-request.ts";
import type { LabSession } from "./lab-session.ts";

/** Kubernetes' objects, read and written without the API server. */
export function objectHandlers(
  session: LabSession,
): Pick<Handlers, "get" | "apply" | "delete" | "scale"> {
  return {
    get: async ({ kind, ...key }) => select(session.lab, kindOf(kind), key),
    apply: async ({ objects }) => {
      // What a caller sends is checked where it is applied.
      const written = objects as Parameters<LiveLab["apply"]>[0];
      const applied = session.lab.apply(written.map((object) => asApplied(object, object)));
      return applied.map(({ object }) => object);
    },
    delete: async ({ kind, namespace = "", name }) => {
      session.lab.delete(kindOf(kind), { namespace, name });
      return {};
    },
    scale: async ({ where, replicas }) => {
      session.lab.scale(parseWorkload(where), replicas);
      return {};
    },
  };
}

function kindOf(text: string): Kind {
  if (isKind(text)) return text;
  throw new RunError("RUN_BAD_REQUEST", `${text} is no kind that podwire has`);
}

function select(
  { cluster: { store } }: LiveLab,
  kind: Kind,
  { namespace, name }: { readonly namespace?: string; readonly name?: string },
): readonly KubeObject[] {
  const objects: readonly KubeObject[] = store.list(kind, namespace);
  return name === undefined ? objects : objects.filter(({ metadata }) => metadata.name === name);
}
