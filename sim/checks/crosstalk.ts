// crosstalk: a reply reaches the client and the request that it was written for, unchanged and in order.
//
// Role: three independent looks. The bytes that arrived are those that the observer saw written for that very
// request. PING and ECHO give back the request's own words. And a value that carries its writer's mark (`markOf`)
// was sent by that writer before it was read, in any reply at all.

import type { Check } from "../check.ts";
import { Pairing, placeOf } from "./pairing.ts";
import { quoted, stringReply } from "./reply-grammar.ts";

/** A word that says who sent it: workloads put it into values, and this check knows where it came from. */
export function markOf(client: number, request: number): string {
  return `@${client}.${request}@`;
}

/** The farewells of a server that will not read on: no request of its own is behind them. */
const withoutRunning = /^-(ERR Protocol error|ERR max number of clients reached|DENIED )/;

const mark = /@(\d+)\.(\d+)@/g;

export const crosstalk: Check = {
  name: "crosstalk",
  promises: ["P10"],
  begin(context) {
    const pairing = new Pairing();
    // What was written for requests whose reply has not arrived, by connection and then request.
    const written = new Map<number, Map<number, string | undefined>>();
    const latest = new Map<number, number>();
    const marks = new Set<string>();
    const words = new Map<number, Map<number, readonly string[]>>();
    let compared = 0;
    let echoes = 0;
    let marked = 0;

    return {
      invoked(event) {
        pairing.invoked(event);
        place(words, event).set(event.request, event.words);
        for (const word of event.words) {
          if (word.length < 5 || !word.includes("@")) continue;
          for (const found of word.matchAll(mark)) marks.add(found[0]);
        }
      },
      wentRaw: (event) => pairing.wentRaw(event),
      executed(event) {
        const pair = pairing.executed(event);
        if (typeof pair !== "object") return;
        const { call } = event;
        place(written, event).set(pair.request, call.isReplyCut ? undefined : call.reply);
      },
      replied(event) {
        const { client, request, reply } = event;
        const report = (kind: string, text: string): void =>
          context.report({ kind, text: `client ${client}, request ${request}: ${text}`, client, request });
        const sent = place(words, event).get(request);
        place(words, event).delete(request);
        const shown = quoted((sent ?? []).join(" "));
        const before = latest.get(placeOf(event)) ?? -1;
        if (request <= before) report("out of order", `${shown} is answered after request ${before}`);
        latest.set(placeOf(event), request);

        const told = place(written, event);
        if (!told.has(request) && !withoutRunning.test(reply)) {
          report("answered before it ran", `${shown} has the reply ${quoted(reply)}, and has not run`);
        } else if (told.has(request)) {
          const expected = told.get(request);
          told.delete(request);
          compared++;
          if (expected !== undefined && expected !== reply) {
            report(
              "another reply than was written",
              `${shown}: written ${quoted(expected)}, got ${quoted(reply)}`,
            );
          }
        }
        const echo = echoOf(sent);
        if (echo !== undefined && !reply.startsWith("-") && reply !== "") {
          echoes++;
          if (stringReply(reply) !== echo)
            report("not its own words", `${shown} is answered ${quoted(reply)}`);
        }
        if (!reply.includes("@")) return;
        for (const [found] of reply.matchAll(mark)) {
          marked++;
          if (!marks.has(found)) report("a value nobody sent", `${shown} has ${quoted(found)} in its reply`);
        }
      },
      lost({ client, connection }) {
        written.delete(placeOf({ client, connection }));
        words.delete(placeOf({ client, connection }));
      },
      counts: () => ({ "replies compared": compared, "echoes?": echoes, "marked values?": marked }),
    };
  },
};

// The message that PING or ECHO was given.
function echoOf(words: readonly string[] | undefined): string | undefined {
  if (words === undefined || words.length !== 2 || words[0]?.length !== 4) return undefined;
  const name = words[0].toLowerCase();
  return name === "ping" || name === "echo" ? words[1] : undefined;
}

function place<Value>(
  places: Map<number, Map<number, Value>>,
  event: { readonly client: number; readonly connection: number },
): Map<number, Value> {
  const key = placeOf(event);
  let found = places.get(key);
  if (found === undefined) {
    found = new Map();
    places.set(key, found);
  }
  return found;
}
