// gate: nothing runs before a client has given the password that its node asks for.
//
// Role: follows who has authenticated by the replies alone. A connection needs the password if there is one when
// it is made; one made without stays welcome when a password is set later, as in Redis. Refusals that say nothing
// of what the server holds may come first: an unknown command, a wrong number of arguments, a protected command.

import type { Check } from "../check.ts";
import type { NodeExecuted } from "../events.ts";
import { commandOf } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

// An EXEC that is refused says so in its own words.
const beforePassword =
  /^-(EXECABORT Transaction discarded because of: )?(NOAUTH |(ERR )?(unknown (command|subcommand) |wrong number of arguments |DEBUG command not allowed))/;

type SessionState = { isAllowed: boolean };

export const gate: Check = {
  name: "gate",
  promises: ["P11"],
  begin(context) {
    const passwords = new Map<number, string>();
    const sessions = new Map<number, SessionState>();
    let looked = 0;
    let kept = 0;

    const hasPassword = (node: number): boolean => (passwords.get(node) ?? "") !== "";
    return {
      nodeStarted({ node, config }) {
        passwords.set(node, config["requirepass"] ?? "");
        sessions.clear();
      },
      sessionOpened({ node, session }) {
        sessions.set(keyOf(node, session), { isAllowed: !hasPassword(node) });
      },
      sessionClosed({ node, session }) {
        sessions.delete(keyOf(node, session));
      },
      executed(event) {
        const { node, session, client, call } = event;
        let state = sessions.get(keyOf(node, session));
        if (state === undefined) {
          state = { isAllowed: !hasPassword(node) };
          sessions.set(keyOf(node, session), state);
        }
        looked++;
        if (!state.isAllowed && hasPassword(node)) {
          kept++;
          if (!isRefused(event)) {
            const text = `node ${node}, session ${session} has no password given: ${quoted(call.words.join(" "))} is answered ${quoted(call.reply)}`;
            context.report({ kind: "ran before AUTH", text, client });
          }
        }
        follow(event, state, passwords);
      },
      counts: () => ({ calls: looked, "calls before AUTH?": kept }),
    };
  },
};

function keyOf(node: number, session: number): number {
  return node * 4_294_967_296 + session;
}

// True for what may be answered to a client that has not authenticated.
function isRefused({ call }: NodeExecuted): boolean {
  const { reply } = call;
  if (beforePassword.test(reply)) return true;
  return commandOf(call.words)?.flags.includes("no_auth") ?? false;
}

function follow({ node, call }: NodeExecuted, state: SessionState, passwords: Map<number, string>): void {
  const { words, reply, transaction } = call;
  if (reply.startsWith("-") || transaction === "queued") return;
  const name = words[0] ?? "";
  if (name.length < 4 || name.length > 6) return;
  switch (name.toLowerCase()) {
    case "auth":
      state.isAllowed = true;
      return;
    case "hello":
      if (words.some((word) => word.toLowerCase() === "auth")) state.isAllowed = true;
      return;
    case "reset":
      state.isAllowed = (passwords.get(node) ?? "") === "";
      return;
    case "config": {
      if (words[1]?.toLowerCase() !== "set") return;
      for (let i = 2; i + 1 < words.length; i += 2) {
        if (words[i]?.toLowerCase() === "requirepass") passwords.set(node, words[i + 1] as string);
      }
    }
  }
}
