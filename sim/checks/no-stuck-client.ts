// no-stuck-client: once faults have healed, each request is answered or its connection closed within 30 virtual
// seconds.
//
// Role: the liveness check. What may make a client wait longer is told by the clients themselves: CLIENT PAUSE holds
// everyone's requests, and a blocking command asked to wait.

import type { Check } from "../check.ts";
import type { Invoked } from "../events.ts";
import { timeoutSeconds } from "./blocked.ts";
import { placeOf } from "./pairing.ts";
import { quoted } from "./reply-grammar.ts";

const PATIENCE_US = 30_000_000;

const blockingPops = new Set([
  ...["blpop", "brpop", "brpoplpush", "blmove", "blmpop"],
  ...["bzpopmin", "bzpopmax", "bzmpop"],
]);
const otherBlocking = new Set(["xread", "xreadgroup", "wait", "waitaof"]);

export const noStuckClient: Check = {
  name: "no-stuck-client",
  promises: ["P16"],
  begin(context) {
    const open = new Map<number, Map<number, Invoked>>();
    const pausedUntilUs = new Map<number, number>();
    let healedUs: number | undefined;
    let requests = 0;

    const judge = (event: Invoked, nowUs: number): void => {
      if (healedUs === undefined) return;
      const sinceUs = Math.max(event.atUs, healedUs, pausedUntilUs.get(event.node) ?? 0);
      if (nowUs - sinceUs < PATIENCE_US + askedUs(event.words)) return;
      const { client, request, connection, node } = event;
      const waited = `${((nowUs - sinceUs) / 1e6).toFixed(1)} s`;
      const text = `client ${client}, connection ${connection} to node ${node}, request ${request} ${quoted(event.words.join(" "))} waits for ${waited}`;
      context.report({ kind: "no answer", text, client, request });
    };
    const take = (event: { client: number; connection: number; request: number }): Invoked | undefined => {
      const waiting = open.get(placeOf(event));
      const found = waiting?.get(event.request);
      waiting?.delete(event.request);
      return found;
    };

    return {
      invoked(event) {
        requests++;
        let waiting = open.get(placeOf(event));
        if (waiting === undefined) {
          waiting = new Map();
          open.set(placeOf(event), waiting);
        }
        waiting.set(event.request, event);
      },
      replied(event) {
        const found = take(event);
        if (found !== undefined && event.reply !== "") judge(found, event.atUs);
      },
      lost(event) {
        for (const request of event.requests) {
          const found = take({ ...event, request });
          if (found !== undefined) judge(found, event.atUs);
        }
        open.delete(placeOf(event));
      },
      executed({ atUs, node, call }) {
        const name = call.words[0] ?? "";
        if (name.length !== 6 || name.toLowerCase() !== "client" || !call.reply.startsWith("+OK")) return;
        const verb = call.words[1]?.toLowerCase();
        if (verb === "unpause") pausedUntilUs.set(node, Math.min(atUs, pausedUntilUs.get(node) ?? 0));
        else if (verb === "pause") {
          const untilUs = atUs + Number(call.words[2]) * 1000;
          pausedUntilUs.set(node, Math.max(untilUs, pausedUntilUs.get(node) ?? 0));
        }
      },
      healed(atUs) {
        healedUs = atUs;
      },
      finished(atUs) {
        for (const waiting of open.values()) for (const event of waiting.values()) judge(event, atUs);
      },
      counts: () => ({ requests }),
    };
  },
};

// How long a request asked to wait: Infinity where that is for ever, or not known.
function askedUs(words: readonly string[]): number {
  const name = (words[0] ?? "").toLowerCase();
  if (otherBlocking.has(name)) return Number.POSITIVE_INFINITY;
  if (!blockingPops.has(name)) return 0;
  const seconds = timeoutSeconds(words);
  return seconds > 0 ? seconds * 1e6 : Number.POSITIVE_INFINITY;
}
