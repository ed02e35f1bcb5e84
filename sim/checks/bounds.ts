// bounds: no named queue or buffer of a node is ever larger than its bound.
//
// Role: looks between turns. What is called held may exceed its bound by one reply, since none is cut short: by the
// largest that was told so far. How full each queue gets is counted too, so that a batch shows which bounds were
// never put to the test.

import type { Check } from "../check.ts";

const NEARLY = 0.8;
/** What is over a bound that was just lowered is dealt with by the cron, which a process that is paused does not run. */
const LOWERED_US = 25_000_000;

export const bounds: Check = {
  name: "bounds",
  promises: ["P17"],
  begin(context) {
    let looks = 0;
    const nearlyFull = new Map<string, number>();
    const reported = new Set<string>();
    let largestReply = 0;
    let loweredUs = Number.NEGATIVE_INFINITY;

    return {
      executed({ atUs, call }) {
        if (call.words[0]?.length === 6 && /^config$/i.test(call.words[0])) loweredUs = atUs;
        const length = call.isReplyCut ? Number.POSITIVE_INFINITY : call.reply.length;
        if (length > largestReply) largestReply = length;
      },
      turnEnded(id) {
        const node = context.node(id);
        if (node === undefined) return;
        for (const { name, size, bound: own } of node.queues()) {
          looks++;
          const bound = name === "held output" ? own + largestReply : own;
          if (size >= bound * NEARLY) nearlyFull.set(name, (nearlyFull.get(name) ?? 0) + 1);
          // Once per queue and start of the node: what is too long stays so for many turns.
          if (size <= bound || context.nowUs() - loweredUs < LOWERED_US) continue;
          if (reported.has(`${id}.${node.generation}.${name}`)) continue;
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
