// Slow sync: loaded before a server (node --import), makes each fdatasync of it end four milliseconds later.
//
// Role: a stand-in for a slower disk, for snapshot.ts, which delays its plain loop in the same way.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

export const delayMs = 4;

const sync = fs.fdatasync;
fs.fdatasync = (file, done) => sync(file, (error) => setTimeout(done, delayMs, error));
syncBuiltinESMExports();
