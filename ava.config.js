/** Those that take longest begin first, so that none of them is left over when all others are done. */
const longest = ["predictions", "shards.test", "tshark/", "apply-plan.test"];

export default {
  files: ["dist/**/*.test.js"],
  timeout: "60s",
  // Kernel code moves its thread between namespaces; as in the program, let that be the main one.
  workerThreads: false,
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
};

function rank(file) {
  const at = longest.findIndex((name) => file.includes(name));
  return at === -1 ? longest.length : at;
}
