/** What a display filter can name: a field with its type and where in a layer it is. */
import type { Layer, LayerType } from "../packet/layer.ts";

/**
 * `number`: unsigned, compared by size. `boolean`: 0 or 1. `address`: IP of
 * either family, with or without a prefix length. `bytes`: MAC addresses and
 * byte strings. `text`. `protocol`: is the layer there; its bytes can be sliced
 * and searched.
 */
export type FieldType =
  | "number"
  | "boolean"
  | "ipv4"
  | "ipv6"
  | "ether"
  | "bytes"
  | "text"
  | "protocol";

/** As fields are compared: addresses and byte strings by their bytes. */
export type FieldValue = number | string | Uint8Array;

/** What belongs to the packet as a whole: the `frame.` fields. */
export interface FrameFacts {
  readonly layers: readonly Layer[];
  readonly interfaceName: string;
  /** From 1. */
  readonly number: number;
  /** Nanoseconds since the epoch. */
  readonly timestampNs: bigint;
  /** Bytes on the wire. */
  readonly originalLength: number;
  readonly data: Uint8Array;
}

/** One or several values of one occurrence; undefined where the layer lacks the field. */
export type Read<Source> = (source: Source) => FieldValue | readonly FieldValue[] | undefined;

export interface LayerField {
  readonly type: FieldType;
  /** The layers it is read from. */
  readonly layers: readonly LayerType[];
  readonly read: Read<Layer>;
}

interface FrameField {
  readonly type: FieldType;
  readonly layers: "frame";
  readonly read: Read<FrameFacts>;
}

export type Field = LayerField | FrameField;

export type FieldTable = Readonly<Record<string, Field>>;

type LayerOf<Type extends LayerType> = Extract<Layer, { type: Type }>;

/** A field of one kind of layer, read with that layer's own type. */
export function field<Type extends LayerType>(
  type: FieldType,
  layers: Type | readonly Type[],
  read: Read<LayerOf<Type>>,
): LayerField {
  // The evaluator calls `read` for layers of these types and no others.
  return { type, layers: [layers].flat() as readonly LayerType[], read: read as Read<Layer> };
}

/** The layer itself: is it there? Its value is its header's bytes. */
export function protocol(...layers: readonly LayerType[]): LayerField {
  return {
    type: "protocol",
    layers,
    read: (layer) => layer.packet.subarray(layer.offset, layer.end),
  };
}

export function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
