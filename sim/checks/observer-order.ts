// observer-order: requests of one connection are run in the order they were sent, none twice, none left out before
// a later one, none changed, and none after the session has closed. What a transaction holds runs in the order in which
// it was queued, and nobody else's request in between.

import type { Check } from "../check.ts";
import type { NodeExecuted } from "../events.ts";
import { isPart } from "./reference.ts";
import { quoted } from "./reply-grammar.ts";

export const observerOrder: Check = {
  name: "observer-order",
  promises: ["P1", "P2", "P10"],
  begin(context) {
    const { pairing } = context;
    const closed = new Set<number>();
    // By node: the session whose EXEC is running.
    const inExec = new Map<number, number>();
    let requests = 0;
    let inner = 0;

    // The calls of an EXEC or of a script are told one after the other, and then EXEC or EVAL itself.
    const judgeAlone = ({ node, session, client, call }: NodeExecuted): void => {
      const owner = inExec.get(node);
      if (isPart(call.transaction)) {
        inner++;
        inExec.set(node, session);
      } else inExec.delete(node);
      if (owner === undefined || owner === session) return;
      const text = `node ${node}: ${quoted(call.words.join(" "))} of session ${session} ran inside of the transaction of session ${owner}`;
      context.report({ kind: "ran inside of another's transaction", text, client });
    };

    return {
      nodeEnded({ node }) {
        inExec.delete(node);
      },
      executed(event) {
        const { client, call } = event;
        if (inExec.size > 0 || isPart(call.transaction)) judgeAlone(event);
        if (closed.has(keyOf(event))) {
          const shown = quoted(call.words.join(" "));
          const text = `session ${event.session} of client ${client} has closed, and ${shown} ran`;
          context.report({ kind: "ran after the session closed", text, client });
          return;
        }
        const pair = pairing.executed(event);
        if (pair === undefined || pair === "inner") return;
        requests++;
        if (typeof pair !== "string") return;
        const shown = quoted(call.words.join(" "));
        const next = pairing.waiting(client, event.connection)[0];
        const expected = next === undefined ? "nothing" : quoted(next.words.join(" "));
        const text = `client ${client}, connection ${event.connection}: ${shown} ran while ${pair}; next is ${expected}`;
        context.report({ kind: `ran while ${pair}`, text, client });
      },
      sessionClosed(event) {
        closed.add(keyOf(event));
      },
      counts: () => ({ requests, "calls inside of EXEC": inner }),
    };
  },
};

function keyOf({ node, generation, session }: Pick<NodeExecuted, "node" | "generation" | "session">): number {
  return (node * 65_536 + generation) * 4_294_967_296 + session;
}
