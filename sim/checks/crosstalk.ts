// crosstalk: a reply reaches the client and the request that it was written for, unchanged and in order.
//
// Role: three independent looks. The bytes that arrived are those that the observer saw written for that very
// request. PING and ECHO give back the request's own words. And a value that carries its writer's mark (`markOf`)
// was sent by that writer before it was read, in any reply at all.

import type { Check } from "../check.ts";
import { placeOf, requestOf } from "./pairing.ts";
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
    const { pairing } = context;
    // What was written for requests whose reply has not arrived.
    const written = new Map<number, string | undefined>();
    const latest = new Map<number, number>();
    const marks = new Set<string>();
    const words = new Map<number, readonly string[]>();
    // Requests that were answered QUEUED and run later.
    const queued = new Set<number>();
    let compared = 0;
    let echoes = 0;
    let marked = 0;

    return {
      invoked(event) {
        words.set(requestOf(event), event.words);
        for (const word of event.words) {
          if (word.length < 5 || !word.includes("@")) continue;
          for (const found of word.matchAll(mark)) marks.add(found[0]);
        }
      },
      wentRaw({ bytes }) {
        if (bytes.includes("@")) for (const found of bytes.matchAll(mark)) marks.add(found[0]);
      },
      executed(event) {
        const pair = pairing.executed(event);
        if (typeof pair !== "object") return;
        const { call } = event;
        const key = requestOf(pair);
        if (call.transaction === "queued") queued.add(key);
        written.set(key, call.isReplyCut ? undefined : call.reply);
      },
      replied(event) {
        const { client, request, reply } = event;
        const report = (kind: string, text: string): void =>
          context.report({ kind, text: `client ${client}, request ${request}: ${text}`, client, request });
        const key = requestOf(event);
        const sent = words.get(key);
        words.delete(key);
        const shown = (): string => quoted((sent ?? []).join(" "));
        const before = latest.get(placeOf(event)) ?? -1;
        if (request <= before) report("out of order", `${shown()} is answered after request ${before}`);
        latest.set(placeOf(event), request);

        const expected = written.get(key);
        if (written.delete(key)) {
          compared++;
          if (expected !== undefined && expected !== reply) {
            report(
              "another reply than was written",
              `${shown()}: written ${quoted(expected)}, got ${quoted(reply)}`,
            );
          }
        } else if (!withoutRunning.test(reply)) {
          report("answered before it ran", `${shown()} has the reply ${quoted(reply)}, and has not run`);
        }
        const wasQueued = queued.size > 0 && queued.delete(key);
        const echo = wasQueued ? undefined : echoOf(sent);
        if (echo !== undefined && !reply.startsWith("-") && reply !== "") {
          echoes++;
          if (stringReply(reply) !== echo && reply !== pongOf(echo))
            report("not its own words", `${shown()} is answered ${quoted(reply)}`);
        }
        if (!reply.includes("@")) return;
        for (const [found] of reply.matchAll(mark)) {
          marked++;
          if (!marks.has(found))
            report("a value nobody sent", `${shown()} has ${quoted(found)} in its reply`);
        }
      },
      lost({ client, connection, requests }) {
        for (const request of requests) {
          const key = requestOf({ client, connection, request });
          written.delete(key);
          words.delete(key);
        }
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

// What PING answers to a subscriber that speaks RESP2.
function pongOf(echo: string): string {
  return `*2\r\n$4\r\npong\r\n$${echo.length}\r\n${echo}\r\n`;
}
