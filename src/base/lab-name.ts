const pattern = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** What a lab may be called: as a Kubernetes object, at most 63 characters. */
export function isLabName(name: string): boolean {
  return pattern.test(name);
}

/** For whoever wrote another. */
export const labNameRule =
  "must be 1..63 small letters, digits, dashes and dots, with a letter or a digit at both ends";
