/** A run with one failing scenario, as each reporter tells it. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import { compileFilter } from "../../src/wire/filter/compile.ts";
import { decodePacket } from "../../src/wire/packet/packet.ts";
import { decodeCaptureFile } from "../../src/wire/pcap/testing/capture-file.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const FILE = "test/labs/fixtures/one-fails.yaml";

/** Standard output of `podwire test`, and the folder that it wrote to, which is gone after `look`. */
async function report(
  t: ExecutionContext,
  reporter: string,
  look: (stdout: string, output: string) => Promise<void>,
): Promise<void> {
  await using folder = await ScratchFolder.create();
  const output = path.join(folder.path, "output");
  const flags = ["--reporter", reporter, "--output", output];
  const { exitCode, stdout, stderr } = await runPodwire(["test", FILE, ...flags]);
  t.is(exitCode, 1, stderr);
  t.is(stderr, "");
  await look(stdout, output);
}

/** What every reporter says of the failure, and where its files are. */
async function checkFailure(t: ExecutionContext, text: string, output: string): Promise<void> {
  t.regex(text, /\d+ of \d+ packets at node02:eth0 match tcp\.dstport == 80/);
  t.regex(text, /one-fails\.yaml:\d+:\d+$/m);
  t.regex(text, /expected {2}none with tcp\.dstport == 80$/m);
  t.regex(text, /seen {6}\d+$/m);
  t.regex(text, /node02:eth0 {2}192\.168\.0\.12:\d+ (>|&gt;) 10\.244\.0\.2:80 TCP \[SYN\]/);
  const named = [...text.matchAll(/^\s*(\w+)\s+(\/\S+\.(pcapng|txt|json))/gm)];
  t.deepEqual(
    named.map(([, title]) => title),
    ["capture", "rules", "routes", "conntrack", "objects"],
  );
  for (const [, title, file = ""] of named) {
    t.true(file.startsWith(`${output}${path.sep}`), file);
    t.true((await stat(file)).size > 0, title);
  }
}

test.serial("TAP has a point for each scenario and the failure as its diagnostic", async (t) => {
  await report(t, "tap", async (stdout, output) => {
    const lines = stdout.split("\n");
    t.is(lines[0], "TAP version 14");
    t.is(lines.at(-1), "1..3");
    t.deepEqual(
      lines.filter((line) => /^(not )?ok /.test(line)),
      [
        "ok 1 - one-fails: the pod answers",
        // A bare # would begin a directive.
        "not ok 2 - one-fails: nobody < asks > the pod & \\# is wrong",
        "ok 3 - one-fails: the nodes see each other",
      ],
    );
    const diagnostic = lines.slice(lines.indexOf("  ---"), lines.indexOf("  ...") + 1);
    t.true(diagnostic.length > 10);
    t.true(diagnostic.every((line) => line.startsWith("  ")));
    await checkFailure(t, diagnostic.join("\n"), output);
  });
});

test.serial("JUnit has a case for each scenario and the failure in its own", async (t) => {
  await report(t, "junit", async (stdout, output) => {
    t.true(stdout.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'));
    t.regex(stdout, /<testsuite name="one-fails" tests="3" failures="1" errors="0" skipped="0" /);
    t.is(stdout.match(/<testcase /g)?.length, 3);
    t.regex(stdout, /name="nobody &lt; asks &gt; the pod &amp; # is wrong"/);
    const failure = /<failure message="[^"<]+" type="PACKETS_UNEXPECTED">([^<]+)<\/failure>/;
    await checkFailure(t, failure.exec(stdout)?.[1] ?? "", output);
  });
});

