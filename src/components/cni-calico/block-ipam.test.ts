/** The pool is 10.244.0.0/24: four blocks of 64. */
import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { BlockIpam } from "./block-ipam.ts";

const pool = cidr("10.244.0.0/24");

function fill(ipam: BlockIpam, node: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => ipam.allocate(node, `${node}-${index}`));
}

test("a node has no block before it needs one", (t) => {
  t.deepEqual(new BlockIpam(pool, 26).blocksOf("node01"), []);
});

test("a node's first address is the first of its block, and the block's are given in order", (t) => {
  const ipam = new BlockIpam(pool, 26);
  const [first, second] = fill(ipam, "node01", 2);
  const [block] = ipam.blocksOf("node01");
  t.is(block && formatCidr(block), `${first}/26`);
  t.is(Number(second?.split(".")[3]), Number(first?.split(".")[3]) + 1);
});

test("the same node begins with the same block in every lab", (t) => {
  const blocks = [1, 2].map(() => {
    const ipam = new BlockIpam(pool, 26);
    ipam.allocate("node01", "a");
    return ipam.blocksOf("node01");
  });
  t.deepEqual(blocks[0], blocks[1]);
});

test("two nodes never have one block", (t) => {
  const ipam = new BlockIpam(pool, 26);
  const nodes = ["node01", "node02", "node03", "node04"];
  for (const node of nodes) ipam.allocate(node, node);
  const blocks = nodes.flatMap((node) => ipam.blocksOf(node).map(formatCidr));
  t.is(new Set(blocks).size, 4);
});

test("an address that comes back is given last", (t) => {
  const ipam = new BlockIpam(pool, 30);
  const [first] = fill(ipam, "node01", 2);
  ipam.release("node01-0");
  const next = ["x", "y", "z"].map((owner) => `${ipam.allocate("node01", owner)}`);
  t.is(next[2], first);
});

test("a node whose block is full claims another", (t) => {
  const ipam = new BlockIpam(pool, 26);
  fill(ipam, "node01", 65);
  t.is(ipam.blocksOf("node01").length, 2);
  t.deepEqual(ipam.borrowedBy("node01"), []);
});

test("when no block is left, an address is borrowed, and given back", (t) => {
  const ipam = new BlockIpam(pool, 26);
  fill(ipam, "node01", 192);
  ipam.allocate("node02", "last-block");
  const borrowed = ipam.allocate("node03", "borrower");
  t.deepEqual(ipam.blocksOf("node03"), []);
  t.deepEqual(ipam.borrowedBy("node03").map(formatCidr), [`${borrowed}/32`]);
  ipam.release("borrower");
  t.deepEqual(ipam.borrowedBy("node03"), []);
});

test("a pool without an address left is an error that names it", (t) => {
  const ipam = new BlockIpam(pool, 26);
  fill(ipam, "node01", 256);
  const error = t.throws(() => ipam.allocate("node01", "one more"), { code: "IPAM_EXHAUSTED" });
  t.regex(error?.message ?? "", /10\.244\.0\.0\/24/);
});

test("a pool that is smaller than a block is one block", (t) => {
  const ipam = new BlockIpam(cidr("10.244.0.0/28"), 26);
  t.is(`${ipam.allocate("node01", "a")}`, "10.244.0.0");
  t.deepEqual(ipam.blocksOf("node01").map(formatCidr), ["10.244.0.0/28"]);
});
