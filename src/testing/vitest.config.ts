// Settings of vitest for the whole repository, named on its command line by run-tests.ts.
//
// Threads rather than processes: starting one is cheaper, and the tests share nothing that a process would
// have to keep apart. Two of them, because two cores are what a small machine and a runner of CI have, and
// tests that start a stock server need the rest of a core for it.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["{src,oracle,sim,compat,bench}/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 2,
    // Long enough for a property over thousands of cases on a busy machine; a hang still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A committed `only` would silently switch off its neighbours.
    allowOnly: false,
    passWithNoTests: false,
  },
});
