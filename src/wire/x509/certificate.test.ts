import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import {
  type CertificateFields,
  encodeCertificate,
  encodePem,
  encodeToBeSigned,
} from "./certificate.ts";
import { generalizedTime, integer, objectIdentifier, octetString } from "./der.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

function certificate(fields: Partial<CertificateFields>): X509Certificate {
  const toBeSigned = encodeToBeSigned({
    serialNumber: Uint8Array.of(0, 0x8f, 1),
    issuer: { commonName: "lab" },
    subject: { commonName: "lab" },
    notBefore: new Date("2026-01-02T03:04:05Z"),
    notAfter: new Date("2052-01-02T03:04:05Z"),
    publicKey: publicKey.export({ type: "spki", format: "der" }),
    use: "server",
    ...fields,
  });
  return new X509Certificate(
    encodePem("CERTIFICATE", encodeCertificate(toBeSigned, sign("sha256", toBeSigned, privateKey))),
  );
}

test("OpenSSL reads an authority, and finds it signed by itself", (t) => {
  const authority = certificate({ use: "authority" });
  t.true(authority.ca);
  t.true(authority.verify(publicKey));
  t.true(authority.checkIssued(authority));
  t.is(authority.serialNumber, "8F01");
  t.is(new Date(authority.validFrom).toISOString(), "2026-01-02T03:04:05.000Z");
  t.is(new Date(authority.validTo).toISOString(), "2052-01-02T03:04:05.000Z");
});

test("OpenSSL finds a server's names and addresses, and no others", (t) => {
  const server = certificate({
    subject: { commonName: "kube-apiserver" },
    dnsNames: ["localhost", "kubernetes.default.svc.cluster.local"],
    addresses: [ipAddress("10.96.0.1"), ipAddress("fd00::1")],
  });
  t.false(server.ca);
  t.is(
    server.checkHost("kubernetes.default.svc.cluster.local"),
    "kubernetes.default.svc.cluster.local",
  );
  t.is(server.checkHost("kubernetes.default"), undefined);
  t.is(server.checkIP("10.96.0.1"), "10.96.0.1");
  t.is(server.checkIP("10.96.0.2"), undefined);
  t.is(server.checkIP("fd00::1"), "fd00::1");
  t.deepEqual(server.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
});

test("a client's groups and name are in its subject", (t) => {
  const client = certificate({
    subject: { commonName: "kubernetes-admin", organizations: ["system:masters", "others"] },
    use: "client",
  });
  t.is(client.subject, "O=system:masters\nO=others\nCN=kubernetes-admin");
  t.deepEqual(client.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
  t.is(client.subjectAltName, undefined);
});

test("a certificate that was changed is not the signer's any more", (t) => {
  const { raw } = certificate({ subject: { commonName: "node01" } });
  const changed = Buffer.from(raw);
  changed.write("node02", raw.indexOf("node01"));
  t.is(new X509Certificate(changed).subject, "CN=node02");
  t.true(new X509Certificate(raw).verify(publicKey));
  t.false(new X509Certificate(changed).verify(publicKey));
});

for (const { title, bytes, hex } of [
  { title: "zero is one byte", bytes: integer(Uint8Array.of(0, 0)), hex: "020100" },
  { title: "no number becomes negative", bytes: integer(Uint8Array.of(0x80)), hex: "02020080" },
  {
    title: "numbers are as short as can be",
    bytes: integer(Uint8Array.of(0, 1, 0)),
    hex: "02020100",
  },
  {
    title: "large parts of an identifier take several bytes",
    bytes: objectIdentifier("1.2.840.10045.4.3.2"),
    hex: "06082a8648ce3d040302",
  },
  {
    title: "from 128 bytes on, the length has a length",
    bytes: octetString(new Uint8Array(130)).subarray(0, 4),
    hex: "04818200",
  },
  {
    title: "a time has seconds and no fraction",
    bytes: generalizedTime(new Date("2026-01-02T03:04:05.678Z")),
    hex: `180f${Buffer.from("20260102030405Z").toString("hex")}`,
  },
]) {
  test(`DER: ${title}`, (t) => {
    t.is(Buffer.from(bytes).toString("hex"), hex);
  });
}
