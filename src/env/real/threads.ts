// Real threads: how many processors there are.

import { availableParallelism } from "node:os";
import type { Threads } from "../threads.ts";

export function realThreads(): Threads {
  return { processors: availableParallelism() };
}
