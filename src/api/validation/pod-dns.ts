import { type FieldError, type FieldPath, invalid, required } from "../errors/field-errors.ts";
import type { PodSpec } from "../objects/pod.ts";
import { dns1123Subdomain } from "./names.ts";
import { checkEach, checkIpAddress, checkOneOf, checkText, type Faults } from "./rules.ts";

/** What the resolver of the C library accepts. */
const mostNameservers = 3;
const mostSearchDomains = 32;

/** `dnsPolicy` and `dnsConfig`. */
export function checkDns(path: FieldPath, { dnsPolicy, dnsConfig }: PodSpec): Faults {
  const faults: FieldError[] = [
    ...checkOneOf([...path, "dnsPolicy"], dnsPolicy, [
      "ClusterFirstWithHostNet",
      "ClusterFirst",
      "Default",
      "None",
    ]),
  ];
  const at = [...path, "dnsConfig"];
  if (dnsPolicy === "None" && (dnsConfig?.nameservers ?? []).length === 0) {
    faults.push(
      required(
        dnsConfig === undefined ? at : [...at, "nameservers"],
        dnsConfig === undefined
          ? "must provide `dnsConfig` when `dnsPolicy` is None"
          : "must provide at least one DNS nameserver when `dnsPolicy` is None",
      ),
    );
  }
  const { nameservers = [], searches = [], options } = dnsConfig ?? {};
  if (nameservers.length > mostNameservers) {
    faults.push(
      invalid(
        [...at, "nameservers"],
        nameservers,
        `must not have more than ${mostNameservers} nameservers`,
      ),
    );
  }
  faults.push(...checkEach([...at, "nameservers"], nameservers, checkIpAddress));
  if (searches.length > mostSearchDomains) {
    faults.push(
      invalid(
        [...at, "searches"],
        searches,
        `must not have more than ${mostSearchDomains} search paths`,
      ),
    );
  }
  faults.push(
    ...checkEach([...at, "searches"], searches, (each, domain) =>
      domain === "." ? [] : checkText(each, domain.replace(/\.$/, ""), searchDomain),
    ),
    ...checkEach([...at, "options"], options, (each, { name = "" }) =>
      name === "" ? [required(each, "must not be empty")] : [],
    ),
  );
  return faults;
}

/** Search paths may also have underscores, as `_ldap._tcp` has. */
function searchDomain(text: string): string | undefined {
  return dns1123Subdomain(text.replaceAll("_", "a"));
}
