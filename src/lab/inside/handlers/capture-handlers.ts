import type { Handlers } from "../../control/control-server.ts";
import { CaptureTable } from "../capture-table.ts";
import { parsePlaces } from "../parse-request.ts";
import type { LabSession } from "./lab-session.ts";

type CaptureHandlers = Pick<
  Handlers,
  "startCapture" | "readCapture" | "followCapture" | "stopCapture"
>;

/** Captures that callers start; one lasts as long as the call that started it. */
export function captureHandlers(session: LabSession): CaptureHandlers {
  const captures = new CaptureTable();
  return {
    startCapture: async ({ places, captureFilter }, { emit, signal }) => {
      const capture = await session.lab.capture(parsePlaces(places), signal, captureFilter);
      const started = captures.add(capture);
      emit(started);
      await captures.keep(started.capture, signal);
      return {};
    },
    readCapture: async ({ capture, where }) => captures.read(capture, where),
    followCapture: async ({ capture, where }, { emit, signal }) => {
      await captures.follow(capture, where, emit, signal);
      return {};
    },
    stopCapture: ({ capture, file, where }) => captures.stop(capture, file, where),
  };
}
