// Real hashing: the system's library.

import { createHash } from "node:crypto";
import type { Hashing } from "../hashing.ts";

export function realHashing(): Hashing {
  return { sha256: (bytes) => createHash("sha256").update(bytes).digest("hex") };
}
