import test from "ava";
import { findResource } from "../resources/all-resources.ts";
import { encodeItem, encodeObject } from "./encode.ts";
import { type Presentation, presentationFor, presentItem, presentObject } from "./presentation.ts";

const event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "a", namespace: "default", resourceVersion: "7" },
  message: 'of "Ångström"',
};

const table = { shape: "Table", version: "v1" } as const;
const metadata = { shape: "PartialObjectMetadata", version: "v1" } as const;

function presentation(group: string, as?: typeof metadata | typeof table): Presentation {
  const resource = findResource(group, "v1", "events");
  if (resource === undefined) throw new Error("there are events");
  return presentationFor(resource, { format: "json", ...(as && { as }) }, new URLSearchParams());
}

for (const [title, shown] of [
  ["an object as it is stored", presentation("")],
  ["an object of another group", presentation("events.k8s.io")],
  ["metadata", presentation("", metadata)],
] as const) {
  test(`${title} is the same as text, asked once or twice`, (t) => {
    for (const _time of ["first", "second"]) {
      t.deepEqual(JSON.parse(encodeObject(shown, event)), presentObject(shown, event));
      t.deepEqual(JSON.parse(encodeItem(shown, event)), presentItem(shown, event));
    }
  });
}

test("the text of one object is made once, whoever asks for it", (t) => {
  let made = 0;
  const counting = {
    ...event,
    data: {
      toJSON: () => {
        made++;
        return {};
      },
    },
  };
  encodeItem(presentation(""), counting);
  encodeObject(presentation(""), counting);
  t.is(made, 1);
});
