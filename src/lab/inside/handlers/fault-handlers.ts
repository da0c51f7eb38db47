import type { Handlers } from "../../control/control-server.ts";
import { describeFailed, describeHealed } from "../../scenario/steps/fault.ts";
import { parseFault } from "../parse-request.ts";
import type { LabSession } from "./lab-session.ts";

/** What breaks, and is mended. */
export function faultHandlers(session: LabSession): Pick<Handlers, "fail" | "heal"> {
  return {
    fail: async ({ what }) => {
      const target = parseFault(what);
      await session.lab.fail(target);
      return { said: describeFailed(target) };
    },
    heal: async ({ what }) => {
      const target = parseFault(what);
      await session.lab.heal(target);
      return { said: describeHealed(target) };
    },
  };
}
