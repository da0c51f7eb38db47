import type { FieldTable, FrameFacts } from "../field.ts";

/** The packet as a whole: epan's `frame.` fields. */
export const frameFields: FieldTable = {
  frame: { type: "protocol", layers: "frame", read: ({ data }: FrameFacts) => data },
  "frame.len": { type: "number", layers: "frame", read: ({ originalLength }) => originalLength },
  "frame.cap_len": { type: "number", layers: "frame", read: ({ data }) => data.byteLength },
  "frame.number": { type: "number", layers: "frame", read: ({ number }) => number },
  "frame.interface_name": {
    type: "text",
    layers: "frame",
    read: ({ interfaceName }) => interfaceName,
  },
};
