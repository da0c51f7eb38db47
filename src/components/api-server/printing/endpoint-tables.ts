import type {
  EndpointPort,
  EndpointSlice,
  EndpointSubset,
  Endpoints,
} from "../../../api/objects/service.ts";
import { ageColumn, nameColumn, text } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";

/** So many are named; of the others, how many there are. */
const shown = 3;

export const endpointsTable: KindTable<Endpoints> = {
  columns: [nameColumn, text("Endpoints", "Addresses and ports that are ready."), ageColumn],
  cells: ({ metadata, subsets = [] }, now) => [
    metadata.name,
    subsets.length === 0 ? "<none>" : abridged(subsets.flatMap(addressesOf)),
    ageSince(metadata.creationTimestamp, now),
  ],
};

export const endpointSliceTable: KindTable<EndpointSlice> = {
  columns: [
    nameColumn,
    text("AddressType", "IPv4, IPv6, or names."),
    text("Ports", "Ports of every endpoint in the slice."),
    text("Endpoints", "Addresses, ready or not."),
    ageColumn,
  ],
  cells: ({ metadata, addressType, ports, endpoints }, now) => [
    metadata.name,
    addressType,
    abridged(ports.map(formatSlicePort)) || "<unset>",
    abridged(endpoints.flatMap(({ addresses }) => addresses)) || "<unset>",
    ageSince(metadata.creationTimestamp, now),
  ],
};

function addressesOf({ addresses = [], ports = [] }: EndpointSubset): readonly string[] {
  // A headless Service may have no ports.
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) =>
    addresses.map(({ ip }) => `${ip.includes(":") ? `[${ip}]` : ip}:${port}`),
  );
}

function formatSlicePort({ port, name }: EndpointPort): string {
  return port === undefined ? name || "*" : String(port);
}

function abridged(list: readonly string[]): string {
  const text = list.slice(0, shown).join(",");
  return list.length > shown ? `${text} + ${list.length - shown} more...` : text;
}
