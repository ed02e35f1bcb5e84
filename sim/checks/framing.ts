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
    let written = 0;
    let arrived = 0;

    return {
      executed(event) {
        const { call, client } = event;
        if (call.isReplyCut) return;
        written++;
        const isSilent = stepMode(modes, event);
        const fault = faultOf(event, isSilent);
        if (fault === undefined) return;
        const text = `client ${client}, RESP${call.protocol}, ${quoted(call.words.join(" "))}: ${fault} in ${quoted(call.reply)}`;
        context.report({ kind: "badly framed when written", text, client });
      },
      replied({ client, request, reply, protocol }) {
        if (reply === "") return; // A request that asked for silence.
        arrived++;
        const fault = replyFault(reply, protocol);
        if (fault === undefined) return;
        const text = `client ${client}, request ${request}, RESP${protocol}: ${fault} in ${quoted(reply)}`;
        context.report({ kind: "badly framed on arrival", text, client, request });
      },
      malformed({ client, connection, text }) {
        const where = `client ${client}, connection ${connection}`;
        context.report({ kind: "no reply, or nobody asked", text: `${where}: ${text}`, client });
      },
      sessionClosed({ node, generation, session }) {
        modes.delete(`${node}.${generation}.${session}`);
      },
      counts: () => ({ "replies written": written, "replies arrived": arrived }),
    };
  },
};

type SilenceMode = "off" | "skip";

function faultOf({ call }: NodeExecuted, isSilent: boolean): string | undefined {
  const { reply, protocol, words } = call;
  if (isSilent) return reply === "" ? undefined : "a reply that CLIENT REPLY keeps back";
  const name = (words[0] ?? "").toLowerCase();
  if (reply === "") return mayEndConnection.has(name) ? undefined : "no reply";
  if (!severalReplies.has(name)) return replyFault(reply, protocol);
  const cursor = new ReplyCursor(reply, protocol);
  while (cursor.at < reply.length) if (!cursor.skip()) return cursor.fault;
  return undefined;
}

// Whether this call is to be silent; steps the session's mode over it.
function stepMode(modes: Map<string, SilenceMode>, event: NodeExecuted): boolean {
  const { words, reply } = event.call;
  const name = words[0] ?? "";
  if (modes.size === 0 && name.length !== 6) return false; // Neither CLIENT nor anything it concerns.
  const key = `${event.node}.${event.generation}.${event.session}`;
  const mode = modes.get(key);
  if (mode === "skip") modes.delete(key);
  const asked = reply.startsWith("-") ? undefined : askedMode(words);
  if (asked === "on" || (mode === "off" && name.toLowerCase() === "reset" && words.length === 1)) {
    modes.delete(key);
    return false;
  }
  if (asked === "off" || (asked === "skip" && mode !== "off")) modes.set(key, asked);
  return asked !== undefined || mode !== undefined;
}

function askedMode(words: readonly string[]): SilenceMode | "on" | undefined {
  if (words.length !== 3 || words[0]?.toLowerCase() !== "client" || words[1]?.toLowerCase() !== "reply") {
    return undefined;
  }
  const asked = words[2]?.toLowerCase();
  return asked === "on" || asked === "off" || asked === "skip" ? asked : undefined;
}
