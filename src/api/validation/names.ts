/** The shapes of names, with the server's own explanations. After apimachinery's util/validation. */

/** What is wrong with a text, in words; undefined when nothing is. */
export type TextRule = (text: string) => string | undefined;

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualified})?`;
const envName = "[-._a-zA-Z][-._a-zA-Z0-9]*";
const configKey = "[-._a-zA-Z0-9]+";

function matching(pattern: string, maxBytes: number, explanation: string): TextRule {
  const regex = new RegExp(`^(?:${pattern})$`);
  return (text) => {
    if (text.length > maxBytes) return `must be no more than ${maxBytes} characters`;
    return regex.test(text) ? undefined : explanation;
  };
}

function explain(what: string, pattern: string, ...examples: readonly string[]): string {
  const list = examples.map((example) => `'${example}'`).join(",  or ");
  return `${what} (e.g. ${list}, regex used for validation is '${pattern}')`;
}

/** RFC 1123: names of namespaces, containers, hostnames. */
export const dns1123Label: TextRule = matching(
  label,
  63,
  explain(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    label,
    "my-name",
    "123-abc",
  ),
);

/** RFC 1123: names of most objects. */
export const dns1123Subdomain: TextRule = matching(
  subdomain,
  253,
  explain(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    subdomain,
    "example.com",
  ),
);

/** RFC 1035: names of Services, which begin with a letter. */
export const dns1035Label: TextRule = matching(
  label1035,
  63,
  explain(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    label1035,
    "my-name",
    "abc-123",
  ),
);

export const labelValueRule: TextRule = matching(
  labelValue,
  63,
  explain(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    labelValue,
    "MyValue",
    "my_value",
    "12345",
  ),
);

const qualifiedShape = explain(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualified,
  "MyName",
  "my.name",
  "123-abc",
);

const namePart: TextRule = matching(qualified, 63, qualifiedShape);

/** The key of a label or an annotation: `app`, `kubernetes.io/hostname`. */
export function qualifiedName(text: string): string | undefined {
  const parts = text.split("/");
  const [prefix = "", name] = parts.length === 1 ? [undefined, text] : parts;
  if (parts.length > 2) {
    return `a qualified name ${qualifiedShape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  if (parts.length === 2) {
    if (prefix === "") return "prefix part must be non-empty";
    const wrong = dns1123Subdomain(prefix);
    if (wrong !== undefined) return `prefix part ${wrong}`;
  }
  if (name === undefined || name === "") return "name part must be non-empty";
  const wrong = namePart(name);
  return wrong === undefined ? undefined : `name part ${wrong}`;
}

export const envVarName: TextRule = matching(
  envName,
  Number.POSITIVE_INFINITY,
  explain(
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    envName,
    "my.env-name",
    "MY_ENV.NAME",
    "MyEnvName1",
  ),
);

/** Keys of a ConfigMap or a Secret. */
export const configMapKey: TextRule = matching(
  configKey,
  253,
  explain(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    configKey,
    "key.name",
    "KEY_NAME",
    "key-name",
  ),
);

/** Names that need only fit into a URL, such as `system:coredns`. */
export function pathSegmentName(text: string): string | undefined {
  if (text === "." || text === "..") return `may not be '${text}'`;
  const found = ["/", "%"].filter((each) => text.includes(each));
  return found.length === 0
    ? undefined
    : found.map((each) => `may not contain '${each}'`).join(", ");
}

/** IANA_SVC_NAME: the name of a container port. At most one fault of each kind, as the server lists them. */
export function portNameFaults(text: string): readonly string[] {
  const faults: string[] = [];
  if (text.length > 15) faults.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(text)) {
    faults.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(text)) faults.push("must contain at least one letter (a-z)");
  if (text.includes("--")) faults.push("must not contain consecutive hyphens");
  if (/^-|-$/.test(text)) faults.push("must not begin or end with a hyphen");
  return faults;
}
