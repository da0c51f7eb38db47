/**
 * YAML as kubectl and the API server read it: neither version 1.1 nor 1.2, but what Go's yaml.v2 takes for a number, a
 * truth value or nothing. `yes` is true, `0400` is 256 as a file mode should be, `12:30` and dates are texts.
 *
 * @see sigs.k8s.io/yaml goyaml.v2/resolve.go; kubernetes-yaml.test.ts has what kubectl made of each.
 */
import {
  type DocumentOptions,
  type ParseOptions,
  parse,
  type ScalarTag,
  type SchemaOptions,
  type Tags,
} from "yaml";

const core = "tag:yaml.org,2002:";

const nothing: ScalarTag = {
  tag: `${core}null`,
  default: true,
  test: /^(?:~|null|Null|NULL)?$/,
  resolve: () => null,
};

const truth: ScalarTag = {
  tag: `${core}bool`,
  default: true,
  test: /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE)$/,
  resolve: (text) => /^(?:y|on|t)/i.test(text),
};

const number: ScalarTag = {
  tag: `${core}int`,
  default: true,
  test: /^[-+]?\.?[0-9][\w.+-]*$/,
  // What only begins like a number is a text.
  resolve: (text) => parseNumber(text) ?? text,
};

/** Only where it is asked for: `!!float 3`. */
const float: ScalarTag = {
  tag: `${core}float`,
  resolve: (text) => parseNumber(text) ?? text,
};

const binary: ScalarTag = {
  tag: `${core}binary`,
  resolve: (text) => Buffer.from(text, "base64").toString("utf8"),
};

const own: readonly ScalarTag[] = [nothing, truth, number, float, binary];
const replaced: ReadonlySet<string> = new Set(own.map(({ tag }) => tag));

/** For the parser, with whatever else the caller wants of it. */
export const kubernetesYaml: DocumentOptions & ParseOptions & SchemaOptions = {
  merge: true,
  customTags: (tags): Tags => [
    ...tags.filter((each) => typeof each === "string" || !replaced.has(each.tag)),
    ...own,
  ],
};

/** One document as plain data. @throws Error saying what is wrong and where. */
export function parseKubernetesYaml(text: string): unknown {
  return parse(text, kubernetesYaml);
}

function parseNumber(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  const isNegative = plain.startsWith("-");
  const digits = plain.replace(/^[-+]/, "");
  if (!/^\.?[0-9]/.test(digits)) return undefined;
  // As C writes octal; the other prefixes are JavaScript's own as well.
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (!Number.isFinite(value)) return undefined;
  return isNegative && value !== 0 ? -value : value;
}
