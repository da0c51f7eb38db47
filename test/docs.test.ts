/** What the documentation says of files, commands and variables is so. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { proxyRules } from "../src/lab/proxy-rules.ts";
import { paperFiles } from "../src/lab/testing/paper-files.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name))
    .sort();
}

const documents = [
  ...["deploy/README.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...filesBelow("docs", ".md"),
  ...filesBelow("src/components", "README.md"),
].map((file) => ({ file, text: read(file) }));

interface Fence {
  readonly language: string;
  readonly text: string;
  /** The file that the block says it is from. */
  readonly excerptOf: string | undefined;
}

function fencesIn(text: string): readonly Fence[] {
  const fence = /(?:<!-- excerpt: (?<file>\S+) -->\n)?^```(?<language>\w*)\n(?<text>.*?)^```$/gms;
  return [...text.matchAll(fence)].map(({ groups = {} }) => ({
    language: groups["language"] ?? "",
    text: groups["text"] ?? "",
    excerptOf: groups["file"],
  }));
}

/** Headings as GitHub turns them into anchors. */
function anchorsIn(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const prose = (text: string): string => text.replaceAll(/^```.*?^```$/gms, "");

/** Each once, relative to the root, with its anchor; the document itself for a link within it. */
function linksIn(file: string, text: string): readonly string[] {
  const links = prose(text).matchAll(/\]\((?!https?:)(?<target>[^)\s]*)\)/g);
  const aims = [...links].map(({ groups: { target = "" } = {} }) =>
    target.startsWith("#") ? `${file}${target}` : path.join(path.dirname(file), target),
  );
  return [...new Set(aims)];
}

test("there are links and excerpts", (t) => {
  t.true(documents.some(({ file, text }) => linksIn(file, text).length > 5));
  t.true(documents.some(({ text }) => fencesIn(text).some(({ excerptOf }) => excerptOf)));
});

for (const { file, text } of documents) {
  for (const link of linksIn(file, text)) {
    test(`${file}: the link to ${link} leads somewhere`, (t) => {
      const [aim = "", anchor] = link.split("#");
      t.true(existsSync(path.join(root, aim)));
      if (anchor !== undefined) t.true(anchorsIn(read(aim)).includes(anchor));
    });
  }

  for (const [index, { excerptOf, text: excerpt }] of fencesIn(text).entries()) {
    if (excerptOf === undefined) continue;
    test(`${file}: block ${index + 1} is in ${excerptOf}, word for word`, (t) => {
      t.true(read(excerptOf).includes(excerpt));
    });
  }
}

test("the README shows the whole of the smallest lab", (t) => {
  const { text = "" } =
    fencesIn(read("README.md")).find(({ language }) => language === "yaml") ?? {};
  t.regex(text, /^apiVersion: podwire.dev\/v1alpha1\nkind: Topology/);
  t.true(read("topologies/minimal.yaml").endsWith(text));
});

