// Whether a stock redis-server can be had here, and what its absence means.
//
// Role: the one rule for every test and stage that compares with Redis itself. Such a part runs when
// redis-server is on the PATH and says so when it is not; REQUIRE_STOCK_REDIS=1 makes absence a failure.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether the absence of a stock server is a failure rather than a reason to skip. */
export const stockRedisIsRequired = process.env["REQUIRE_STOCK_REDIS"] === "1";

/** What a skipped part prints. */
export const stockRedisSkipReason =
  "skipped: comparisons with a stock Redis, as redis-server is not on the PATH";

/** The full path of a program on the PATH, or undefined. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
