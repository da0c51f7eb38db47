/**
 * X.509 certificates as bytes: what a signer signs, and the whole. Signed with ECDSA and SHA-256, which is all a lab
 * needs. After RFC 5280. (Written here because the libraries that do it take a third of a second to load, which is what a
 * whole lab takes.)
 */
import { type IpAddress, ipAddressBytes } from "../../net/ip-address.ts";
import {
  bitString,
  boolean,
  explicit,
  generalizedTime,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utf8String,
} from "./der.ts";

/** A distinguished name, as far as Kubernetes reads it: user and groups. */
export interface CertificateName {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export interface CertificateFields {
  /** Big-endian; at most 20 bytes, not all of them zero. */
  readonly serialNumber: Uint8Array;
  readonly issuer: CertificateName;
  readonly subject: CertificateName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo, in DER: what node:crypto exports as `spki`. */
  readonly publicKey: Uint8Array;
  /** `authority` signs certificates and nothing else; the others speak TLS. */
  readonly use: "authority" | "client" | "server";
  /** What a server is called. */
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly IpAddress[];
}

const oid = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extendedKeyUsage: "2.5.29.37",
} as const;

/** id-kp-serverAuth, id-kp-clientAuth. */
const purposes = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

/** X.509 version 3. */
const version = explicit(0, integer(Uint8Array.of(2)));
const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));

/** The tbsCertificate: everything but the signature. */
export function encodeToBeSigned(fields: CertificateFields): Uint8Array {
  const { serialNumber, issuer, subject, notBefore, notAfter, publicKey } = fields;
  return sequence(
    version,
    integer(serialNumber),
    algorithm,
    encodeName(issuer),
    sequence(generalizedTime(notBefore), generalizedTime(notAfter)),
    encodeName(subject),
    publicKey,
    explicit(3, sequence(...extensions(fields))),
  );
}

/** @param signature ECDSA over the first argument, in DER. */
export function encodeCertificate(toBeSigned: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(toBeSigned, algorithm, bitString(signature));
}

/** `CERTIFICATE`, `PRIVATE KEY`: bytes as text, 64 letters a line. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function encodeName({ commonName, organizations = [] }: CertificateName): Uint8Array {
  const attribute = (type: string, value: string): Uint8Array =>
    set(sequence(objectIdentifier(type), utf8String(value)));
  return sequence(
    ...organizations.map((name) => attribute(oid.organization, name)),
    attribute(oid.commonName, commonName),
  );
}

function extensions({
  use,
  dnsNames = [],
  addresses = [],
}: CertificateFields): readonly Uint8Array[] {
  const isAuthority = use === "authority";
  const names = [
    // GeneralName: dNSName is [2], iPAddress [7].
    ...dnsNames.map((name) => implicit(2, Buffer.from(name, "ascii"))),
    ...addresses.map((address) => implicit(7, ipAddressBytes(address))),
  ];
  return [
    critical(oid.basicConstraints, sequence(...(isAuthority ? [boolean(true)] : []))),
    // keyCertSign is bit 5, digitalSignature bit 0, counted from the left.
    critical(
      oid.keyUsage,
      isAuthority ? bitString(Uint8Array.of(0x04), 2) : bitString(Uint8Array.of(0x80), 7),
    ),
    ...(use === "authority"
      ? []
      : [extension(oid.extendedKeyUsage, sequence(objectIdentifier(purposes[use])))]),
    ...(names.length > 0 ? [extension(oid.subjectAlternativeName, sequence(...names))] : []),
  ];
}

function extension(type: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(type), octetString(value));
}

/** One that a reader must understand or refuse. */
function critical(type: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(type), boolean(true), octetString(value));
}
