// Longer texts in replies: bulk strings in RESP2, verbatim ones in RESP3.

import type { Call } from "./command.ts";
import { type Answer, chosen, type Reply } from "./reply.ts";

/** The text of an answer that holds one in the session's protocol, or undefined. */
export function textOf(answer: Answer, protocol: 2 | 3): string | undefined {
  if (protocol === 2) return answer.kind === "bulk" ? answer.text : undefined;
  return answer.kind === "verbatim" && answer.text.startsWith("txt:") ? answer.text.slice(4) : undefined;
}

/** Some text in the server's own words, of which `accepts` says whether it will do. */
export function text(call: Call, expected: string, accepts: (text: string) => boolean = () => true): Reply {
  // A command that switches the protocol is not among those that answer with a text.
  const { protocol } = call.session;
  return chosen(expected, (answer) => {
    const found = textOf(answer, protocol);
    return found !== undefined && accepts(found);
  });
}
