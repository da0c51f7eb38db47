export default { files: ["dist/**/*.test.js"], timeout: "60s" };
