// Worker: one process of a batch. Takes jobs from its parent, one after another, and sends back what came of them.
//
// A run is one synchronous call, so a message waits until the job before it is done.

import type { Job } from "./job.ts";
import { perform } from "./perform.ts";

const JOBS_PER_COLLECTION = 25;
let jobs = 0;

process.on("message", (job: Job) => {
  process.send?.(perform(job));
  if (++jobs % JOBS_PER_COLLECTION === 0) globalThis.gc?.();
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
