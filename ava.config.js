export default {
  files: ["dist/**/*.test.js"],
  timeout: "60s",
  // Kernel code moves its thread between namespaces; as in the program, let that be the main one.
  workerThreads: false,
};
