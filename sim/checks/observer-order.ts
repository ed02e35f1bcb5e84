// observer-order: requests of one connection are run in the order they were sent, none twice, none left out before
// a later one, none changed, and none after the session has closed.

import type { Check } from "../check.ts";
import { Pairing } from "./pairing.ts";
import { quoted } from "./reply-grammar.ts";

export const observerOrder: Check = {
  name: "observer-order",
  promises: ["P1", "P10"],
  begin(context) {
    const pairing = new Pairing();
    const closed = new Set<string>();
    let requests = 0;
    return {
      invoked: (event) => pairing.invoked(event),
      wentRaw: (event) => pairing.wentRaw(event),
      executed(event) {
        const { client, call } = event;
        const shown = quoted(call.words.join(" "));
        if (closed.has(`${event.node}.${event.generation}.${event.session}`)) {
          const text = `session ${event.session} of client ${client} has closed, and ${shown} ran`;
          context.report({ kind: "ran after the session closed", text, client });
          return;
        }
        const pair = pairing.executed(event);
        if (pair === undefined || pair === "inner") return;
        requests++;
        if (typeof pair !== "string") return;
        const next = pairing.waiting(client, event.connection)[0];
        const expected = next === undefined ? "nothing" : quoted(next.words.join(" "));
        const text = `client ${client}, connection ${event.connection}: ${shown} ran while ${pair}; next is ${expected}`;
        context.report({ kind: `ran while ${pair}`, text, client });
      },
      sessionClosed({ node, generation, session }) {
        closed.add(`${node}.${generation}.${session}`);
      },
      counts: () => ({ requests }),
    };
  },
};
