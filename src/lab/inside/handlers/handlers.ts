/** What each operation of the control socket does; see protocol.ts. */
import type { Handlers } from "../../control/control-server.ts";
import { captureHandlers } from "./capture-handlers.ts";
import { faultHandlers } from "./fault-handlers.ts";
import { LabSession, type LabSessionOptions } from "./lab-session.ts";
import { lifeHandlers } from "./life-handlers.ts";
import { objectHandlers } from "./object-handlers.ts";
import { placeHandlers } from "./place-handlers.ts";
import { trafficHandlers } from "./traffic-handlers.ts";

export function labHandlers(options: LabSessionOptions): Handlers {
  const session = new LabSession(options);
  return {
    ...lifeHandlers(session),
    ...objectHandlers(session),
    ...trafficHandlers(session),
    ...captureHandlers(session),
    ...placeHandlers(session),
    ...faultHandlers(session),
  };
}
