// bounds: no named queue or buffer of a node is ever larger than its bound.
//
// Role: looks between turns. What is called held may exceed its bound by one reply, since none is cut short: by the
// largest that its own client was given so far. How full each queue gets is counted too, so that a batch shows which
// bounds were never put to the test.
// A bound that CONFIG SET has just lowered holds a while later: clients over it are closed by the cron, which a process
// that is paused does not run; connections and slow log entries that are there already may stay.

import type { Check } from "../check.ts";
import type { NodeExecuted } from "../events.ts";

const NEARLY = 0.8;
const LOWERED_US = 25_000_000;
/** What a reply must have to be worth remembering; the bound itself allows for smaller ones. */
const LARGE_REPLY = 16_384;

/** Whose bound each of these directives is. */
const queueOf: ReadonlyMap<string, string> = new Map([
  ["slowlog-max-len", "slowlog"],
  ["maxclients", "clients"],
  ["client-query-buffer-limit", "query"],
  ["client-output-buffer-limit", "output"],
]);
/** Queues of which what is there stays when their bound is lowered. */
const shrinksByItself = new Set(["slowlog", "clients"]);

export const bounds: Check = {
  name: "bounds",
  promises: ["P17"],
  begin(context) {
    let looks = 0;
    const nearlyFull = new Map<string, number>();
    const reported = new Set<string>();
    // By node and session.
    const largestReplies = new Map<number, number>();
    // By node and queue: when its bound was set last.
    const setUs = new Map<string, number>();
    let present = 0;

    const judge = (name: string, size: number, own: number, session?: number): void => {
      looks++;
      const isHeld = name === "held output" && session !== undefined;
      const bound = isHeld ? own + (largestReplies.get(keyOf(present, session)) ?? LARGE_REPLY) : own;
      if (size >= bound * NEARLY) nearlyFull.set(name, (nearlyFull.get(name) ?? 0) + 1);
      if (size > bound) tooLong(name, size, bound);
      else if (setUs.size > 0 && shrinksByItself.has(name)) setUs.delete(`${present} ${name}`);
    };
    const tooLong = (name: string, size: number, bound: number): void => {
      const since = setUs.get(`${present} ${name === "held output" ? "output" : name}`);
      if (since !== undefined && (shrinksByItself.has(name) || context.nowUs() - since < LOWERED_US)) return;
      const generation = context.node(present)?.generation ?? 0;
      // Once per queue and start of the node: what is too long stays so for many turns.
      if (reported.has(`${present}.${generation}.${name}`)) return;
      reported.add(`${present}.${generation}.${name}`);
      context.report({
        kind: `${kindOf(name)} over its bound`,
        text: `node ${present}: ${name} is ${size}, its bound ${bound}`,
      });
    };

    return {
      nodeStarted() {
        largestReplies.clear();
        setUs.clear();
      },
      executed(event) {
        const { call, node, session } = event;
        if (call.words[0]?.length === 6) noteSet(setUs, event);
        const length = call.isReplyCut ? Number.POSITIVE_INFINITY : call.reply.length;
        if (length <= LARGE_REPLY) return;
        const key = keyOf(node, session);
        if (length > (largestReplies.get(key) ?? 0)) largestReplies.set(key, length);
      },
      turnEnded(id) {
        present = id;
        context.node(id)?.eachQueue(judge);
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

function noteSet(setUs: Map<string, number>, { atUs, node, call }: NodeExecuted): void {
  const { words, transaction } = call;
  if (words[0]?.toLowerCase() !== "config" || words[1]?.toLowerCase() !== "set") return;
  if (transaction === "queued" || call.reply.startsWith("-")) return;
  for (let i = 2; i < words.length; i += 2) {
    const queue = queueOf.get((words[i] as string).toLowerCase());
    if (queue !== undefined) setUs.set(`${node} ${queue}`, atUs);
  }
}

function keyOf(node: number, session: number): number {
  return node * 4_294_967_296 + session;
}

// A queue of one client may carry its number; the signature of a violation carries none.
function kindOf(name: string): string {
  return name.replaceAll(/[\s:=/]*\d+/g, "");
}
