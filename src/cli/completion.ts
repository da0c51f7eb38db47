/** What the Tab key offers: commands and options as commander knows them, and the places of the labs that run. */
import type { Argument, Command, Option } from "commander";
import type { LabStatus } from "../lab/status.ts";
import { runsOnNodes } from "../topology/component.ts";

/** One word that can stand there, and what a shell that shows more than words says beside it. */
export interface Suggestion {
  readonly value: string;
  readonly description: string;
}

/** What there is to be named in the labs that run now. */
export interface LabWords {
  readonly labs: readonly Suggestion[];
  readonly places: readonly Suggestion[];
  /** What can fail, and be healed. */
  readonly faults: readonly Suggestion[];
}

/** The commands whose argument is what fails. */
const FAULT_COMMANDS: ReadonlySet<string> = new Set(["fail", "heal"]);

/** The arguments that name a place: `FROM`, `TO`, `WHERE`, and `WHAT` of `logs`. */
const PLACE_ARGUMENTS: ReadonlySet<string> = new Set(["from", "to", "where", "what"]);

/** All places of a lab, as `WHERE` is written. */
export function placesOf({ nodes, hosts, pods, services }: LabStatus): readonly Suggestion[] {
  return [
    ...nodes.map(({ name, address }) => ({ value: `node/${name}`, description: address })),
    ...hosts.map(({ name, address }) => ({ value: `host/${name}`, description: address })),
    ...pods.map(({ namespace, name, podIP }) => ({
      value: `pod/${namespace}/${name}`,
      description: podIP,
    })),
    ...services.map(({ namespace, name, clusterIP }) => ({
      value: `svc/${namespace}/${name}`,
      description: clusterIP,
    })),
  ];
}

/** Components, nodes, and the wires of nodes, hosts and pods, as `fail` takes them. */
export function faultsOf({ components, nodes, hosts, pods }: LabStatus): readonly Suggestion[] {
  const wire = (place: string): Suggestion => ({ value: `${place}:eth0`, description: "the wire" });
  return [
    ...components.flatMap((name) =>
      runsOnNodes(name)
        ? [
            { value: name, description: "wherever it runs" },
            ...nodes.map((node) => ({ value: `${name}@${node.name}`, description: "there alone" })),
          ]
        : [{ value: name, description: "the lab's" }],
    ),
    ...nodes.map(({ name }) => ({ value: `node/${name}`, description: "the machine" })),
    ...nodes.map(({ name }) => wire(`node/${name}`)),
    ...hosts.map(({ name }) => wire(`host/${name}`)),
    ...pods.map(({ namespace, name }) => wire(`pod/${namespace}/${name}`)),
  ];
}

/**
 * What can stand in place of the last of `words`, which follow `podwire` and of which the last may be
 * begun or empty. Nothing where a file name belongs: there the shell knows better.
 */
export function complete(
  program: Command,
  words: readonly string[],
  lab: LabWords,
): readonly Suggestion[] {
  const [name = "", ...rest] = words;
  const commands = program.createHelp().visibleCommands(program);
  if (words.length <= 1) return startingWith(name, commands.map(commandSuggestion));
  const command = commands.find((each) => each.name() === name);
  // What follows `--` is a command line of its own.
  if (command === undefined || rest.slice(0, -1).includes("--")) return [];
  return command.commands.length > 0
    ? complete(command, rest, lab)
    : completeOne(command, rest, lab);
}

