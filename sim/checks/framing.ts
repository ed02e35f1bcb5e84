// framing: every byte that the server sends belongs to a well-formed reply, and every request has its one reply.
//
// Role: reads all replies with the judges' own grammar: what the observer says was written, and what arrived.
// A request may stay without reply only where CLIENT REPLY asked for it, or where the server ends with it.

import type { Check } from "../check.ts";
import type { NodeExecuted } from "../events.ts";
import { quoted, ReplyCursor, replyFault } from "./reply-grammar.ts";

// One reply for each channel, rather than one for the request.
const severalReplies = new Set([
  "subscribe",
  "unsubscribe",
  "psubscribe",
  "punsubscribe",
  "ssubscribe",
  "sunsubscribe",
]);
const mayEndConnection = new Set(["shutdown", "post", "host:"]);

export const framing: Check = {
  name: "framing",
  promises: ["P10"],
  begin(context) {
    const modes = new Map<string, SilenceMode>();
    /** Sessions whose EXEC runs what may be answered several times, or not at all. */
    const loose = new Set<string>();
    /** Sessions of RESP2 that have subscribed: they may be refused CLIENT REPLY ON, and then are not told. */
    const listeners = new Set<string>();
    // Requests that are answered once for each channel.
    const several = new Set<string>();
    let written = 0;
    let arrived = 0;

    return {
      executed(event) {
        const { call, client } = event;
        if (call.isReplyCut) return;
        written++;
        if (call.transaction === "inner" && isLoose(call.words)) loose.add(sessionOf(event));
        if (call.protocol === 2 && severalReplies.has((call.words[0] ?? "").toLowerCase()))
          listeners.add(sessionOf(event));
        const isRefused = listeners.size > 0 && isUnanswered(event) && listeners.has(sessionOf(event));
        const isSilent = isRefused ? undefined : stepMode(modes, event);
        if (isSilent === undefined) return;
        if (loose.size > 0 && isExec(call.words) && loose.delete(sessionOf(event))) return;
        const fault = faultOf(event, isSilent);
        if (fault === undefined) return;
        const text = `client ${client}, RESP${call.protocol}, ${quoted(call.words.join(" "))}: ${fault} in ${quoted(call.reply)}`;
        context.report({ kind: "badly framed when written", text, client });
      },
      invoked({ client, request, words }) {
        const name = words[0] ?? "";
        if (name.length >= 9 && severalReplies.has(name.toLowerCase())) several.add(`${client}.${request}`);
      },
      replied({ client, request, reply, protocol }) {
        if (reply === "") return; // A request that asked for silence.
        arrived++;
        const isOne = several.size === 0 || !several.delete(`${client}.${request}`);
        const fault = isOne ? replyFault(reply, protocol) : faultOfSeveral(reply, protocol);
        if (fault === undefined) return;
        const text = `client ${client}, request ${request}, RESP${protocol}: ${fault} in ${quoted(reply)}`;
        context.report({ kind: "badly framed on arrival", text, client, request });
      },
      malformed({ client, connection, text }) {
        const where = `client ${client}, connection ${connection}`;
        context.report({ kind: "no reply, or nobody asked", text: `${where}: ${text}`, client });
      },
      sessionClosed(event) {
        modes.delete(sessionOf(event));
        listeners.delete(sessionOf(event));
        loose.delete(sessionOf(event));
      },
      counts: () => ({ "replies written": written, "replies arrived": arrived }),
    };
  },
};

/** "unknown": CLIENT REPLY was called inside of a transaction, of whose replies nobody can say what they are. */
type SilenceMode = "off" | "skip" | "unknown";

function faultOf({ call }: NodeExecuted, isSilent: boolean): string | undefined {
  const { reply, protocol, words } = call;
  if (isSilent) return reply === "" ? undefined : "a reply that CLIENT REPLY keeps back";
  const name = (words[0] ?? "").toLowerCase();
  if (reply === "") return mayEndConnection.has(name) ? undefined : "no reply";
  return severalReplies.has(name) ? faultOfSeveral(reply, protocol) : replyFault(reply, protocol);
}

function faultOfSeveral(reply: string, protocol: 2 | 3): string | undefined {
  const cursor = new ReplyCursor(reply, protocol);
  while (cursor.at < reply.length) if (!cursor.skip()) return cursor.fault;
  return undefined;
}

// Whether this call is to be silent, undefined where that is not known; steps the session's mode over it.
function stepMode(modes: Map<string, SilenceMode>, event: NodeExecuted): boolean | undefined {
  const { words, reply, transaction } = event.call;
  const name = words[0] ?? "";
  if (transaction === "script") return false; // The script gets its replies, whatever becomes of its own.
  if (modes.size === 0 && name.length !== 6) return false; // Neither CLIENT nor anything it concerns.
  const key = sessionOf(event);
  const mode = modes.get(key);
  const asked = reply.startsWith("-") || transaction === "queued" ? undefined : askedMode(words);
  if (transaction === "inner") {
    if (asked !== undefined) modes.set(key, "unknown");
    if (asked !== undefined || mode === "unknown") return undefined;
    return mode !== undefined; // A SKIP is for EXEC as a whole.
  }
  if (mode === "skip") modes.delete(key);
  if (asked === "on" || (mode === "off" && name.toLowerCase() === "reset" && words.length === 1)) {
    modes.delete(key);
    return false;
  }
  if (mode === "unknown") return undefined;
  if (asked === "off" || (asked === "skip" && mode !== "off")) modes.set(key, asked);
  return asked !== undefined || mode !== undefined;
}

// CLIENT REPLY ON without the answer it always has where it may be called.
function isUnanswered({ call }: NodeExecuted): boolean {
  return call.reply === "" && call.transaction !== "inner" && askedMode(call.words) === "on";
}

function isLoose(words: readonly string[]): boolean {
  return severalReplies.has((words[0] ?? "").toLowerCase()) || askedMode(words) !== undefined;
}

function isExec(words: readonly string[]): boolean {
  return words[0]?.length === 4 && words[0].toLowerCase() === "exec";
}

function sessionOf({
  node,
  generation,
  session,
}: Pick<NodeExecuted, "node" | "generation" | "session">): string {
  return `${node}.${generation}.${session}`;
}

function askedMode(words: readonly string[]): SilenceMode | "on" | undefined {
  if (words.length !== 3 || words[0]?.toLowerCase() !== "client" || words[1]?.toLowerCase() !== "reply") {
    return undefined;
  }
  const asked = words[2]?.toLowerCase();
  return asked === "on" || asked === "off" || asked === "skip" ? asked : undefined;
}
