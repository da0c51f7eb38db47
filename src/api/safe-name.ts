/** Short texts in names that Kubernetes makes up: hashes that no one mistakes for a word. */

/** As apimachinery's util/rand: no vowels, nothing that looks like something else. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Each byte replaced by a character of the safe alphabet, so that no word comes out. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (const byte of new TextEncoder().encode(text)) encoded += alphabet[byte % alphabet.length];
  return encoded;
}

/**
 * What distinguishes a pod template from another of the same workload:
 * `5c5f7b7d9d` in `web-5c5f7b7d9d-x2k4q`.
 *
 * Shape and distribution are the real ones (FNV-1a of 32 bits, its decimal
 * digits in the safe alphabet), the value is not: Kubernetes hashes Go's dump of
 * its own structs, we hash JSON with sorted keys. Clients treat it as opaque.
 *
 * @param template with its defaults filled, so that writing one out changes nothing.
 * @param collisionCount how often the name made from the hash was taken by another template.
 */
export function templateHash(template: unknown, collisionCount: number = 0): string {
  const text = canonicalJson(template) + (collisionCount === 0 ? "" : `#${collisionCount}`);
  return safeEncode(String(fnv1a(text)));
}

/** JSON with sorted keys and without undefined fields: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field !== "object" || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
