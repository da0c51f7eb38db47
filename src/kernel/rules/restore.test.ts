import test from "ava";
import { offendingLine } from "./restore.ts";

const nat = ["*nat", ":K - [0:0]", "-A K --dport 80 -j RETURN", "-A K -j NOPE", "COMMIT"].join(
  "\n",
);

const cases = [
  {
    title: "iptables-restore, of a line it cannot read",
    message:
      'iptables-restore v1.8.9 (nf_tables): unknown option "--dport"\nError occurred at line: 3',
    line: "-A K --dport 80 -j RETURN",
  },
  {
    title: "iptables-restore, of a chain it misses at the end of the table",
    message:
      "iptables-restore v1.8.9 (nf_tables): Chain 'NOPE' does not exist\nError occurred at line: 5",
    line: "-A K -j NOPE",
  },
  {
    title: "iptables-restore, of a rule that the kernel refuses",
    message: "iptables-restore v1.8.9 (nf_tables): \nline 4: RULE_APPEND failed (Too many links)",
    line: "-A K -j NOPE",
  },
  {
    title: "iptables-restore, of a table as a whole",
    message: "iptables-restore: line 5 failed: No chain/target/match by that name.",
    line: "COMMIT",
  },
  {
    title: "nft",
    message: "/dev/stdin:2:26-26: Error: syntax error, unexpected '}', expecting hook",
    line: ":K - [0:0]",
  },
  {
    title: "ipset",
    message: "ipset v7.17: Error in line 3: Syntax error",
    line: "-A K --dport 80 -j RETURN",
  },
  { title: "a message without a line", message: "Permission denied", line: undefined },
  { title: "a line that is not there", message: "Error occurred at line: 99", line: undefined },
];

for (const { title, message, line } of cases) {
  test(`the offending line: ${title}`, (t) => t.is(offendingLine(nat, message), line));
}
