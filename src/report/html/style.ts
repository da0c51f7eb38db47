/** Both of a browser's colour schemes; readable on a telephone and on paper. */
export const style = `
:root {
  --ink: light-dark(#1c2430, #dfe6ee);
  --dim: light-dark(#5b6775, #93a1b1);
  --paper: light-dark(#ffffff, #12171d);
  --sheet: light-dark(#f3f5f8, #1a2129);
  --line: light-dark(#d9dfe6, #2b3540);
  --passed: light-dark(#17743a, #5fd38a);
  --failed: light-dark(#b3261e, #ff8a80);
  --skipped: light-dark(#8a5a00, #f0c060);
  color-scheme: light dark;
}
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; align-items: baseline; justify-content: space-between; border-bottom: 2px solid var(--line); }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
summary small, li small { white-space: nowrap; }
small { color: var(--dim); font-weight: normal; font-size: 0.8125rem; }
details { border: 1px solid var(--line); border-radius: 0.375rem; margin: 0.375rem 0; background: var(--sheet); }
summary { cursor: pointer; padding: 0.375rem 0.75rem; }
.mark { font-weight: bold; }
.passed > summary .mark, header .passed { color: var(--passed); }
.failed > summary .mark, header .failed, li.failed::marker { color: var(--failed); }
.skipped > summary .mark, .interrupted > summary .mark, header .skipped, header .interrupted, .warning { color: var(--skipped); }
ol { margin: 0; padding: 0.5rem 1rem 0.5rem 2.75rem; border-top: 1px solid var(--line); }
li { margin: 0.25rem 0; overflow-wrap: anywhere; }
li p { white-space: pre-line; }
li.passed::marker { color: var(--passed); }
q { color: var(--dim); quotes: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.125rem 1rem; margin: 0.25rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
pre, code { font: 0.8125rem/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.5rem 0.75rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.25rem; }
code { color: var(--dim); }
a { color: inherit; }
@media print { details { break-inside: avoid; } }
`;