/** Command lines, as typed: in blocks after a prompt or at the start of a line, in prose as `podwire …`. */
function commandLines(text: string): readonly string[] {
  const blocks = fencesIn(text)
    .filter(({ language }) => ["", "sh", "console"].includes(language))
    .flatMap(({ text: block }) => block.split("\n"))
    .flatMap((line) => /^(?:\$ )?(podwire [a-z].*)$/.exec(line)?.[1] ?? []);
  const inline = [...prose(text).matchAll(/`(podwire [a-z][^`]*)`/g)].map(([, line = ""]) => line);
  return [...blocks, ...inline];
}

const typed = documents
  // What the first users of a component's README type is not the command line's business.
  .filter(({ file }) => !file.startsWith("src/"))
  .flatMap(({ file, text }) => commandLines(text).map((line) => ({ file, line })));

const helpOf = (...words: readonly string[]): string =>
  execFileSync(process.execPath, [path.join(root, "bin/podwire.js"), ...words, "--help"], {
    encoding: "utf8",
  });

test("every command that is shown exists", (t) => {
  const known = new Set([...helpOf().matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = ""]) => name));
  t.true(known.has("up"));
  for (const { file, line } of typed) t.true(known.has(wordsOf(line)[0] ?? ""), `${file}: ${line}`);
});

/** Without the name of the program, and without what is another's. */
function wordsOf(line: string): readonly string[] {
  const [, ...words] = line.replace(/ (--|#|>|\|) .*$/, "").split(/\s+/);
  return words;
}

/** `report merge` has options of its own. */
function commandOf(line: string): string {
  const [command = "", next = ""] = wordsOf(line);
  return command === "report" ? `${command} ${next}` : command;
}

// A test for each: help takes a process, and on a busy machine all of it longer than one test may.
for (const command of new Set(typed.map(({ line }) => commandOf(line)))) {
  test(`podwire ${command} has the options with which it is shown`, (t) => {
    const help = helpOf(...command.split(" "));
    for (const { file, line } of typed.filter((each) => commandOf(each.line) === command)) {
      for (const word of wordsOf(line).filter((each) => /^--?[a-zA-Z]/.test(each))) {
        t.regex(help, new RegExp(`(^|[ ,])${word}[ ,\n]`, "m"), `${file}: ${line}: ${word}`);
      }
    }
    t.pass();
  });
}

test("the rules of a published listing come out of what the page for readers of articles types in", async (t) => {
  const blocks = fencesIn(read("docs/articles.md")).map(({ text }) => text);
  const [typedIn = ""] = blocks.flatMap(
    (block) => /^podwire proxy-rules - .*<< end\n(.*)^end$/ms.exec(block)?.[1] ?? [],
  );
  const shown = blocks.filter((block) => block.startsWith("-A KUBE-")).join("");
  t.not(shown, "");
  const { text } = await proxyRules(["listing.yaml"], {
    files: paperFiles({ "listing.yaml": typedIn }),
  });
  const rules = text.split("\n");
  for (const line of shown.trimEnd().split("\n")) t.true(rules.includes(line), line);
});

test("the README's table has every command", (t) => {
  const text = read("README.md");
  for (const [, name = ""] of helpOf().matchAll(/^ {2}([a-z-]+) /gm)) {
    if (name !== "help") t.true(text.includes(`\`podwire ${name}`), name);
  }
});

/** Handed down by podwire to itself, or the shell's and nobody's to set for us. */
const notForUsers = ["PATH", "TERM", "SHELL", "PODWIRE_SANDBOX"];

test("the README's table has the variables that are read, and no others", (t) => {
  const sources = filesBelow("src", ".ts").filter((file) => !file.endsWith(".test.ts"));
  const names = sources.flatMap((file) =>
    [...read(file).matchAll(/process\.env\["([A-Z_]+)"\]/g)].map(([, name = ""]) => name),
  );
  const documented = [...read("README.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    ([, name = ""]) => name,
  );
  const wanted = [...new Set(names)].filter((name) => !notForUsers.includes(name));
  t.deepEqual([...documented].sort(), wanted.sort());
});

test("the source tour visits every floor and every component", (t) => {
  const tour = read("docs/architecture.md");
  const folders = ["src", "src/components"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  );
  t.true(folders.includes("kube-proxy"));
  for (const folder of folders) t.true(tour.includes(`\`${folder}`), folder);
});

test("every component has a README, and the files that it names exist", (t) => {
  const sources = filesBelow("src", ".ts");
  for (const folder of readdirSync(path.join(root, "src/components"))) {
    const text = read(`src/components/${folder}/README.md`);
    for (const [, name = ""] of text.matchAll(/`([\w./-]+\.ts)`/g)) {
      const places = [`src/components/${folder}/`, "src/"].map((start) =>
        sources.some((file) => file.startsWith(start) && `${start}${file}`.endsWith(`/${name}`)),
      );
      t.true(places.includes(true) || sources.includes(name), `${folder}: ${name}`);
    }
  }
});

test("the files that the tour and the decisions name exist", (t) => {
  const texts = documents.filter(({ file }) => /architecture|adr|CONTRIBUTING/.test(file));
  for (const { file, text } of texts) {
    for (const [, name = ""] of prose(text).matchAll(
      /`([\w./-]+\/[\w.-]+\.(?:ts|mjs|yaml|md))`/g,
    )) {
      const isThere = [name, `src/${name}`].some((each) => existsSync(path.join(root, each)));
      t.true(isThere, `${file}: ${name}`);
    }
  }
  t.pass();
});