/** Within the words that follow a command. */
function completeOne(
  command: Command,
  written: readonly string[],
  lab: LabWords,
): readonly Suggestion[] {
  const { words, given } = rejoined(withoutEquals(written));
  const begun = words.at(-1) ?? "";
  const options = command.createHelp().visibleOptions(command);
  const [, name = "", value = ""] = /^(--[^=]+=)(.*)$/.exec(begun) ?? [];
  const named = options.find((option) => isNamed(option, name.slice(0, -1)) && takesValue(option));
  if (named !== undefined) return prefixed(name, listed(value, valuesOf(named, lab)));
  const isWaiting = options.find((option) => isNamed(option, words.at(-2)) && takesValue(option));
  if (isWaiting !== undefined) return listed(begun, valuesOf(isWaiting, lab));
  if (begun.startsWith("-")) return startingWith(begun, options.flatMap(optionSuggestion));
  const position = argumentsBefore(words.slice(0, -1), options).length;
  const argument = command.registeredArguments[position] ?? command.registeredArguments.at(-1);
  if (argument === undefined || (position > 0 && isFull(command, position))) return [];
  return startingWith(begun, wordsFor(command, argument, lab)).map((suggestion) => ({
    ...suggestion,
    value: suggestion.value.slice(given.length),
  }));
}

/**
 * Bash takes `:` and `@` for words of their own, too: `node/node01`, `:`, `e`.
 *
 * @returns `given`: what of the last word bash has already, and puts in front by itself.
 */
function rejoined(words: readonly string[]): {
  readonly words: readonly string[];
  readonly given: string;
} {
  const whole: string[] = [];
  let given = "";
  for (const [index, word] of words.entries()) {
    const goesOn = isBreak(word) || isBreak(words[index - 1]);
    const before = goesOn ? (whole.pop() ?? "") : "";
    given = isBreak(word) ? `${before}${word}` : before;
    whole.push(`${before}${word}`);
  }
  return { words: whole, given };
}

function isBreak(word: string | undefined): boolean {
  return word === ":" || word === "@";
}

/** Bash takes the `=` of `--network=weave` for a word of its own; zsh and fish leave the three together. */
function withoutEquals(words: readonly string[]): readonly string[] {
  const kept = words.filter(
    (word, index) => word !== "=" || words[index - 1]?.startsWith("--") !== true,
  );
  return words.at(-1) === "=" && kept.at(-1) !== "=" ? [...kept, ""] : kept;
}

function prefixed(prefix: string, suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions.map(({ value, description }) => ({ value: `${prefix}${value}`, description }));
}

function isFull({ registeredArguments }: Command, position: number): boolean {
  return position >= registeredArguments.length && registeredArguments.at(-1)?.variadic !== true;
}

/** The words that are neither options nor their values. */
function argumentsBefore(words: readonly string[], options: readonly Option[]): readonly string[] {
  return words.filter((word, index) => {
    if (word.startsWith("-")) return false;
    const before = words[index - 1];
    return !options.some((option) => isNamed(option, before) && takesValue(option));
  });
}

function isNamed({ short, long }: Option, word: string | undefined): boolean {
  return word !== undefined && (word === short || word === long);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function valuesOf(option: Option, { labs }: LabWords): readonly Suggestion[] {
  return option.long === "--lab" ? labs : (option.argChoices ?? []).map(bare);
}

function wordsFor(
  command: Command,
  argument: Argument,
  { labs, places, faults }: LabWords,
): readonly Suggestion[] {
  if (FAULT_COMMANDS.has(command.name())) return faults;
  if (argument.argChoices !== undefined) return argument.argChoices.map(bare);
  if (argument.name() === "lab") return labs;
  return PLACE_ARGUMENTS.has(argument.name()) ? places : [];
}

/** Of values with commas between them the last is completed; the rest stays in front, and is not offered again. */
function listed(begun: string, values: readonly Suggestion[]): readonly Suggestion[] {
  const done = begun.slice(0, begun.lastIndexOf(",") + 1);
  const chosen = done.split(",");
  const left = values.filter(({ value }) => !chosen.includes(value));
  return startingWith(begun, prefixed(done, left));
}

function startingWith(begun: string, suggestions: readonly Suggestion[]): readonly Suggestion[] {
  return suggestions.filter(({ value }) => value.startsWith(begun));
}

function commandSuggestion(command: Command): Suggestion {
  return { value: command.name(), description: command.description() };
}

function optionSuggestion({ long, description }: Option): readonly Suggestion[] {
  return long === undefined ? [] : [{ value: long, description }];
}

function bare(value: string): Suggestion {
  return { value, description: "" };
}
