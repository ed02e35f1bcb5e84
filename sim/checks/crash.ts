// crash: an exception out of production code is a violation, whatever came of it.

import type { Check } from "../check.ts";

export const crash: Check = {
  name: "crash",
  promises: ["P1", "P16"],
  begin(context) {
    let starts = 0;
    return {
      nodeStarted: () => {
        starts++;
      },
      nodeEnded({ how, node, generation, text }) {
        if (how !== "crash") return;
        const where = `node ${node}, generation ${generation}`;
        context.report({ kind: "exception", text: `${where}: ${text ?? "no text"}` });
      },
      counts: () => ({ starts }),
    };
  },
};
