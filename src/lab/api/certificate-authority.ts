/** The certificate authority of a lab: made with it, known to nobody else, gone with it. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  type CertificateFields,
  type CertificateName,
  encodeCertificate,
  encodePem,
  encodeToBeSigned,
} from "../../wire/x509/certificate.ts";

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const tenYearsMs = 10 * 365 * 24 * 3_600_000;
/** Clocks of clients that run a little behind. */
const backdatedMs = 3_600_000;

export class CertificateAuthority {
  /** What clients trust, as PEM. */
  readonly certificate: string;
  readonly #name: CertificateName;
  readonly #key: KeyObject;

  constructor(commonName: string) {
    // P-256: made in a fraction of a millisecond, where RSA takes a tenth of a second.
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#name = { commonName };
    this.#key = privateKey;
    this.certificate = this.#sign(publicKey, { subject: this.#name, use: "authority" });
  }

  /** A new key, and a certificate for it. */
  issue(
    fields: Pick<CertificateFields, "addresses" | "dnsNames" | "subject"> & {
      readonly use: "client" | "server";
    },
  ): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      certificate: this.#sign(publicKey, fields),
      key: privateKey.export({ type: "sec1", format: "pem" }).toString(),
    };
  }

  #sign(
    publicKey: KeyObject,
    fields: Pick<CertificateFields, "addresses" | "dnsNames" | "subject" | "use">,
  ): string {
    const now = Date.now();
    const toBeSigned = encodeToBeSigned({
      ...fields,
      serialNumber: randomBytes(16),
      issuer: this.#name,
      notBefore: new Date(now - backdatedMs),
      notAfter: new Date(now + tenYearsMs),
      publicKey: publicKey.export({ type: "spki", format: "der" }),
    });
    const signature = sign("sha256", toBeSigned, this.#key);
    return encodePem("CERTIFICATE", encodeCertificate(toBeSigned, signature));
  }
}
