/** Scopes of routes and addresses: RT_SCOPE_* of linux/rtnetlink.h. */
const NUMBERS = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

export type Scope = keyof typeof NUMBERS;

export function encodeScope(scope: Scope): number {
  return NUMBERS[scope];
}

/** A number without a name, which only another program can have set, reads as `global`. */
export function decodeScope(number: number): Scope {
  for (const scope of ["site", "link", "host", "nowhere"] as const) {
    if (NUMBERS[scope] === number) return scope;
  }
  return "global";
}
