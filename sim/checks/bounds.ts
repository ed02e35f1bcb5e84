// bounds: no named queue or buffer of a node is ever larger than its bound.
//
// Role: looks between turns. How full each queue gets is counted too, so that a batch shows which bounds were
// never put to the test.

import type { Check } from "../check.ts";

const NEARLY = 0.8;

export const bounds: Check = {
  name: "bounds",
  promises: ["P17"],
  begin(context) {
    let looks = 0;
    const nearlyFull = new Map<string, number>();
    const reported = new Set<string>();

    return {
      turnEnded(id) {
        const node = context.node(id);
        if (node === undefined) return;
        for (const { name, size, bound } of node.queues()) {
          looks++;
          if (size >= bound * NEARLY) nearlyFull.set(name, (nearlyFull.get(name) ?? 0) + 1);
          // Once per queue and start of the node: what is too long stays so for many turns.
          if (size <= bound || reported.has(`${id}.${node.generation}.${name}`)) continue;
          reported.add(`${id}.${node.generation}.${name}`);
          context.report({
            kind: `${kindOf(name)} over its bound`,
            text: `node ${id}: ${name} is ${size}, its bound ${bound}`,
          });
        }
      },
      counts() {
        const counts: Record<string, number> = { queues: looks };
        for (const [name, count] of nearlyFull) {
          const key = `${kindOf(name)} nearly full?`;
          counts[key] = (counts[key] ?? 0) + count;
        }
        return counts;
      },
    };
  },
};

// A queue of one client may carry its number; the signature of a violation carries none.
function kindOf(name: string): string {
  return name.replaceAll(/[\s:=/]*\d+/g, "");
}
