/** What comes of reading a place: it, or what is wrong with its text. */

export interface WhereFault {
  readonly message: string;
  readonly hint: string | undefined;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: WhereFault };

/** The hint where nothing better is known. */
export const formsHint =
  "write node/NAME, pod/NAMESPACE/NAME, deploy/NAMESPACE/NAME, svc/NAMESPACE/NAME, host/NAME, an address or a DNS name";

export function fault(message: string, hint: string | undefined): Parsed<never> {
  return { ok: false, fault: { message, hint } };
}