test.serial("the people's report shows the steps until the one that failed", async (t) => {
  await report(t, "spec", async (stdout, output) => {
    t.regex(stdout, /^ {2}✓ the pod answers/m);
    t.regex(stdout, /^ {2}✗ nobody < asks > the pod & # is wrong/m);
    t.regex(stdout, /^ {6}✗ no packets at node\/node02: tcp\.dstport == 80$/m);
    // What comes after it in the scenario is not tried, what comes after the scenario is.
    t.notRegex(stdout, /host\/laptop: ping/);
    t.regex(stdout, /^ {2}✓ the nodes see each other/m);
    t.regex(stdout, /^2 passed, 1 failed in /m);
    await checkFailure(t, stdout, output);
  });
});

test.serial(
  "the files of a failure show the packets, rules, routes, connections and objects",
  async (t) => {
    await report(t, "json", async (stdout, output) => {
      const { ok, totals, labs } = JSON.parse(stdout);
      t.false(ok);
      t.like(totals, { passed: 2, failed: 1, skipped: 0 });
      const { failure } = labs[0].scenarios[1].steps.at(-1);
      t.is(failure.code, "PACKETS_UNEXPECTED");
      // SYN, ACK, the request, and as much of the end as had come by then.
      const seen = Number(failure.seen);
      t.true(seen >= 3);
      t.is(failure.packets.length, seen);
      t.is((await readdir(output)).length, 1);

      const artifacts = failure.artifacts as ReadonlyArray<{ title: string; path: string }>;
      const read = (title: string): Promise<Buffer> =>
        readFile(artifacts.find((artifact) => artifact.title === title)?.path ?? "");
      const packets = decodeCaptureFile(await read("capture"));
      const isUnwanted = compileFilter("tcp.dstport == 80");
      const unwanted = packets.filter(({ data, linkType, originalLength }, index) =>
        isUnwanted({
          number: index + 1,
          originalLength,
          data,
          interfaceName: "node02:eth0",
          timestampNs: 0n,
          layers: decodePacket(data, linkType, { originalLength }),
        }),
      );
      t.true(unwanted.length >= seen);
      t.regex(`${await read("rules")}`, /^### node01\n.*-j KUBE-SVC-.*^### node02\n/ms);
      t.regex(`${await read("routes")}`, /^### node02\n.*10\.244\.0\.0\/24 via 192\.168\.0\.11/ms);
      t.regex(`${await read("conntrack")}`, /dport=80 src=10\.244\.0\.2/);
      const objects: ReadonlyArray<{ kind: string }> = JSON.parse(`${await read("objects")}`);
      t.true(objects.some(({ kind }) => kind === "EndpointSlice"));
    });
  },
);

test.serial("with --bail what comes after the failure is skipped, and said to be", async (t) => {
  await using folder = await ScratchFolder.create();
  const flags = ["--bail", "--reporter", "tap", "--output", path.join(folder.path, "output")];
  const { exitCode, stdout } = await runPodwire(["test", FILE, ...flags]);
  t.is(exitCode, 1);
  t.regex(stdout, /^ok 3 - one-fails: the nodes see each other # SKIP an earlier failure$/m);
});

test.serial(
  "with --grep the others are not there at all, and what holds is a success",
  async (t) => {
    await using folder = await ScratchFolder.create();
    const output = path.join(folder.path, "output");
    const flags = ["--grep", "see each other$", "--reporter", "tap", "--output", output];
    const { exitCode, stdout } = await runPodwire(["test", FILE, ...flags]);
    t.is(exitCode, 0);
    t.is(stdout, "TAP version 14\nok 1 - one-fails: the nodes see each other\n1..1");
    // Nothing failed, so there is nothing to explain.
    await t.throwsAsync(readdir(output), { code: "ENOENT" });
  },
);

test.serial("why a lab cannot be built is said once", async (t) => {
  await using folder = await ScratchFolder.create();
  const args = ["test", "test/labs/fixtures/never-ready.yaml", "--output", folder.path];
  const { exitCode, stdout, stderr } = await runPodwire(args);
  t.is(exitCode, 1);
  t.is(stderr, "");
  t.is([...stdout.matchAll(/homeless/g)].length, 1, stdout);
  t.regex(stdout, /✗ second \(\S+ ms\)\n +✗ the lab\n +as above\n/);
});
