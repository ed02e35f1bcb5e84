// Real randomness: the system's generator.

import { randomBytes, randomFillSync } from "node:crypto";
import type { Randomness } from "../random.ts";

export function realRandomness(): Randomness {
  return {
    seed: () => randomBytes(4).readUInt32LE(0),
    secret: (target) => {
      randomFillSync(target);
    },
  };
}
