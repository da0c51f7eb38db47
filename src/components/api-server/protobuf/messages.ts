/** The table of messages, read. */
import { messageTexts } from "./message-texts.ts";

export interface MessageField {
  readonly name: string;
  /** Of each item, where there are several. */
  readonly type: string;
  readonly shape: "inline" | "list" | "map" | "single";
  /** Whether zero is a value of its own. */
  readonly isOptional: boolean;
}

export type Message = ReadonlyMap<number, MessageField>;

const read = new Map<string, Message>();

/** By its name in the table; undefined for one that is not there. */
export function findMessage(name: string): Message | undefined {
  const known = read.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(messageTexts, name)) return undefined;
  const message = parseMessage(messageTexts[name] ?? "");
  read.set(name, message);
  return message;
}

/** The name of the message that carries a kind: that of the kind, after its group's where several have one of that name. */
export function messageNameOf(apiVersion: string, kind: string): string {
  const group = apiVersion.includes("/") ? (apiVersion.split(/[./]/)[0] ?? "") : "core";
  const qualified = `${group}.${kind}`;
  return Object.hasOwn(messageTexts, qualified) ? qualified : kind;
}

function parseMessage(text: string): Message {
  return new Map(
    text.split(", ").map((part) => {
      const [number = "", name = "", type = ""] = part.split(" ");
      return [Number(number), parseField(name, type)];
    }),
  );
}

function parseField(name: string, type: string): MessageField {
  const isOptional = type.startsWith("?");
  if (name === "^") return { name, type, shape: "inline", isOptional };
  if (type.startsWith("[]")) return { name, type: type.slice(2), shape: "list", isOptional };
  if (type.startsWith("{}")) return { name, type: type.slice(2), shape: "map", isOptional };
  return { name, type: isOptional ? type.slice(1) : type, shape: "single", isOptional };
}
